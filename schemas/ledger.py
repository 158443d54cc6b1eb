"""The ownership ledger added up: who had the time for how long (rule 21).

Everything here is a sum of segments. The sums stand beside their words, because a case record
shows them and a reader of it works them out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from schemas.base import Wire
from schemas.case import Segment
from schemas.vocabulary import Department, Party

OWNERS = tuple((party, department) for party in Party for department in (None, *Department))
"""Whoever can own time, in the order of the words."""

NOTHING = timedelta()


class Waiting(Wire):
    """How long a party owned the time (rule 21).

    Departments are told apart; what nobody has ended yet is theirs together.
    """

    party: Party
    total: timedelta
    department: Department | None = None


class CycleWaiting(Wire):
    """How long each party owned the time in a cycle; `total` is all of it.

    The time between its closing and the next opening is nobody's, and counts to the cycle before.
    """

    cycle: int
    total: timedelta
    waiting: tuple[Waiting, ...]


def lengths(ledger: tuple[Segment, ...], until: datetime) -> Iterator[tuple[Segment, timedelta]]:
    """Yield each segment with how long it lasted, the last one up to `until`."""
    for segment, following in pairwise(ledger):
        yield segment, following.since - segment.since
    if ledger:
        yield ledger[-1], max(until - ledger[-1].since, NOTHING)


def waiting(ledger: tuple[Segment, ...], until: datetime) -> tuple[Waiting, ...]:
    """Return how long each party owned the time up to `until`, in the order of the words."""
    return _by_party(lengths(ledger, until))


def by_cycle(ledger: tuple[Segment, ...], until: datetime) -> tuple[CycleWaiting, ...]:
    """Return the same for each cycle; all of them add up to the duration of the case."""
    cycles = groupby(lengths(ledger, until), key=lambda each: each[0].cycle)
    return tuple(_of_cycle(cycle, tuple(found)) for cycle, found in cycles)


def _of_cycle(cycle: int, found: tuple[tuple[Segment, timedelta], ...]) -> CycleWaiting:
    total = sum((length for _, length in found), NOTHING)
    return CycleWaiting(cycle=cycle, total=total, waiting=_by_party(found))


def _by_party(found: Iterable[tuple[Segment, timedelta]]) -> tuple[Waiting, ...]:
    totals: dict[tuple[Party, Department | None], timedelta] = {}
    for segment, length in found:
        owner = (segment.party, segment.department)
        totals[owner] = totals.get(owner, NOTHING) + length
    return tuple(
        Waiting(party=owner[0], total=totals[owner], department=owner[1])
        for owner in OWNERS
        if owner in totals
    )
