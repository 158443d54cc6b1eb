"""Calendars as files of test vectors write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.errors import ZoneUnknown
from domain.working_time import at_local
from runtime.zones import find_zone, offsets
from schemas.calendars import Calendar, DayHours, Span

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
CLOCK = re.compile(r"(\d\d):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
YEARLY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
LEAP_YEAR = 2024
DAY = 86_400


def _clock(value: object) -> int:
    """Return a time of day in seconds; 24:00 is its end."""
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (99, 0, 0)
    if (total := hours * 3600 + minutes * 60 + seconds) > DAY:
        raise ValueError(f"{value!r} is no time of day, such as 09:00 or 24:00")
    return total


def _span(value: object) -> Span:
    if not (isinstance(value, list) and len(value) == len(("opens", "closes"))):
        raise ValueError(f"{value!r} is no pair of opening and closing time")
    opens, closes = map(_clock, value)
    if closes < opens:
        raise ValueError(f"{value!r} closes before it opens; write a night as two days")
    return Span(opens=opens, closes=closes)


def _yearly(value: object) -> tuple[int, int]:
    found = YEARLY.fullmatch(str(value))
    if found is None:
        raise ValueError(f"{value!r} is no day of the year, such as 12-25")
    day = date(LEAP_YEAR, int(found[1]), int(found[2]))
    return day.month, day.day


def _zone(name: str | None) -> str:
    """Return an IANA name; calendars without a zone are evaluated in UTC."""
    try:
        return find_zone("UTC" if name is None else name).key
    except ZoneUnknown as error:
        raise ValueError(str(error)) from None


Hours = tuple[Annotated[Span, BeforeValidator(_span)], ...]


class VectorCalendar(BaseModel):
    """A calendar of a file."""

    model_config = ConfigDict(extra="forbid")

    timezone: Annotated[str, BeforeValidator(_zone)]
    week: dict[Weekday, Hours]
    holidays: tuple[date, ...] = ()
    yearly_holidays: tuple[Annotated[tuple[int, int], BeforeValidator(_yearly)], ...] = ()
    special_days: dict[date, Hours] = Field(default_factory=dict)
    breaks: dict[date, Hours] = Field(default_factory=dict)

    def calendar(self, name: str, years: range) -> Calendar:
        """Return it as a calendar of ours that knows these years."""
        return Calendar(
            name=name,
            zone=self.timezone,
            offsets=offsets(self.timezone, years[0], years[-1]),
            years=tuple(years),
            week=tuple(self.week.get(day, ()) for day in WEEKDAYS),
            holidays=self.holidays,
            yearly_holidays=self.yearly_holidays,
            special_days=_in_days(self.special_days),
            breaks=_in_days(self.breaks),
        )


def _in_days(hours: dict[date, Hours]) -> tuple[DayHours, ...]:
    return tuple(DayHours(day=day, spans=spans) for day, spans in sorted(hours.items()))


def moment(calendar: Calendar, text: str) -> datetime:
    """Return a moment; without an offset it is what the calendar's own clock shows."""
    given = datetime.fromisoformat(text)
    return given if given.tzinfo else at_local(calendar, given)


def seconds(amount: Decimal) -> timedelta:
    """Return a number of seconds, to the microsecond."""
    return timedelta(microseconds=int(amount * 1_000_000))
