"""Running totals over days of which only a few differ from their weekday."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

WEEK = 7


@dataclass(frozen=True)
class Tally:
    """A number per day, added up. Day 0 is Monday, 1 January of the year 1.

    Every question costs a few binary searches, however many weeks lie between.
    """

    week: tuple[int, ...]
    """What comes before each weekday of a usual week; the last entry is the whole week."""
    days: tuple[int, ...]
    """The days that differ from their weekday, in order."""
    excess: tuple[int, ...]
    """By how much the first 0, 1, 2 … of them exceed it, together."""

    def before(self, day: int) -> int:
        """Return the total of all days before this one."""
        weeks, weekday = divmod(day, WEEK)
        usual = weeks * self.week[WEEK] + self.week[weekday]
        return usual + self.excess[bisect_left(self.days, day)]

    def first_reaching(self, total: int, among: range) -> int:
        """Return the first of these days by whose end the total is reached, as it must be."""
        return among[bisect_left(among, total, key=lambda day: self.before(day + 1))]

    def last_within(self, total: int, among: range) -> int:
        """Return the last of these days by whose beginning the total is not yet exceeded.

        The first of them must be such a day.
        """
        return among[bisect_right(among, total, key=self.before) - 1]


def tally(usual: Sequence[int], days: Sequence[int], amount_of: Callable[[int], int]) -> Tally:
    """Add up usual weekdays, from Monday on, and days in order that amount to something else."""
    excess = (amount_of(day) - usual[day % WEEK] for day in days)
    return Tally(
        week=tuple(accumulate(usual, initial=0)),
        days=tuple(days),
        excess=tuple(accumulate(excess, initial=0)),
    )
