"""Rules 6, 17 and 18: calling back, asking, and coming back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.carry_out import carry_out
from schemas.commands import Command
from schemas.events import (
    CallbackAttempted,
    CaseEscalated,
    ClockEnded,
    CycleClosed,
    CycleStarted,
    SurveyAnswered,
    SurveyOffered,
    SurveyWithdrawn,
    TaskCompleted,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    CycleCause,
    Outcome,
    Party,
    Purpose,
    Role,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import MANAGER, SUPERVISOR
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
    reopen,
    reply,
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
from tests.support.policies import days, hours, policy, seconds
from tests.support.reports import stamped
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


def satisfied() -> Story:
    return remedied().given(callback())


def second_cycle() -> Story:
    """A case in its last cycle, followed up again."""
    return remedied().given(UNHAPPY, propose(APOLOGY), accept_option(2))


# ---- The callback (rule 17) ---------------------------------------------------------------------


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


# ---- The survey (rule 18) -----------------------------------------------------------------------


def test_a_survey_is_offered_when_the_cycle_ends() -> None:
    story = remedied().when(callback(), after=days(1))
    story.then(sent(Purpose.SURVEY), happened(SurveyOffered))
    assert story.state.survey is not None
    assert story.state.survey.until == START + days(15)


def test_no_survey_after_withdrawal() -> None:
    story = opened().when(withdraw())
    story.then(sent(Purpose.WITHDRAWN_CONFIRMED), never(SurveyOffered))
    story.when(answer_survey()).then(refused(RefusalCode.SURVEY_NOT_OFFERED))


def test_no_survey_after_silence() -> None:
    story = opened().given(propose()).wait(days(2)).wait(days(1))
    story.then(sent(Purpose.NO_ANSWER_CLOSED), never(SurveyOffered))
    story.when(answer_survey()).then(refused(RefusalCode.SURVEY_NOT_OFFERED))


def test_the_score_belongs_to_the_cycle() -> None:
    story = (
        satisfied()
        .when(answer_survey(4), after=days(1))
        .then(accepted(), happened(SurveyAnswered, cycle=1, score=4), never(CycleStarted))
    )
    assert story.state.cycles[0].score == 4
    assert story.state.survey is not None
    assert story.state.survey.score == 4


@pytest.mark.parametrize(
    ("after", "code"), [(days(14), None), (days(14) + SECOND, RefusalCode.WINDOW_PASSED)]
)
def test_a_survey_is_valid_for_fourteen_days(after: timedelta, code: RefusalCode | None) -> None:
    satisfied().when(answer_survey(), after=after).then(refused(code) if code else accepted())


@pytest.mark.parametrize(
    ("after", "code"), [(hours(24), None), (hours(24) + SECOND, RefusalCode.WINDOW_PASSED)]
)
def test_an_answer_may_change_for_a_day(after: timedelta, code: RefusalCode | None) -> None:
    story = satisfied().given(answer_survey(3)).when(answer_survey(5), after=after)
    story.then(refused(code) if code else accepted())
    assert story.state.cycles[0].score == (3 if code else 5)


def test_changing_an_answer_gives_no_further_day() -> None:
    story = satisfied().given(answer_survey(3)).when(answer_survey(4), after=hours(23))
    story.when(answer_survey(5), after=hours(2)).then(refused(RefusalCode.WINDOW_PASSED))


@pytest.mark.parametrize("score", [-1, 0, 6, 10**4000])
def test_a_score_is_one_to_five(score: int) -> None:
    satisfied().when(answer_survey(score)).then(refused(RefusalCode.SCORE_OUT_OF_RANGE))


def test_an_open_case_has_no_survey() -> None:
    remedied().when(answer_survey()).then(refused(RefusalCode.CASE_NOT_CLOSED))


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_score_starts_a_further_cycle(score: int) -> None:
    story = satisfied().when(answer_survey(score), after=days(1))
    story.then(
        happened(CycleStarted, cycle=2, cause=CycleCause.SURVEY),
        never(SurveyWithdrawn),
        stage(Stage.INVESTIGATING),
    )
    assert story.state.cycles[0].score == score
    assert story.state.cycles[0].outcome is Outcome.SATISFIED


def test_a_score_that_is_changed_to_a_low_one_starts_a_cycle_too() -> None:
    satisfied().given(answer_survey(5)).when(answer_survey(2)).then(happened(CycleStarted))


@pytest.mark.parametrize("score", [3, 4, 5])
def test_a_score_from_three_on_leaves_the_case_closed(score: int) -> None:
    satisfied().when(answer_survey(score)).then(closed(Outcome.SATISFIED), never(CycleStarted))


def test_a_low_score_after_the_last_cycle_goes_to_the_manager() -> None:
    story = second_cycle().given(callback()).when(answer_survey(1))
    story.then(
        happened(CaseEscalated, to=Role.MANAGER, reason="dissatisfied_survey"),
        never(CycleStarted),
        closed(Outcome.SATISFIED),
    )


# ---- Reopening (rule 6) -------------------------------------------------------------------------


def test_reopening_starts_a_cycle_with_fresh_clocks_and_freezes_the_old_ones() -> None:
    story = satisfied().wait(days(20))
    frozen = story.state.clocks
    story.when(reopen()).then(
        happened(CycleStarted, cycle=2, cause=CycleCause.REOPENED),
        happened(SurveyWithdrawn, cycle=1),
        stage(Stage.INVESTIGATING),
        due("reply", START + days(20) + hours(24)),
        due("solution", START + days(20) + hours(48)),
    )
    story.given(reply()).wait(days(9))
    assert story.state.cycles[0].clocks == frozen
    assert story.state.cycles[0].outcome is Outcome.SATISFIED


def test_the_total_clock_runs_on() -> None:
    story = satisfied().wait(days(3)).given(reopen())
    assert story.state.cycles[0].started_at == START
    assert [(s.party, s.since) for s in story.state.ledger[-2:]] == [
        (Party.NOBODY, START),
        (Party.AGENT, START + days(3)),
    ]


def test_an_answered_survey_is_not_withdrawn() -> None:
    satisfied().given(answer_survey(5)).when(reopen()).then(never(SurveyWithdrawn))


@pytest.mark.parametrize(
    ("after", "code"), [(days(30), None), (days(30) + SECOND, RefusalCode.WINDOW_PASSED)]
)
def test_a_case_can_be_reopened_for_thirty_days(after: timedelta, code: RefusalCode | None) -> None:
    # By receipt: the alarm that ends the run has not rung yet.
    story = satisfied().sleep(days(40)).when(stamped(reopen(), START + after))
    story.then(refused(code) if code else accepted())


@pytest.mark.parametrize("command", [reopen(), answer_survey(), reply()])
def test_after_the_windows_the_run_is_over(command: Command) -> None:
    story = satisfied().wait(days(31)).when(command)
    story.then(refused(RefusalCode.RUN_COMPLETED))


def test_an_open_case_cannot_be_reopened() -> None:
    remedied().when(reopen()).then(refused(RefusalCode.CASE_NOT_CLOSED))


def test_a_merged_case_goes_on_under_another_number() -> None:
    state = satisfied().state
    merged = state.cycle.model_copy(update={"outcome": Outcome.MERGED})
    state = state.model_copy(update={"cycles": (merged,)})
    handled = carry_out(state, reopen(), START + days(1))
    assert handled.answer.code is RefusalCode.CASE_MERGED


def test_a_back_dated_stamp_does_not_shorten_the_windows() -> None:
    story = remedied().sleep(days(2)).when(stamped(withdraw(), START - days(900)))
    assert story.state.closed_at == START
    story.wake()
    assert not story.state.completed


def test_nothing_reaches_a_closed_case_before_it_was_closed() -> None:
    story = satisfied().sleep(days(1)).when(stamped(reopen(), START - days(1)))
    assert story.state.cycle.started_at == START
    story.then(happened(ClockEnded, times=0))


def test_each_cycle_may_be_reopened_again() -> None:
    story = satisfied().given(reopen(), withdraw(), reopen(), withdraw())
    assert [c.outcome for c in story.state.cycles] == ["satisfied", "withdrawn", "withdrawn"]
