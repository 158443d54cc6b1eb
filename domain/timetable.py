"""A calendar in UTC: how much working time lies before each moment, and where an amount ends.

What makes clock changes harmless: between two of them, UTC and the local clock differ by a
constant. So known time is cut into such stretches. Within one, working time is plain arithmetic
on the axis of the local clock, and over all of them it adds up. An hour that the clock shows
twice counts twice, and one that it skips does not count.

Moments are whole microseconds since the beginning of the year 1, in UTC or on the local clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from domain.openings import DAY, SECOND, Openings, number_of, openings
from schemas.calendars import Calendar

EPOCH = datetime(1, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
END_OF_TIME = number_of(date.max) * DAY


@dataclass(frozen=True)
class Zone:
    """The local clock: when it changed, and by how much it is ahead of UTC from then on.

    `changes` and `shown` are the moment of each change, in UTC and as the later clock shows it;
    `offsets` has one entry more, for the time before all changes.
    """

    changes: tuple[int, ...]
    shown: tuple[int, ...]
    offsets: tuple[int, ...]

    def local(self, moment: int) -> int:
        """Return what the local clock shows."""
        return moment + self.offsets[bisect_right(self.changes, moment)]

    def moment(self, local: int) -> int:
        """Return the first moment at which the local clock shows this.

        What it skips counts as if it had not been changed: 02:30 is 03:30 then.
        """
        return local - self.offsets[bisect_right(self.shown, local)]


@dataclass(frozen=True)
class Stretch:
    """Known time in UTC without a change of the local clock.

    `offset` is what that clock is ahead; `gained` is what the working time before a moment, from
    the beginning of the run on, exceeds the one on the axis of the local clock.
    """

    begins: int
    ends: int
    offset: int
    gained: int


@dataclass(frozen=True)
class Run:
    """Known years without a gap between them."""

    openings: Openings
    years: range
    days: range
    stretches: tuple[Stretch, ...]

    @property
    def begins(self) -> int:
        """The first moment of it."""
        return self.stretches[0].begins

    @property
    def ends(self) -> int:
        """The first moment after it."""
        return self.stretches[-1].ends

    def worked(self, moment: int) -> int:
        """Return the working time before a moment of it, or before its end."""
        place = bisect_right(self.stretches, moment, key=lambda each: each.begins)
        return self._worked(self.stretches[place - 1], moment)

    def earliest(self, total: int) -> int | None:
        """Return the first moment by which so much was worked, if it lies in this run."""
        if not self.worked(self.begins) < total <= self.worked(self.ends):
            return None
        place = bisect_left(self.stretches, total, key=lambda each: self._worked(each, each.ends))
        stretch = self.stretches[place]
        return self.openings.earliest(total - stretch.gained, self.days) - stretch.offset

    def latest(self, total: int) -> int | None:
        """Return the last moment by which no more was worked, if it lies in this run."""
        if not self.worked(self.begins) <= total < self.worked(self.ends):
            return None
        place = bisect_right(
            self.stretches, total, key=lambda each: self._worked(each, each.begins)
        )
        stretch = self.stretches[place - 1]
        return self.openings.latest(total - stretch.gained, self.days) - stretch.offset

    def _worked(self, stretch: Stretch, moment: int) -> int:
        return self.openings.before(moment + stretch.offset) + stretch.gained


@dataclass(frozen=True)
class Timetable:
    """Everything that is asked of a calendar, worked out once."""

    openings: Openings
    zone: Zone
    runs: tuple[Run, ...]


@lru_cache(maxsize=64)
def timetable(calendar: Calendar) -> Timetable:
    """Work out a calendar."""
    zone, days = _zone(calendar), openings(calendar)
    runs = (_run(days, zone, years) for years in _without_gaps(calendar.years))
    return Timetable(days, zone, tuple(runs))


def _zone(calendar: Calendar) -> Zone:
    offsets = tuple(each.seconds * SECOND for each in calendar.offsets)
    changes = tuple((each.since - EPOCH) // MICROSECOND for each in calendar.offsets[1:])
    shown = (change + max(pair) for change, pair in zip(changes, pairwise(offsets), strict=True))
    return Zone(changes, tuple(shown), offsets)


def _without_gaps(years: tuple[int, ...]) -> list[range]:
    """Return the years as ranges, in order."""
    found: list[range] = []
    for year in sorted(years):
        first = found.pop().start if found and found[-1].stop == year else year
        found.append(range(first, year + 1))
    return found


def _run(openings: Openings, zone: Zone, years: range) -> Run:
    days = range(number_of(date(years[0], 1, 1)), number_of(date(years[-1], 12, 31)) + 1)
    return Run(openings, years, days, tuple(_stretches(openings, zone, days)))


def _stretches(openings: Openings, zone: Zone, days: range) -> Iterator[Stretch]:
    """Yield the stretches of these local days, with their working time added up from 0."""
    worked = 0
    bounds = pairwise((-END_OF_TIME, *zone.changes, 2 * END_OF_TIME))
    for offset, (since, until) in zip(zone.offsets, bounds, strict=True):
        begins = max(since, days.start * DAY - offset)
        ends = min(until, days.stop * DAY - offset)
        if begins < ends:
            gained = worked - openings.before(begins + offset)
            yield Stretch(begins, ends, offset, gained)
            worked = openings.before(ends + offset) + gained
