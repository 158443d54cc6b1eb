"""The form of config/calendars/*.toml, with every rule that a calendar must obey to make sense."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import chain, pairwise
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, StrictStr, model_validator

from domain.errors import ZoneUnknown
from runtime.forms import Form, mistake
from runtime.zones import find_zone, offsets
from schemas.calendars import Calendar, DayHours, Span

SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
YEARLY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
LEAP_YEAR = 2024
DECEMBER = 12
MIDNIGHT = 86_400
FIRST_YEAR, LAST_YEAR = 1970, 2199
DAYS = MappingProxyType(
    {
        "holidays": "holiday",
        "make_up_days": "make-up working day",
        "short_days": "short day",
    }
)
"""The lists of a year in which a date stands once."""


def _span(value: object) -> Span:
    if isinstance(value, Span):
        return value
    found = SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise mistake(f"{value!r} is no span of hours", 'write such as "09:00-18:00"')
    hours = tuple(map(int, found.groups()))
    opens, closes = hours[0] * 3600 + hours[1] * 60, hours[2] * 3600 + hours[3] * 60
    if not opens < closes <= MIDNIGHT:
        remedy = "let it end later on the same day, 24:00 at the latest; a night takes two days"
        raise mistake(f"{value!r} does not end after it begins", remedy)
    return Span(opens=opens, closes=closes)


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    if any(before.closes > after.opens for before, after in pairwise(spans)):
        raise mistake("has spans that overlap", "write them apart, the earlier first")
    return spans


def _day(value: object) -> date:
    """Read a date; numbers, which pydantic would take for seconds, are none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise mistake(f"{value!r} is no date", "write such as 2026-10-01") from None


def _yearly(value: object) -> tuple[int, int]:
    found = YEARLY.fullmatch(str(value))
    try:
        day = date(LEAP_YEAR, int(found[1]), int(found[2])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise mistake(f"{value!r} is no day of the year", 'write month and day, such as "12-25"')
    return (day.month, day.day)


def _zone(name: str) -> str:
    try:
        return find_zone(name).key
    except ZoneUnknown:
        raise mistake(
            f"{name!r} is no time zone", "write an IANA name such as Asia/Shanghai"
        ) from None


def _some_source(sources: tuple[str, ...]) -> tuple[str, ...]:
    if not any(source.strip() for source in sources):
        raise mistake("is empty", "name the official notice, or take the year out: it is unknown")
    return sources


Hours = Annotated[tuple[Annotated[Span, BeforeValidator(_span)], ...], AfterValidator(_in_order)]
Day = Annotated[date, BeforeValidator(_day)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class WeekForm(Form):
    """The table `[week]`; a weekday that is not named is closed."""

    monday: Hours = ()
    tuesday: Hours = ()
    wednesday: Hours = ()
    thursday: Hours = ()
    friday: Hours = ()
    saturday: Hours = ()
    sunday: Hours = ()

    def spans(self) -> tuple[Hours, ...]:
        """Return the hours from Monday to Sunday."""
        return tuple(getattr(self, day) for day in type(self).model_fields)

    @model_validator(mode="after")
    def _is_open_at_times(self) -> Self:
        if not any(self.spans()):
            raise mistake("is closed on every day", 'write such as monday = ["09:00-18:00"]')
        return self


class YearForm(Form):
    """A table `[years.2026]`: what its notices say, and what the company adds."""

    sources: Annotated[tuple[StrictStr, ...], AfterValidator(_some_source)]
    holidays: tuple[Day, ...] = ()
    make_up_days: tuple[Day, ...] = ()
    short_days: dict[Day, Hours] = Field(default_factory=dict)
    breaks: dict[Day, Hours] = Field(default_factory=dict)

    def days(self) -> Iterator[tuple[date, str]]:
        """Yield each date that differs, and how."""
        for name, what in DAYS.items():
            yield from ((day, what) for day in getattr(self, name))

    @model_validator(mode="after")
    def _each_day_is_one_thing(self) -> Self:
        found: dict[date, str] = {}
        for day, what in self.days():
            if day in found:
                raise mistake(f"{day} is a {found[day]} and a {what}", "keep one of them")
            found[day] = what
        return self


class CalendarForm(Form):
    """The whole file."""

    zone: Annotated[StrictStr, AfterValidator(_zone)]
    week: WeekForm
    make_up_hours: Hours = ()
    yearly_holidays: tuple[Annotated[tuple[int, int], BeforeValidator(_yearly)], ...] = ()
    regular_years: tuple[Annotated[StrictInt, Year], Annotated[StrictInt, Year]] | None = None
    years: dict[Year, YearForm] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self._known():
            remedy = "add a table such as [years.2026], or regular_years = [2000, 2099]"
            raise mistake("knows no year", remedy)
        if any(year.make_up_days for year in self.years.values()) and not self.make_up_hours:
            remedy = 'write such as make_up_hours = ["09:00-18:00"]'
            raise mistake("has make-up working days without make_up_hours", remedy)
        _check_days(self.years)
        return self

    def calendar(self, name: str) -> Calendar:
        """Return the calendar as it travels."""
        known, years = self._known(), tuple(self.years.values())
        working = (day for year in years for day in year.make_up_days)
        short = chain.from_iterable(year.short_days.items() for year in years)
        special = dict.fromkeys(working, self.make_up_hours) | dict(short)
        breaks = chain.from_iterable(year.breaks.items() for year in years)
        return Calendar(
            name=name,
            zone=self.zone,
            offsets=offsets(self.zone, known[0], known[-1]),
            years=known,
            week=self.week.spans(),
            holidays=tuple(sorted({day for year in years for day in year.holidays})),
            yearly_holidays=self.yearly_holidays,
            special_days=_in_days(special),
            breaks=_in_days(dict(breaks)),
            sources=tuple(dict.fromkeys(source for year in years for source in year.sources)),
        )

    def _known(self) -> tuple[int, ...]:
        first, last = self.regular_years or (0, -1)
        return tuple(sorted({*self.years, *range(first, last + 1)}))


def belongs(day: date, year: int) -> bool:
    """Tell whether the table of a year may speak of a day.

    The notice for a year arranges the last days of the year before it, too.
    """
    return day.year == year or (day.year, day.month) == (year - 1, DECEMBER)


def _check_days(years: Mapping[int, YearForm]) -> None:
    """Refuse a date that belongs to another year, or of which two years tell different things."""
    found: dict[date, str] = {}
    for year, form in years.items():
        for day, what in form.days():
            if not belongs(day, year):
                raise mistake(f"has {day} in the table of {year}", "put it where it belongs")
            if found.setdefault(day, what) != what:
                raise mistake(f"{day} is a {found[day]} and a {what}", "keep one of them")


def _in_days(hours: Mapping[date, tuple[Span, ...]]) -> tuple[DayHours, ...]:
    return tuple(DayHours(day=day, spans=spans) for day, spans in sorted(hours.items()))
