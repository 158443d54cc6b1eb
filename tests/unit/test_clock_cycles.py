"""Each clock shows its completed cycles and the ongoing one, whatever its kind."""

from __future__ import annotations

import pytest

from domain.clock_cycles import ClockCycle, ClockHistory, clock_histories
from domain.journaling import fold
from domain.sums import clock_sums
from schemas.vocabulary import Category, ClockKind, Proof, Verdict
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    callback,
    complete_check,
    coupon,
    propose,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    settle_step,
    triage,
    withdraw,
)
from tests.support.handling import hold, promise, resume
from tests.support.policies import attentive, days, hours
from tests.support.program import Program
from tests.support.reports import stamped
from tests.support.story import START, Story
from tests.unit.test_cli_clock import known
from tests.unit.test_reckoning import FRIDAY, ends_of_years
from tests.unit.test_reckoning import opened as in_office_hours


def told(story: Story) -> dict[str, ClockHistory]:
    state = fold(story.journal, story.state.policy)
    sums = clock_sums(story.journal, story.state.policy)
    return {each.name: each for each in clock_histories(state, sums, story.now)}


def ongoing(story: Story, name: str) -> ClockCycle:
    found = told(story)[name].ongoing_cycle
    assert found is not None
    return found


def opened() -> Story:
    return Story(rules=attentive()).opened().triaged()


def test_an_ongoing_cycle_says_how_far_it_is() -> None:
    story = opened().wait(hours(9))
    assert told(story)["reply"].completed_cycles == ()
    assert ongoing(story, "reply") == ClockCycle(
        cycle=1,
        key="reply",
        target=hours(24),
        calendar=None,
        started_at=START,
        stopped_at=None,
        due_at=START + hours(24),
        breached=False,
        breached_at=None,
        paused=False,
        held=hours(0),
        elapsed=hours(9),
        remaining=hours(15),
        verdict=None,
        evidence=None,
        reason=None,
    )


def test_a_reopened_case_has_two_cycles_of_one_clock() -> None:
    story = opened().when(reply(), after=hours(3)).when(withdraw(), after=hours(1))
    story.when(reopen(), after=days(1)).wait(hours(2))
    history = told(story)["reply"]
    (first,) = history.completed_cycles
    assert (first.cycle, first.verdict, first.evidence) == (1, Verdict.MET, Proof.DOOR)
    assert (first.stopped_at, first.elapsed, first.remaining) == (
        START + hours(3),
        hours(3),
        hours(21),
    )
    second = history.ongoing_cycle
    assert second is not None
    assert (second.cycle, second.elapsed) == (2, hours(2))


def test_what_is_late_is_breached_before_anybody_says_so() -> None:
    story = opened().sleep(hours(25))
    late = ongoing(story, "reply")
    assert (late.breached, late.breached_at, late.evidence) == (True, START + hours(24), None)
    assert late.remaining == -hours(1)
    noticed = ongoing(story.wake(), "reply")
    assert (noticed.breached_at, noticed.evidence) == (START + hours(24), Proof.ENGINE)


def test_an_overdue_clock_answered_in_time_is_not_breached() -> None:
    story = opened().wait(hours(25)).when(stamped(reply(), START + hours(24)))
    (cycle,) = told(story)["reply"].completed_cycles
    assert (cycle.verdict, cycle.breached, cycle.breached_at) == (Verdict.MET, False, None)
    assert (cycle.elapsed, cycle.reason) == (hours(24), "answered in time, noticed late")


def test_a_paused_clock_stands_still() -> None:
    story = opened().when(reply(), after=hours(2)).given(hold(START + days(3))).wait(hours(30))
    paused = ongoing(story, "solution")
    assert (paused.paused, paused.elapsed, paused.remaining) == (True, hours(2), hours(46))
    resumed = ongoing(story.given(resume()).wait(hours(1)), "solution")
    assert (resumed.paused, resumed.held, resumed.elapsed) == (False, hours(30), hours(3))
    assert resumed.due_at == resumed.started_at + resumed.target + resumed.held


