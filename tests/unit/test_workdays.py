"""Workdays and the day-clocks of the law."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.errors import CalendarYearUnknown
from domain.workdays import (
    add_workdays,
    due_after_days,
    due_after_workdays,
    end_of_day,
    is_workday,
    last_day,
    local_day,
    workday_from,
    workdays_between,
)
from runtime.calendar_file import load_calendar
from runtime.settings import PROJECT
from tests.support.calendars import calendar, utc

CHINA = load_calendar(PROJECT / "config/calendars/cn-office.toml")
BERLIN = calendar(zone="Europe/Berlin")


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_a_workday_has_working_time() -> None:
    assert is_workday(CHINA, day("2026-02-13"))
    assert not is_workday(CHINA, day("2026-02-16"))
    shut = calendar(special={"2026-03-02": ""}, breaks={"2026-03-03": "00:00-24:00"})
    worked = [is_workday(shut, date(2026, 3, each)) for each in (2, 3, 4, 7)]
    assert worked == [False, False, True, False]


def test_a_make_up_saturday_is_a_workday() -> None:
    """2026-02-14 is a Saturday on which people work for the Spring Festival."""
    assert is_workday(CHINA, day("2026-02-14"))
    assert add_workdays(CHINA, day("2026-02-13"), 1) == day("2026-02-14")
    assert add_workdays(CHINA, day("2026-02-13"), 2) == day("2026-02-24")


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-03-06", 0, "2026-03-06"),
        ("2026-03-07", 0, "2026-03-07"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-03-08", 5, "2026-03-13"),
        ("2026-03-09", -1, "2026-03-06"),
        ("2026-03-07", -1, "2026-03-06"),
        ("2026-03-06", -6, "2026-02-27"),
        ("2025-09-30", 7, "2025-10-16"),
    ],
)
def test_the_first_day_is_not_counted(start: str, count: int, expected: str) -> None:
    assert add_workdays(CHINA, day(start), count) == day(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-06", "2026-03-06", 0),
        ("2026-03-06", "2026-03-08", 0),
        ("2026-03-06", "2026-03-13", 5),
        ("2026-03-13", "2026-03-06", -5),
        ("2026-02-13", "2026-02-24", 2),
        ("2017-01-01", "2026-12-31", 2493),
    ],
)
def test_workdays_between(start: str, end: str, expected: int) -> None:
    assert workdays_between(CHINA, day(start), day(end)) == expected


def test_a_day_of_rest_rolls_to_the_next_workday() -> None:
    assert workday_from(CHINA, day("2026-10-03")) == day("2026-10-08")
    assert workday_from(CHINA, day("2026-10-10")) == day("2026-10-10")


def test_calendar_days_begin_after_receipt_and_end_on_a_workday() -> None:
    """Reading 8; 2025-04-27 is a Sunday on which people work."""
    assert last_day(CHINA, day("2025-03-28"), 7) == day("2025-04-07")
    assert last_day(CHINA, day("2025-04-20"), 7) == day("2025-04-27")


def test_a_day_clock_ends_with_its_last_day_where_people_work() -> None:
    received = utc("2025-03-27 16:30")  # 00:30 on 28 March in Shanghai.
    assert local_day(CHINA, received) == day("2025-03-28")
    assert due_after_days(CHINA, received, 7) == utc("2025-04-07 16:00")
    assert due_after_workdays(CHINA, received, 7) == utc("2025-04-09 16:00")


def test_a_day_ends_by_its_own_clock() -> None:
    assert end_of_day(BERLIN, day("2026-03-28")) == utc("2026-03-28 23:00")
    assert end_of_day(BERLIN, day("2026-03-29")) == utc("2026-03-29 22:00")
    brazil = calendar(zone="America/Sao_Paulo")
    # The first minute of 4 November 2018 was 01:00.
    assert end_of_day(brazil, day("2018-11-03")) == utc("2018-11-04 03:00")


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda: is_workday(CHINA, day("2027-01-04")), 2027),
        (lambda: add_workdays(CHINA, day("2026-12-30"), 2), 2027),
        (lambda: add_workdays(CHINA, day("2017-01-03"), -1), 2016),
        (lambda: add_workdays(CHINA, day("2027-01-04"), 0), 2027),
        (lambda: workdays_between(CHINA, day("2026-12-30"), day("2027-01-01")), 2027),
        (lambda: workdays_between(CHINA, day("2027-01-01"), day("2026-12-30")), 2027),
        (lambda: last_day(CHINA, day("2026-12-30"), 7), 2027),
    ],
)
def test_an_unknown_year_is_named(ask: Any, year: int) -> None:
    with pytest.raises(CalendarYearUnknown) as caught:
        ask()
    assert (caught.value.calendar, caught.value.year) == ("cn-office", year)
