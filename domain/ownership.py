"""The ownership ledger: at each instant exactly one party owns the time (rule 21)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from domain.state import CaseState, required_checks
from schemas.case import Segment
from schemas.views import Waiting
from schemas.vocabulary import Party, Stage

BY_STAGE = {
    Stage.CLOSED: Party.NOBODY,
    Stage.AWAITING_CONSENT: Party.CUSTOMER,
    Stage.REMEDYING: Party.REMEDY,
    Stage.FOLLOWING_UP: Party.CALLBACK,
}


def owner_of_time(state: CaseState) -> Party:
    """Return the party that owns the time now, by the precedence of rule 21."""
    if state.stage in BY_STAGE:
        return BY_STAGE[state.stage]
    return Party.DEPARTMENTS if required_checks(state) else Party.AGENT


def advance(state: CaseState, at: datetime) -> tuple[Segment, ...]:
    """Return the ledger after an event that occurred at `at`.

    Time in the ledger never runs backwards: an event that reached us earlier than the one
    before it, but is handled later, takes effect at that one's moment.
    """
    segment = Segment(since=at, party=owner_of_time(state), cycle=len(state.cycles))
    if not state.ledger:
        return (segment,)
    last = state.ledger[-1]
    if (last.party, last.cycle) == (segment.party, segment.cycle):
        return state.ledger
    since = max(last.since, at)
    kept = state.ledger[:-1] if since == last.since else state.ledger
    return (*kept, segment.model_copy(update={"since": since}))


def waiting(ledger: tuple[Segment, ...], until: datetime) -> tuple[Waiting, ...]:
    """Return how long each party owned the time up to `until`, in the order of the words."""
    totals: dict[Party, timedelta] = {}
    for segment, length in _lengths(ledger, until):
        totals[segment.party] = totals.get(segment.party, timedelta()) + length
    return tuple(Waiting(party=party, total=totals[party]) for party in Party if party in totals)


def _lengths(ledger: tuple[Segment, ...], until: datetime) -> Iterator[tuple[Segment, timedelta]]:
    for segment, following in pairwise(ledger):
        yield segment, following.since - segment.since
    if ledger:
        yield ledger[-1], max(until - ledger[-1].since, timedelta())
