"""Law: what the rules of others mean for one complaint on the day it is received (rule 26).

Doors ask, so that a year nobody knows is refused before there is a case; the answer is pinned.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.chain import calendar_version, law_version
from domain.errors import RuleUnknown
from domain.workdays import due_after_days, due_after_workdays, local_day, workday_from
from schemas.calendars import Calendar
from schemas.commands import OpenComplaint
from schemas.law import AnswerDate, AnswerRule, Law, PinnedLaw, RemedyRule

LONGEST_REST = timedelta(days=31)
"""No rest is so long. A last day further back is over, whatever its year's calendar says."""


def pinned(law: Law, opening: OpenComplaint, received_at: datetime) -> PinnedLaw | None:
    """Return the rules that count for a complaint received at this moment, if any does.

    Raises RuleUnknown, and CalendarYearUnknown for a year in which days would be guessed.
    """
    answer = None
    if opening.external_rule is not None:
        answer = _answer_date(law, opening.external_rule, received_at)
    remedies = tuple(rule for rule in law.remedies if _fits(law, rule, opening, received_at))
    if answer is None and not remedies:
        return None
    return PinnedLaw(version=law_version(law), answer=answer, remedies=remedies)


def answer_due_at(rule: AnswerRule, calendar: Calendar, received_at: datetime) -> datetime:
    """Return the end of the last day for an answer, in UTC. Raises CalendarYearUnknown."""
    if rule.workdays is not None:
        due_at = due_after_workdays(calendar, received_at, rule.workdays)
    else:
        due_at = due_after_days(calendar, received_at, rule.days or 0)
    return due_at.astimezone(UTC)


def _answer_date(law: Law, code: str, received_at: datetime) -> AnswerDate:
    for rule in law.answers:
        if rule.code == code:
            calendar = _calendar(law, rule.calendar)
            due_at = answer_due_at(rule, calendar, received_at)
            return AnswerDate(due_at=due_at, rule=rule, calendar_version=calendar_version(calendar))
    raise RuleUnknown(code, ", ".join(rule.code for rule in law.answers) or "none")


def _fits(law: Law, rule: RemedyRule, opening: OpenComplaint, received_at: datetime) -> bool:
    """Tell whether a sale is known, and of a kind and age for which the rule counts."""
    if opening.sold_at is None or (rule.remote_only and not opening.sold_remotely):
        return False
    if rule.within_days is None:
        return True
    told = opening.occurred_at if rule.by_defect else None
    calendar = _calendar(law, rule.calendar)
    day = local_day(calendar, min(told or received_at, received_at))
    last = local_day(calendar, opening.sold_at) + timedelta(days=rule.within_days)
    if last < day <= last + LONGEST_REST:
        return day <= workday_from(calendar, last)
    return day <= last


def _calendar(law: Law, name: str) -> Calendar:
    return next(calendar for calendar in law.calendars if calendar.name == name)
