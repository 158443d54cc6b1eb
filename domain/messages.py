"""Messages to customers: templates per language and purpose, and the letters made from them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from domain.datafile import read_as
from domain.errors import DataInvalid, FactMissing, LanguageMissing
from domain.wording import show_moment, show_options, show_steps
from schemas.offer import Option
from schemas.vocabulary import Language, Purpose, RemedyKind
from schemas.wording import Substitute, Wording

WORDS = "words"
FIELDS: Mapping[Purpose, frozenset[str]] = {
    purpose: frozenset(f"greeting number {more}".split())
    for purpose, more in {
        Purpose.ACKNOWLEDGEMENT: "reply_due_at solution_due_at",
        Purpose.REPLY: "text",
        Purpose.PROPOSAL: "version options text answer_until",
        Purpose.PROPOSAL_REMINDER: "version options answer_until",
        Purpose.EXPLANATION: "text",
        Purpose.CONSENT_RECORDED: "agreed",
        Purpose.REMEDY_DONE: "",
        Purpose.CLOSED: "answer_until",
        Purpose.SURVEY: "answer_until",
        Purpose.NO_ANSWER_CLOSED: "answer_until",
        Purpose.WITHDRAWN_CONFIRMED: "",
    }.items()
}
"""What the template of each purpose says: all of it and nothing else."""

MAY_LACK = frozenset({(Purpose.PROPOSAL, "text"), (Purpose.CONSENT_RECORDED, "agreed")})
"""Facts without which a message still makes sense; they stand in a paragraph of their own."""

IN_SUBJECT = frozenset({"number", "version"})
"""Subjects show up on locked screens, so that they hold nothing personal (H16)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The template of one message: the first line of its file is the subject."""

    subject: Template
    body: Template


@dataclass(frozen=True, slots=True)
class Templates:
    """Everything that is said to customers, and which language stands in for which."""

    letters: Mapping[tuple[Language, Purpose], Letter]
    wordings: Mapping[Language, Wording]
    fallbacks: Mapping[Language, Language]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a message may say. Moments in UTC; `text` was written by a person.

    `answer_until` is the last moment for what the message asks: a choice, a score, a reopening.
    """

    number: int
    name: str | None = None
    text: str | None = None
    reply_due_at: datetime | None = None
    solution_due_at: datetime | None = None
    answer_until: datetime | None = None
    version: int | None = None
    options: tuple[Option, ...] = ()
    agreed: Option | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as the customer reads it, in plain text; the subject is a single line."""

    subject: str
    body: str


def parse_templates(files: Mapping[tuple[str, str], str]) -> Templates:
    """Return the templates of config/templates, given each file's text by (language, stem).

    DataInvalid names the file that is missing, superfluous or wrong, and its remedy.
    """
    letters: dict[tuple[Language, Purpose], Letter] = {}
    wordings: dict[Language, Wording] = {}
    fallbacks: dict[Language, Language] = {}
    for folder in sorted({folder for folder, _ in files}):
        language = _language(folder)
        own = {stem: text for (each, stem), text in files.items() if each == folder}
        words = _words(language, own.pop(WORDS, None))
        if "fallback" in words:
            fallbacks[language] = read_as(Substitute, words).fallback
            _check_stems(language, own, expected=())
            continue
        wordings[language] = _wording(language, words)
        _check_stems(language, own, expected=tuple(Purpose))
        for purpose in Purpose:
            letters[language, purpose] = _letter(language, purpose, own[purpose])
    for language, other in fallbacks.items():
        if other not in wordings:
            what = f"there are no templates in {other}"
            raise DataInvalid(f"{language}/words.fallback", what, "name a language that has them")
    return Templates(letters, wordings, fallbacks)


def render(
    templates: Templates, purpose: Purpose, language: Language, facts: Facts, *, zone: str
) -> Rendered:
    """Return the message in the customer's language, moments in the customer's zone.

    LanguageMissing, FactMissing or ZoneUnknown where that cannot be.
    """
    language = templates.fallbacks.get(language, language)
    if language not in templates.wordings:
        raise LanguageMissing(language)
    shown = _shown(purpose, facts, templates.wordings[language], zone)
    letter = templates.letters[language, purpose]
    body = re.sub(r"\n{3,}", "\n\n", letter.body.substitute(shown))
    return Rendered(subject=letter.subject.substitute(shown), body=body.strip() + "\n")


def _shown(purpose: Purpose, facts: Facts, wording: Wording, zone: str) -> dict[str, str]:
    """Return each field of the purpose as text; FactMissing unless it may lack."""
    shown = {"greeting": _greeting(facts.name, wording)}
    for field in sorted(FIELDS[purpose] - {"greeting"}):
        fact = getattr(facts, field)
        if fact in (None, "", ()) and (purpose, field) not in MAY_LACK:
            raise FactMissing(purpose, field)
        shown[field] = _text(fact, wording, zone)
    return shown
