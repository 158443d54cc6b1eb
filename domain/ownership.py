"""The ownership ledger: at each instant exactly one party owns the time (rule 21)."""

from __future__ import annotations

from datetime import datetime

from domain.state import CaseState, required_checks
from schemas.case import Segment
from schemas.events import Event, HoldEnded
from schemas.vocabulary import Department, Party, Stage

BY_STAGE = {
    Stage.CLOSED: Party.NOBODY,
    Stage.AWAITING_APPROVAL: Party.SUPERVISOR,
    Stage.AWAITING_CONSENT: Party.CUSTOMER,
    Stage.REMEDYING: Party.REMEDY,
    Stage.FOLLOWING_UP: Party.CALLBACK,
}


def owner_of_time(state: CaseState) -> Party:
    """Return the party that owns the time now, by the precedence of rule 21.

    While a case is on hold, whatever else is open, it is the customer whom we wait for.
    """
    if state.hold is not None:
        return Party.CUSTOMER
    if state.stage in BY_STAGE:
        return BY_STAGE[state.stage]
    return Party.DEPARTMENTS if required_checks(state) else Party.AGENT


def since_when(event: Event, occurred_at: datetime) -> datetime:
    """Return from when on an event changes who owns the time.

    A hold that came to its end while we were down ended at that moment, and not on our waking.
    """
    return event.ended_at if isinstance(event, HoldEnded) else occurred_at


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


def attribute(
    ledger: tuple[Segment, ...], party: Party, department: Department | None
) -> tuple[Segment, ...]:
    """Return the ledger with the time of departments that nobody has ended yet as this party's."""
    owner: dict[str, object] = {"party": party, "department": department}
    return tuple(s.model_copy(update=owner) if is_unattributed(s) else s for s in ledger)


def is_unattributed(segment: Segment) -> bool:
    """Tell whether a segment is of departments, of which the last one has not ended yet."""
    return segment.party is Party.DEPARTMENTS and segment.department is None
