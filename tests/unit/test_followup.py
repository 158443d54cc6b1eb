"""Rule 17: the customer is called back until it is really solved (H11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from schemas.commands import Command
from schemas.events import (
    CallbackAttempted,
    CycleClosed,
    CycleStarted,
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
from tests.support.actors import MANAGER, SUPERVISOR
from tests.support.commands import (
    APOLOGY,
    accept_option,
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
    task = story.state.tasks[-1].number
    story.when(complete_task(task, by=SUPERVISOR)).then(refused(RefusalCode.NOT_ALLOWED))
    story.when(complete_task(task, by=MANAGER), after=hours(3)).then(
        closed(Outcome.DISSATISFIED_EXHAUSTED),
        happened(TaskCompleted, by="manager-1"),
        clock("callback.sign_off", Verdict.MET, cycle=2),
        sent(Purpose.SURVEY),
    )


def test_a_sign_off_that_comes_late_is_breached() -> None:
    story = second_cycle().given(UNHAPPY)
    task = complete_task(story.state.tasks[-1].number, by=MANAGER)
    story.when(task, after=hours(25))
    story.then(clock("callback.sign_off", Verdict.BREACHED, cycle=2))


def test_a_customer_who_withdraws_needs_no_sign_off() -> None:
    story = second_cycle().given(UNHAPPY).when(withdraw()).then(closed(Outcome.WITHDRAWN))
    story.then(clock("callback.sign_off", Verdict.WITHDRAWN, cycle=2))
