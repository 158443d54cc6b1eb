"""Pauses: what a hold does to the solution clock, and how it ends (rule 5)."""

from __future__ import annotations

from datetime import datetime

from domain import clocks
from domain.decision import Decision
from domain.state import is_paused, running
from schemas.case import HoldPeriod
from schemas.events import HoldEnded
from schemas.vocabulary import ClockKind

HELD = "held"
LONGEST = "longest"
"""Why a hold ends by itself: policy, or somebody else's date, lets a case wait no longer."""


def clock_key(hold: HoldPeriod) -> str:
    """Return the key of the clock that measures the customer's answer."""
    return f"hold.{hold.number}"


def end(decision: Decision, at: datetime, reason: str, *, answered: bool = False) -> None:
    """End the hold, if there is one; the clock that stood still is due later by as much.

    `at` counts as a moment within the hold, whatever a stamp or a late alarm says.
    """
    hold = decision.state.hold
    if hold is None:
        return
    ended_at = min(max(at, hold.started_at), hold.until)
    paused = [c for c in running(decision.state) if is_paused(decision.state, c)]
    decision.record(HoldEnded(hold=hold.number, ended_at=ended_at, reason=reason))
    for clock in paused:
        clocks.prolong(decision, clock, hold.started_at, ended_at, HELD)
    for clock in running(decision.state, ClockKind.HOLD):
        if answered:
            clocks.answer(decision, clock.key, ended_at, decision.proof)
        else:
            clocks.end_unanswered(decision, clock, reason)
