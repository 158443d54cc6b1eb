"""redress clock: why a clock is due when it is, in words and as data."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.main import Exit
from schemas.law import AnswerDate, PinnedLaw
from schemas.vocabulary import Channel
from tests.support.calendars import utc
from tests.support.commands import ask_extension, grant_extension, reply, request_check
from tests.support.handling import hold, resume, set_severity
from tests.support.policies import days, hours
from tests.support.program import Program
from tests.support.story import START, Story
from tests.unit.test_external_clocks import RULE
from tests.unit.test_reckoning import FRIDAY, ends_of_years, opened

ANSWER = AnswerDate(due_at=START + hours(30), rule=RULE, calendar_version="c1")
LAW = PinnedLaw(version="v1", answer=ANSWER)
NEW = ("open", "--channel", "phone", "--content", "x")


@pytest.fixture
def told(program: Program) -> Program:
    """A program that knows one case, whose solution clock was held over a weekend."""
    story = opened(FRIDAY).given(reply()).wait(hours(6)).given(hold(FRIDAY + days(3)))
    story.when(resume(), after=days(3) - hours(4)).given(request_check())
    until = utc("2026-11-14 04:00")
    story.given(ask_extension(until), grant_extension(until))
    return known(program, story)


def known(program: Program, story: Story) -> Program:
    program.run(*NEW)
    program.client.stories = {1: story}
    policies = program.twin.memory.policies
    policies.update(dict.fromkeys(policies, story.state.policy.model_dump_json()))
    return program


def test_the_sum_is_told_in_words(told: Program) -> None:
    result = told.run("clock", "1", "--key", "solution")
    assert result.exit_code == 0, result.output
    assert [line.strip() for line in result.stdout.splitlines()] == [
        "── cycle 1, solution: due 2026-11-10 05:00:00Z, running ──",
        "2026-11-06 01:00:00Z  its start",
        "+     16 h 00 min 00 s  its target, in the hours of tried",
        "+      4 h 00 min 00 s  it stood still",
        "+     80 h 00 min 00 s  closed, by tried",
        "= 2026-11-10 05:00:00Z  it is due",
        "On hold from 2026-11-06 07:00:00Z to 2026-11-09 03:00:00Z: 4 h 00 min 00 s of its hours.",
        "Closed from 2026-11-06 09:00:00Z to 2026-11-09 01:00:00Z.",
        "Closed from 2026-11-09 09:00:00Z to 2026-11-10 01:00:00Z.",
    ]


def test_a_move_is_told_with_who_and_why(told: Program) -> None:
    said = told.run("clock", "1", "--key", "check.1").stdout
    assert "up to the moment that was given, in the hours of tried" in said
    assert (
        "2026-11-09 03:00:00Z, supervisor-1: the department got until then; due "
        "2026-11-14 04:00:00Z instead of 2026-11-10 03:00:00Z."
    ) in " ".join(said.split())


def test_plain_hours_are_told_as_such(program: Program) -> None:
    story = opened().given(reply()).given(set_severity())
    said = known(program, story).run("clock", "1").stdout
    assert "its target, in plain hours" in said
    assert "the case was judged anew" in said


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"external_due_at": START + days(9), "channel": Channel.PLATFORM}, "platform"),
        (
            {"law": PinnedLaw(version="v1", answer=ANSWER)},
            f"rule {RULE.code}, edition {RULE.edition}",
        ),
    ],
)
def test_the_date_of_another_body_is_told_with_who_has_set_it(
    program: Program, fields: dict[str, Any], told: str
) -> None:
    said = known(program, Story().opened(**fields)).run("clock", "1", "--key", "external").stdout
    assert f"up to the date set by {told}, in plain hours" in said


def test_an_unknown_year_is_told_by_name(program: Program) -> None:
    said = known(program, ends_of_years("2026-12-31 01:00")).run("clock", "1").stdout
    assert "tried does not know the year 2027: it counts plain hours." in said


def test_many_closed_spans_are_counted(program: Program) -> None:
    story = opened().given(request_check(), ask_extension(utc("2026-12-30 01:00")))
    story.given(grant_extension(utc("2026-12-30 01:00")))
    said = known(program, story).run("clock", "1", "--key", "check.1").stdout
    assert said.count("Closed from") == 12
    assert "Closed 30 times more; -o json tells each." in said


def test_the_sum_is_data_too(told: Program) -> None:
    found = told.json("clock", "1", "--key", "solution")
    assert found["number"] == 1
    (solution,) = found["clocks"]
    assert solution["cycle"] == 1
    assert solution["clock"]["calendar"] == "tried"
    assert solution["holds"][0]["counted"] == "PT4H"
    assert len(solution["skipped"]) == 2
    assert len(told.json("clock", "1")["clocks"]) == 4


def test_a_clock_or_a_complaint_that_is_not_there_is_told(told: Program) -> None:
    result = told.run("clock", "1", "--key", "tea")
    assert result.exit_code == Exit.NOT_FOUND
    assert "Complaint 1 has no clock tea" in " ".join(result.stderr.split())
    assert told.run("clock", "2").exit_code == Exit.NOT_FOUND


def test_a_case_that_waits_to_be_started_has_no_clock_yet(told: Program) -> None:
    told.client.stories[1].journal.clear()
    assert told.run("clock", "1").exit_code == Exit.NOT_READY


def test_a_policy_that_is_lost_is_named(told: Program) -> None:
    told.twin.memory.policies.clear()
    result = told.run("clock", "1")
    assert result.exit_code != 0
    assert "no policy" in result.stderr
