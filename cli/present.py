"""What of a case changes from moment to moment, so that no view can keep it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.calling import planned_calls
from domain.clock_cycles import ClockHistory, clock_histories
from domain.journaling import fold
from domain.sums import clock_sums
from schemas.base import Wire
from schemas.events import Envelope
from schemas.ledger import CycleWaiting, Waiting, by_cycle, waiting
from schemas.policy import Policy


class Present(Wire):
    """A case now, as its journal tells it: clocks, who had the time, and calls to make.

    `totals` are who had the time in each cycle, `waiting` in all of them.
    """

    clocks: tuple[ClockHistory, ...] = ()
    totals: tuple[CycleWaiting, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    calls: tuple[datetime, ...] = ()


NOTHING_TOLD = Present()


def present(envelopes: Sequence[Envelope], policy: str | None, now: datetime) -> Present:
    """Work it out under the policy of the case; nothing of a case that is not yet in the journal.

    Of a closed case the time counts up to its closing. A policy that is lost is told by
    `redress clock`; a case can be looked at without it.
    """
    if not envelopes or policy is None:
        return NOTHING_TOLD
    pinned = Policy.model_validate_json(policy)
    state = fold(envelopes, pinned)
    until = state.closed_at or now
    return Present(
        clocks=clock_histories(state, clock_sums(envelopes, pinned), now),
        totals=by_cycle(state.ledger, until),
        waiting=waiting(state.ledger, until),
        calls=planned_calls(state, now),
    )
