"""The calendars of a business, read from config/calendars with all their mistakes told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.chain import calendar_version
from runtime.calendar_form import CalendarForm
from runtime.errors import CalendarUnknown
from runtime.form_file import read_form
from schemas.calendars import Calendar, Offset

FOLDER = "calendars"
SUFFIX = ".toml"
DAY = timedelta(days=1)


def load_calendar(path: Path) -> Calendar:
    """Return the calendar in a file. Raises ConfigMissing, ConfigUnreadable or ConfigInvalid."""
    return read_form(path, CalendarForm).calendar(path.stem)


def load_calendars(config_dir: Path) -> Mapping[str, Calendar]:
    """Return every calendar of a configuration by its name. Raises as load_calendar does."""
    return {name: load_calendar(path) for name, path in calendar_files(config_dir).items()}


def find_calendar(config_dir: Path, name: str) -> Path:
    """Return the file of a calendar. Raises CalendarUnknown, which names those that there are."""
    files = calendar_files(config_dir)
    if name not in files:
        raise CalendarUnknown(name=name, known=", ".join(files) or "none")
    return files[name]


def calendar_files(config_dir: Path) -> Mapping[str, Path]:
    """Return the files of all calendars of a configuration, by name."""
    return {path.stem: path for path in sorted((config_dir / FOLDER).glob(f"*{SUFFIX}"))}


def of_years(calendar: Calendar, years: range) -> Calendar:
    """Return the part of a calendar that some of its years need, to travel with a case (rule 8).

    Its sources stay behind: they are plain text, which no message to a case may hold.
    """
    kept = tuple(year for year in calendar.years if year in years)
    if kept == calendar.years and not calendar.sources:
        return calendar
    return calendar.model_copy(
        update={
            "years": kept,
            "offsets": _offsets(calendar, years),
            "holidays": tuple(day for day in calendar.holidays if day.year in years),
            "special_days": tuple(day for day in calendar.special_days if day.day.year in years),
            "breaks": tuple(day for day in calendar.breaks if day.day.year in years),
            "sources": (),
            "cut_from": calendar_version(calendar),
        }
    )


def _offsets(calendar: Calendar, years: range) -> tuple[Offset, ...]:
    """Return the offset at the beginning of the years, and the changes in them.

    A day on both sides covers what is another year in UTC than on the local clock.
    """
    begins = datetime(years.start, 1, 1, tzinfo=UTC) - DAY
    ends = datetime(years.stop, 1, 1, tzinfo=UTC) + DAY
    before = [each for each in calendar.offsets if each.since <= begins]
    within = [each for each in calendar.offsets if begins < each.since < ends]
    return (*before[-1:], *within) or calendar.offsets[:1]
