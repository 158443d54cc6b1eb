"""Follow-up: the callback, the survey, and coming back (H11, H12, rules 6, 17 and 18)."""

from __future__ import annotations

from datetime import datetime

from domain import clocks, cycles, messaging, promises, tasks
from domain.calling import CALLBACK_KEY, SIGN_OFF_KEY, counts
from domain.decision import Decision, Refused, require
from domain.messaging import Term
from domain.state import CaseState, running
from schemas.case import Attempt, Suggestion
from schemas.commands import (
    AnswerSurvey,
    MoveCallback,
    RecordCallbackAttempt,
    RecordSuggestion,
    Reopen,
    SignOff,
)
from schemas.events import (
    CallbackAttempted,
    CallbackMoved,
    CaseEscalated,
    SuggestionRecorded,
    SurveyAnswered,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    ClockKind,
    CycleCause,
    Outcome,
    Purpose,
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

WISHED = "customer_request"
"""Why the deadline of the callback moves."""

MOVED = "moved"
"""Why an appointment no longer counts."""


def start_callback(decision: Decision) -> None:
    """Start the week within which the customer is called back (H1, reading 5)."""
    target = decision.state.policy.callback.target
    known = [clock for clock in decision.state.clocks if clock.kind is ClockKind.CALLBACK]
    # The first one ended when the remedy was taken back: each clock has one verdict of its own.
    key = f"{CALLBACK_KEY}.{len(known) + 1}" if known else CALLBACK_KEY
    clocks.start(decision, ClockKind.CALLBACK, key, decision.at, target)


def record_callback_attempt(decision: Decision, command: RecordCallbackAttempt) -> None:
    """Take note of a call; reached or not, it moves the case on (rule 17)."""
    state = decision.state
    require(state.stage is Stage.FOLLOWING_UP, RefusalCode.WRONG_STAGE)
    require(not tasks.open_tasks(state, TaskKind.SIGN_OFF), RefusalCode.WRONG_STAGE)
    called_at = command.called_at or decision.at
    require(called_at <= decision.at, RefusalCode.CALLBACK_IN_FUTURE)
    began = running(state, ClockKind.CALLBACK)[0].started_at
    require(called_at >= began, RefusalCode.CALLBACK_TOO_EARLY)
    attempt = Attempt(
        result=command.result,
        called_at=called_at,
        by=decision.actor.id,
        counts=_is_timely(state, called_at) and counts(state, called_at),
        note=command.note,
    )
    decision.record(CallbackAttempted(attempt=attempt))
    # Whether anybody answers or not: we have called when we said we would.
    if command.result is not CallbackResult.NOT_REACHED or _is_timely(state, called_at):
        promises.keep_about(decision, ClockKind.CALLBACK, decision.at, decision.proof)
    if command.result is CallbackResult.NOT_REACHED:
        _give_up_if_exhausted(decision)
    else:
        _conclude(decision, command.result)


def move_callback(decision: Decision, command: MoveCallback) -> None:
    """Agree on another time; the deadline follows only the customer's own wish (rule 17).

    A deadline that has passed stays, and one is never moved to an earlier moment.
    """
    state = decision.state
    require(state.stage is Stage.FOLLOWING_UP, RefusalCode.WRONG_STAGE)
    require(not tasks.open_tasks(state, TaskKind.SIGN_OFF), RefusalCode.WRONG_STAGE)
    to = promises.check_ahead(decision, command.to)
    own = decision.actor.role is Role.CUSTOMER
    wished = own or command.at_customers_request
    require(own or not wished or command.evidence, RefusalCode.EVIDENCE_MISSING)
    decision.record(CallbackMoved(to=to, at_customers_request=wished, evidence=command.evidence))
    (clock,) = running(state, ClockKind.CALLBACK)
    if wished and decision.at <= clock.due_at < to:
        clocks.move(decision, clock, to, WISHED)
    promises.withdraw_about(decision, ClockKind.CALLBACK, MOVED)
    promises.give(decision, to, about=ClockKind.CALLBACK)
    messaging.release(decision, Purpose.CALLBACK_MOVED, term=Term(promised_at=to))


def record_suggestion(decision: Decision, command: RecordSuggestion) -> None:
    """Keep what the customer would have us do better, for improvement work (rule 34)."""
    state = decision.state
    after = state.stage in (Stage.FOLLOWING_UP, Stage.CLOSED)
    require(after, RefusalCode.WRONG_STAGE)
    suggestion = Suggestion(
        number=len(state.suggestions) + 1,
        cycle=state.cycle.number,
        by=decision.actor.id,
        recorded_at=decision.at,
        text=command.text,
    )
    decision.record(SuggestionRecorded(suggestion=suggestion))
    decision.created = suggestion.number


def sign_off(decision: Decision, command: SignOff) -> None:
    """Close with a customer who stays dissatisfied after the last cycle (H11)."""
    waiting = tasks.open_tasks(decision.state, TaskKind.SIGN_OFF)
    require(waiting, RefusalCode.TASK_UNKNOWN)
    tasks.complete(decision, waiting[0], command.note)
    clocks.answer(decision, SIGN_OFF_KEY, decision.at, decision.proof)
    cycles.close(decision, Outcome.DISSATISFIED_EXHAUSTED)


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
    goes_on = f"It is complaint {state.merged_into}."
    require(state.outcome is not Outcome.MERGED, RefusalCode.CASE_MERGED, goes_on)
    require(decision.at <= reopening_ends_at(state), RefusalCode.WINDOW_PASSED)
    cycles.start(decision, CycleCause.REOPENED, command.reason)


def reopening_ends_at(state: CaseState) -> datetime:
    """Return until when a closed case can be reopened (reading 6)."""
    closed_at = state.closed_at or state.cycle.started_at
    return closed_at + state.policy.windows.reopening


def _is_timely(state: CaseState, called_at: datetime) -> bool:
    """Tell whether the customer could expect the call: not before the time agreed on."""
    return state.appointment is None or called_at >= state.appointment


def _give_up_if_exhausted(decision: Decision) -> None:
    state = decision.state
    if sum(attempt.counts for attempt in state.attempts) >= state.policy.callback.attempts:
        cycles.close(decision, Outcome.EXPLAINED if state.explained else Outcome.UNREACHABLE)


def _conclude(decision: Decision, result: CallbackResult) -> None:
    for clock in running(decision.state, ClockKind.CALLBACK):
        clocks.answer(decision, clock.key, decision.at, decision.proof)
    state = decision.state
    if result is not CallbackResult.DISSATISFIED:
        cycles.close(decision, Outcome.EXPLAINED if state.explained else OUTCOMES[result])
    elif cycles.passes(state) < state.policy.callback.cycles:
        cycles.close(decision, Outcome.DISSATISFIED)
        cycles.start(decision, CycleCause.CALLBACK)
    else:
        tasks.create(decision, TaskKind.SIGN_OFF)
        target = state.policy.revision
        clocks.start(decision, ClockKind.CALLBACK, SIGN_OFF_KEY, decision.at, target)


def _follow_further(decision: Decision) -> None:
    state = decision.state
    if cycles.passes(state) < state.policy.callback.cycles:
        cycles.start(decision, CycleCause.SURVEY)
    else:
        decision.record(CaseEscalated(to=Role.MANAGER, reason="dissatisfied_survey"))
