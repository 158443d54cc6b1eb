"""What `redress calendar show` tells: the hours, the years and the days of a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from rich.console import RenderableType

from cli.terminal import table
from domain.chain import calendar_version
from domain.errors import CalendarYearUnknown
from domain.workdays import end_of_day, is_workday, workdays_between
from domain.working_time import elapsed, shown
from runtime.calendar_text import clock
from schemas.calendars import Calendar, Span

HOUR = timedelta(hours=1)
CLOSED = "closed"


def summary(calendar: Calendar) -> dict[str, Any]:
    """Return what a calendar is, as data."""
    return {
        "name": calendar.name,
        "version": calendar_version(calendar),
        "zone": calendar.zone,
        "tzdata": version("tzdata"),
        "years": list(calendar.years),
        "sources": list(calendar.sources),
        "week": {
            f"{date.fromordinal(number):%A}".lower(): said(spans)
            for number, spans in enumerate(calendar.week, start=1)
        },
        "yearly_holidays": [f"{month:02}-{day:02}" for month, day in calendar.yearly_holidays],
    }


def year_page(calendar: Calendar, year: int) -> dict[str, Any]:
    """Return what a year of a calendar is, as data. Raises CalendarYearUnknown."""
    if year not in calendar.years:
        raise CalendarYearUnknown(calendar.name, year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    begins, ends = (end_of_day(calendar, day) for day in (first - timedelta(days=1), last))
    return {
        "name": calendar.name,
        "version": calendar_version(calendar),
        "year": year,
        "workdays": is_workday(calendar, first) + workdays_between(calendar, first, last),
        "working_hours": round(elapsed(calendar, begins, ends) / HOUR, 2),
        "days": [
            {"date": str(day), "weekday": f"{day:%A}", "is": what, "hours": hours}
            for day, what, hours in sorted(_days(calendar))
            if day.year == year
        ],
    }


def summary_page(found: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield a summary for people."""
    yield table(("weekday", "hours"), found["week"].items())
    yield f"{found['name']}, version {found['version']}, in {found['zone']}."
    yield f"It knows the years {_years(found['years'])}; other years are refused."
    if found["yearly_holidays"]:
        yield f"Closed in every year on {', '.join(found['yearly_holidays'])}."
    yield f"Clock changes are those of the package tzdata {found['tzdata']}."
    yield from (f"Source: {source}" for source in found["sources"])


def days_page(found: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield a year for people."""
    rows = [tuple(map(str, day.values())) for day in found["days"]]
    yield table(("date", "weekday", "is", "hours"), rows)
    yield (
        f"{found['year']} has {found['workdays']} workdays with {found['working_hours']:g} working "
        f"hours in {found['name']}, version {found['version']}."
    )


def said(spans: tuple[Span, ...]) -> str:
    """Return hours as people write them."""
    return ", ".join(f"{clock(each.opens)}-{clock(each.closes)}" for each in spans) or CLOSED


def _years(years: Sequence[int]) -> str:
    """Return years as people say them, those in a row as one."""
    rows: list[list[int]] = []
    for year in years:
        if rows and rows[-1][-1] == year - 1:
            rows[-1].append(year)
        else:
            rows.append([year])
    return ", ".join(f"{row[0]} to {row[-1]}" if len(row) > 1 else f"{row[0]}" for row in rows)


def _days(calendar: Calendar) -> Iterator[tuple[date, str, str]]:
    """Yield every date that differs from its weekday, and how."""
    yield from ((day, "holiday", CLOSED) for day in calendar.holidays)
    for each in calendar.special_days:
        usual = calendar.week[each.day.weekday()]
        yield each.day, "other hours" if usual else "make-up working day", said(each.spans)
    yield from ((each.day, "break", said(each.spans)) for each in calendar.breaks)
    for change in calendar.offsets[1:]:
        local = shown(calendar, change.since)
        yield local.date(), "clock change", f"{local:%H:%M}, UTC{local:%z} from then on"
