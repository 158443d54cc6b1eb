"""Calendars that make no sense are refused with file, line, key and remedy; ours are sound."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from domain.chain import calendar_version
from domain.workdays import is_workday
from runtime.calendar_file import find_calendar, load_calendar, load_calendars
from runtime.errors import CalendarUnknown, ConfigInvalid, ConfigMissing, Problem
from runtime.settings import PROJECT
from schemas.calendars import Calendar
from tests.support.calendars import hours

CONFIG = PROJECT / "config"
FILE = """\
zone = "Europe/Berlin"
make_up_hours = ["09:00-12:00"]
yearly_holidays = ["12-25"]

[week]
monday = ["09:00-12:00", "13:00-24:00"]

[years.2026]
sources = ["a decision"]
holidays = [2025-12-31, 2026-04-06]
make_up_days = [2026-04-11]

[years.2026.short_days]
2026-04-13 = ["09:00-11:00"]

[years.2026.breaks]
2026-04-20 = ["10:00-10:30"]
"""

Refused = Callable[..., tuple[Problem, ...]]


def load(directory: Path, text: str) -> Calendar:
    file = directory / "tried.toml"
    file.write_text(text)
    return load_calendar(file)


def test_a_calendar_says_what_its_file_says(tmp_path: Path) -> None:
    found = load(tmp_path, FILE)
    assert (found.name, found.zone, found.years) == ("tried", "Europe/Berlin", (2026,))
    assert found.week == (hours("09:00-12:00 13:00-24:00"), *[()] * 6)
    assert found.holidays == (date(2025, 12, 31), date(2026, 4, 6))
    assert found.yearly_holidays == ((12, 25),)
    assert {each.day.day: each.spans for each in found.special_days} == {
        11: hours("09:00-12:00"),
        13: hours("09:00-11:00"),
    }
    assert [(each.day.day, each.spans) for each in found.breaks] == [(20, hours("10:00-10:30"))]
    assert [each.seconds for each in found.offsets] == [3600, 7200, 3600]
    assert found.sources == ("a decision",)


def test_the_version_changes_with_every_content_and_not_with_the_order(tmp_path: Path) -> None:
    version = calendar_version(load(tmp_path, FILE))
    turned = FILE.replace("[2025-12-31, 2026-04-06]", "[2026-04-06, 2025-12-31]")
    assert calendar_version(load(tmp_path, turned)) == version
    for old, new in (("13:00-24:00", "13:00-23:59"), ("04-13", "04-27"), ("Berlin", "Madrid")):
        assert calendar_version(load(tmp_path, FILE.replace(old, new))) != version


def test_a_calendar_travels_unchanged(tmp_path: Path) -> None:
    found = load(tmp_path, FILE)
    assert Calendar.model_validate_json(found.model_dump_json()) == found


def test_years_without_days_of_their_own_need_no_table(tmp_path: Path) -> None:
    text = 'zone = "UTC"\nregular_years = [2020, 2022]\n[week]\nmonday = ["00:00-24:00"]\n'
    assert load(tmp_path, text).years == (2020, 2021, 2022)


def test_two_notices_may_say_the_same_of_a_day(tmp_path: Path) -> None:
    more = '[years.2025]\nsources = ["another"]\nholidays = [2025-12-31]\n'
    assert load(tmp_path, FILE + more).holidays == (date(2025, 12, 31), date(2026, 4, 6))


@pytest.mark.parametrize(
    ("old", "new", "key", "what", "remedy"),
    [
        ("Europe/Berlin", "Europe/Bärlin", "zone", "is no time zone", "write an IANA name"),
        ('09:00-12:00", "13', '9-12", "13', "week.monday[1]", "no span of hours", "09:00-18:00"),
        ("13:00-24:00", "13:00-24:01", "week.monday[2]", "does not end after", "24:00 at the"),
        ("13:00-24:00", "22:00-06:00", "week.monday[2]", "does not end after", "takes two days"),
        ("13:00-24:00", "11:00-18:00", "week.monday", "spans that overlap", "the earlier first"),
        ("monday = ", "mondays = ", "week.mondays", "is not known", "remove it"),
        (
            'monday = ["09:00-12:00", "13:00-24:00"]',
            "",
            "week",
            "is closed on every day",
            "write such as monday",
        ),
        ('"12-25"', '"12-32"', "yearly_holidays[1]", "no day of the year", "month and day"),
        ('"12-25"', '"Christmas"', "yearly_holidays[1]", "no day of the year", "month and day"),
        ('["a decision"]', '[" "]', "years.2026.sources", "is empty", "it is unknown"),
        ('sources = ["a decision"]', "", "years.2026.sources", "is missing", "add it"),
        ("2026-04-06]", '"6 April"]', "years.2026.holidays[2]", "is no date", "2026-10-01"),
        ("2026-04-06]", "20260]", "years.2026.holidays[2]", "is no date", "2026-10-01"),
        ("2026-04-06]", "2026-04-06T10:00:00]", "years.2026.holidays[2]", "is no date", "write"),
        (
            "[2026-04-11]",
            "[2026-04-06]",
            "years.2026",
            "2026-04-06 is a holiday and a make-up working day",
            "keep one of them",
        ),
        ("2025-12-31,", "2025-11-30,", "", "has 2025-11-30 in the table of 2026", "where it"),
        (
            "[years.2026]\n",
            '[years.2025]\nsources = ["a"]\nmake_up_days = [2025-12-31]\n[years.2026]\n',
            "",
            "2025-12-31 is a make-up working day and a holiday",
            "keep one of them",
        ),
        (
            'make_up_hours = ["09:00-12:00"]',
            "",
            "",
            "make-up working days without make_up_hours",
            "write such as make_up_hours",
        ),
        ("[years.2026]", "[years.26]", "years.26", "greater than or equal to 1970", "write such"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    tmp_path: Path, old: str, new: str, key: str, what: str, remedy: str
) -> None:
    assert FILE.count(old) == 1
    with pytest.raises(ConfigInvalid) as caught:
        load(tmp_path, FILE.replace(old, new))
    problem = next(each for each in caught.value.problems if each.key == key)
    assert re.search(re.escape(what), problem.what)
    assert remedy in problem.remedy
    assert "tried.toml" in str(caught.value)


def test_a_calendar_without_years_knows_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="knows no year"):
        load(tmp_path, 'zone = "UTC"\n[week]\nmonday = ["09:00-17:00"]\n')


# ---- What is delivered --------------------------------------------------------------------------


def test_ours_are_sound_and_found_by_name() -> None:
    ours = load_calendars(CONFIG)
    assert list(ours) == ["always", "cn-day", "cn-office", "cn-store"]
    assert load_calendar(find_calendar(CONFIG, "cn-office")) == ours["cn-office"]
    assert all(each.zone == "Asia/Shanghai" for each in ours.values())


def test_an_unknown_name_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(CalendarUnknown, match="always, cn-day, cn-office, cn-store"):
        find_calendar(CONFIG, "moon")
    with pytest.raises(CalendarUnknown, match="none"):
        find_calendar(tmp_path, "cn-office")
    with pytest.raises(ConfigMissing):
        load_calendar(tmp_path / "moon.toml")


def test_the_official_days_are_those_of_a_second_source() -> None:
    import holidays  # noqa: PLC0415

    office = load_calendars(CONFIG)["cn-office"]
    days = holidays.country_holidays("CN", years=range(2017, 2027))
    first, last = date(2017, 1, 1).toordinal(), date(2026, 12, 31).toordinal()
    for day in map(date.fromordinal, range(first, last + 1)):
        works = day in days.weekend_workdays or (day.weekday() < 5 and day not in days)
        assert is_workday(office, day) is works, day
