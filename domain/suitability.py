"""Suitability: what a policy must have so that no case can get stuck under it (rules 8 and 24).

Files are checked by their form, with a remedy for every mistake. But a policy that comes by wire
may never have been in a file: of that, these are the faults that would jam a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from schemas.base import Wire
from schemas.calendars import Calendar, Span
from schemas.policy import Policy
from schemas.vocabulary import Category, ClockKind, Department

LONGEST = timedelta(days=3650)
"""Ten years: as in a file, nothing takes longer."""

NOTHING = timedelta()
MAY_BE_NOTHING = ("after", "wait")
"""Durations that need not take any time."""

DATES = (ClockKind.CONSENT, ClockKind.PROMISE, ClockKind.HOLD, ClockKind.EXTERNAL)
"""Kinds of clocks that are dates, or come with reminders in plain hours: they have no calendar."""

WHOLE = 100
WEEK = 7
MIDNIGHT = 86_400
FIRST_YEAR, LAST_YEAR = 1970, 2199
LEAP_YEAR = 2024


def fault(policy: Policy) -> str | None:
    """Name the first place of a policy that no case can live with; None if it is sound."""
    return next(_faults(policy), None)


def _faults(policy: Policy) -> Iterator[str]:
    yield from (f"targets.{each}" for each in Category if each not in policy.targets)
    yield from (f"checks.{each}" for each in Department if each not in policy.checks)
    yield from _unmeasured("policy", policy)
    if not _are_shares(policy.critical_percent, policy.warning_percent):
        yield "clocks"
    if not _ascends((NOTHING, *policy.consent.reminders_after, policy.consent.target)):
        yield "consent.reminders_after"
    if policy.callback.attempts < 1 or not _is_day(policy.callback.hours):
        yield "callback"
    yield from (f"ladders.{kind}" for kind in policy.ladders if not _climbs(policy, kind))
    yield from _faults_of_calendars(policy)


def _unmeasured(name: str, value: object) -> Iterator[str]:
    """Yield the names of durations that nothing can take, and of moments without a zone."""
    match value:
        case timedelta() if not _is_length(name, value):
            yield name
        case datetime() if value.tzinfo is None:
            yield name
        case Wire():
            for field, item in value:
                yield from _unmeasured(field, item)
        case dict():
            for item in value.values():
                yield from _unmeasured(name, item)
        case tuple():
            for item in value:
                yield from _unmeasured(name, item)
        case _:
            pass


def _is_length(name: str, value: timedelta) -> bool:
    return value <= LONGEST and (value > NOTHING or (value == NOTHING and name in MAY_BE_NOTHING))


def _ascends(values: Sequence[object]) -> bool:
    return all(before < after for before, after in pairwise(values))  # type: ignore[operator]


def _climbs(policy: Policy, kind: ClockKind) -> bool:
    levels = policy.ladders[kind]
    shares = _are_shares(*(level.percent for level in levels))
    return shares and _ascends([(level.percent, level.after) for level in levels])


def _are_shares(*percents: int) -> bool:
    return all(1 <= each <= WHOLE for each in percents)


def _faults_of_calendars(policy: Policy) -> Iterator[str]:
    names = [calendar.name for calendar in policy.calendars]
    shifts = (shift.calendar for shift in policy.duty.shifts)
    named = (*policy.clock_calendars.values(), *policy.check_calendars.values(), *shifts)
    missing = {*named, policy.notices_in} - {None, *names}
    if len(set(names)) != len(names) or missing:
        yield "calendars"
    if any(kind in policy.clock_calendars for kind in DATES):
        yield "clock_calendars"
    yield from (f"calendars.{each.name}" for each in policy.calendars if not _is_sound(each))


def _is_sound(calendar: Calendar) -> bool:
    days = [each.spans for each in (*calendar.special_days, *calendar.breaks)]
    offsets = calendar.offsets
    return (
        len(calendar.week) == WEEK
        and all(map(_is_day, (*calendar.week, *days)))
        and bool(offsets)
        and _ascends([each.since for each in offsets])
        and all(abs(each.seconds) < MIDNIGHT for each in offsets)
        and all(FIRST_YEAR <= year <= LAST_YEAR for year in calendar.years)
        and _ascends(calendar.years)
        and all(map(_is_date, calendar.yearly_holidays))
    )


def _is_day(spans: Iterable[Span]) -> bool:
    """Tell whether spans lie within one day."""
    return all(0 <= span.opens < span.closes <= MIDNIGHT for span in spans)


def _is_date(month_and_day: tuple[int, int]) -> bool:
    try:
        date(LEAP_YEAR, *month_and_day)
    except ValueError:
        return False
    return True
