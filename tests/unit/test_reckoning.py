"""Readings 1 and 8, rules 5, 7 and 8: clocks that count in the hours of a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.alarm import next_alarm, next_deadline
from domain.effects import effects
from domain.view import case_view
from schemas.calendars import Calendar
from schemas.effects import GatherEvidence
from schemas.events import (
    CalendarLeft,
    CheckRequested,
    ClockMoved,
    ClockOverdue,
    ClockStarted,
    NoticeGiven,
    StageChanged,
    TaskCreated,
)
from schemas.policy import Policy, Targets
from schemas.vocabulary import Category, ClockKind, Department, NoticeLevel, TaskKind, Verdict
from tests.support.calendars import calendar, utc
from tests.support.commands import (
    accept_option,
    ask_extension,
    callback,
    complete_check,
    complete_task,
    grant_extension,
    propose,
    reopen,
    reply,
    request_check,
    withdraw,
)
from tests.support.expectations import clock, due, happened, never
from tests.support.handling import hold, reclassify, resume, set_severity
from tests.support.policies import days, hours, policy, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story

FRIDAY = utc("2026-11-06 01:00")
"""Nine in the morning in Shanghai, when the office opens."""


def office(**changes: object) -> Calendar:
    """Return the hours of an office in Shanghai: 09:00 to 17:00, from Monday to Friday."""
    usual = {"zone": "Asia/Shanghai", "years": (2026, 2027)}
    return calendar(**{**usual, **changes})  # type: ignore[arg-type]


def in_office(hours_of: Calendar | None = None, **changes: object) -> Policy:
    """Return a policy in which solutions and checks count office hours: two days and one."""
    targets = {each: Targets(reply=hours(24), solution=hours(16)) for each in Category}
    targets[Category.SAFETY] = Targets(reply=hours(24), solution=hours(4))
    told: dict[str, object] = {
        "calendars": (hours_of or office(),),
        "clock_calendars": {ClockKind.SOLUTION: "tried", ClockKind.CALLBACK: "tried"},
        "check_calendars": {Department.WAREHOUSE: "tried"},
        "checks": dict.fromkeys(Department, hours(8)),
        "targets": targets,
    }
    return policy(**{**told, **changes})


def opened(at: datetime = START, rules: Policy | None = None) -> Story:
    return Story(rules=rules or in_office()).sleep(at - START).opened().triaged()


def ends_of_years(at: str = "2026-12-30 01:00") -> Story:
    """A case under a calendar that ends with the year, of which little is left."""
    return opened(utc(at), in_office(office(years=(2026,))))


# ---- Starting -----------------------------------------------------------------------------------


def test_time_that_runs_out_at_closing_is_due_at_that_closing() -> None:
    story = opened().then(due("solution", utc("2026-11-03 09:00")))
    assert story.clock("solution").calendar == "tried"
    assert story.clock("solution").target == hours(16)


def test_what_names_no_calendar_counts_plain_hours() -> None:
    story = opened().given(request_check(Department.LEGAL))
    story.then(due("reply", START + hours(24)), due("check.1", START + hours(8)))
    assert {story.clock(key).calendar for key in ("reply", "check.1")} == {None}


def test_a_department_counts_the_hours_of_its_calendar() -> None:
    story = opened(utc("2026-11-06 05:00")).given(request_check())
    story.then(due("check.1", utc("2026-11-09 05:00")))


def test_the_department_is_told_the_moment_that_its_clock_uses() -> None:
    story = opened(FRIDAY + hours(4)).given(request_check())
    asked = next(e.event for e in story.journal if isinstance(e.event, CheckRequested))
    (inquiry,) = effects(story.state, asked)
    assert isinstance(inquiry, GatherEvidence)
    assert inquiry.due_at == story.clock("check.1").due_at


def test_a_make_up_saturday_counts() -> None:
    made_up = office(special={"2026-11-07": "09:00-12:00"})
    opened(FRIDAY, in_office(made_up)).then(due("solution", utc("2026-11-09 06:00")))


def test_a_holiday_does_not_count() -> None:
    rules = in_office(office(holidays=["2026-11-09"]))
    opened(FRIDAY, rules).then(due("solution", utc("2026-11-10 09:00")))


@pytest.mark.parametrize(
    ("night", "due_at"),
    [("2027-03-27 20:00", "2027-03-28 08:00"), ("2027-10-30 20:00", "2027-10-31 08:00")],
    ids=["clock put forward", "clock put back"],
)
def test_a_night_in_which_the_clock_is_changed_has_the_hours_that_pass(
    night: str, due_at: str
) -> None:
    always = office(week=["00:00-24:00"] * 7, zone="Europe/Berlin")
    rules = in_office(always, checks=dict.fromkeys(Department, hours(12)))
    opened(utc(night), rules).given(request_check()).then(due("check.1", utc(due_at)))


# ---- Ringing and verdicts -----------------------------------------------------------------------


def test_warnings_and_due_moments_ring_in_office_hours() -> None:
    story = opened(FRIDAY).given(reply()).wait(days(5))
    story.then(
        happened(
            NoticeGiven,
            key="solution",
            level=NoticeLevel.WARNING,
            nominal_at=utc("2026-11-09 05:48"),
        ),
        happened(ClockOverdue, key="solution", due_at=utc("2026-11-09 09:00")),
    )


@pytest.mark.parametrize(
    ("late", "verdict"), [(seconds(0), Verdict.MET), (seconds(1), Verdict.BREACHED)]
)
def test_verdicts_are_by_receipt_at_the_closing_hour(late: timedelta, verdict: Verdict) -> None:
    story = opened().given(request_check()).sleep(hours(30))
    story.when(stamped(complete_check(), utc("2026-11-02 09:00") + late))
    story.then(clock("check.1", verdict))


# ---- Holds (rule 5, reading 8) ------------------------------------------------------------------


def test_a_hold_over_a_weekend_moves_an_office_clock_by_office_hours_only() -> None:
    story = opened(FRIDAY).given(reply()).wait(hours(6)).given(hold(FRIDAY + days(3)))
    story.when(resume(), after=days(3) - hours(4))
    story.then(
        happened(
            ClockMoved,
            key="solution",
            held=hours(4),
            target=hours(16),
            due_at=utc("2026-11-10 05:00"),
        )
    )
    solution = story.clock("solution")
    assert (solution.target, solution.held) == (hours(16), hours(4))


def test_a_hold_in_closed_hours_moves_nothing() -> None:
    story = opened(FRIDAY).given(reply()).wait(hours(9)).given(hold(FRIDAY + days(2)))
    story.when(resume(), after=days(1))
    story.then(never(ClockMoved), due("solution", utc("2026-11-09 09:00")))


def test_a_hold_that_begins_when_nothing_is_left_moves_by_what_it_lasts() -> None:
    story = opened().given(reply()).sleep(hours(32))
    story.when(stamped(hold(START + days(3)), utc("2026-11-03 09:00")))
    story.when(resume(), after=hours(18)).then(due("solution", utc("2026-11-04 03:00")))
    assert story.clock("solution").overdue_at is None


def test_a_judgement_after_a_hold_counts_both_in_office_hours() -> None:
    story = opened(FRIDAY).given(reply()).wait(hours(6)).given(hold(FRIDAY + days(3)))
    story.when(resume(), after=days(3) - hours(4)).when(set_severity())
    story.then(due("solution", utc("2026-11-09 05:00")))


def test_a_judgement_makes_an_office_clock_late_by_the_change() -> None:
    story = opened().given(reply()).when(reclassify(Category.SAFETY), after=hours(5))
    story.then(
        happened(ClockMoved, key="solution", target=hours(4), due_at=START + hours(4)),
        happened(ClockOverdue, key="solution", reason="reclassified"),
    )


# ---- Moments that people give -------------------------------------------------------------------


def test_an_extension_is_due_at_the_very_moment_that_was_given() -> None:
    sunday = utc("2026-11-08 04:00")
    story = opened(FRIDAY).given(request_check(), ask_extension(sunday), grant_extension(sunday))
    story.then(due("check.1", sunday))
    assert story.clock("check.1").target == hours(8)
    story.wait(days(4)).then(happened(ClockOverdue, key="check.1", due_at=sunday))


def test_an_extension_into_an_unknown_year_needs_no_calendar() -> None:
    until = utc("2027-01-05 01:00")
    story = ends_of_years().given(request_check(), ask_extension(until), grant_extension(until))
    story.then(
        due("check.1", until), happened(CalendarLeft, key="check.1", calendar="tried", year=2027)
    )
    assert story.clock("check.1").calendar is None
    assert story.clock("check.1").target == until - utc("2026-12-30 01:00")
    story.then(never(TaskCreated))


# ---- A year that the calendar does not know (reading 8) -----------------------------------------


def test_a_deadline_in_an_unknown_year_counts_plain_hours_and_says_so() -> None:
    story = ends_of_years("2026-12-31 01:00")
    started = [e.event for e in story.journal if isinstance(e.event, ClockStarted)]
    assert [each.clock.calendar for each in started] == [None, None]
    left = [e.event for e in story.journal if isinstance(e.event, CalendarLeft)]
    assert left == [CalendarLeft(key="solution", calendar="tried", year=2027)]
    story.then(due("solution", utc("2026-12-31 17:00")))
    (task,) = story.state.tasks
    assert (task.kind, task.subject) == (TaskKind.ADD_CALENDAR_YEAR, 2027)


def test_one_task_is_enough_for_a_year() -> None:
    story = ends_of_years("2026-12-31 08:00").given(request_check(), request_check())
    assert len(story.state.tasks) == 1
    story.given(complete_task()).then(never(StageChanged))


def test_a_task_about_a_year_moves_no_case_that_is_looked_into() -> None:
    story = ends_of_years("2026-12-31 08:00").given(withdraw(), reopen())
    story.given(complete_task(2)).then(never(StageChanged))


def test_a_hold_into_an_unknown_year_moves_by_the_plain_time_that_it_lasted() -> None:
    story = ends_of_years().given(reply(), hold(utc("2027-01-02 01:00")))
    story.when(resume(), after=days(4))
    story.then(
        happened(CalendarLeft, key="solution", year=2027),
        happened(ClockMoved, key="solution", held=days(4), due_at=utc("2027-01-04 09:00")),
        happened(TaskCreated),
    )
    assert story.clock("solution").calendar is None


def test_a_clock_that_left_its_calendar_goes_on_in_plain_hours() -> None:
    start = utc("2026-12-31 01:00")
    story = opened(start, in_office(office(years=(2026,)))).given(set_severity())
    story.then(due("solution", start + hours(8)), never(CalendarLeft))


def test_a_clock_that_gets_more_time_than_its_calendar_knows_leaves_it() -> None:
    start = utc("2026-12-31 01:00")
    targets = {each: Targets(reply=hours(1), solution=hours(16)) for each in Category}
    targets[Category.OTHER] = Targets(reply=hours(1), solution=hours(4))
    rules = in_office(office(years=(2026,)), targets=targets)
    story = Story(rules=rules).sleep(start - START).opened()
    assert story.clock("solution").calendar == "tried"
    story.triaged().then(
        happened(CalendarLeft, key="solution", year=2027),
        happened(ClockMoved, key="solution", due_at=start + hours(16), target=None),
    )
    story.audited()


# ---- Around it ----------------------------------------------------------------------------------


def test_the_literal_measure_of_the_callback_counts_as_its_clock_does() -> None:
    rules = in_office(callback=policy().callback.model_copy(update={"target": hours(8)}))
    story = opened(FRIDAY, rules).given(propose(), accept_option())
    story.when(callback(), after=days(3))
    assert case_view(story.state).callback_from_receipt is Verdict.BREACHED
    within = opened(FRIDAY + hours(4), rules).given(propose(), accept_option())
    within.when(callback(), after=days(3) - hours(1))
    assert case_view(within.state).callback_from_receipt is Verdict.MET


def test_the_next_deadline_and_alarm_are_those_of_the_calendar() -> None:
    story = opened(FRIDAY).given(reply())
    deadline, alarm = next_deadline(story.state), next_alarm(story.state)
    assert deadline is not None
    assert alarm is not None
    assert deadline.due_at == utc("2026-11-09 09:00")
    assert (alarm.at, alarm.about) == (utc("2026-11-09 05:48"), "solution warning")


def test_the_calendar_lives_on_in_a_new_cycle() -> None:
    story = opened(FRIDAY).given(withdraw()).when(reopen(), after=days(3))
    story.then(due("solution", utc("2026-11-10 09:00")))
