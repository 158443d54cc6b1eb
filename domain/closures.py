"""Closures: the hours between two moments in which nobody works, for those who ask why (H8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from domain.openings import DAY, Openings
from domain.timetable import EPOCH, MICROSECOND, Stretch, timetable
from domain.working_time import elapsed, moment_number
from schemas.calendars import Calendar


class Closure(NamedTuple):
    """Time in UTC that does not count, from `since` up to `until`."""

    since: datetime
    until: datetime


def closures(calendar: Calendar, start: datetime, end: datetime) -> tuple[Closure, ...]:
    """Return every closure between two moments, in order. Raises CalendarYearUnknown."""
    elapsed(calendar, start, end)  # Names a year that is not known.
    first, last = moment_number(start), moment_number(end)
    found: list[Closure] = []
    closed_since = first
    for opens, closes in _hours(calendar, first, last):
        if closed_since < opens:
            found.append(Closure(_moment(closed_since), _moment(opens)))
        closed_since = closes
    if closed_since < last:
        found.append(Closure(_moment(closed_since), _moment(last)))
    return tuple(found)


def _hours(calendar: Calendar, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield working hours within two moments, in UTC and in order; adjoining ones come apart."""
    work = timetable(calendar)
    for stretch in (each for run in work.runs for each in run.stretches):
        begins, ends = max(stretch.begins, first), min(stretch.ends, last)
        if begins < ends:
            yield from _within(work.openings, stretch, begins, ends)


def _within(
    openings: Openings, stretch: Stretch, begins: int, ends: int
) -> Iterator[tuple[int, int]]:
    """Yield working hours of a time in which the local clock is not changed."""
    for day in range((begins + stretch.offset) // DAY, (ends + stretch.offset) // DAY + 1):
        for opens, closes in openings.hours(day):
            since = max(day * DAY + opens - stretch.offset, begins)
            until = min(day * DAY + closes - stretch.offset, ends)
            if since < until:
                yield since, until


def _moment(number: int) -> datetime:
    return EPOCH + number * MICROSECOND