def test_hours_are_those_of_the_clock() -> None:
    story = in_office_hours(FRIDAY).wait(days(3))
    cycle = ongoing(story, "solution")
    assert (cycle.calendar, cycle.elapsed, cycle.remaining) == ("tried", hours(8), hours(8))


def test_revisions_follow_each_other_and_checks_run_side_by_side() -> None:
    story = opened().given(request_check(), request_check())
    story.given(complete_check(1), complete_check(2), propose(APOLOGY), refuse_proposal())
    found = told(story)
    assert found["solution"].ongoing_cycle is not None
    assert [c.key for c in found["solution"].completed_cycles] == ["solution"]
    assert found["solution"].ongoing_cycle.key == "solution.2"
    assert {"check.1", "check.2"} <= found.keys()


def test_a_clock_that_ends_unanswered_says_what_that_rests_on() -> None:
    story = opened().when(withdraw(), after=hours(1))
    (cycle,) = told(story)["reply"].completed_cycles
    assert (cycle.verdict, cycle.evidence, cycle.reason) == (
        Verdict.WITHDRAWN,
        Proof.DOOR,
        "withdrawn",
    )
    silent = opened().given(propose(APOLOGY)).wait(hours(72))
    (consent,) = told(silent)["consent.1"].completed_cycles
    assert consent.evidence is Proof.ENGINE


def of_every_kind() -> Story:
    """A case that has had a clock of every kind there is."""
    story = Story(rules=attentive()).opened(external_due_at=START + days(9))
    story.triaged(triage(category=Category.LOGISTICS)).given(reply(), hold(START + days(1)))
    story.given(resume(), promise(START + days(5)), request_check(), complete_check())
    later = START + hours(6)
    story.given(propose(coupon(201), promised_at=later))
    story.given(propose(MANUAL), accept_option(2))
    return story


def test_every_kind_of_clock_is_one_concept() -> None:
    story = of_every_kind()
    found = told(story.given(settle_step(version=2)).when(callback(), after=days(1)))
    assert {each.kind for each in found.values()} == {*ClockKind}
    for history in found.values():
        for cycle in history.completed_cycles:
            assert cycle.due_at == cycle.started_at + cycle.target + cycle.held
            assert (cycle.verdict is None) is (cycle.evidence is None)
            assert (cycle.breached_at is not None) is cycle.breached


@pytest.fixture
def told_by(program: Program) -> Program:
    story = in_office_hours(FRIDAY).given(reply()).wait(hours(30))
    return known(program, story)


def test_the_command_shows_clocks_totals_and_who_had_the_time(told_by: Program) -> None:
    found = told_by.json("show", "1")
    assert {"name", "kind", "completed_cycles", "ongoing_cycle"} == found["clocks"][0].keys()
    reply_, solution = found["clocks"][:2]
    assert reply_["ongoing_cycle"] is None
    assert reply_["completed_cycles"][0]["evidence"] == "door"
    assert solution["ongoing_cycle"]["target"] == "PT16H"
    assert [each["cycle"] for each in found["totals"]] == [1]
    assert found["waiting"][0]["party"] == "agent"


def test_the_sum_of_a_clock_names_its_evidence(told_by: Program) -> None:
    (reply_,) = told_by.json("clock", "1", "--key", "reply")["clocks"]
    assert reply_["evidence"] == "door"
    assert {"target", "calendar", "started_at", "due_at", "verdict", "breached_at", "reason"} <= (
        reply_["clock"].keys()
    )


def test_without_its_policy_a_case_can_be_looked_at(told_by: Program) -> None:
    told_by.twin.memory.policies.clear()
    found = told_by.json("show", "1")
    assert (found["case"]["number"], found["clocks"]) == (7, [])


def test_past_the_years_of_its_calendar_a_clock_counts_plain_hours() -> None:
    story = ends_of_years("2026-12-20 01:00").wait(days(20))
    assert ongoing(story, "solution").elapsed == days(20)
