"""Rule 14: each level of a ladder reaches a person, once in a cycle, unless it is obsolete."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.alarm import next_alarm, next_deadline
from schemas.events import ClockOverdue, LevelReached, NoticeGiven
from schemas.policy import Absence, Duty, Level, Policy, Shift
from schemas.vocabulary import ClockKind, Department, NoticeLevel, Rank, Severity
from store.rows import notice_rows
from tests.support.calendars import calendar, utc
from tests.support.commands import (
    ask_extension,
    assign_owner,
    complete_check,
    grant_extension,
    reopen,
    reply,
    request_check,
    triage,
    withdraw,
)
from tests.support.expectations import happened, never, nothing_happened
from tests.support.handling import hold, resume, set_severity
from tests.support.policies import days, hours, policy
from tests.support.story import START, Story

USUAL = (
    Level(tell=Rank.OWNER, percent=50),
    Level(tell=Rank.SUPERVISOR, percent=80),
    Level(tell=Rank.MANAGER),
    Level(tell=Rank.DIRECTOR, after=hours(24)),
)
PEOPLE = Duty(
    shifts=(
        Shift(person="boss", rank=Rank.SUPERVISOR),
        Shift(person="head", rank=Rank.MANAGER),
        Shift(person="top", rank=Rank.DIRECTOR),
    )
)
DAY = calendar(["08:00-22:00"] * 7, zone="Asia/Shanghai")
"""Quiet hours are from 14:00 to 24:00 in UTC."""


def laddered(**changes: object) -> Policy:
    """Return a policy whose reply and check clocks have a ladder."""
    ladders = {ClockKind.REPLY: USUAL, ClockKind.CHECK: USUAL}
    told: dict[str, object] = {"ladders": ladders, "duty": PEOPLE, "serious": Severity.MAJOR}
    return policy(**{**told, **changes})


def quiet(**changes: object) -> Policy:
    return laddered(calendars=(DAY,), notices_in="tried", **changes)


def opened(rules: Policy | None = None, severity: Severity = Severity.MODERATE) -> Story:
    return Story(rules=rules or laddered()).opened().triaged(triage(severity=severity))


def told(story: Story, key: str = "reply") -> list[tuple[int | None, str, datetime]]:
    """Return whom the journal says were told of which level of a clock, and for when."""
    notices = [e.event for e in story.journal if isinstance(e.event, NoticeGiven)]
    return [(n.rung, n.to, n.nominal_at) for n in notices if n.key == key]


# ---- Levels -------------------------------------------------------------------------------------


def test_each_level_reaches_its_person_at_its_moment() -> None:
    story = opened().wait(days(10))
    owner = story.state.owner
    assert told(story) == [
        (1, owner, START + hours(12)),
        (2, "boss", START + hours(19.2)),
        (3, "head", START + hours(24)),
        (4, "top", START + hours(48)),
    ]
    clock = story.clock("reply")
    assert (clock.levels, clock.told, clock.notice_at, clock.noticed) == (4, 4, None, ())


def test_a_level_says_whom_it_concerns_and_whether_it_is_late() -> None:
    story = opened().wait(hours(12))
    story.then(
        happened(
            LevelReached,
            key="reply",
            level=1,
            rank=Rank.OWNER,
            nominal_at=START + hours(12),
            late_by_seconds=0,
            notice_at=None,
        ),
        happened(NoticeGiven, key="reply", level=NoticeLevel.WARNING, rung=1),
    )


def test_the_department_is_reminded_of_its_check_before_it_is_late() -> None:
    """Rule 9; whoever works there finds it where its checks and notes are."""
    reminding = tuple(step.model_copy(update={"department": step.percent < 100}) for step in USUAL)
    story = opened(laddered(ladders={ClockKind.CHECK: reminding}))
    story.given(request_check(), request_check(Department.LEGAL)).wait(days(3))
    told_of_check = [(rung, to) for rung, to, _ in told(story, "check.1")]
    assert told_of_check == [
        (1, "warehouse"),
        (1, story.state.owner),
        (2, "warehouse"),
        (2, "boss"),
        (3, "head"),
        (4, "top"),
    ]
    assert next(to for rung, to, _ in told(story, "check.2") if rung == 1) == "legal"


def test_at_the_due_moment_the_clock_is_overdue_before_anybody_is_told() -> None:
    story = opened().wait(hours(23)).wait(hours(1))
    kinds = [event.kind for event in story.events]
    assert kinds == ["clock_overdue", "level_reached", "notice_given"]
    story.then(happened(NoticeGiven, level=NoticeLevel.OVERDUE, to="head", rung=3))


def test_what_was_missed_in_an_outage_fires_once_with_its_lateness() -> None:
    story = opened().sleep(hours(25)).wake()
    story.then(
        happened(LevelReached, key="reply", level=1, late_by_seconds=13 * 3600),
        happened(LevelReached, key="reply", level=2, late_by_seconds=int(5.8 * 3600)),
        happened(LevelReached, key="reply", level=3, late_by_seconds=3600),
        happened(NoticeGiven, times=3),
        happened(ClockOverdue, key="reply"),
    )
    story.wake().then(nothing_happened())


def test_levels_that_an_answer_made_obsolete_are_silent() -> None:
    story = opened().when(reply(), after=hours(13)).wait(hours(20))
    assert [level for level, *_ in told(story)] == [1]
    late = opened().sleep(hours(25)).when(reply()).wake()
    late.then(never(LevelReached, key="reply"))


def test_kinds_without_a_ladder_tell_their_owner_as_before() -> None:
    story = opened().given(reply()).wait(hours(48))
    story.then(
        happened(NoticeGiven, key="solution", level=NoticeLevel.WARNING, rung=None),
        happened(NoticeGiven, key="solution", level=NoticeLevel.OVERDUE, rung=None),
        never(LevelReached, key="solution"),
    )


def test_an_overdue_case_keeps_a_deadline_and_waits_for_its_next_level() -> None:
    rules = laddered(ladders={ClockKind.SOLUTION: USUAL})
    story = opened(rules).given(reply()).wait(hours(50))
    deadline, alarm = next_deadline(story.state), next_alarm(story.state)
    assert deadline is not None
    assert alarm is not None
    assert (deadline.key, deadline.overdue) == ("solution", True)
    assert (alarm.at, alarm.about) == (START + hours(72), "solution level 4")
    assert next_alarm(story.wait(days(1)).state) is None


def test_each_level_comes_once_in_a_cycle_and_its_owner_hears_of_a_second_lateness() -> None:
    story = opened().given(request_check(), ask_extension(START + days(4))).wait(hours(25))
    story.given(grant_extension(START + days(4))).wait(days(6))
    assert [level for level, *_ in told(story, "check.1")] == [1, 2, 3, None, 4]
    assert told(story, "check.1")[-1] == (4, "top", START + days(5))


def test_levels_move_with_a_hold() -> None:
    rules = laddered(ladders={ClockKind.SOLUTION: USUAL})
    story = opened(rules).given(reply()).wait(hours(10)).given(hold(START + days(3)))
    story.when(resume(), after=hours(30)).wait(days(1))
    assert told(story, "solution") == [(1, story.state.owner, START + hours(54))]


def test_a_new_cycle_begins_at_the_first_level() -> None:
    story = opened().wait(hours(20)).given(withdraw()).when(reopen(), after=hours(1))
    assert story.clock("reply").levels == 0
    story.wait(hours(12)).then(happened(LevelReached, level=1))


def test_shares_and_what_comes_after_count_in_the_hours_of_the_clock() -> None:
    rules = laddered(
        calendars=(calendar(zone="Asia/Shanghai"),),
        check_calendars={Department.WAREHOUSE: "tried"},
        checks=dict.fromkeys(Department, hours(16)),
    )
    story = opened(rules).given(request_check()).wait(days(9))
    assert [at for _, _, at in told(story, "check.1")] == [
        utc("2026-11-02 09:00"),
        utc("2026-11-03 05:48"),
        utc("2026-11-03 09:00"),
        utc("2026-11-06 09:00"),
    ]


def test_what_comes_after_an_unknown_year_comes_in_plain_hours() -> None:
    rules = laddered(
        calendars=(calendar(zone="Asia/Shanghai", years=(2026,)),),
        check_calendars={Department.WAREHOUSE: "tried"},
        checks=dict.fromkeys(Department, hours(8)),
    )
    story = Story(rules=rules).sleep(utc("2026-12-31 01:00") - START).opened().triaged()
    story.given(request_check()).wait(days(9))
    assert told(story, "check.1")[-1] == (4, "top", utc("2027-01-01 09:00"))


# ---- Serious cases (H9) -------------------------------------------------------------------------


def test_a_serious_case_starts_one_level_up_and_its_owner_knows_too() -> None:
    story = opened(severity=Severity.MAJOR).wait(days(10))
    assert [(level, to) for level, to, _ in told(story)] == [
        (1, story.state.owner),
        (1, "boss"),
        (2, "head"),
        (3, "top"),
        (4, "top"),
    ]


def test_what_comes_after_a_case_has_become_serious_goes_up() -> None:
    story = opened().wait(hours(13)).given(set_severity(Severity.MAJOR)).wait(hours(8))
    assert [(level, to) for level, to, _ in told(story)] == [(1, story.state.owner), (2, "head")]


def test_a_policy_that_calls_nothing_serious_raises_nothing() -> None:
    story = opened(laddered(serious=None), Severity.CRITICAL).wait(hours(11))
    assert [to for _, to, _ in told(story)] == [story.state.owner, "boss"]


# ---- Quiet hours --------------------------------------------------------------------------------


def test_quiet_hours_delay_the_notice_and_not_the_level() -> None:
    story = opened(quiet()).wait(hours(20))
    story.then(
        happened(
            LevelReached,
            level=2,
            nominal_at=START + hours(19.2),
            notice_at=START + hours(23),
            late_by_seconds=0,
        ),
        happened(LevelReached, level=1, notice_at=None),
    )
    assert [level for level, *_ in told(story)] == [1]
    alarm = next_alarm(story.state)
    assert alarm is not None
    assert (alarm.at, alarm.about) == (START + hours(23), "reply notice")
    story.wait(hours(3)).then(
        happened(NoticeGiven, rung=2, to="boss", nominal_at=START + hours(23), late_by_seconds=0)
    )


def test_an_answer_at_night_leaves_nothing_to_be_told_in_the_morning() -> None:
    story = opened(quiet()).wait(hours(20)).given(reply()).wait(hours(10))
    assert [level for level, *_ in told(story)] == [1]


def test_levels_of_one_night_are_all_told_in_the_morning() -> None:
    rules = quiet(ladders={ClockKind.CHECK: USUAL}, checks=dict.fromkeys(Department, hours(5)))
    story = opened(rules).wait(hours(14)).given(request_check()).wait(hours(9))
    morning = START + hours(23)
    assert told(story, "check.1") == [
        (1, story.state.owner, morning),
        (2, "boss", morning),
        (3, "head", morning),
    ]


def test_who_wakes_in_the_morning_is_told_at_once_of_all_that_was_missed() -> None:
    story = opened(quiet()).wait(hours(20)).sleep(hours(5)).wake()
    assert [(level, to) for level, to, _ in told(story)][1:] == [(2, "boss"), (3, "head")]
    assert story.clock("reply").notice_at is None


def test_after_an_outage_that_ends_at_night_the_notice_waits_too() -> None:
    story = opened(quiet()).sleep(hours(15)).wake()
    story.then(
        happened(LevelReached, level=1, late_by_seconds=3 * 3600, notice_at=START + hours(23)),
        never(NoticeGiven),
    )


def test_a_critical_case_knows_no_quiet_hours() -> None:
    story = opened(quiet(), Severity.CRITICAL).wait(hours(24))
    assert [(level, at) for level, _, at in told(story)] == [
        (1, START + hours(6)),
        (1, START + hours(6)),
        (2, START + hours(9.6)),
        (3, START + hours(12)),
    ]
    late = opened(quiet(), Severity.CRITICAL).wait(hours(20)).given(request_check())
    late.given(complete_check()).wait(hours(16))
    assert told(late)[-1] == (4, "top", START + hours(36))


def test_a_case_that_becomes_critical_at_night_is_told_at_once() -> None:
    story = opened(quiet()).wait(hours(20)).given(request_check(), set_severity()).wake()
    assert (2, "head", START + hours(20)) in told(story)


def test_in_a_year_that_the_calendar_does_not_know_no_hour_is_quiet() -> None:
    unknown = calendar(["08:00-22:00"] * 7, years=(2020,))
    story = opened(laddered(calendars=(unknown,), notices_in="tried")).wait(hours(20))
    assert [level for level, *_ in told(story)] == [1, 2]


# ---- Who is there -------------------------------------------------------------------------------


def with_duty(*shifts: Shift, **fields: object) -> Policy:
    return laddered(duty=Duty(shifts=shifts, **fields))  # type: ignore[arg-type]


def second(story: Story) -> str:
    """Return who was told of the supervisors' level, on Monday at 04:12 in the night."""
    return next(to for level, to, _ in told(story.wait(hours(20))) if level == 2)


