"""Rule 26: answer dates and the age of a sale, by the calendar of the rule (reading 8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.chain import body_hash, calendar_version, law_version
from domain.errors import CalendarYearUnknown, RuleUnknown
from domain.law import LONGEST_REST, answer_due_at, pinned
from domain.workdays import is_workday, local_day
from runtime.calendar_file import load_calendar
from runtime.law_file import load_law
from runtime.settings import PROJECT
from schemas.law import AnswerRule, Law, PinnedLaw
from tests.support.calendars import utc
from tests.support.commands import opening

LAW = load_law(PROJECT / "config")
CHINA = load_calendar(PROJECT / "config" / "calendars" / "cn-office.toml")
DAY = timedelta(days=1)


def answer(received: str, code: str = "cn-consumer-hotline", law: Law = LAW) -> datetime:
    found = pinned(law, opening(external_rule=code), utc(received))
    assert found is not None
    assert found.answer is not None
    return found.answer.due_at


def in_force(received: str, sold: str, **fields: Any) -> list[str]:
    """Return the rules that the age of a sale leaves, without the beginning that they share."""
    law = pinned(LAW, opening(sold_at=utc(sold), **fields), utc(received))
    return [rule.code.removeprefix("cn-") for rule in law.remedies] if law else []


# ---- Answer dates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-02 01:00", "2026-11-11 16:00"),  # Monday; the second Wednesday ends it.
        ("2026-11-01 17:00", "2026-11-11 16:00"),  # 01:00 on that Monday in Shanghai.
        ("2026-11-01 15:00", "2026-11-10 16:00"),  # 23:00 on Sunday: Monday counts.
        ("2026-09-29 02:00", "2026-10-14 16:00"),  # Over National Day, Saturday 10th included.
        ("2026-02-12 02:00", "2026-02-28 16:00"),  # Saturdays 14th and 28th are worked.
    ],
)
def test_workdays_count_make_up_saturdays_and_not_the_day_of_receipt(
    received: str, expected: str
) -> None:
    assert answer(received) == utc(expected)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-02 01:00", "2026-11-09 16:00"),  # Seven days later, at 24:00 in Shanghai.
        ("2026-11-07 01:00", "2026-11-16 16:00"),  # A Saturday, so the Monday after.
        ("2026-09-25 01:00", "2026-10-08 16:00"),  # 2 October rolls over the whole holiday.
        ("2026-10-03 01:00", "2026-10-10 16:00"),  # A Saturday on which people work.
    ],
)
def test_calendar_days_roll_from_a_day_of_rest(received: str, expected: str) -> None:
    assert answer(received, "cn-courier") == utc(expected)


def test_a_year_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(CalendarYearUnknown) as caught:
        answer("2026-12-29 01:00")
    assert (caught.value.calendar, caught.value.year) == ("cn-office", 2027)


def test_an_unknown_rule_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(RuleUnknown, match=r"no rule 'cn-x'.*cn-consumer-hotline, ") as caught:
        answer("2026-11-02 01:00", "cn-x")
    assert caught.value.code == "rule_unknown"
    with pytest.raises(RuleUnknown, match="one of these: none"):
        answer("2026-11-02 01:00", "cn-x", Law())


def test_the_rule_is_pinned_with_its_edition_and_calendar() -> None:
    found = pinned(LAW, opening(external_rule="cn-courier"), utc("2026-11-02 01:00"))
    assert found is not None
    assert found.version == law_version(LAW)
    assert found.answer is not None
    assert found.answer.rule.edition == "2019-03-02"
    assert found.answer.calendar_version == calendar_version(CHINA)
    assert PinnedLaw.model_validate_json(found.model_dump_json()) == found


def test_without_rule_or_sale_nothing_is_pinned() -> None:
    assert pinned(LAW, opening(), utc("2026-11-02 01:00")) is None


def test_what_the_door_pins_is_no_part_of_what_was_sent() -> None:
    sent = opening(external_rule="cn-courier")
    law = pinned(LAW, sent, utc("2026-11-02 01:00"))
    assert body_hash(sent.model_copy(update={"law": law}), "open") == body_hash(sent, "open")
    other = sent.model_copy(update={"external_rule": "cn-consumer-hotline"})
    assert body_hash(other, "open") != body_hash(sent, "open")


MOMENTS = st.datetimes(datetime(2017, 1, 1), datetime(2026, 6, 1))  # noqa: DTZ001 - Zone follows.


@settings(deadline=None)
@given(moment=MOMENTS, count=st.integers(1, 60))
def test_workdays_are_those_that_a_clerk_counts(moment: datetime, count: int) -> None:
    received = moment.replace(tzinfo=utc("2020-01-01 00:00").tzinfo)
    due_at = answer_due_at(_rule(workdays=count), CHINA, received)
    day, left = local_day(CHINA, received), count
    while left:
        day += DAY
        left -= is_workday(CHINA, day)
    assert due_at == _midnight_after(day)


@settings(deadline=None)
@given(moment=MOMENTS, count=st.integers(1, 60))
def test_calendar_days_are_those_that_a_clerk_counts(moment: datetime, count: int) -> None:
    received = moment.replace(tzinfo=utc("2020-01-01 00:00").tzinfo)
    due_at = answer_due_at(_rule(days=count), CHINA, received)
    day = local_day(CHINA, received) + count * DAY
    while not is_workday(CHINA, day):
        day += DAY
    assert due_at == _midnight_after(day)
    assert due_at > received + count * DAY


def _rule(workdays: int | None = None, days: int | None = None) -> AnswerRule:
    return AnswerRule(
        code="r", edition="2020-01-01", source="s", calendar="c", workdays=workdays, days=days
    )


def _midnight_after(day: date) -> datetime:
    return utc(f"{day} 16:00")


# ---- The age of a sale --------------------------------------------------------------------------

ALWAYS = ["three-guarantees-two-repairs", "courier-delay"]
SEVEN, FIFTEEN = "three-guarantees-7", "three-guarantees-15"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-02 02:00", [SEVEN, FIFTEEN]),  # The day of sale.
        ("2026-11-09 15:59", [SEVEN, FIFTEEN]),  # The last minute of the seventh day after it.
        ("2026-11-09 16:00", [FIFTEEN]),
        ("2026-11-17 15:59", [FIFTEEN]),
        ("2026-11-17 16:00", []),
    ],
)
def test_the_age_of_a_sale_decides_which_rules_count(received: str, expected: list[str]) -> None:
    assert in_force(received, "2026-11-02 01:00") == [*expected, *ALWAYS]


def test_a_last_day_of_rest_rolls_on_to_a_make_up_day() -> None:
    sold = "2026-09-26 01:00"  # The seventh day after it is 3 October.
    assert SEVEN in in_force("2026-10-08 15:00", sold)
    assert SEVEN not in in_force("2026-10-08 17:00", sold)
    sold = "2026-10-03 01:00"  # The seventh day after it is Saturday, 10 October: people work.
    assert SEVEN in in_force("2026-10-10 15:00", sold)
    assert SEVEN not in in_force("2026-10-10 17:00", sold)


def test_a_defect_counts_from_the_day_on_which_it_showed() -> None:
    sold, showed = "2026-11-02 01:00", utc("2026-11-08 01:00")
    assert SEVEN in in_force("2026-11-20 01:00", sold, occurred_at=showed)
    assert "return-without-reason" not in in_force(
        "2026-11-20 01:00", sold, occurred_at=showed, sold_remotely=True
    )


def test_a_defect_does_not_show_after_the_complaint() -> None:
    later = utc("2026-11-20 01:00")
    assert SEVEN in in_force("2026-11-03 01:00", "2026-11-02 01:00", occurred_at=later)


def test_only_what_was_sold_remotely_is_returned_without_reason() -> None:
    times = ("2026-11-03 01:00", "2026-11-02 01:00")
    assert "return-without-reason" in in_force(*times, sold_remotely=True)
    assert "return-without-reason" not in in_force(*times)


def test_an_old_sale_of_a_year_that_nobody_knows_is_old() -> None:
    assert in_force("2026-11-03 01:00", "2009-11-02 01:00") == ALWAYS


def test_whether_a_last_day_of_an_unknown_year_is_a_day_of_rest_is_not_guessed() -> None:
    sold = utc("2026-12-28 01:00")
    assert in_force("2027-01-04 01:00", "2026-12-28 01:00") == [SEVEN, FIFTEEN, *ALWAYS]
    with pytest.raises(CalendarYearUnknown, match="2027"):
        pinned(LAW, opening(sold_at=sold), utc("2027-01-05 01:00"))
    beyond = sold + 15 * DAY + LONGEST_REST + DAY
    assert in_force(f"{beyond:%Y-%m-%d %H:%M}", "2026-12-28 01:00") == ALWAYS


def test_without_the_day_of_sale_no_rule_counts() -> None:
    assert pinned(LAW, opening(failed_repairs=2), utc("2026-11-03 01:00")) is None
