"""Rules 5, 7 and 8: start, target, holds and closed hours add up to every due moment."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.closures import closures
from domain.sums import ClockSum, clock_sums
from domain.working_time import elapsed
from schemas.vocabulary import Category, Department
from tests.support.calendars import calendar, utc
from tests.support.commands import (
    ask_extension,
    grant_extension,
    propose,
    reopen,
    reply,
    request_check,
    withdraw,
)
from tests.support.handling import hold, promise, reclassify, resume, set_severity
from tests.support.policies import days, hours
from tests.support.story import START, Story
from tests.unit.test_reckoning import FRIDAY, ends_of_years, opened

NOTHING = timedelta()


def sums(story: Story) -> dict[tuple[int, str], ClockSum]:
    """Return the sums of a story, each of which must come out."""
    found = clock_sums(story.journal, story.state.policy)
    for each in found:
        closed = sum((span.until - span.since for span in each.skipped), NOTHING)
        clock = each.clock
        assert clock.due_at == clock.started_at + clock.target + clock.held + closed
        assert sum((span.counted for span in each.holds), NOTHING) == clock.held
    return {(each.cycle, each.clock.key): each for each in found}


def test_every_clock_of_every_cycle_has_its_sum() -> None:
    story = opened().given(reply(), request_check(), withdraw()).when(reopen(), after=days(1))
    assert list(sums(story)) == [
        *((1, key) for key in ("reply", "solution", "check.1")),
        *((2, key) for key in ("reply", "solution")),
    ]


def test_closed_hours_are_skipped() -> None:
    skipped = sums(opened(FRIDAY))[1, "solution"].skipped
    weekend = (utc("2026-11-06 09:00"), utc("2026-11-09 01:00"))
    assert [(each.since, each.until) for each in skipped] == [weekend]


def test_holds_count_as_the_clock_does() -> None:
    story = opened(FRIDAY).given(reply()).wait(hours(6)).given(hold(FRIDAY + days(3)))
    story.when(resume(), after=days(3) - hours(4)).when(hold(FRIDAY + days(4)), after=hours(8))
    story.when(resume(), after=hours(10))
    holds = sums(story)[1, "solution"].holds
    assert [(each.since, each.counted) for each in holds] == [
        (FRIDAY + hours(6), hours(4)),
        (FRIDAY + days(3) + hours(10), NOTHING),
    ]


def test_moves_are_told_with_reason_sender_and_target() -> None:
    story = opened().given(reply()).when(set_severity(), after=hours(1))
    (move,) = sums(story)[1, "solution"].moves
    assert (move.reason, move.by, move.target) == ("reclassified", "agent-1", hours(8))
    assert (move.was_due_at, move.due_at) == (utc("2026-11-03 09:00"), START + hours(8))
    assert move.at == START + hours(1)


def test_a_clock_that_stands_still_or_was_held_anew_tells_each_hold_once() -> None:
    story = opened().given(reply(), hold(START + days(1)))
    assert sums(story)[1, "solution"].holds == ()
    story.when(reclassify(Category.SAFETY), after=hours(1)).when(propose(), after=hours(1))
    (held,) = sums(story)[1, "solution"].holds
    assert (held.since, held.until, held.counted) == (START, START + hours(2), hours(2))


def test_a_late_clock_has_no_holds() -> None:
    story = opened().given(reply()).wait(days(3)).given(hold(START + days(4)))
    story.when(resume(), after=hours(2))
    assert sums(story)[1, "solution"].holds == ()


def test_a_moment_that_a_person_gave_is_told_as_such() -> None:
    sunday = utc("2026-11-08 04:00")
    story = opened(FRIDAY).given(request_check(), ask_extension(sunday), grant_extension(sunday))
    story.given(promise(sunday))
    found = sums(story)
    assert [key for (_, key), each in found.items() if each.is_given] == ["check.1", "promise.1"]
    assert found[1, "check.1"].moves[0].reason == "extended"


def test_the_year_that_was_not_known_is_named() -> None:
    story = ends_of_years().given(reply(), hold(utc("2027-01-02 01:00")))
    story.when(resume(), after=days(4))
    solution = sums(story)[1, "solution"]
    assert solution.left is not None
    assert (solution.left.calendar, solution.left.year) == ("tried", 2027)
    assert [each.counted for each in solution.holds] == [days(4)]
    assert solution.skipped == ()


# ---- Closed hours -------------------------------------------------------------------------------

BERLIN = calendar(
    ["09:00-12:00 13:00-17:00", "", "00:00-24:00", "00:00-24:00", "22:00-24:00", "", "01:00-04:00"],
    zone="Europe/Berlin",
    years=range(2025, 2029),
    holidays=["2026-12-25"],
    special={"2026-10-24": "10:00-11:00"},
)
spans = st.timedeltas(NOTHING, days(40))


@given(st.timedeltas(NOTHING, days(700)), spans)
def test_what_is_closed_and_what_counts_are_all_of_the_time(
    later: timedelta, span: timedelta
) -> None:
    start = utc("2026-01-01 00:00") + later
    found = closures(BERLIN, start, start + span)
    closed = sum((each.until - each.since for each in found), NOTHING)
    assert closed + elapsed(BERLIN, start, start + span) == span
    assert all(elapsed(BERLIN, each.since, each.until) == NOTHING for each in found)
    assert all(before.until < after.since for before, after in pairwise(found))


def test_a_department_in_plain_hours_skips_nothing() -> None:
    story = opened().given(request_check(Department.LEGAL))
    assert sums(story)[1, "check.1"].skipped == ()