NIGHT = calendar(["00:00-08:00"] * 7, zone="Asia/Shanghai").model_copy(update={"name": "night"})
OFFICE = calendar(zone="Asia/Shanghai")
LONG_AGO = calendar(years=(2020,)).model_copy(update={"name": "old"})
BY_DAY = Shift(person="day-boss", rank=Rank.SUPERVISOR, calendar="tried")
BY_NIGHT = Shift(person="night-boss", rank=Rank.SUPERVISOR, calendar="night")
NOBODY_KNOWS = Shift(person="old-boss", rank=Rank.SUPERVISOR, calendar="old")
HEAD = Shift(person="head", rank=Rank.MANAGER)
AWAY = Absence(person="boss", since=START, until=START + days(3))


def on_shifts(*shifts: Shift, **fields: object) -> Policy:
    rules = with_duty(*shifts, **fields)
    return rules.model_copy(update={"calendars": (OFFICE, NIGHT, LONG_AGO)})


def test_whoever_is_on_duty_is_told() -> None:
    assert second(opened(on_shifts(BY_DAY, BY_NIGHT, HEAD))) == "night-boss"


def test_a_shift_of_which_nobody_knows_the_hours_is_none() -> None:
    assert second(opened(on_shifts(NOBODY_KNOWS, BY_NIGHT))) == "night-boss"


