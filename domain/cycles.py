"""Cycles: one pass from opening or reopening to closing (reading 6, rules 6, 17 and 18)."""

from __future__ import annotations

from domain import clocks, escalation, messaging, pauses, progress, tasks, waits
from domain.chain import policy_version
from domain.decision import Decision
from domain.state import CaseState, open_checks, running
from schemas.case import Survey
from schemas.events import (
    CheckWithdrawn,
    CycleClosed,
    CycleStarted,
    StageChanged,
    SurveyOffered,
    SurveyWithdrawn,
)
from schemas.sealed import Sealed
from schemas.vocabulary import ClockKind, CycleCause, Outcome, Purpose, Stage

UNASKED = frozenset({Outcome.NO_ANSWER, Outcome.WITHDRAWN, Outcome.MERGED, Outcome.DISSATISFIED})
"""Outcomes after which no survey is offered (rule 18); after the last a new cycle follows."""

GOING_ON = (CycleCause.ANSWERED, CycleCause.UNMERGED)
"""Causes of cycles that go on with what the one before left."""

FAREWELLS = {
    Outcome.NO_ANSWER: Purpose.NO_ANSWER_CLOSED,
    Outcome.WITHDRAWN: Purpose.WITHDRAWN_CONFIRMED,
    Outcome.MERGED: Purpose.MERGED,
}
"""How the customer hears of an ending without a survey.

The survey says itself that the complaint is closed, and so does the message of a complaint without
ground; `Purpose.CLOSED` waits for an ending that has neither.
"""


def start(decision: Decision, cause: CycleCause, reason: Sealed | None = None) -> None:
    """Begin a cycle with fresh reply and solution clocks; the verdicts before it stay frozen."""
    _begin(decision, cause, reason)
    if cause is not CycleCause.OPENED:
        decision.record(StageChanged(stage=Stage.INVESTIGATING))
    clocks.start_first(decision)
    progress.follow(decision)
    escalation.raise_if_serious(decision)


def go_on(decision: Decision) -> None:
    """Begin a cycle in which the customer holds the proposal of the one before (reading 2).

    Reply and solution were given then, so that no clock of theirs begins again.
    """
    _begin(decision, CycleCause.ANSWERED)
    decision.record(StageChanged(stage=Stage.AWAITING_CONSENT))
    escalation.raise_if_serious(decision)


def passes(state: CaseState) -> int:
    """Return how often the case was handled: a cycle that goes on with the last is no other."""
    return sum(cycle.cause not in GOING_ON for cycle in state.cycles)


def _begin(decision: Decision, cause: CycleCause, reason: Sealed | None = None) -> None:
    state = decision.state
    number = len(state.cycles) + 1
    if state.survey is not None and state.survey.score is None:
        decision.record(SurveyWithdrawn(cycle=state.survey.cycle))
    decision.record(
        CycleStarted(
            cycle=number,
            cause=cause,
            policy_version=policy_version(state.policy),
            started_at=decision.at,
            reason=reason,
        )
    )


def close(decision: Decision, outcome: Outcome) -> None:
    """End the cycle: every clock gets its verdict, and whatever is open is taken back."""
    pauses.end(decision, decision.at, outcome)
    if outcome is not Outcome.MERGED:
        # Whoever sent the complaint to us is told how it ended: that is the answer.
        for key in clocks.keys_of(decision.state, ClockKind.EXTERNAL):
            clocks.answer(decision, key, decision.at, decision.proof)
    for clock in running(decision.state):
        clocks.end_unanswered(decision, clock, outcome)
    for check in open_checks(decision.state):
        decision.record(CheckWithdrawn(check=check.number, ended_at=decision.at))
        waits.attribute(decision, check)
    messaging.end_standing(decision, outcome)
    tasks.withdraw(decision)
    cycle = decision.state.cycle.number
    decision.record(CycleClosed(cycle=cycle, outcome=outcome, closed_at=decision.at))
    decision.record(StageChanged(stage=Stage.CLOSED))
    _take_leave(decision, outcome)


def _take_leave(decision: Decision, outcome: Outcome) -> None:
    if outcome not in UNASKED:
        until = decision.at + decision.state.policy.windows.survey
        cycle = decision.state.cycle.number
        decision.record(SurveyOffered(survey=Survey(cycle=cycle, until=until)))
        messaging.release(decision, Purpose.SURVEY)
    elif outcome in FAREWELLS:
        messaging.release(decision, FAREWELLS[outcome])
