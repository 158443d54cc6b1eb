"""Rule 18: a survey once per cycle, and what a low score brings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.events import (
    CaseEscalated,
    CycleStarted,
    SurveyAnswered,
    SurveyOffered,
    SurveyWithdrawn,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    CycleCause,
    Outcome,
    Purpose,
    Role,
    Stage,
)
from tests.support.commands import (
    APOLOGY,
    accept_option,
    answer_survey,
    callback,
    propose,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    closed,
    happened,
    never,
    refused,
    sent,
    stage,
)
from tests.support.policies import days, hours, seconds
from tests.support.story import START, Story

UNHAPPY = callback(CallbackResult.DISSATISFIED)
SECOND = seconds(1)


def opened() -> Story:
    return Story().opened().triaged()


def remedied() -> Story:
    return opened().given(propose(APOLOGY), accept_option())


def satisfied() -> Story:
    return remedied().given(callback())


def second_cycle() -> Story:
    """A case in its last cycle, followed up again."""
    return remedied().given(UNHAPPY, propose(APOLOGY), accept_option(2))


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
