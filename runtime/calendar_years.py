"""The days of a year from outside: an official day table, a public list of holidays, overrides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictStr, ValidationError

from domain.errors import CalendarYearUnknown
from runtime.calendar_form import Day, Hours, YearForm, belongs
from runtime.errors import (
    ConfigInvalid,
    ConfigMissing,
    ConfigUnreadable,
    CountryUnknown,
    DaysEstimated,
    Problem,
)
from runtime.form_file import read_form
from runtime.forms import Form

ESTIMATED = "estimated"


class OfficialDay(BaseModel):
    """A day that an official notice makes a day of rest, or a working day."""

    date: date
    is_off_day: Annotated[bool, Field(alias="isOffDay")]


class OfficialDays(BaseModel):
    """The day table of a year, with the notices (`papers`) that it was taken from."""

    year: int
    papers: tuple[str, ...]
    days: tuple[OfficialDay, ...]


class Overrides(Form):
    """What a company changes in a year; `source` says who decided it."""

    source: StrictStr
    days: dict[Day, Literal["rest", "work"] | Hours] = Field(default_factory=dict)
    breaks: dict[Day, Hours] = Field(default_factory=dict)


def official_year(file: Path, year: int) -> YearForm:
    """Return a year from an official day table, which is known only by its notices (reading 8).

    Raises ConfigMissing, ConfigUnreadable, and CalendarYearUnknown if no notice is named in it.
    """
    table = _read_table(file)
    _check_table(file, table)
    papers = tuple(paper for paper in table.papers if paper.strip())
    if table.year != year or not papers:
        raise CalendarYearUnknown(file.name, year)
    return YearForm(
        sources=papers,
        holidays=_sorted(each.date for each in table.days if each.is_off_day),
        make_up_days=_sorted(each.date for each in table.days if not each.is_off_day),
    )


def public_year(country: str, subdivision: str | None, year: int) -> tuple[YearForm, list[date]]:
    """Return a year of public holidays from the package `holidays`, and which are estimated.

    Raises CountryUnknown, and CalendarYearUnknown for years that the package knows nothing of.
    """
    # Half a second that only this needs.
    import holidays  # noqa: PLC0415

    try:
        days = holidays.country_holidays(
            country, subdiv=subdivision, years=year, expand=False, language="en_US"
        )
    except NotImplementedError as error:
        raise CountryUnknown(reason=str(error)) from None
    if not days:
        raise CalendarYearUnknown(country, year)
    place = "-".join(filter(None, (country, subdivision)))
    form = YearForm(
        sources=(f"package holidays {version('holidays')}, {place}",),
        holidays=_sorted(days),
        make_up_days=_sorted(day for day in days.weekend_workdays if day.year == year),
    )
    return form, sorted(day for day, name in days.items() if ESTIMATED in name)


def overridden(year: YearForm, overrides: Overrides) -> YearForm:
    """Return a year with what a company changes in it."""
    changed = overrides.days
    rest = {day for day, kind in changed.items() if kind == "rest"}
    work = {day for day, kind in changed.items() if kind == "work"}
    short = {day: kind for day, kind in changed.items() if not isinstance(kind, str)}
    return YearForm(
        sources=(*year.sources, overrides.source),
        holidays=_sorted(rest.union(set(year.holidays) - changed.keys())),
        make_up_days=_sorted(work.union(set(year.make_up_days) - changed.keys())),
        short_days=short,
        breaks=overrides.breaks,
    )


def read_overrides(file: Path, year: int) -> Overrides:
    """Return a table of overrides. Raises ConfigMissing, ConfigUnreadable or ConfigInvalid."""
    overrides = read_form(file, Overrides)
    tables = (("days", overrides.days), ("breaks", overrides.breaks))
    problems = tuple(
        Problem(f"{name}.{day}", f"does not belong to {year}", "put it into a table of its year")
        for name, table in tables
        for day in table
        if not belongs(day, year)
    )
    if problems:
        raise ConfigInvalid(file=file, problems=problems)
    return overrides


def check_settled(
    country: str, year: int, estimated: Iterable[date], settled: Iterable[date]
) -> None:
    """Raise DaysEstimated for estimated days of which no override says what they are."""
    open_days = sorted(set(estimated) - set(settled))
    if open_days:
        raise DaysEstimated(country, year, ", ".join(map(str, open_days)))


def _read_table(file: Path) -> OfficialDays:
    try:
        return OfficialDays.model_validate_json(file.read_bytes())
    except OSError:
        raise ConfigMissing(file=file) from None
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise ConfigUnreadable(file=file, reason=f"{place}: {fault['msg']}") from None


def _check_table(file: Path, table: OfficialDays) -> None:
    days = [each.date for each in table.days]
    if len(days) > len(set(days)):
        raise ConfigUnreadable(file=file, reason="it tells a day twice")
    strange = [day for day in days if not belongs(day, table.year)]
    if strange:
        raise ConfigUnreadable(file=file, reason=f"{strange[0]} does not belong to {table.year}")


def _sorted(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(days))
