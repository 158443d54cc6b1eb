"""Rule 17: the customer is called back until it is really solved (H11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.view import case_view
from schemas.commands import Command
from schemas.events import (
    CallbackAttempted,
    CallbackMoved,
    ClockMoved,
    CycleClosed,
    CycleStarted,
    PromiseBroken,
    SuggestionRecorded,
    SurveyOffered,
    TaskCompleted,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    CycleCause,
    Outcome,
    Purpose,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import AGENT, CUSTOMER, MANAGER, SUPERVISOR
from tests.support.commands import (
    APOLOGY,
    accept_option,
    answer_survey,
    callback,
    close_explained,
    complete_task,
    customer,
    opening,
    propose,
    request_check,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    closed,
    due,
    happened,
    never,
    refused,
    sent,
    stage,
    to_do,
)
from tests.support.handling import move_callback, record_suggestion, sign_off
from tests.support.policies import days, hours, seconds
from tests.support.story import START, Story

NOT_REACHED = callback(CallbackResult.NOT_REACHED)
UNHAPPY = callback(CallbackResult.DISSATISFIED)
SECOND = seconds(1)


def opened(**fields: object) -> Story:
    return Story().opened(opening().model_copy(update=fields)).triaged()


def remedied(**fields: object) -> Story:
    return opened(**fields).given(propose(APOLOGY), accept_option())


def explained() -> Story:
    return opened().given(close_explained())


def second_cycle() -> Story:
    """A case in its last cycle, followed up again."""
    return remedied().given(UNHAPPY, propose(APOLOGY), accept_option(2))


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (CallbackResult.SATISFIED, Outcome.SATISFIED),
        (CallbackResult.NEUTRAL, Outcome.NEUTRAL),
    ],
)
def test_the_outcome_comes_from_the_callback(result: CallbackResult, outcome: Outcome) -> None:
    story = remedied().when(callback(result), after=days(3))
    story.then(closed(outcome), clock("callback", Verdict.MET, cycle=1), to_do())
    assert story.state.closed_at == START + days(3)


def test_the_callback_is_due_a_week_after_the_remedy() -> None:
    remedied().then(due("callback", START + days(7)))


def test_a_callback_that_reaches_the_customer_late_is_breached() -> None:
    story = remedied().when(callback(), after=days(8))
    story.then(closed(Outcome.SATISFIED), clock("callback", Verdict.BREACHED, cycle=1))


@pytest.mark.parametrize("result", [CallbackResult.SATISFIED, CallbackResult.NEUTRAL])
def test_after_an_explanation_the_cycle_ends_as_explained(result: CallbackResult) -> None:
    explained().when(callback(result), after=days(1)).then(closed(Outcome.EXPLAINED))


def call_three_times(story: Story) -> Story:
    return (
        story.when(NOT_REACHED, after=days(1))
        .when(NOT_REACHED, after=days(1) + hours(1))
        .when(NOT_REACHED, after=days(1) + hours(1))
    )


def test_not_reached_three_times_is_unreachable_with_all_attempts_listed() -> None:
    story = call_three_times(remedied())
    story.then(closed(Outcome.UNREACHABLE), clock("callback", Verdict.WITHDRAWN, cycle=1))
    assert [(a.result, a.counts) for a in story.state.attempts] == [("not_reached", True)] * 3


def test_an_explained_customer_who_cannot_be_reached_stays_explained() -> None:
    call_three_times(explained()).then(closed(Outcome.EXPLAINED))


def test_an_explained_customer_who_stays_unhappy_gets_a_new_cycle() -> None:
    story = explained().when(UNHAPPY, after=days(1)).then(stage(Stage.INVESTIGATING))
    assert story.state.cycles[0].outcome is Outcome.DISSATISFIED
    assert not story.state.explained


def test_twice_not_reached_and_then_reached() -> None:
    story = remedied().when(NOT_REACHED, after=days(1)).when(NOT_REACHED, after=days(1) + hours(1))
    story.then(stage(Stage.FOLLOWING_UP), clock("callback", None))
    story.when(callback(), after=days(1)).then(closed(Outcome.SATISFIED))


@pytest.mark.parametrize(
    ("second", "counts"),
    [
        (hours(3), False),
        (days(1), False),
        (days(1) + hours(1), True),
        (hours(23), True),
        (days(-1), False),
    ],
    ids=[
        "the same day",
        "the same hour",
        "another day and hour",
        "the next morning",
        "the day before",
    ],
)
def test_attempts_count_on_different_days_and_hours(second: timedelta, counts: bool) -> None:
    first = START + days(2)
    story = (
        remedied()
        .sleep(days(5))
        .given(
            callback(CallbackResult.NOT_REACHED, called_at=first),
            callback(CallbackResult.NOT_REACHED, called_at=first + second),
        )
    )
    assert [a.counts for a in story.state.attempts] == [True, counts]


@pytest.mark.parametrize(("zone", "counts"), [("Asia/Shanghai", False), ("Europe/London", True)])
def test_days_and_hours_are_those_of_the_customer(zone: str, counts: bool) -> None:
    # In Shanghai both calls fall on the 6th; in London the first is on the 5th.
    story = remedied(customer=customer(zone)).sleep(days(9))
    story.given(
        callback(CallbackResult.NOT_REACHED, called_at=datetime(2026, 11, 5, 22, tzinfo=UTC)),
        callback(CallbackResult.NOT_REACHED, called_at=datetime(2026, 11, 6, 1, tzinfo=UTC)),
    )
    assert [a.counts for a in story.state.attempts] == [True, counts]


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "../etc/passwd", "Asia", "", "x" * 300], ids=lambda zone: zone[:12]
)
def test_a_time_zone_that_means_nothing_jams_no_case(zone: str) -> None:
    story = remedied(customer=customer(zone)).when(NOT_REACHED, after=days(1))
    story.then(accepted(), happened(CallbackAttempted))


def test_an_anonymous_complaint_is_followed_up_in_utc() -> None:
    story = remedied(customer=None).when(NOT_REACHED, after=days(1)).when(callback(), after=days(1))
    story.then(closed(Outcome.SATISFIED))


@pytest.mark.parametrize(
    ("called_at", "code"),
    [
        (START + days(1) + SECOND, RefusalCode.CALLBACK_IN_FUTURE),
        (START + days(9000), RefusalCode.CALLBACK_IN_FUTURE),
        (START - SECOND, RefusalCode.CALLBACK_TOO_EARLY),
    ],
)
def test_a_call_lies_between_the_remedy_and_its_report(
    called_at: datetime, code: RefusalCode
) -> None:
    story = remedied().when(callback(called_at=called_at), after=days(1))
    story.then(refused(code))


def test_calls_before_the_time_agreed_on_neither_count_nor_keep_the_date() -> None:
    story = remedied().given(move_callback(START + days(6), by=CUSTOMER))
    for hour in (25, 50, 75):
        at = START + hours(hour)
        story.when(callback(CallbackResult.NOT_REACHED, called_at=at), after=hours(25))
    assert [attempt.counts for attempt in story.state.attempts] == [False, False, False]
    story.then(stage(Stage.FOLLOWING_UP), clock("promise.1", None))
    story.when(callback(called_at=None), after=hours(69))
    story.then(stage(Stage.CLOSED), clock("promise.1", Verdict.MET, cycle=1))


def test_a_call_took_place_just_now_unless_somebody_says_when() -> None:
    story = remedied().when(callback(called_at=None), after=days(1))
    assert story.state.attempts[-1].called_at == START + days(1)


@pytest.mark.parametrize("called_at", [START, START + days(1)])
def test_the_bounds_of_a_call_are_allowed(called_at: datetime) -> None:
    remedied().when(callback(called_at=called_at), after=days(1)).then(accepted())


@pytest.mark.parametrize(
    "before",
    [(), (request_check(),), (propose(),)],
    ids=["received", "investigating", "awaiting consent"],
)
def test_a_callback_before_the_remedy_is_refused(before: tuple[Command, ...]) -> None:
    opened().given(*before).when(callback()).then(refused(RefusalCode.WRONG_STAGE))


def test_still_not_satisfied_opens_a_new_cycle() -> None:
    story = remedied().when(UNHAPPY, after=days(2))
    story.then(
        happened(CycleClosed, cycle=1, outcome=Outcome.DISSATISFIED),
        happened(CycleStarted, cycle=2, cause=CycleCause.CALLBACK, started_at=START + days(2)),
        never(SurveyOffered),
        sent(),
        stage(Stage.INVESTIGATING),
        clock("reply", None),
        due("solution", START + days(2) + hours(48)),
    )
    assert story.state.attempts == ()


def test_after_the_last_cycle_a_manager_signs_off() -> None:
    story = second_cycle().when(UNHAPPY, after=days(1))
    story.then(
        to_do(TaskKind.SIGN_OFF),
        stage(Stage.FOLLOWING_UP),
        clock("callback", Verdict.MET),
        due("callback.sign_off", START + days(2)),
    )
    story.when(callback()).then(refused(RefusalCode.WRONG_STAGE))
    story.when(sign_off(by=SUPERVISOR)).then(refused(RefusalCode.NOT_ALLOWED))
    story.when(sign_off(), after=hours(3)).then(
        closed(Outcome.DISSATISFIED_EXHAUSTED),
        happened(TaskCompleted, by="manager-1"),
        clock("callback.sign_off", Verdict.MET, cycle=2),
        sent(Purpose.SURVEY),
    )


def test_a_sign_off_that_comes_late_is_breached() -> None:
    story = second_cycle().given(UNHAPPY).when(sign_off(), after=hours(25))
    story.then(clock("callback.sign_off", Verdict.BREACHED, cycle=2))


def test_the_task_of_signing_off_is_done_by_signing_off() -> None:
    story = second_cycle().given(UNHAPPY)
    task = complete_task(story.state.tasks[-1].number, by=MANAGER)
    story.when(task).then(refused(RefusalCode.SIGN_OFF_INSTEAD))


def test_nothing_is_signed_off_that_does_not_wait_for_it() -> None:
    remedied().when(sign_off()).then(refused(RefusalCode.TASK_UNKNOWN))


def test_a_customer_who_withdraws_needs_no_sign_off() -> None:
    story = second_cycle().given(UNHAPPY).when(withdraw()).then(closed(Outcome.WITHDRAWN))
    story.then(clock("callback.sign_off", Verdict.WITHDRAWN, cycle=2))


# ---- Another time for the call (rule 17) --------------------------------------------------------


def test_another_time_moves_the_appointment_and_not_the_deadline() -> None:
    to = START + days(9)
    story = remedied().when(move_callback(to), after=days(1))
    story.then(
        happened(CallbackMoved, to=to, at_customers_request=False, evidence=None),
        sent(Purpose.CALLBACK_MOVED),
        due("callback", START + days(7)),
        due("promise.1", to),
    )
    assert case_view(story.state).appointment == to
    assert story.state.messages[-1].promised_at == to


@pytest.mark.parametrize(
    "command",
    [
        move_callback(START + days(9), wished=True, evidence="call-17"),
        move_callback(START + days(9), by=CUSTOMER),
    ],
    ids=["recorded", "the customer's own word"],
)
def test_a_recorded_wish_of_the_customer_moves_the_deadline(command: Command) -> None:
    story = remedied().when(command, after=days(1))
    story.then(
        happened(CallbackMoved, at_customers_request=True),
        happened(ClockMoved, key="callback", reason="customer_request"),
        due("callback", START + days(9)),
    )


def test_a_wish_that_nobody_can_prove_is_refused() -> None:
    story = remedied().when(move_callback(START + days(9), wished=True))
    story.then(refused(RefusalCode.EVIDENCE_MISSING))


def test_an_earlier_time_leaves_the_deadline() -> None:
    story = remedied().when(move_callback(START + days(2), by=CUSTOMER)).then(never(ClockMoved))
    story.then(due("callback", START + days(7)))


def test_a_deadline_that_has_passed_is_not_moved_out_of_sight() -> None:
    story = remedied().when(move_callback(START + days(9), by=CUSTOMER), after=days(8))
    story.then(never(ClockMoved), due("callback", START + days(7)))
    story.when(callback(), after=days(1)).then(clock("callback", Verdict.BREACHED, cycle=1))


def test_the_literal_measure_stays_where_it_was() -> None:
    """Reading 5: a wish moves the deadline, not what is counted from receipt."""
    story = remedied().given(move_callback(START + days(9), by=CUSTOMER))
    view = case_view(story.when(callback(), after=days(8)).state)
    assert view.callback_from_receipt is Verdict.BREACHED
    story.then(clock("callback", Verdict.MET, cycle=1))


@pytest.mark.parametrize("result", [CallbackResult.SATISFIED, CallbackResult.NOT_REACHED])
def test_a_call_at_the_agreed_time_keeps_the_appointment(result: CallbackResult) -> None:
    story = remedied().given(move_callback(START + days(2)))
    story.when(callback(result), after=days(2))
    story.then(clock("promise.1", Verdict.MET, cycle=1))


def test_an_appointment_that_is_missed_is_a_broken_promise() -> None:
    story = remedied().given(move_callback(START + days(2))).wait(days(2))
    story.then(happened(PromiseBroken, promise=1), sent(Purpose.PROMISE_BROKEN))


def test_an_appointment_that_is_moved_again_is_no_broken_promise() -> None:
    story = remedied().given(move_callback(START + days(2)))
    story.when(move_callback(START + days(3)), after=days(1))
    story.then(clock("promise.1", Verdict.WITHDRAWN), clock("promise.2", None))
    assert story.state.appointment == START + days(3)


@pytest.mark.parametrize("to", [START, START + days(400)])
def test_an_appointment_lies_ahead(to: datetime) -> None:
    remedied().when(move_callback(to)).then(refused(RefusalCode.MOMENT_UNSUITABLE))


def test_before_the_remedy_there_is_no_call_to_move() -> None:
    opened().when(move_callback(START + days(2))).then(refused(RefusalCode.WRONG_STAGE))


def test_while_a_manager_has_to_sign_off_nobody_calls() -> None:
    story = second_cycle().given(UNHAPPY).when(move_callback(START + days(2)))
    story.then(refused(RefusalCode.WRONG_STAGE))


def test_a_new_cycle_has_no_appointment() -> None:
    story = remedied().given(move_callback(START + days(2)), UNHAPPY)
    assert story.state.appointment is None


# ---- Suggestions (rule 34) ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "before", [(), (callback(),), (callback(), answer_survey())], ids=["called", "closed", "scored"]
)
def test_a_suggestion_is_recorded_and_shown(before: tuple[Command, ...]) -> None:
    story = remedied().given(*before).when(record_suggestion(), after=hours(1))
    story.then(accepted(), happened(SuggestionRecorded))
    (suggestion,) = case_view(story.state).suggestions
    assert (suggestion.number, suggestion.cycle, suggestion.by) == (1, 1, "customer")
    assert suggestion.recorded_at == START + hours(1)
    assert story.answer.created == 1


def test_suggestions_are_numbered_through_the_case() -> None:
    story = remedied().given(record_suggestion(), UNHAPPY, propose(APOLOGY), accept_option(2))
    story.given(record_suggestion(by=AGENT))
    assert [(s.number, s.cycle) for s in story.state.suggestions] == [(1, 1), (2, 2)]


def test_while_we_handle_it_a_suggestion_is_information() -> None:
    opened().when(record_suggestion()).then(refused(RefusalCode.WRONG_STAGE))


def test_after_the_run_has_ended_it_comes_too_late() -> None:
    story = remedied().given(callback()).wait(days(31)).when(record_suggestion())
    story.then(refused(RefusalCode.RUN_COMPLETED))
