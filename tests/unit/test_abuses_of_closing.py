"""Abuses 23 to 27: who tries to close what is open, to open what is closed, or to praise us."""

from __future__ import annotations

import pytest

from schemas.commands import Actor, Command
from schemas.refusals import RefusalCode
from schemas.vocabulary import CallbackResult, Outcome, Stage
from tests.support.actors import AGENT, AUDITOR, CUSTOMER, REVIEWER, SHOP, WAREHOUSE
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    answer_survey,
    approve_proposal,
    callback,
    close_explained,
    compensate_step,
    complete_check,
    complete_task,
    propose,
    reopen,
    request_check,
    settle_step,
    withdraw,
)
from tests.support.expectations import closed, refused, stage
from tests.support.handling import close_unjustified, sign_off
from tests.support.policies import days, hours, minutes, seconds
from tests.support.story import START, Story


def opened() -> Story:
    return Story().opened().triaged()


def remedied() -> Story:
    """A case whose customer is to be called back."""
    return opened().given(propose(APOLOGY), accept_option())


def closed_case() -> Story:
    return remedied().given(callback())


# ---- After the end ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        request_check(),
        complete_check(),
        propose(),
        approve_proposal(),
        accept_option(),
        settle_step(),
        compensate_step(),
        callback(),
        sign_off(),
        close_explained(),
        withdraw(),
    ],
    ids=lambda command: type(command).__name__,
)
def test_23_a_command_after_closing(command: Command) -> None:
    story = closed_case().when(command)
    story.then(refused(RefusalCode.CASE_CLOSED), closed(Outcome.SATISFIED))


def test_24_reopening_after_the_end() -> None:
    ended = closed_case().wait(days(30) + seconds(1)).when(reopen())
    ended.then(refused(RefusalCode.RUN_COMPLETED))
    late = closed_case().sleep(days(30) + seconds(1)).when(reopen())
    late.then(refused(RefusalCode.WINDOW_PASSED))


def test_24_reopening_what_is_open() -> None:
    opened().when(reopen()).then(refused(RefusalCode.CASE_NOT_CLOSED))


@pytest.mark.parametrize("by", [WAREHOUSE, REVIEWER, AUDITOR], ids=lambda by: by.role)
def test_24_reopening_by_somebody_whose_case_it_is_not(by: Actor) -> None:
    closed_case().when(reopen(by)).then(refused(RefusalCode.NOT_ALLOWED))


# ---- Before the end -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", [callback(), close_explained(), answer_survey(5)])
def test_25_closing_with_an_open_step(command: Command) -> None:
    story = opened().given(propose(MANUAL), accept_option()).when(command)
    assert story.answer.code in {RefusalCode.WRONG_STAGE, RefusalCode.CASE_NOT_CLOSED}
    story.then(stage(Stage.REMEDYING))


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (complete_task(), RefusalCode.STEP_STILL_OPEN),
        (sign_off(), RefusalCode.TASK_UNKNOWN),
        (close_unjustified(), RefusalCode.STEPS_OPEN),
    ],
    ids=["its task", "a sign-off", "as without ground"],
)
def test_25_going_round_an_open_step(command: Command, code: RefusalCode) -> None:
    story = opened().given(propose(MANUAL), accept_option()).when(command)
    story.then(refused(code), stage(Stage.REMEDYING))


@pytest.mark.parametrize("command", [close_explained(), close_unjustified(), propose()])
def test_25_closing_with_an_open_check(command: Command) -> None:
    story = opened().given(request_check()).when(command)
    story.then(refused(RefusalCode.CHECKS_OPEN), stage(Stage.INVESTIGATING))


@pytest.mark.parametrize("result", CallbackResult)
def test_25_a_second_callback_instead_of_the_managers_sign_off(result: CallbackResult) -> None:
    story = remedied().given(callback(CallbackResult.DISSATISFIED))
    story.given(propose(APOLOGY), accept_option(2), callback(CallbackResult.DISSATISFIED))
    story.when(callback(result)).then(refused(RefusalCode.WRONG_STAGE))
    story.when(sign_off(AGENT)).then(refused(RefusalCode.NOT_ALLOWED))
    story.then(stage(Stage.FOLLOWING_UP))


# ---- Praise -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours_off", "code"),
    [(-1, RefusalCode.CALLBACK_TOO_EARLY), (25, RefusalCode.CALLBACK_IN_FUTURE)],
    ids=["before the remedy", "after its own report"],
)
def test_26_a_callback_without_a_call(hours_off: int, code: RefusalCode) -> None:
    story = remedied().when(callback(called_at=START + hours(hours_off)), after=days(1))
    story.then(refused(code), stage(Stage.FOLLOWING_UP))


@pytest.mark.parametrize("result", CallbackResult)
def test_26_a_callback_before_there_is_anything_to_ask_about(result: CallbackResult) -> None:
    for story in (opened(), opened().given(propose())):
        story.when(callback(result)).then(refused(RefusalCode.WRONG_STAGE))


def test_26_calls_in_a_row_that_nobody_could_answer() -> None:
    story = remedied()
    for _ in range(9):
        story.when(callback(CallbackResult.NOT_REACHED), after=minutes(1))
    story.then(stage(Stage.FOLLOWING_UP))
    assert sum(attempt.counts for attempt in story.state.attempts) == 1


@pytest.mark.parametrize("by", [CUSTOMER, SHOP, WAREHOUSE], ids=lambda by: by.role)
def test_26_a_callback_recorded_by_somebody_who_calls_nobody(by: Actor) -> None:
    story = remedied().when(callback(by=by))
    story.then(refused(RefusalCode.NOT_ALLOWED), stage(Stage.FOLLOWING_UP))


def test_27_a_survey_twice_and_late() -> None:
    story = closed_case().given(answer_survey(5)).wait(days(2))
    story.when(answer_survey(1)).then(refused(RefusalCode.WINDOW_PASSED))
    assert story.state.cycles[0].score == 5
    late = closed_case().wait(days(15)).when(answer_survey(1))
    late.then(refused(RefusalCode.WINDOW_PASSED))
    assert late.state.outcome is Outcome.SATISFIED


def test_27_a_survey_of_an_earlier_cycle() -> None:
    story = closed_case().given(reopen()).when(answer_survey(1))
    story.then(refused(RefusalCode.CASE_NOT_CLOSED))


def test_27_a_survey_that_nobody_was_offered() -> None:
    story = opened().given(withdraw()).when(answer_survey(5))
    story.then(refused(RefusalCode.SURVEY_NOT_OFFERED), closed(Outcome.WITHDRAWN))


@pytest.mark.parametrize("score", [-1, 0, 6, 10**9])
def test_27_a_score_beyond_the_scale(score: int) -> None:
    story = closed_case().when(answer_survey(score))
    story.then(refused(RefusalCode.SCORE_OUT_OF_RANGE))
    assert story.state.cycles[0].score is None


@pytest.mark.parametrize("by", [SHOP, WAREHOUSE, REVIEWER], ids=lambda by: by.role)
def test_27_a_survey_answered_by_somebody_else(by: Actor) -> None:
    closed_case().when(answer_survey(5, by=by)).then(refused(RefusalCode.NOT_ALLOWED))
