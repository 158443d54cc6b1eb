"""What holds for every calendar, and what a clerk finds who counts minutes on the wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.workdays import add_workdays, is_workday, workdays_between
from domain.working_time import add, elapsed, is_open, next_open, previous_close, subtract
from runtime.zones import offsets
from schemas.calendars import Calendar, DayHours, Span
from tests.support.calendars import MINUTE, Clerk

YEARS = range(2009, 2021)
MICROSECOND, NOTHING, DAY = timedelta(microseconds=1), timedelta(0), timedelta(days=1)
FIRST, LAST = datetime(2009, 2, 1, tzinfo=UTC), datetime(2020, 12, 1, tzinfo=UTC)
CHANGES = {
    "UTC": "2016-06-01",
    "Asia/Shanghai": "2016-02-28",
    "Europe/Berlin": "2016-03-27",
    "America/New_York": "2016-11-06",
    "America/Sao_Paulo": "2018-11-04",
    "America/St_Johns": "2010-11-07",
    "Australia/Lord_Howe": "2016-04-03",
    "Pacific/Apia": "2011-12-30",
    "Africa/Casablanca": "2016-06-05",
}
"""Zones, and a day on which something happens in them."""


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans on whole minutes, in any order, that may touch and overlap."""
    pairs = draw(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=3))
    shift = draw(st.sampled_from([0, 0, 30, 1]))
    return tuple(
        Span(opens=max(min(pair) * 3600 - shift * 60, 0), closes=max(pair) * 3600) for pair in pairs
    )


@st.composite
def calendars(draw: st.DrawFn, around: date | None = None, zone: str | None = None) -> Calendar:
    """A calendar with hours in most weeks, and days that differ around a date."""
    middle = around or draw(st.dates(date(2009, 3, 1), date(2020, 10, 1)))
    days = st.integers(-6, 6).map(lambda n: middle + n * DAY)
    hours = st.dictionaries(days, spans(), max_size=3)
    name = zone or draw(st.sampled_from(sorted(CHANGES)))
    week = draw(
        st.tuples(*[spans()] * 7).filter(
            lambda week: any(s.opens < s.closes for d in week for s in d)
        )
    )
    return Calendar(
        name="drawn",
        zone=name,
        offsets=offsets(name, YEARS[0], YEARS[-1]),
        years=tuple(YEARS),
        week=week,
        holidays=tuple(sorted(draw(st.sets(days, max_size=3)))),
        yearly_holidays=tuple(
            sorted(draw(st.sets(days.map(lambda day: (day.month, day.day)), max_size=2)))
        ),
        special_days=tuple(DayHours(day=k, spans=v) for k, v in sorted(draw(hours).items())),
        breaks=tuple(DayHours(day=k, spans=v) for k, v in sorted(draw(hours).items())),
    )


tried = settings(max_examples=50, deadline=None)

moments = st.datetimes(
    FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)
)
"""Moments to the microsecond, years apart."""


@tried
@given(calendars(), moments, moments)
def test_adding_what_has_elapsed_leads_back(
    calendar: Calendar, one: datetime, other: datetime
) -> None:
    start, end = sorted((one, other))
    passed = elapsed(calendar, start, end)
    assert NOTHING <= passed <= end - start
    due, begun = add(calendar, start, passed), subtract(calendar, end, passed)
    assert elapsed(calendar, start, due) == elapsed(calendar, begun, end) == passed
    if passed:
        assert due == previous_close(calendar, end)
        assert begun == next_open(calendar, start)


@tried
@given(calendars(), moments, moments, st.fractions(0, 1))
def test_added_time_has_elapsed(
    calendar: Calendar, one: datetime, other: datetime, share: float
) -> None:
    start, end = sorted((one, other))
    amount = elapsed(calendar, start, end) // MICROSECOND
    part = int(amount * share) * MICROSECOND
    due = add(calendar, start, part)
    assert elapsed(calendar, start, due) == part
    assert elapsed(calendar, subtract(calendar, end, part), end) == part
    # It is the earliest such moment, so that time passes just before it.
    if part:
        assert elapsed(calendar, start, due - MICROSECOND) == part - MICROSECOND


