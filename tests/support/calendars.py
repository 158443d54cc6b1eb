"""Calendars for tests, written briefly, and a slow clerk who counts minutes on the wall clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from runtime.zones import offsets
from schemas.calendars import Calendar, DayHours, Span

MINUTE = timedelta(minutes=1)
OFFICE = "09:00-17:00"


def hours(text: str) -> tuple[Span, ...]:
    """Return "09:00-12:00 13:30-18:00" as spans."""
    return tuple(Span(opens=_clock(part[:5]), closes=_clock(part[6:])) for part in text.split())


def calendar(
    week: Sequence[str] = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE),
    *,
    zone: str = "UTC",
    years: Sequence[int] = range(2000, 2040),
    holidays: Sequence[str] = (),
    yearly: Sequence[tuple[int, int]] = (),
    special: Mapping[str, str] | None = None,
    breaks: Mapping[str, str] | None = None,
) -> Calendar:
    """Return a calendar; the week is given from Monday on, and what is not given is closed."""
    given = [*week, *[""] * 7][:7]
    return Calendar(
        name="tried",
        zone=zone,
        offsets=offsets(zone, min(years), max(years)),
        years=tuple(years),
        week=tuple(map(hours, given)),
        holidays=tuple(map(date.fromisoformat, holidays)),
        yearly_holidays=tuple(yearly),
        special_days=_days(special or {}),
        breaks=_days(breaks or {}),
    )


def utc(text: str) -> datetime:
    """Return "2026-03-29 01:00" as a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Clerk:
    """Looks at the wall clock minute by minute, by the zone itself, and counts open minutes."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._zone = ZoneInfo(calendar.zone)
        self._special = {each.day: each.spans for each in calendar.special_days}
        self._breaks = {each.day: each.spans for each in calendar.breaks}

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody works in the minute that begins here."""
        local = at.astimezone(self._zone)
        day, clock = local.date(), local.hour * 3600 + local.minute * 60 + local.second
        if day in self._calendar.holidays:
            return False
        if (day.month, day.day) in self._calendar.yearly_holidays:
            return False
        spans = self._special.get(day, self._calendar.week[day.weekday()])
        return _within(clock, spans) and not _within(clock, self._breaks.get(day, ()))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the open minutes between two moments on whole minutes."""
        minutes = (start + n * MINUTE for n in range((end - start) // MINUTE))
        return sum(map(self.is_open, minutes)) * MINUTE

    def add(self, start: datetime, minutes: int, limit: datetime) -> datetime | None:
        """Return when so many open minutes, at least one, have passed; None beyond the limit."""
        while start < limit:
            minutes -= self.is_open(start)
            start += MINUTE
            if minutes == 0:
                return start
        return None

    def subtract(self, end: datetime, minutes: int, limit: datetime) -> datetime | None:
        """Return from when so many open minutes, at least one, lie before the end."""
        while end > limit:
            end -= MINUTE
            minutes -= self.is_open(end)
            if minutes == 0:
                return end
        return None


def _within(clock: int, spans: Sequence[Span]) -> bool:
    return any(each.opens <= clock < each.closes for each in spans)


def _days(days: Mapping[str, str]) -> tuple[DayHours, ...]:
    return tuple(
        DayHours(day=date.fromisoformat(day), spans=hours(text)) for day, text in days.items()
    )


def _clock(text: str) -> int:
    return int(text[:2]) * 3600 + int(text[3:]) * 60
