"""The calendars of a business, read from config/calendars with all their mistakes told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runtime.calendar_form import CalendarForm
from runtime.errors import CalendarUnknown
from runtime.form_file import read_form
from schemas.calendars import Calendar

SUFFIX = ".toml"


def load_calendar(path: Path) -> Calendar:
    """Return the calendar in a file. Raises ConfigMissing, ConfigUnreadable or ConfigInvalid."""
    return read_form(path, CalendarForm).calendar(path.stem)


def load_calendars(config_dir: Path) -> Mapping[str, Calendar]:
    """Return every calendar of a configuration by its name. Raises as load_calendar does."""
    return {name: load_calendar(path) for name, path in _files(config_dir).items()}


def find_calendar(config_dir: Path, name: str) -> Path:
    """Return the file of a calendar. Raises CalendarUnknown, which names those that there are."""
    files = _files(config_dir)
    if name not in files:
        raise CalendarUnknown(name=name, known=", ".join(files) or "none")
    return files[name]


def _files(config_dir: Path) -> Mapping[str, Path]:
    return {path.stem: path for path in sorted((config_dir / "calendars").glob(f"*{SUFFIX}"))}
