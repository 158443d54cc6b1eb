"""Ladders, the people they reach and calendars, as policy.toml says them and as they travel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.chain import calendar_version
from domain.working_time import add
from runtime.calendar_file import load_calendars, of_years
from runtime.errors import PolicyInvalid, Problem
from runtime.policy_file import load_policy
from runtime.settings import PROJECT
from schemas.calendars import Calendar
from schemas.policy import Absence, Level, Policy, Shift
from schemas.vocabulary import ClockKind, Department, Rank
from tests.support.calendars import calendar, utc

CONFIG = PROJECT / "config"
OWN = (CONFIG / "policy.toml").read_text("utf-8")
HOUR = timedelta(hours=1)
NOON = "2026-12-24T12:00:00Z"

Load = Callable[..., Policy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Return our policy after these replacements, as of 2026."""

    def loaded(*replacements: tuple[str, str]) -> Policy:
        text = OWN
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        file = tmp_path / "policy.toml"
        file.write_text(text)
        return load_policy(file, CONFIG, year=2026)

    return loaded


def problem(load: Load, *replacements: tuple[str, str]) -> Problem:
    with pytest.raises(PolicyInvalid) as caught:
        load(*replacements)
    (found,) = caught.value.problems
    return found


# ---- As delivered -------------------------------------------------------------------------------


def test_our_ladder_is_the_one_of_the_requirements(load: Load) -> None:
    policy = load()
    assert policy.ladders[ClockKind.REPLY] == (
        Level(tell=Rank.OWNER, percent=50),
        Level(tell=Rank.SUPERVISOR, percent=80),
        Level(tell=Rank.MANAGER),
        Level(tell=Rank.DIRECTOR, after=24 * HOUR),
    )
    assert set(policy.ladders) == set(ClockKind)
    assert {level.tell for level in policy.ladders[ClockKind.CONSENT]} == {Rank.OWNER}


def test_our_clocks_count_plain_hours_and_notices_keep_quiet_at_night(load: Load) -> None:
    policy = load()
    assert (policy.clock_calendars, policy.check_calendars) == ({}, {})
    assert policy.notices_in == "cn-day"
    assert [each.name for each in policy.calendars] == ["cn-day"]


def test_an_older_file_without_ladders_is_still_a_policy(load: Load) -> None:
    start, end = OWN.index("[rota.shifts]"), len(OWN)
    names = OWN.index("supervisors ="), OWN.index("\n\n[rota.shifts]")
    old = load(
        (OWN[start:end], ""),
        (OWN[slice(*names)], ""),
        ('notices_in = "cn-day"', "#"),
    )
    assert (old.ladders, old.duty.shifts, old.calendars) == ({}, (), ())


# ---- What can be said ---------------------------------------------------------------------------


def test_calendars_that_are_named_travel(load: Load) -> None:
    policy = load(
        ('# approval = "cn-office"', 'approval = "cn-office"'),
        ('# warehouse = "cn-office"', 'warehouse = "cn-store"'),
        ("# supervisor-01 = [", "supervisor-01 = ["),
    )
    assert policy.clock_calendars == {ClockKind.APPROVAL: "cn-office"}
    assert policy.check_calendars == {Department.WAREHOUSE: "cn-store"}
    assert [each.name for each in policy.calendars] == ["cn-day", "cn-office", "cn-store"]
    assert policy.duty.shifts[:2] == (
        Shift(person="supervisor-01", rank=Rank.SUPERVISOR, calendar="cn-office"),
        Shift(person="supervisor-02", rank=Rank.SUPERVISOR),
    )


def test_the_department_is_reminded_of_its_check_twice(load: Load) -> None:
    """Rule 9: at 50 % and 80 % of its time; at 100 % it goes up."""
    check = load().ladders[ClockKind.CHECK]
    assert [(each.percent, each.department) for each in check] == [
        (50, True),
        (80, True),
        (100, False),
        (100, False),
    ]


def test_absences_are_kept_in_utc(load: Load) -> None:
    away = "{ person = 'a-1', since = 2026-12-24T18:00:00+08:00, until = 2026-12-27T09:00:00Z }"
    policy = load(("absences = []", f"absences = [{away}]"))
    since, until = utc("2026-12-24 10:00"), utc("2026-12-27 09:00")
    assert policy.duty.absences == (Absence(person="a-1", since=since, until=until),)
    assert policy.duty.absences[0].since.tzinfo is UTC


def test_a_kind_may_have_a_ladder_of_its_own(load: Load) -> None:
    policy = load(("usual = [", 'reply = [{ percent = 90, tell = "manager" }]\nusual = ['))
    assert policy.ladders[ClockKind.REPLY] == (Level(tell=Rank.MANAGER, percent=90),)
    assert len(policy.ladders[ClockKind.SOLUTION]) == 4


