"""Reckoning: how a clock counts time, in the hours of its calendar or in plain ones (reading 1).

The calendars are those that the pinned policy carries. A moment in a year that a calendar does
not know raises CalendarYearUnknown, which names it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import working_time
from domain.errors import CalendarYearUnknown
from schemas.calendars import Calendar
from schemas.case import Clock
from schemas.policy import Policy
from schemas.vocabulary import ClockKind, Department


def calendar_of(policy: Policy, name: str | None) -> Calendar | None:
    """Return a calendar that the policy carries; None for plain hours."""
    return next((each for each in policy.calendars if each.name == name), None)


def named_for(policy: Policy, kind: ClockKind, department: Department | None = None) -> str | None:
    """Return the name of the calendar in which a new clock counts; a department has its own."""
    if department is not None:
        return policy.check_calendars.get(department)
    return policy.clock_calendars.get(kind)


def after(policy: Policy, name: str | None, start: datetime, amount: timedelta) -> datetime:
    """Return the earliest moment by which so much time has passed since the start."""
    calendar = calendar_of(policy, name)
    return start + amount if calendar is None else working_time.add(calendar, start, amount)


def between(policy: Policy, name: str | None, start: datetime, end: datetime) -> timedelta:
    """Return how much time lies between two moments."""
    calendar = calendar_of(policy, name)
    return end - start if calendar is None else working_time.elapsed(calendar, start, end)


def due_after(policy: Policy, clock: Clock, target: timedelta) -> datetime:
    """Return when a clock is due that may take so long, besides what it stood still (rule 5)."""
    return after(policy, clock.calendar, clock.started_at, target + clock.held)


def after_or_plain(
    policy: Policy, name: str | None, start: datetime, amount: timedelta
) -> datetime:
    """Return the same as `after`; where the calendar cannot say it, by plain hours.

    For what is no deadline: a notice that comes early is better than none.
    """
    try:
        return after(policy, name, start, amount)
    except CalendarYearUnknown:
        return start + amount
