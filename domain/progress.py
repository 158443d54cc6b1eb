"""Progress: the customer hears how it goes, until a solution is offered (H2, H10, rule 16)."""

from __future__ import annotations

from datetime import datetime

from domain import clocks
from domain.decision import Decision
from domain.state import CaseState, running
from schemas.vocabulary import ClockKind, Purpose

SAID = (Purpose.REPLY, Purpose.PROGRESS, Purpose.PROMISE_MADE, Purpose.HOLD_QUESTION)
"""What a person says to the customer on the way to a solution."""

NOT_WANTED = "not wanted"


def follow(decision: Decision, reason: str = NOT_WANTED) -> None:
    """Let a progress clock run if the category wants one and a solution is still to come.

    It starts when the customer last heard something, however long ago that is (rule 7).
    """
    state = decision.state
    target = state.policy.targets[state.category].progress
    if not _is_awaited(state):
        target = None
    present = running(state, ClockKind.PROGRESS)
    for clock in present:
        if target is None:
            clocks.end_unanswered(decision, clock, reason)
        else:
            clocks.retime(decision, clock, target, reason)
    if target is not None and not present:
        number = sum(clock.kind is ClockKind.PROGRESS for clock in state.clocks) + 1
        key = f"progress.{number}"
        clocks.start(decision, ClockKind.PROGRESS, key, _last_heard_at(state), target)


def _is_awaited(state: CaseState) -> bool:
    """Tell whether the customer still waits for the first solution of this cycle."""
    return any(clock.key == clocks.SOLUTION_KEY for clock in running(state, ClockKind.SOLUTION))


def _last_heard_at(state: CaseState) -> datetime:
    """Return when a person's last word reached the customer, or the cycle's beginning."""
    heard = [
        message.delivered_at
        for message in state.messages
        if message.cycle == state.cycle.number and message.purpose in SAID and message.delivered_at
    ]
    return max([state.cycle.started_at, *heard])