@pytest.mark.parametrize(
    ("old", "new", "key", "what", "remedy"),
    [
        (
            'notices_in = "cn-day"',
            'notices_in = "moon"',
            "escalation.notices_in",
            "'moon' is no calendar",
            "write one of always, cn-day",
        ),
        (
            '# warehouse = "cn-office"',
            'warehouse = "moon"',
            "calendars.checks.warehouse",
            "'moon' is no calendar",
            "write one of",
        ),
        (
            '# approval = "cn-office"',
            'consent = "cn-office"',
            "calendars.consent",
            "is not known",
            "remove it",
        ),
        (
            '{ percent = 50, tell = "owner" }',
            '{ percent = 80, tell = "owner" }',
            "ladders.usual",
            "does not ascend",
            "put the earlier level first",
        ),
        (
            '{ percent = 50, tell = "owner" }',
            '{ tell = "owner" }',
            "ladders.usual[1]",
            "says not, or twice, when it comes",
            "write percent = 80",
        ),
        (
            '{ percent = 50, tell = "owner" }',
            '{ percent = 50, after = "1h", tell = "owner" }',
            "ladders.usual[1]",
            "says not, or twice, when it comes",
            "write percent = 80",
        ),
        (
            '{ percent = 50, tell = "owner" }',
            '{ percent = 101, tell = "owner" }',
            "ladders.usual[1].percent",
            "101 should be less than or equal to 100",
            "write such a value",
        ),
        (
            "usual = [",
            'reply = [{ percent = 50, tell = "owner", department = true }]\nusual = [',
            "ladders",
            "reminds a department of what is no check",
            "write department in the ladder of check only",
        ),
        (
            "usual = [",
            "reply = []\nusual = [",
            "ladders.reply",
            "is empty",
            "name at least one",
        ),
        (
            'directors = ["director-01"]',
            "directors = []",
            "ladders",
            "tells a director, and there is none",
            "name at least one in directors",
        ),
        (
            "# supervisor-01 = [",
            "agent-01 = [",
            "rota",
            "has a shift of agent-01, who is no superior",
            "name them under supervisors",
        ),
        (
            'manager-01 = ["supervisor-01", "supervisor-02"]',
            "manager-01 = []",
            "rota.deputies.manager-01",
            "is empty",
            "name at least one",
        ),
        (
            "absences = []",
            f"absences = [{{ person = 'a', since = {NOON}, until = {NOON} }}]",
            "rota.absences[1]",
            "does not end after it begins",
            "let until be later",
        ),
    ],
)
def test_a_mistake_is_told_with_line_key_and_remedy(
    load: Load, old: str, new: str, key: str, what: str, remedy: str
) -> None:
    found = problem(load, (old, new))
    assert found.key == key
    assert what in found.what
    assert found.remedy.startswith(remedy)
    assert found.line is not None


def test_without_any_calendars_the_remedy_is_to_add_one(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(OWN)
    with pytest.raises(PolicyInvalid) as caught:
        load_policy(file)
    (found,) = caught.value.problems
    assert (found.key, found.remedy) == ("escalation.notices_in", "add its file")


# ---- The years that travel (rule 8) -------------------------------------------------------------


def test_only_years_around_the_present_one_travel(load: Load) -> None:
    (day,) = load().calendars
    whole = load_calendars(CONFIG)["cn-day"]
    assert day.years == (2025, 2026, 2027, 2028, 2029, 2030)
    assert day.cut_from == calendar_version(whole)
    assert len(day.model_dump_json()) < 1000


def test_in_another_year_others_travel() -> None:
    now = datetime.now(UTC).year
    (day,) = load_policy(CONFIG / "policy.toml").calendars
    assert day.years == tuple(range(now - 1, now + 5))


BERLIN = calendar(
    zone="Europe/Berlin",
    years=range(2000, 2040),
    holidays=["2025-12-31", "2026-05-01", "2031-05-01"],
    special={"2026-05-02": "09:00-12:00", "2031-05-02": "09:00-12:00"},
    breaks={"2026-05-04": "09:00-10:00", "2031-05-04": "09:00-10:00"},
)


def test_a_part_of_a_calendar_counts_as_the_whole() -> None:
    part = of_years(BERLIN, range(2026, 2028))
    assert (part.years, part.holidays) == ((2026, 2027), (date(2026, 5, 1),))
    assert [len(days) for days in (part.special_days, part.breaks, part.offsets)] == [1, 1, 5]
    for start in map(utc, ("2026-01-01 00:00", "2026-03-27 12:00", "2027-10-29 12:00")):
        for amount in (HOUR, 10 * HOUR, 200 * HOUR):
            assert add(part, start, amount) == add(BERLIN, start, amount)


def test_a_calendar_of_these_years_alone_travels_whole() -> None:
    office = calendar(years=(2026,))
    assert of_years(office, range(2025, 2030)) is office


@pytest.mark.parametrize("years", [range(1990, 1992), range(2050, 2052)])
def test_where_no_year_is_known_the_calendar_still_has_a_clock(years: range) -> None:
    part: Calendar = of_years(BERLIN, years)
    assert part.years == ()
    assert len(part.offsets) == 1
