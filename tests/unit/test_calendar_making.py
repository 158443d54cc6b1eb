"""Calendars from official day tables and from public holidays, with what a company changes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.errors import CalendarYearUnknown, ZoneUnknown
from runtime.calendar_file import load_calendar
from runtime.calendar_form import YearForm
from runtime.calendar_making import new_calendar, put_into, year_from_table, year_of_country
from runtime.calendar_text import calendar_text
from runtime.errors import (
    ConfigInvalid,
    ConfigMissing,
    ConfigUnreadable,
    CountryUnknown,
    DaysEstimated,
)
from runtime.settings import PROJECT
from tests.support.calendars import hours

OFFICE = PROJECT / "config/calendars/cn-office.toml"
PAPER = "https://www.gov.cn/notice"
REST, WORK = "2026-10-01", "2026-10-10"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path)


def write_table(directory: Path, **changes: Any) -> Path:
    days = [
        {"name": "国庆节", "date": WORK, "isOffDay": False},
        {"name": "国庆节", "date": REST, "isOffDay": True},
    ]
    file = directory / "2026.json"
    file.write_text(json.dumps({"year": 2026, "papers": [PAPER], "days": days} | changes))
    return file


def write_overrides(directory: Path, text: str) -> Path:
    file = directory / "overrides.toml"
    file.write_text(f'source = "Circular 7"\n{text}')
    return file


# ---- Official day tables ------------------------------------------------------------------------


def test_a_year_is_made_of_its_official_table(table: Path) -> None:
    found = year_from_table(2026, table, None)
    assert found.sources == (PAPER,)
    assert found.holidays == (date(2026, 10, 1),)
    assert found.make_up_days == (date(2026, 10, 10),)


@pytest.mark.parametrize("papers", [[], [" "]])
def test_a_table_without_a_notice_makes_no_year_known(tmp_path: Path, papers: list[str]) -> None:
    """Reading 8."""
    with pytest.raises(CalendarYearUnknown, match="2026"):
        year_from_table(2026, write_table(tmp_path, papers=papers), None)


def test_a_table_of_another_year_makes_no_year_known(table: Path) -> None:
    with pytest.raises(CalendarYearUnknown, match="2027"):
        year_from_table(2027, table, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"days": [{"date": REST}]}, "days.0.isOffDay: Field required"),
        ({"days": "none"}, "days"),
        ({"days": [{"date": "2025-10-01", "isOffDay": True}]}, "does not belong to 2026"),
        ({"days": [{"date": REST, "isOffDay": each} for each in (True, False)]}, "twice"),
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigUnreadable, match=reason):
        year_from_table(2026, write_table(tmp_path, **changes), None)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigMissing):
        year_from_table(2026, tmp_path / "2026.json", None)


# ---- Overrides ----------------------------------------------------------------------------------


def test_a_company_overrides_the_official_days(tmp_path: Path, table: Path) -> None:
    overrides = write_overrides(
        tmp_path,
        f'[days]\n{REST} = "work"\n{WORK} = "rest"\n2026-12-31 = ["09:00-12:00"]\n'
        '[breaks]\n2026-06-01 = ["14:00-15:00"]\n',
    )
    found = year_from_table(2026, table, overrides)
    assert found.sources == (PAPER, "Circular 7")
    assert found.holidays == (date(2026, 10, 10),)
    assert found.make_up_days == (date(2026, 10, 1),)
    assert found.short_days == {date(2026, 12, 31): hours("09:00-12:00")}
    assert found.breaks == {date(2026, 6, 1): hours("14:00-15:00")}


def test_an_override_of_another_year_is_refused(tmp_path: Path, table: Path) -> None:
    overrides = write_overrides(tmp_path, '[days]\n2027-10-01 = "work"\n')
    with pytest.raises(ConfigInvalid, match="2027-10-01: does not belong to 2026"):
        year_from_table(2026, table, overrides)


def test_an_override_says_rest_work_or_hours(tmp_path: Path, table: Path) -> None:
    with pytest.raises(ConfigInvalid, match="2026-10-01"):
        year_from_table(2026, table, write_overrides(tmp_path, f'[days]\n{REST} = "party"\n'))


# ---- Other countries ----------------------------------------------------------------------------


def test_another_country_has_its_public_holidays() -> None:
    found = year_of_country(2026, "DE", "BY", None)
    assert {date(2026, 1, 6), date(2026, 12, 25)} < set(found.holidays)
    assert found.sources[0].endswith(", DE-BY")
    assert date(2026, 1, 6) not in year_of_country(2026, "DE", None, None).holidays


def test_a_country_may_have_make_up_days() -> None:
    assert year_of_country(2016, "TW", None, None).make_up_days == (
        date(2016, 1, 30),
        date(2016, 6, 4),
        date(2016, 9, 10),
    )


def test_estimated_holidays_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(DaysEstimated, match="2030-02-04") as caught:
        year_of_country(2030, "AE", None, None)
    settled = "".join(f'{day} = "rest"\n' for day in caught.value.days.split(", "))
    overrides = write_overrides(tmp_path, f"[days]\n{settled}")
    assert date(2030, 2, 4) in year_of_country(2030, "AE", None, overrides).holidays


@pytest.mark.parametrize(("country", "subdivision"), [("XX", None), ("DE", "ZZ")])
def test_an_unknown_place_is_refused(country: str, subdivision: str | None) -> None:
    with pytest.raises(CountryUnknown, match="ISO 3166"):
        year_of_country(2026, country, subdivision, None)


def test_a_year_of_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(CalendarYearUnknown, match="2150"):
        year_of_country(2150, "DE", None, None)


# ---- The file -----------------------------------------------------------------------------------


def test_a_new_calendar_is_like_another(tmp_path: Path, table: Path) -> None:
    form = new_calendar(2026, year_from_table(2026, table, None), None, OFFICE)
    file = tmp_path / "made.toml"
    file.write_text(calendar_text(form))
    made, office = load_calendar(file), load_calendar(OFFICE)
    assert (made.zone, made.week) == (office.zone, office.week)
    assert (made.years, made.holidays) == ((2026,), (date(2026, 10, 1),))
    assert made.special_days[0].spans == hours("09:00-12:00 13:30-18:00")


def test_without_another_it_is_that_of_an_office(tmp_path: Path) -> None:
    year = YearForm(sources=("a",), make_up_days=(date(2026, 1, 3),))
    file = tmp_path / "made.toml"
    file.write_text(calendar_text(new_calendar(2026, year, "Europe/Berlin", None)))
    made = load_calendar(file)
    assert made.zone == "Europe/Berlin"
    assert made.week == (*[hours("09:00-18:00")] * 5, (), ())
    assert made.special_days[0].spans == hours("09:00-18:00")
    with pytest.raises(ZoneUnknown):
        new_calendar(2026, year, "Europe/Bonn", None)


def test_every_part_of_a_calendar_is_written(tmp_path: Path) -> None:
    file = tmp_path / "whole.toml"
    file.write_text(
        'zone = "UTC"\nyearly_holidays = ["02-29", "12-25"]\n[week]\nsunday = ["00:00-24:00"]\n'
        '[years.2026]\nsources = ["\\"said\\""]\nholidays = [2026-01-01]\n'
        '[years.2026.short_days]\n2026-01-04 = ["08:00-09:30"]\n'
        '[years.2026.breaks]\n2026-01-11 = ["08:00-09:30", "10:00-11:00"]\n'
    )
    whole = load_calendar(file)
    copy = new_calendar(2027, YearForm(sources=("b",)), None, file)
    again = copy.model_copy(update={"years": read_years(file)})
    file.write_text(calendar_text(again))
    assert load_calendar(file) == whole


def read_years(file: Path) -> Any:
    from runtime.calendar_form import CalendarForm  # noqa: PLC0415
    from runtime.form_file import read_form  # noqa: PLC0415

    return read_form(file, CalendarForm).years


@pytest.fixture
def standing(tmp_path: Path) -> Path:
    """A calendar that stands, with words of its owner."""
    file = tmp_path / "mine.toml"
    file.write_text(
        '# Ours.\nzone = "UTC"\nmake_up_hours = ["09:00-12:00"]\n\n[week]  # As agreed.\n'
        'monday = ["09:00-17:00"]\n\n# Of the past.\n[years.2025]\nsources = ["a"]\n\n'
        '[years.2025.breaks]\n2025-06-02 = ["10:00-11:00"]\n\n'
        '# To come.\n[years.2027]\nsources = ["c"]\n# The end.\n'
    )
    return file


def test_a_year_is_put_in_its_place_and_all_else_stays(standing: Path, table: Path) -> None:
    before = [line for line in standing.read_text().splitlines() if line]
    put_into(standing, 2026, year_from_table(2026, table, None))
    after = standing.read_text().splitlines()
    assert [line for line in after if line in before] == before
    assert after.index("[years.2025.breaks]") < after.index("[years.2026]")
    assert after.index("[years.2026]") < after.index("# To come.")
    assert load_calendar(standing).years == (2025, 2026, 2027)


def test_a_year_is_replaced_with_its_tables(standing: Path) -> None:
    put_into(standing, 2025, YearForm(sources=("new",)))
    found = load_calendar(standing)
    assert (found.years, found.sources, found.breaks) == ((2025, 2027), ("new", "c"), ())
    once = standing.read_text()
    put_into(standing, 2025, YearForm(sources=("new",)))
    assert standing.read_text() == once


def test_what_would_make_no_sense_is_not_written(standing: Path, tmp_path: Path) -> None:
    text = standing.read_text().replace('make_up_hours = ["09:00-12:00"]\n', "")
    standing.write_text(text)
    year = YearForm(sources=("a",), make_up_days=(date(2026, 1, 3),))
    with pytest.raises(ConfigInvalid, match=r"/mine\.toml.*\n.*\n.*make_up_hours"):
        put_into(standing, 2026, year)
    assert standing.read_text() == text
    assert list(tmp_path.iterdir()) == [standing]
    with pytest.raises(ConfigMissing):
        put_into(tmp_path / "none.toml", 2026, year)
