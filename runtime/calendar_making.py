"""Making calendars: one of a single year, or another year in one that stands."""

from __future__ import annotations

from pathlib import Path

from runtime.calendar_file import load_calendar
from runtime.calendar_form import CalendarForm, WeekForm, YearForm
from runtime.calendar_text import with_year
from runtime.calendar_years import (
    check_settled,
    official_year,
    overridden,
    public_year,
    read_overrides,
)
from runtime.errors import ConfigError, ConfigMissing
from runtime.form_file import read_form
from runtime.zones import find_zone
from schemas.calendars import Span

OFFICE = (Span(opens=9 * 3600, closes=18 * 3600),)


def year_from_table(year: int, table: Path, overrides: Path | None) -> YearForm:
    """Return a year of an official day table. Raises as official_year and read_overrides do."""
    form = official_year(table, year)
    return overridden(form, read_overrides(overrides, year)) if overrides else form


def year_of_country(
    year: int, country: str, subdivision: str | None, overrides: Path | None
) -> YearForm:
    """Return a year of public holidays. Raises as public_year and read_overrides do.

    DaysEstimated for holidays that nobody has fixed yet, unless overrides say what they are.
    """
    form, estimated = public_year(country, subdivision, year)
    changes = read_overrides(overrides, year) if overrides else None
    check_settled(country, year, estimated, changes.days if changes else ())
    return overridden(form, changes) if changes else form


def new_calendar(year: int, form: YearForm, zone: str | None, like: Path | None) -> CalendarForm:
    """Return a calendar of one year: hours and zone as in another calendar, else of an office.

    Without hours for make-up days, those of the first open weekday count. Raises ZoneUnknown, and
    as read_form does.
    """
    base = read_form(like, CalendarForm) if like else _office()
    hours = base.make_up_hours or next(filter(None, base.week.spans()))
    changes: dict[str, object] = {"years": {year: form}, "regular_years": None}
    changes["make_up_hours"] = hours if form.make_up_days else ()
    if zone:
        changes["zone"] = find_zone(zone).key
    return base.model_copy(update=changes)


def put_into(file: Path, year: int, form: YearForm) -> None:
    """Add or replace a year in a file at one stroke, if what comes out makes sense.

    Raises ConfigMissing, ConfigUnreadable or ConfigInvalid, and then leaves the file as it was.
    """
    try:
        text = file.read_text("utf-8")
    except OSError:
        raise ConfigMissing(file=file) from None
    draft = file.with_name(f".{file.name}")
    draft.write_text(with_year(text, year, form), "utf-8")
    try:
        load_calendar(draft)
        draft.replace(file)
    except ConfigError as error:
        error.file = file
        raise
    finally:
        draft.unlink(missing_ok=True)


def _office() -> CalendarForm:
    week = WeekForm.model_construct(
        monday=OFFICE, tuesday=OFFICE, wednesday=OFFICE, thursday=OFFICE, friday=OFFICE
    )
    return CalendarForm.model_construct(zone="UTC", week=week)
