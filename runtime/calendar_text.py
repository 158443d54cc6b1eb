"""Calendars as the text of a file: written anew, or one year put into a file that stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from runtime.calendar_form import CalendarForm, Hours, YearForm

TABLE = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(?:#.*)?")
YEAR = re.compile(r"years\.(?P<year>\d{4})(?:\.\w+)?")
DATES_A_LINE = 6


def calendar_text(form: CalendarForm) -> str:
    """Return a whole calendar."""
    return "\n".join([*_head(form), "", *_week(form), "", *map(_section, form.years.items())])


def with_year(text: str, year: int, form: YearForm) -> str:
    """Return the text of a calendar with this year added or replaced, and all else as it is."""
    parts = [part for part in _parts(text) if _year_of(part) != year]
    place = next((n for n, part in enumerate(parts) if _year_of(part) > year), len(parts))
    around = ["".join(parts[:place]).rstrip("\n"), "", _section((year, form))]
    return "\n".join([*around, *filter(None, ["".join(parts[place:])])])


def _head(form: CalendarForm) -> Iterator[str]:
    yield f"zone = {_text(form.zone)}"
    if form.make_up_hours:
        yield f"make_up_hours = {_hours(form.make_up_hours)}"
    if form.yearly_holidays:
        days = (f"{month:02}-{day:02}" for month, day in form.yearly_holidays)
        yield f"yearly_holidays = [{', '.join(map(_text, days))}]"


def _week(form: CalendarForm) -> Iterator[str]:
    yield "[week]"
    for name, hours in zip(type(form.week).model_fields, form.week.spans(), strict=True):
        if hours:
            yield f"{name} = {_hours(hours)}"


def _section(item: tuple[int, YearForm]) -> str:
    """Return the tables of a year, with a line end behind each line."""
    year, form = item
    lines = [
        f"[years.{year}]",
        "sources = [",
        *(f"  {_text(source)}," for source in form.sources),
        "]",
        *_dates("holidays", form.holidays),
        *_dates("make_up_days", form.make_up_days),
        *_table(f"years.{year}.short_days", form.short_days),
        *_table(f"years.{year}.breaks", form.breaks),
    ]
    return "".join(f"{line}\n" for line in lines)


def _dates(name: str, days: Sequence[date]) -> Iterator[str]:
    if days:
        yield f"{name} = ["
        for first in range(0, len(days), DATES_A_LINE):
            yield f"  {', '.join(map(str, days[first : first + DATES_A_LINE]))},"
        yield "]"


def _table(name: str, days: Mapping[date, Hours]) -> Iterator[str]:
    if days:
        yield from ("", f"[{name}]")
        yield from (f"{day} = {_hours(hours)}" for day, hours in sorted(days.items()))


def _hours(hours: Hours) -> str:
    spans = (f"{clock(span.opens)}-{clock(span.closes)}" for span in hours)
    return f"[{', '.join(map(_text, spans))}]"


def clock(seconds: int) -> str:
    """Return a time of day as people write it; 86400 is 24:00."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")


def _text(text: str) -> str:
    # A string of JSON is one of TOML, too.
    return json.dumps(text, ensure_ascii=False)


def _parts(text: str) -> list[str]:
    """Return the text cut before each table, together with the comments right above it."""
    parts, comments = [""], ""
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("#"):
            comments += line
        elif TABLE.fullmatch(line.rstrip("\n")):
            parts.append(comments + line)
            comments = ""
        else:
            parts[-1] += comments + line
            comments = ""
    parts[-1] += comments
    return parts


def _year_of(part: str) -> int:
    """Return the year of which a part speaks; 0 if of none."""
    header = next((found["name"] for found in map(TABLE.fullmatch, part.splitlines()) if found), "")
    found = YEAR.fullmatch(header.replace(" ", "").replace('"', ""))
    return int(found["year"]) if found else 0
