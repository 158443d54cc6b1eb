"""Rules that others set, with edition and source, and what a case carries of them (rule 26).

A lawyer must confirm editions: docs/law.md.
"""

from __future__ import annotations

from datetime import datetime

from schemas.base import Wire
from schemas.calendars import Calendar
from schemas.vocabulary import Category, Choice, Finding, RemedyKind


class LegalRule(Wire):
    """A rule by its code; `edition` is the day of the text, `source` law and article."""

    code: str
    edition: str
    source: str


class AnswerRule(LegalRule):
    """By when a platform or authority wants its answer: after `workdays`, or calendar `days`.

    The day of receipt is not counted; from a day of rest the last calendar day rolls on.
    """

    calendar: str
    workdays: int | None = None
    days: int | None = None


class RemedyRule(LegalRule):
    """Which remedies must (by whose `choice`) or may not be offered; all others may.

    It counts for complaints of its `categories` (none: all), up to `within_days` after the sale,
    the day of sale not counted: to the day on which the defect showed (`by_defect`), else to
    receipt. It waits for one of the findings `if_found`, and gives way to one of legal's or
    quality's findings `unless_found`.
    """

    calendar: str
    choice: Choice
    must: tuple[RemedyKind, ...] = ()
    may_not: tuple[RemedyKind, ...] = ()
    categories: tuple[Category, ...] = ()
    within_days: int | None = None
    by_defect: bool = False
    remote_only: bool = False
    failed_repairs: int = 0
    if_found: tuple[Finding, ...] = ()
    unless_found: tuple[Finding, ...] = ()


class Law(Wire):
    """All such rules of a business, with the calendars that they count in."""

    answers: tuple[AnswerRule, ...] = ()
    remedies: tuple[RemedyRule, ...] = ()
    calendars: tuple[Calendar, ...] = ()


class AnswerDate(Wire):
    """The date that a rule has set, in UTC, and the calendar that it was counted in."""

    due_at: datetime
    rule: AnswerRule
    calendar_version: str


class PinnedLaw(Wire):
    """What a case carries for its whole life: rules as they were at its opening (rule 8).

    `version` is the hash of all rules; `remedies` are those that the age of the sale leaves.
    """

    version: str
    answer: AnswerDate | None = None
    remedies: tuple[RemedyRule, ...] = ()