@tried
@given(calendars(), st.tuples(moments, moments, moments).map(sorted))
def test_splitting_an_interval_changes_nothing(calendar: Calendar, three: list[datetime]) -> None:
    first, middle, last = three
    parts = elapsed(calendar, first, middle) + elapsed(calendar, middle, last)
    assert parts == elapsed(calendar, first, last) == -elapsed(calendar, last, first)


@tried
@given(calendars(), st.tuples(moments, moments).map(sorted), st.integers(0, 10**9))
def test_who_starts_later_or_needs_more_ends_no_earlier(
    calendar: Calendar, starts: list[datetime], more: int
) -> None:
    early, late = starts
    amount = elapsed(calendar, late, LAST) // 2
    less = max(amount - more * MICROSECOND, NOTHING)
    assert add(calendar, early, amount) <= add(calendar, late, amount)
    assert add(calendar, late, less) <= add(calendar, late, amount)


@tried
@given(calendars(), moments)
def test_openings_and_closings_are_where_it_opens_and_closes(
    calendar: Calendar, at: datetime
) -> None:
    opens, closed = next_open(calendar, at), previous_close(calendar, at)
    assert is_open(calendar, opens)
    assert (opens == at) is is_open(calendar, at)
    assert elapsed(calendar, at, opens) == elapsed(calendar, closed, at) == NOTHING
    assert is_open(calendar, closed - MICROSECOND)
    assert next_open(calendar, opens) == opens
    assert previous_close(calendar, closed) == closed


@dataclass(frozen=True)
class Days:
    """A calendar, and an interval of some days on whole minutes where something happens."""

    calendar: Calendar
    start: datetime
    end: datetime


@st.composite
def eventful_days(draw: st.DrawFn) -> Days:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    around = date.fromisoformat(CHANGES[zone])
    middle = datetime(around.year, around.month, around.day, tzinfo=UTC)
    start = middle - draw(st.integers(0, 2 * 1440)) * MINUTE
    end = middle + draw(st.integers(0, 2 * 1440)) * MINUTE
    return Days(draw(calendars(around, zone)), start, end)


@tried
@given(eventful_days(), st.integers(1, 2000))
def test_the_clerk_comes_to_the_same(days: Days, minutes: int) -> None:
    clerk = Clerk(days.calendar)
    passed = clerk.elapsed(days.start, days.end)
    assert elapsed(days.calendar, days.start, days.end) == passed
    amount = minutes * MINUTE
    if amount <= passed:
        due = clerk.add(days.start, minutes, days.end)
        assert add(days.calendar, days.start, amount) == due
        begun = clerk.subtract(days.end, minutes, days.start)
        assert subtract(days.calendar, days.end, amount) == begun
    for at in (days.start, days.start + amount, days.end):
        assert is_open(days.calendar, at) is clerk.is_open(at)


@tried
@given(calendars(), st.dates(date(2010, 1, 1), date(2019, 12, 31)), st.integers(-60, 60))
def test_workdays_are_counted_one_by_one(calendar: Calendar, start: date, days: int) -> None:
    end = start + days * DAY
    step = 1 if days >= 0 else -1
    passed = [start + n * DAY for n in range(min(days, 0) + 1, max(days, 0) + 1)]
    count = sum(is_workday(calendar, day) for day in passed)
    assert workdays_between(calendar, start, end) == step * count
    ahead = add_workdays(calendar, start, count)
    assert workdays_between(calendar, start, ahead) == count
    if count:
        assert is_workday(calendar, ahead)
        assert add_workdays(calendar, ahead, 1 - count) == add_workdays(calendar, start, 1)
