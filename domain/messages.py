"""Messages to customers, rendered in their language and their zone (H3, rule 29)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from string import Template

from domain.errors import FactMissing, LanguageMissing
from domain.templates import FIELDS, Templates
from domain.wording import show_moment, show_options, show_steps
from schemas.commands import Contact, Customer
from schemas.offer import Option
from schemas.vocabulary import Channel, Language, Party, Purpose
from schemas.wording import Wording

MAY_LACK = frozenset(
    {
        (Purpose.PROPOSAL, "text"),
        (Purpose.CONSENT_RECORDED, "agreed"),
        (Purpose.PROMISE_MADE, "text"),
        (Purpose.CALLBACK_MOVED, "text"),
    }
)
"""Facts without which a message still makes sense; they stand in a paragraph of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a message may say. Moments with a zone; `text` was written by a person.

    `answer_until` is the last moment for what the message asks: a choice, a score, a reopening,
    an answer before the reminder. `promised_at` is the date that the message gives (rule 15),
    and `reason` says for whom the complaint waits (H10). `survivor` is the number under which it
    goes on.
    """

    number: int
    name: str | None = None
    text: str | None = None
    reply_due_at: datetime | None = None
    solution_due_at: datetime | None = None
    answer_until: datetime | None = None
    promised_at: datetime | None = None
    reason: Party | None = None
    survivor: int | None = None
    version: int | None = None
    options: tuple[Option, ...] = ()
    agreed: Option | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as the customer reads it, in plain text; the subject is a single line."""

    subject: str
    body: str


def reachable(customer: Customer | None, kinds: Collection[Channel]) -> tuple[Contact, ...]:
    """Return the contacts to which a message can be sent, in the order the customer gave them.

    Without any, it waits in the outbox to be collected under the number (reading 4).
    """
    contacts = customer.contacts if customer is not None else ()
    return tuple(contact for contact in contacts if contact.kind in kinds)


def render(
    templates: Templates, purpose: Purpose, language: Language, facts: Facts, *, zone: str
) -> Rendered:
    """Return the message; LanguageMissing, FactMissing or ZoneUnknown where that cannot be."""
    language = templates.fallbacks.get(language, language)
    if language not in templates.wordings:
        raise LanguageMissing(language)
    shown = _shown(purpose, facts, zone, templates.wordings[language])
    letter = templates.letters[language, purpose]
    # A fact that may lack leaves an empty paragraph behind.
    body = re.sub(r"\n{3,}", "\n\n", letter.body.substitute(shown))
    return Rendered(subject=letter.subject.substitute(shown).strip(), body=body.strip() + "\n")


def _shown(purpose: Purpose, facts: Facts, zone: str, wording: Wording) -> dict[str, str]:
    """Return each field of the purpose as the customer reads it."""
    shown = {"greeting": _greeting(facts.name, wording)}
    for field in sorted(FIELDS[purpose] - {"greeting"}):
        text = _field(field, facts, zone, wording)
        if not text and (purpose, field) not in MAY_LACK:
            raise FactMissing(purpose, field)
        shown[field] = text
    return shown


def _field(field: str, facts: Facts, zone: str, wording: Wording) -> str:
    match getattr(facts, field):
        case datetime() as moment:
            return show_moment(moment, zone, wording)
        case Party() as party:
            return wording.reasons[party]
        case Option() as option:
            return show_steps(option, wording)
        case tuple() as options:
            return show_options(options, wording)
        case None:
            return ""
        case fact:
            return str(fact).strip()


def _greeting(name: str | None, wording: Wording) -> str:
    return Template(wording.greeting).substitute(name=name) if name else wording.greeting_unnamed
