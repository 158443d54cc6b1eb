"""Follow-up: the callback, the survey, and coming back (H11, H12, rules 6, 17 and 18)."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from domain import clocks, cycles, tasks
from domain.decision import Decision, Refused, require
from domain.state import CaseState, running
from schemas.case import Attempt
from schemas.commands import AnswerSurvey, RecordCallbackAttempt, Reopen
from schemas.events import CallbackAttempted, CaseEscalated, SurveyAnswered
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    ClockKind,
    CycleCause,
    Outcome,
    Role,
    Stage,
    TaskKind,
)

LOWEST, UNHAPPY, HIGHEST = 1, 2, 5
"""Survey scores; up to the middle one a customer is dissatisfied (H12)."""

OUTCOMES = {
    CallbackResult.SATISFIED: Outcome.SATISFIED,
    CallbackResult.NEUTRAL: Outcome.NEUTRAL,
}

CALLBACK_KEY = "callback"
"""The clock that measures when the customer is called back."""

SIGN_OFF_KEY = "callback.sign_off"
"""The clock that measures the manager's sign-off of a customer who stays dissatisfied."""


def start_callback(decision: Decision) -> None:
    """Start the week within which the customer is called back (H1, reading 5)."""
    target = decision.state.policy.callback.target
    clocks.start(decision, ClockKind.CALLBACK, CALLBACK_KEY, decision.at, target)


def record_callback_attempt(decision: Decision, command: RecordCallbackAttempt) -> None:
    """Take note of a call; reached or not, it moves the case on (rule 17)."""
    state = decision.state
    require(state.stage is Stage.FOLLOWING_UP, RefusalCode.WRONG_STAGE)
    require(not tasks.open_tasks(state, TaskKind.SIGN_OFF), RefusalCode.WRONG_STAGE)
    require(command.called_at <= decision.at, RefusalCode.CALLBACK_IN_FUTURE)
    began = running(state, ClockKind.CALLBACK)[0].started_at
    require(command.called_at >= began, RefusalCode.CALLBACK_TOO_EARLY)
    attempt = Attempt(
        result=command.result,
        called_at=command.called_at,
        by=decision.actor.id,
        counts=_counts(state, command.called_at),
        note=command.note,
    )
    decision.record(CallbackAttempted(attempt=attempt))
    if command.result is CallbackResult.NOT_REACHED:
        _give_up_if_exhausted(decision)
    else:
        _conclude(decision, command.result)


def answer_survey(decision: Decision, command: AnswerSurvey) -> None:
    """Take the score; it may be changed for a day, and a low one reopens (rule 18)."""
    state = decision.state
    require(state.is_closed, RefusalCode.CASE_NOT_CLOSED)
    survey = state.survey
    if survey is None:
        raise Refused(RefusalCode.SURVEY_NOT_OFFERED)
    require(decision.at <= survey.until, RefusalCode.WINDOW_PASSED)
    require(LOWEST <= command.score <= HIGHEST, RefusalCode.SCORE_OUT_OF_RANGE)
    if survey.first_answered_at is not None:
        last = survey.first_answered_at + state.policy.windows.survey_change
        require(decision.at <= last, RefusalCode.WINDOW_PASSED)
    decision.record(
        SurveyAnswered(
            cycle=survey.cycle,
            score=command.score,
            answered_at=decision.at,
            comment=command.comment,
        )
    )
    if command.score <= UNHAPPY:
        _follow_further(decision)


def reopen(decision: Decision, command: Reopen) -> None:
    """Start a new cycle within the window after closing (reading 6, rule 6)."""
    state = decision.state
    require(state.is_closed, RefusalCode.CASE_NOT_CLOSED)
    require(state.outcome is not Outcome.MERGED, RefusalCode.CASE_MERGED)
    require(decision.at <= reopening_ends_at(state), RefusalCode.WINDOW_PASSED)
    cycles.start(decision, CycleCause.REOPENED, command.reason)


def reopening_ends_at(state: CaseState) -> datetime:
    """Return until when a closed case can be reopened (reading 6)."""
    closed_at = state.closed_at or state.cycle.started_at
    return closed_at + state.policy.windows.reopening


def _counts(state: CaseState, called_at: datetime) -> bool:
    """Tell whether a call is on another day and at another hour than those that count."""
    zone = _time_zone(state)
    local = called_at.astimezone(zone)
    earlier = [a.called_at.astimezone(zone) for a in state.attempts if a.counts]
    return all(local.date() != e.date() and local.hour != e.hour for e in earlier)


def _time_zone(state: CaseState) -> tzinfo:
    """Return the customer's zone; a name that means nothing here must not jam the case."""
    customer = state.opening.customer
    try:
        return ZoneInfo(customer.time_zone) if customer else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def _give_up_if_exhausted(decision: Decision) -> None:
    state = decision.state
    if sum(attempt.counts for attempt in state.attempts) >= state.policy.callback.attempts:
        cycles.close(decision, Outcome.EXPLAINED if state.explained else Outcome.UNREACHABLE)


def _conclude(decision: Decision, result: CallbackResult) -> None:
    clocks.answer(decision, CALLBACK_KEY, decision.at, decision.proof)
    state = decision.state
    if result is not CallbackResult.DISSATISFIED:
        cycles.close(decision, Outcome.EXPLAINED if state.explained else OUTCOMES[result])
    elif len(state.cycles) < state.policy.callback.cycles:
        cycles.close(decision, Outcome.DISSATISFIED)
        cycles.start(decision, CycleCause.CALLBACK)
    else:
        tasks.create(decision, TaskKind.SIGN_OFF)
        target = state.policy.revision
        clocks.start(decision, ClockKind.CALLBACK, SIGN_OFF_KEY, decision.at, target)


def _follow_further(decision: Decision) -> None:
    state = decision.state
    if len(state.cycles) < state.policy.callback.cycles:
        cycles.start(decision, CycleCause.SURVEY)
    else:
        decision.record(CaseEscalated(to=Role.MANAGER, reason="dissatisfied_survey"))
