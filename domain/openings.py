"""The opening hours of every day, on the axis of a clock that never jumps.

Moments are whole microseconds and days whole numbers, counted from the beginning of the year 1.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from domain.tally import WEEK, Tally, tally
from schemas.calendars import Calendar, Span

SECOND = 1_000_000
DAY = 86_400 * SECOND

Hours = tuple[tuple[int, int], ...]
"""Spans of a day in microseconds from its beginning: in order, not empty, apart from each other."""


@dataclass(frozen=True)
class Openings:
    """The hours of the usual weekdays and of the days that differ, and both added up."""

    week: tuple[Hours, ...]
    exceptions: Mapping[int, Hours]
    time: Tally
    workdays: Tally

    def hours(self, day: int) -> Hours:
        """Return the hours of a day."""
        return self.exceptions.get(day, self.week[day % WEEK])

    def include(self, moment: int) -> bool:
        """Tell whether a moment lies within opening hours."""
        day, clock = divmod(moment, DAY)
        return any(opens <= clock < closes for opens, closes in self.hours(day))

    def before(self, moment: int) -> int:
        """Return the working time before a moment."""
        day, clock = divmod(moment, DAY)
        today = (min(clock, closes) - opens for opens, closes in self.hours(day) if opens < clock)
        return self.time.before(day) + sum(today)

    def earliest(self, total: int, among: range) -> int:
        """Return the first moment of these days by which so much was worked, which is some time."""
        return self._within(self.time.first_reaching(total, among), total, bisect_left)

    def latest(self, total: int, among: range) -> int:
        """Return the last moment of these days by which no more was worked; more is to come."""
        return self._within(self.time.last_within(total, among), total, bisect_right)

    def _within(self, day: int, total: int, find: Callable[[list[int], int], int]) -> int:
        missing = total - self.time.before(day)
        hours = self.hours(day)
        worked = [*accumulate(closes - opens for opens, closes in hours)]
        place = find(worked, missing)
        return day * DAY + hours[place][1] - (worked[place] - missing)


def openings(calendar: Calendar) -> Openings:
    """Work out the days of a calendar."""
    week = tuple(map(_merged, calendar.week))
    exceptions = _exceptions(calendar, week)

    def total(measure: Callable[[Hours], int]) -> Tally:
        usual = tuple(map(measure, week))
        return tally(usual, sorted(exceptions), lambda day: measure(exceptions[day]))

    return Openings(week, exceptions, time=total(_length), workdays=total(_is_workday))


def number_of(day: date) -> int:
    """Return the number of a day."""
    return day.toordinal() - 1


def day_of(number: int) -> date:
    """Return the day with this number."""
    return date.fromordinal(number + 1)


def _exceptions(calendar: Calendar, week: tuple[Hours, ...]) -> dict[int, Hours]:
    """Return the days that differ, the stronger over the weaker, and then less their breaks."""
    found = {number_of(each.day): _merged(each.spans) for each in calendar.special_days}
    found |= dict.fromkeys(_holidays(calendar), ())
    for each in calendar.breaks:
        day = number_of(each.day)
        found[day] = _without(found.get(day, week[day % WEEK]), _merged(each.spans))
    return found


def _holidays(calendar: Calendar) -> Iterator[int]:
    yield from map(number_of, calendar.holidays)
    for year in calendar.years:
        for month, day in calendar.yearly_holidays:
            # A holiday on 29 February comes in leap years only.
            if (month, day) != (2, 29) or _is_leap(year):
                yield number_of(date(year, month, day))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _merged(spans: Iterable[Span]) -> Hours:
    """Return spans in order, those that touch or overlap as one, the empty ones not at all."""
    found: list[tuple[int, int]] = []
    for opens, closes in sorted((each.opens * SECOND, each.closes * SECOND) for each in spans):
        if found and opens <= found[-1][1]:
            begun, ended = found.pop()
            found.append((begun, max(ended, closes)))
        elif opens < closes:
            found.append((opens, closes))
    return tuple(found)


def _without(hours: Hours, breaks: Hours) -> Hours:
    for begins, ends in breaks:
        left = [
            part
            for opens, closes in hours
            for part in ((opens, min(closes, begins)), (max(opens, ends), closes))
        ]
        hours = tuple((opens, closes) for opens, closes in left if opens < closes)
    return hours


def _length(hours: Hours) -> int:
    return sum(closes - opens for opens, closes in hours)


def _is_workday(hours: Hours) -> int:
    return int(bool(hours))
