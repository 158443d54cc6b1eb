"""Rule 6 and reading 6: coming back within the window, and the end of the run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.carry_out import carry_out
from schemas.commands import Command
from schemas.events import (
    ClockEnded,
    CycleStarted,
    SurveyWithdrawn,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CycleCause,
    Outcome,
    Party,
    Stage,
)
from tests.support.commands import (
    APOLOGY,
    accept_option,
    answer_survey,
    callback,
    propose,
    reopen,
    reply,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    due,
    happened,
    never,
    refused,
    stage,
)
from tests.support.policies import days, hours, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story

SECOND = seconds(1)


def opened() -> Story:
    return Story().opened().triaged()


def remedied() -> Story:
    return opened().given(propose(APOLOGY), accept_option())


def satisfied() -> Story:
    return remedied().given(callback())


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
    ("after", "code"),
    [(days(1), None), (days(29), None), (days(31), RefusalCode.RUN_COMPLETED)],
)
def test_after_1_and_29_days_a_new_cycle_begins_and_after_31_none(
    after: timedelta, code: RefusalCode | None
) -> None:
    story = satisfied()
    before = story.state.cycles[0]
    story.when(reopen(), after=after).then(refused(code) if code else accepted())
    assert story.state.cycles[0] == before
    if code is None:
        story.then(due("reply", START + after + hours(24)))


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
