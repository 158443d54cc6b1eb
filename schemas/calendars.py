"""Calendars of working time, as data that travels (rules 8 and 26, reading 8)."""

from __future__ import annotations

from datetime import date, datetime

from schemas.base import Wire


class Span(Wire):
    """Hours of a day, half-open, in seconds from local midnight; 86400 is 24:00."""

    opens: int
    closes: int


class DayHours(Wire):
    """The spans of one date."""

    day: date
    spans: tuple[Span, ...]


class Offset(Wire):
    """How many seconds the local clock is ahead of UTC, from a moment on."""

    since: datetime
    seconds: int


class Calendar(Wire):
    """When people work. The order of force: holiday, special day, weekday; breaks come last.

    The offsets are those of the zone as they were known when the calendar was read: they travel
    with it, so that no later edition of the time zone database moves a deadline. The first one
    counts for all time before it, too. What is not in `years` is unknown, never guessed.
    """

    name: str
    zone: str
    offsets: tuple[Offset, ...]
    years: tuple[int, ...]
    week: tuple[tuple[Span, ...], ...]
    """From Monday to Sunday."""
    holidays: tuple[date, ...] = ()
    yearly_holidays: tuple[tuple[int, int], ...] = ()
    """Month and day that are closed in every year."""
    special_days: tuple[DayHours, ...] = ()
    """Make-up working days and short days: spans in place of those of the weekday."""
    breaks: tuple[DayHours, ...] = ()
    """Spans that are taken out of a day."""
    sources: tuple[str, ...] = ()
    """The official notices and other papers behind the days."""
    cut_from: str | None = None
    """The version of the whole calendar, where only some of its years travel."""
