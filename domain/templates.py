"""The templates of messages to customers, read from their files and checked as a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

from domain.datafile import read_as
from domain.errors import DataInvalid
from schemas.vocabulary import Language, Party, Purpose, RemedyKind
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
        Purpose.PROMISE_MADE: "promised_at text",
        Purpose.PROMISE_BROKEN: "reason promised_at",
        Purpose.DELAY: "reason promised_at",
        Purpose.PROGRESS: "text",
        Purpose.UNJUSTIFIED_CLOSED: "text answer_until",
        Purpose.HOLD_QUESTION: "text answer_until",
        Purpose.CALLBACK_MOVED: "promised_at text",
        Purpose.MERGED: "survivor",
    }.items()
}
"""What the template of each purpose says: all of it and nothing else."""

IN_SUBJECT = frozenset({"number", "version", "survivor"})
"""Subjects show up on locked screens, so they hold nothing personal (H16)."""

IN_WORDS: Mapping[str, frozenset[str]] = {
    "greeting": frozenset({"name"}),
    "greeting_unnamed": frozenset(),
    "moment": frozenset({"year", "month", "day", "clock", "zone", "offset"}),
    "option": frozenset({"option", "steps"}),
    "step_with_item": frozenset({"step", "item", "quantity"}),
    "step_with_amount": frozenset({"step", "amount"}),
}
"""What each pattern of words.toml says."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The template of one message; the first line of its file is the subject."""

    subject: Template
    body: Template


@dataclass(frozen=True, slots=True)
class Templates:
    """Everything that is said to customers, and which language stands in for which."""

    letters: Mapping[tuple[Language, Purpose], Letter]
    wordings: Mapping[Language, Wording]
    fallbacks: Mapping[Language, Language]


def parse_templates(files: Mapping[tuple[str, str], str]) -> Templates:
    """Return the templates of config/templates, given each file's text by (folder, stem).

    DataInvalid names the file that is missing, superfluous or wrong, and its remedy.
    """
    letters: dict[tuple[Language, Purpose], Letter] = {}
    wordings: dict[Language, Wording] = {}
    fallbacks: dict[Language, Language] = {}
    for folder in sorted({folder for folder, _ in files}):
        language = _language(folder)
        own = {stem: text for (each, stem), text in files.items() if each == folder}
        words = _words(folder, own)
        if "fallback" in words:
            _check_stems(folder, own, {WORDS})
            fallbacks[language] = read_as(Substitute, words, f"{folder}/{WORDS}").fallback
        else:
            _check_stems(folder, own, {WORDS, *Purpose})
            wordings[language] = _wording(folder, words)
            letters |= {(language, each): _letter(folder, each, own[each]) for each in Purpose}
    _check_fallbacks(fallbacks, wordings)
    return Templates(letters, wordings, fallbacks)


def _language(folder: str) -> Language:
    language = {str(each): each for each in Language}.get(folder)
    if language is None:
        what = "this folder is named after no language"
        raise DataInvalid(folder, what, f"use one of {', '.join(Language)}")
    return language


def _words(folder: str, own: Mapping[str, str]) -> dict[str, Any]:
    try:
        return tomllib.loads(own.get(WORDS, ""))
    except tomllib.TOMLDecodeError as error:
        raise DataInvalid(f"{folder}/{WORDS}", str(error), "correct it there") from None


def _check_stems(folder: str, own: Collection[str], expected: Collection[str]) -> None:
    """Refuse a folder that lacks a file or has one too many."""
    for stem in sorted(set(expected) ^ set(own)):
        key = f"{folder}/{stem}"
        if stem in expected:
            raise DataInvalid(key, "there is no such file", "add it")
        raise DataInvalid(key, "no message has this purpose", "remove it or correct its name")


def _wording(folder: str, words: Mapping[str, Any]) -> Wording:
    """Return the patterns, once each says what it must and no word is missing."""
    wording = read_as(Wording, words, f"{folder}/{WORDS}")
    for name, fields in IN_WORDS.items():
        _template(f"{folder}/{WORDS}, {name}", getattr(wording, name), fields, fields)
    for table, words_needed in (("remedies", RemedyKind), ("reasons", Party)):
        for word in words_needed:
            if word not in getattr(wording, table):
                raise DataInvalid(f"{folder}/{WORDS}, {table}.{word}", "missing", "add its words")
    return wording


def _letter(folder: str, purpose: Purpose, text: str) -> Letter:
    key = f"{folder}/{purpose}"
    subject, _, body = text.partition("\n")
    if not subject.strip() or not body.startswith("\n"):
        remedy = "write the subject in the first line and leave the second empty"
        raise DataInvalid(key, "a message begins with its subject", remedy)
    fields = FIELDS[purpose]
    return Letter(
        subject=_template(f"{key}, subject", subject, IN_SUBJECT & fields, frozenset()),
        body=_template(key, body, fields, fields),
    )


def _template(key: str, text: str, allowed: Collection[str], needed: Collection[str]) -> Template:
    """Return the template, once its fields are among those allowed and none needed is absent."""
    template = Template(text)
    if not template.is_valid():
        raise DataInvalid(key, "a $ stands without a name", "write $$ for the sign itself")
    used = set(template.get_identifiers())
    for field in sorted(used - set(allowed)):
        remedy = f"use only {', '.join(f'${each}' for each in sorted(allowed)) or 'plain words'}"
        raise DataInvalid(key, f"${field} is not known here", remedy)
    for field in sorted(set(needed) - used):
        raise DataInvalid(key, f"${field} is not said", "add it")
    return template


def _check_fallbacks(
    fallbacks: Mapping[Language, Language], wordings: Mapping[Language, Wording]
) -> None:
    for language, other in fallbacks.items():
        if other not in wordings:
            key = f"{language}/{WORDS}, fallback"
            raise DataInvalid(key, f"there are no templates in {other}", "name another language")
