"""Working time between moments, edge by edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import CalendarYearUnknown, MomentWithoutZone
from domain.tally import Tally
from domain.working_time import (
    add,
    at_local,
    elapsed,
    is_open,
    next_open,
    previous_close,
    shown,
    subtract,
)
from tests.support.calendars import calendar, utc

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MICROSECOND, NOTHING = timedelta(microseconds=1), timedelta(0)
ALL_DAY = "00:00-24:00"

OFFICE = calendar()
"""In UTC, from Monday to Friday, 09:00 to 17:00. 2026-03-02 is a Monday."""
ALWAYS = calendar([ALL_DAY] * 7)
LUNCH = calendar(["09:00-12:00 13:30-18:00"] * 5)
BERLIN = calendar([ALL_DAY] * 7, zone="Europe/Berlin")


# ---- Hours are half-open ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-02 08:59:59.999999", False),
        ("2026-03-02 09:00", True),
        ("2026-03-02 16:59:59.999999", True),
        ("2026-03-02 17:00", False),
        ("2026-03-07 12:00", False),
    ],
)
def test_it_is_open_from_opening_until_just_before_closing(at: str, expected: bool) -> None:
    assert is_open(OFFICE, utc(at)) is expected


@pytest.mark.parametrize(
    ("at", "opens", "closed"),
    [
        ("2026-03-02 12:00", "2026-03-02 12:00", "2026-03-02 12:00"),
        ("2026-03-02 09:00", "2026-03-02 09:00", "2026-02-27 17:00"),
        ("2026-03-02 17:00", "2026-03-03 09:00", "2026-03-02 17:00"),
        ("2026-03-06 20:00", "2026-03-09 09:00", "2026-03-06 17:00"),
        ("2026-03-08 00:00", "2026-03-09 09:00", "2026-03-06 17:00"),
    ],
)
def test_the_next_opening_and_the_last_closing_mirror_each_other(
    at: str, opens: str, closed: str
) -> None:
    assert next_open(OFFICE, utc(at)) == utc(opens)
    assert previous_close(OFFICE, utc(at)) == utc(closed)


# ---- Adding and subtracting ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-03-02 10:00", HOUR, "2026-03-02 11:00"),
        ("2026-03-02 16:30", HOUR, "2026-03-03 09:30"),
        ("2026-03-06 16:30", HOUR, "2026-03-09 09:30"),
        ("2026-03-07 12:00", HOUR, "2026-03-09 10:00"),
        ("2026-03-02 09:00", 40 * HOUR, "2026-03-06 17:00"),
        ("2026-03-02 09:00", 40 * HOUR + MICROSECOND, "2026-03-09 09:00:00.000001"),
        ("2026-03-02 09:00:00.000001", 8 * HOUR, "2026-03-03 09:00:00.000001"),
    ],
)
def test_an_amount_is_added_within_opening_hours(start: str, amount: timedelta, due: str) -> None:
    assert add(OFFICE, utc(start), amount) == utc(due)


def test_an_amount_that_runs_out_at_closing_time_is_due_then() -> None:
    """Reading 8."""
    assert add(OFFICE, utc("2026-03-06 15:00"), 2 * HOUR) == utc("2026-03-06 17:00")
    assert add(LUNCH, utc("2026-03-02 09:00"), 3 * HOUR) == utc("2026-03-02 12:00")


def test_an_amount_that_goes_back_to_opening_time_begins_then() -> None:
    assert subtract(OFFICE, utc("2026-03-09 11:00"), 2 * HOUR) == utc("2026-03-09 09:00")
    assert subtract(OFFICE, utc("2026-03-09 11:00"), 3 * HOUR) == utc("2026-03-06 16:00")


def test_nothing_is_added_from_the_next_opening_on() -> None:
    saturday, monday = utc("2026-03-07 12:00"), utc("2026-03-09 09:00")
    assert add(OFFICE, saturday, NOTHING) == monday
    assert subtract(OFFICE, saturday, NOTHING) == utc("2026-03-06 17:00")
    assert add(OFFICE, monday, NOTHING) == monday


def test_a_negative_amount_goes_the_other_way() -> None:
    start = utc("2026-03-09 11:00")
    assert add(OFFICE, start, -3 * HOUR) == subtract(OFFICE, start, 3 * HOUR)
    assert subtract(OFFICE, start, -7 * HOUR) == add(OFFICE, start, 7 * HOUR)


def test_a_pause_at_noon_is_left_out() -> None:
    assert add(LUNCH, utc("2026-03-02 11:30"), HOUR) == utc("2026-03-02 14:00")
    assert subtract(LUNCH, utc("2026-03-02 14:00"), HOUR) == utc("2026-03-02 11:30")
    assert elapsed(LUNCH, utc("2026-03-02 11:30"), utc("2026-03-02 14:00")) == HOUR


# ---- Elapsed ------------------------------------------------------------------------------------


def test_between_a_moment_and_itself_lies_nothing() -> None:
    assert elapsed(OFFICE, utc("2026-03-02 12:00"), utc("2026-03-02 12:00")) == NOTHING


def test_reversed_moments_give_a_negative_amount() -> None:
    early, late = utc("2026-03-02 10:00"), utc("2026-03-03 10:00")
    assert elapsed(OFFICE, early, late) == 8 * HOUR
    assert elapsed(OFFICE, late, early) == -8 * HOUR


def test_a_day_until_24_00_goes_over_into_the_next() -> None:
    late = calendar(["20:00-24:00", "00:00-02:00"])
    assert elapsed(late, utc("2026-03-02 19:00"), utc("2026-03-03 03:00")) == 6 * HOUR
    assert add(late, utc("2026-03-02 20:00"), 4 * HOUR) == utc("2026-03-03 00:00")
    assert is_open(late, utc("2026-03-03 00:00"))
    assert previous_close(late, utc("2026-03-03 00:00")) == utc("2026-03-03 00:00")
    assert next_open(late, utc("2026-03-03 02:00")) == utc("2026-03-09 20:00")


def test_the_leap_day_is_a_day() -> None:
    assert elapsed(ALWAYS, utc("2028-02-28 00:00"), utc("2028-03-01 00:00")) == 48 * HOUR
    assert elapsed(ALWAYS, utc("2027-02-28 00:00"), utc("2027-03-01 00:00")) == 24 * HOUR


def test_decades_are_exact() -> None:
    start, end = utc("2000-01-01 00:00"), utc("2039-12-31 23:59:59.999999")
    assert elapsed(ALWAYS, start, end) == end - start
    assert add(ALWAYS, start, end - start) == end
    assert subtract(ALWAYS, end, end - start) == start


def test_the_cost_of_a_question_does_not_grow_with_its_span(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[int] = []
    before = Tally.before

    def counted(tally: Tally, day: int) -> int:
        looks.append(day)
        return before(tally, day)

    monkeypatch.setattr(Tally, "before", counted)

    def cost(ends: str) -> int:
        looks.clear()
        start = utc("2000-01-05 10:00")
        passed = elapsed(BERLIN, start, utc(ends))
        assert add(BERLIN, start, passed) == utc(ends)
        assert subtract(BERLIN, utc(ends), passed) == start
        return len(looks)

    # Working the calendar out is done once.
    cost("2000-01-06 10:00")
    assert cost("2039-12-05 10:00") <= cost("2000-01-06 10:00") + 10 < 150


# ---- Days that differ ---------------------------------------------------------------------------


def test_a_holiday_is_closed_even_where_other_hours_are_set() -> None:
    tried = calendar(holidays=["2026-03-03"], special={"2026-03-03": "09:00-12:00"})
    assert add(tried, utc("2026-03-02 16:00"), 2 * HOUR) == utc("2026-03-04 10:00")


def test_a_make_up_day_is_worked_and_a_short_day_is_short() -> None:
    tried = calendar(special={"2026-03-07": "09:00-17:00", "2026-03-06": "09:00-11:00"})
    assert elapsed(tried, utc("2026-03-06 00:00"), utc("2026-03-09 00:00")) == 10 * HOUR


def test_other_hours_without_any_close_a_day() -> None:
    tried = calendar(special={"2026-03-03": ""})
    assert next_open(tried, utc("2026-03-02 18:00")) == utc("2026-03-04 09:00")


def test_a_holiday_of_every_year_comes_every_year_and_on_29_february_in_leap_years() -> None:
    tried = calendar([ALL_DAY] * 7, yearly=[(2, 29), (12, 25)])
    assert elapsed(tried, utc("2027-01-01 00:00"), utc("2028-01-01 00:00")) == 364 * 24 * HOUR
    assert elapsed(tried, utc("2028-01-01 00:00"), utc("2029-01-01 00:00")) == 364 * 24 * HOUR


def test_breaks_are_taken_out_last() -> None:
    tried = calendar(
        ["09:00-12:00 13:00-17:00"] * 5,
        holidays=["2026-03-04"],
        special={"2026-03-03": "08:00-10:00"},
        breaks={
            "2026-03-02": "08:00-09:30 11:00-14:00 15:00-15:30",
            "2026-03-03": "09:00-11:00",
            "2026-03-04": "09:00-11:00",
        },
    )
    day = timedelta(days=1)
    worked = [
        elapsed(tried, utc("2026-03-02") + n * day, utc("2026-03-03") + n * day) for n in range(3)
    ]
    assert worked == [4 * HOUR, HOUR, NOTHING]
    assert next_open(tried, utc("2026-03-02 15:10")) == utc("2026-03-02 15:30")


def test_spans_may_come_in_any_order_touch_and_overlap() -> None:
    tried = calendar(["13:00-17:00 09:00-12:00 12:00-13:00 10:00-11:00 18:00-18:00"])
    assert elapsed(tried, utc("2026-03-02 00:00"), utc("2026-03-03 00:00")) == 8 * HOUR
    assert next_open(tried, utc("2026-03-02 17:30")) == utc("2026-03-09 09:00")


# ---- Clock changes ------------------------------------------------------------------------------


def test_an_hour_that_is_shown_twice_counts_twice_and_a_skipped_one_not() -> None:
    night = calendar(["00:00-06:00"] * 7, zone="Europe/Berlin")
    spring = elapsed(night, utc("2026-03-28 22:00"), utc("2026-03-29 12:00"))
    autumn = elapsed(night, utc("2026-10-24 20:00"), utc("2026-10-25 12:00"))
    assert (spring, autumn) == (5 * HOUR, 7 * HOUR)


def test_hours_move_in_utc_when_the_clock_is_changed() -> None:
    office = calendar(zone="Europe/Berlin")
    assert next_open(office, utc("2026-03-28 12:00")) == utc("2026-03-30 07:00")
    assert next_open(office, utc("2026-10-24 12:00")) == utc("2026-10-26 08:00")
    assert add(office, utc("2026-03-27 15:30"), HOUR) == utc("2026-03-30 07:30")
    assert subtract(office, utc("2026-10-26 08:30"), HOUR) == utc("2026-10-23 14:30")


def test_a_repeated_half_hour_is_closed_twice() -> None:
    tried = calendar(["02:30-12:00"] * 7, zone="Europe/Berlin")
    # 02:30 is shown at 00:30 and at 01:30 UTC; at 01:00 the clock goes back to 02:00.
    assert is_open(tried, utc("2026-10-25 00:45"))
    assert not is_open(tried, utc("2026-10-25 01:15"))
    assert add(tried, utc("2026-10-25 00:30"), 45 * MINUTE) == utc("2026-10-25 01:45")
    assert next_open(tried, utc("2026-10-25 01:00")) == utc("2026-10-25 01:30")
    assert previous_close(tried, utc("2026-10-25 01:20")) == utc("2026-10-25 01:00")


def test_a_midnight_that_is_skipped_or_repeated_begins_no_other_day() -> None:
    # In São Paulo the clock went from 24:00 to 23:00 on 17 February, and skipped 00:00 to 01:00
    # on 4 November 2018; in Newfoundland it went from 00:01 back to 23:01 in 2010.
    brazil = calendar([ALL_DAY] * 7, zone="America/Sao_Paulo", holidays=["2018-02-18"])
    assert elapsed(brazil, utc("2018-02-17 02:00"), utc("2018-02-18 03:00")) == 25 * HOUR
    assert elapsed(brazil, utc("2018-11-04 03:00"), utc("2018-11-05 02:00")) == 23 * HOUR
    canada = calendar(["", "", "", "", "", "", ALL_DAY], zone="America/St_Johns")
    sunday = elapsed(canada, utc("2010-11-06 00:00"), utc("2010-11-09 00:00"))
    assert sunday == 24 * HOUR + MINUTE
    assert next_open(canada, utc("2010-11-07 02:31")) == utc("2010-11-07 03:30")


def test_a_day_that_a_zone_has_never_had_holds_no_time() -> None:
    samoa = calendar([ALL_DAY] * 7, zone="Pacific/Apia")
    assert at_local(samoa, datetime(2011, 12, 31)) == utc("2011-12-30 10:00")  # noqa: DTZ001
    assert elapsed(samoa, utc("2011-12-29 10:00"), utc("2011-12-31 10:00")) == 48 * HOUR


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("2026-01-01 12:00", "2026-01-01 11:00"),
        ("2026-03-29 01:59", "2026-03-29 00:59"),
        ("2026-03-29 02:30", "2026-03-29 01:30"),
        ("2026-03-29 03:00", "2026-03-29 01:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30"),
        ("2026-10-25 03:00", "2026-10-25 02:00"),
    ],
)
def test_a_local_time_is_the_first_moment_that_shows_it(local: str, moment: str) -> None:
    assert at_local(BERLIN, datetime.fromisoformat(local)) == utc(moment)


def test_a_moment_is_shown_with_its_offset() -> None:
    assert shown(BERLIN, utc("2026-07-01 12:00")).isoformat() == "2026-07-01T14:00:00+02:00"
    assert shown(BERLIN, utc("2026-01-01 12:00")).isoformat() == "2026-01-01T13:00:00+01:00"


# ---- Unknown years ------------------------------------------------------------------------------

GAP = calendar(years=[2024, 2026, 2027])
"""Nobody has said when people work in 2025."""


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda: is_open(GAP, utc("2025-06-02 10:00")), 2025),
        (lambda: is_open(GAP, utc("2028-01-01 00:00")), 2028),
        (lambda: next_open(GAP, utc("2024-12-31 18:00")), 2025),
        (lambda: previous_close(GAP, utc("2026-01-01 00:00")), 2025),
        (lambda: previous_close(GAP, utc("2026-01-01 08:00")), 2025),
        (lambda: add(GAP, utc("2024-12-31 16:00"), 2 * HOUR), 2025),
        (lambda: add(GAP, utc("2027-12-31 16:00"), 2 * HOUR), 2028),
        (lambda: add(GAP, utc("2025-01-02 16:00"), HOUR), 2025),
        (lambda: subtract(GAP, utc("2026-01-01 10:00"), 2 * HOUR), 2025),
        (lambda: subtract(GAP, utc("2028-01-03 10:00"), HOUR), 2028),
        (lambda: elapsed(GAP, utc("2024-12-31 10:00"), utc("2026-01-05 10:00")), 2025),
        (lambda: elapsed(GAP, utc("2023-12-31 10:00"), utc("2024-01-05 10:00")), 2023),
    ],
)
def test_an_unknown_year_is_named_and_never_guessed(ask: Any, year: int) -> None:
    with pytest.raises(CalendarYearUnknown, match="redress calendar build") as caught:
        ask()
    assert (caught.value.calendar, caught.value.year) == ("tried", year)


def test_known_years_have_the_clock_changes_of_their_own_only() -> None:
    apart = calendar([ALL_DAY] * 7, zone="Europe/Berlin", years=[2020, 2026])
    assert elapsed(apart, utc("2020-03-28 00:00"), utc("2020-03-30 00:00")) == 48 * HOUR
    assert shown(apart, next_open(apart, utc("2026-07-01 10:00"))).hour == 12


def test_known_years_are_known_to_their_last_microsecond() -> None:
    end = utc("2025-01-01 00:00")
    known = calendar([ALL_DAY] * 7, years=[2024])
    assert elapsed(known, utc("2024-01-01 00:00"), end) == 366 * 24 * HOUR
    assert add(known, utc("2024-12-31 00:00"), 24 * HOUR) == end
    assert subtract(known, end, 366 * 24 * HOUR) == utc("2024-01-01 00:00")
    assert previous_close(known, end) == end
    assert is_open(known, end - MICROSECOND)


def test_years_are_those_of_the_local_clock() -> None:
    office = calendar([ALL_DAY] * 7, zone="Asia/Shanghai", years=[2026])
    assert is_open(office, utc("2025-12-31 16:00"))
    with pytest.raises(CalendarYearUnknown, match="2027"):
        is_open(office, utc("2026-12-31 16:00"))


# ---- What is given ------------------------------------------------------------------------------


def test_a_moment_needs_a_zone_and_may_have_any() -> None:
    with pytest.raises(MomentWithoutZone):
        is_open(OFFICE, datetime(2026, 3, 2, 10))  # noqa: DTZ001
    east = datetime.fromisoformat("2026-03-02T18:00:00+08:00")
    due = add(OFFICE, east, HOUR)
    assert (due, due.tzinfo) == (utc("2026-03-02 11:00"), UTC)