def test_where_nobody_is_on_duty_a_deputy_is_told() -> None:
    rules = on_shifts(BY_DAY, HEAD, deputies={"day-boss": ("second", "third")})
    assert second(opened(rules)) == "second"
    away = Absence(person="second", since=START, until=START + days(1))
    rules = on_shifts(BY_DAY, HEAD, deputies={"day-boss": ("second", "third")}, absences=(away,))
    assert second(opened(rules)) == "third"


def test_without_a_deputy_the_rank_above_is_told() -> None:
    assert second(opened(on_shifts(BY_DAY, HEAD))) == "head"


def test_whoever_is_away_is_not_told_until_they_are_back() -> None:
    boss = Shift(person="boss", rank=Rank.SUPERVISOR)
    assert second(opened(with_duty(boss, HEAD, absences=(AWAY,)))) == "head"
    back = AWAY.model_copy(update={"until": START + hours(19.2)})
    assert second(opened(with_duty(boss, HEAD, absences=(back,)))) == "boss"
    later = AWAY.model_copy(update={"since": START + hours(19.3)})
    assert second(opened(with_duty(boss, HEAD, absences=(later,)))) == "boss"


def test_those_on_duty_take_turns_by_number() -> None:
    shifts = [Shift(person=f"boss-{n}", rank=Rank.SUPERVISOR) for n in range(3)]
    names = set()
    for number in (6, 7, 8):
        story = Story(rules=with_duty(*shifts), number=number).opened().triaged()
        names.add(second(story))
    assert names == {"boss-0", "boss-1", "boss-2"}


