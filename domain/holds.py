"""Holds: waiting for what only the customer knows (rule 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain import clocks, messaging, pauses
from domain.decision import Decision, require
from domain.messaging import Term
from domain.state import CaseState, running
from schemas.case import HoldPeriod
from schemas.commands import Hold, Resume
from schemas.events import HoldStarted, NothingChanged
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Purpose, Stage

INQUIRING = (Stage.RECEIVED, Stage.INVESTIGATING, Stage.DECIDING)
"""Stages in which an answer of the customer can still change what we offer."""

RESUMED = "resumed"


def hold(decision: Decision, command: Hold) -> None:
    """Ask the customer; until the answer, the reminder date or the cap the solution waits.

    It waits no longer than a platform or authority does, whose clock never pauses (rule 26). A
    clock that is late already goes on: a hold hides nothing.
    """
    state = decision.state
    if state.hold is not None:
        decision.record(NothingChanged(command="hold"))
        return
    require(state.stage in INQUIRING and state.standing is None, RefusalCode.WRONG_STAGE)
    require(_is_answered(state), RefusalCode.HOLD_BEFORE_REPLY)
    left = state.policy.longest_hold - state.held
    require(left > timedelta(), RefusalCode.HOLD_EXHAUSTED)
    until = _tightened(state, decision.at, decision.at + left)
    in_time = decision.at < command.remind_at < until
    require(in_time, RefusalCode.MOMENT_UNSUITABLE, f"before {until:%Y-%m-%dT%H:%M}Z")
    period = HoldPeriod(
        number=sum(clock.kind is ClockKind.HOLD for clock in state.clocks) + 1,
        question=command.question,
        started_at=decision.at,
        remind_at=command.remind_at.astimezone(UTC),
        until=until,
    )
    decision.record(HoldStarted(hold=period))
    target = period.remind_at - decision.at
    clocks.start(decision, ClockKind.HOLD, pauses.clock_key(period), decision.at, target)
    messaging.release(
        decision,
        Purpose.HOLD_QUESTION,
        answers=clocks.keys_of(state, ClockKind.PROGRESS),
        text=command.question,
        term=Term(answer_until=period.remind_at),
    )


def resume(decision: Decision, _: Resume) -> None:
    """Wait for the customer no longer; the solution clock goes on."""
    if decision.state.hold is None:
        decision.record(NothingChanged(command="resume"))
    else:
        pauses.end(decision, decision.at, RESUMED)


def ask_again(decision: Decision) -> None:
    """Ask the customer once more, unless the hold is about to end anyway."""
    period = decision.state.hold
    if period is not None and decision.now < period.until:
        term = Term(answer_until=period.until)
        messaging.release(decision, Purpose.HOLD_QUESTION, text=period.question, term=term)


def _tightened(state: CaseState, started_at: datetime, until: datetime) -> datetime:
    """Return until when a hold may last, which is never past an external date still ahead."""
    dates = [c.due_at for c in running(state, ClockKind.EXTERNAL) if c.due_at > started_at]
    return min([until, *dates])


def _is_answered(state: CaseState) -> bool:
    """Tell whether a person has answered the customer in this cycle."""
    replies = [clock for clock in state.clocks if clock.kind is ClockKind.REPLY]
    return all(clock.answered_at is not None for clock in replies)