def test_where_nobody_is_there_at_all_somebody_finds_it_later() -> None:
    assert second(opened(on_shifts(BY_DAY))) == "day-boss"


def test_without_any_superior_the_owner_is_told() -> None:
    story = opened(with_duty())
    assert second(story) == story.state.owner


def test_the_deputy_of_an_owner_who_is_away_is_told() -> None:
    away = Absence(person="agent-9", since=START, until=START + days(1))
    rules = with_duty(HEAD, deputies={"agent-9": ("agent-8",)}, absences=(away,))
    story = opened(rules).given(assign_owner("agent-9")).wait(hours(13))
    assert told(story) == [(1, "agent-8", START + hours(12))]


def test_everybody_who_is_told_finds_it_in_the_list_of_notices() -> None:
    story = opened(severity=Severity.MAJOR).wait(hours(20))
    rows = [(row.to_whom, row.level) for row in notice_rows(story.journal) if row.key == "reply"]
    assert rows == [
        (story.state.owner, NoticeLevel.WARNING),
        ("boss", NoticeLevel.WARNING),
        ("head", NoticeLevel.WARNING),
    ]


@pytest.mark.parametrize("rank", Rank)
def test_above_the_highest_rank_is_nobody(rank: Rank) -> None:
    ranks = list(Rank)
    assert ranks.index(rank.above) == min(ranks.index(rank) + 1, 3)
