"""The forms of test vectors for working time, in the schema `sla_vectors/1`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import typer
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    ValidationError,
    model_validator,
)

from cli.reading import read_object
from cli.vectors.calendars import VectorCalendar
from schemas.calendars import Calendar

YEAR = re.compile(r'"(\d{4})-\d\d-\d\d')
MARGIN = 5
"""How many years beyond those of a file an answer may lie, be it right or wrong."""

FIRST_YEAR, LAST_YEAR = 2, 9998


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Moment = Annotated[str, AfterValidator(_moment)]
"""ISO 8601; without an offset it is a time of the calendar's own clock."""


class Vector(BaseModel):
    """What every vector has: its name, its calendar, and how its source deviates."""

    model_config = ConfigDict(extra="allow")

    id: str
    calendar: str | None = None
    boundary: str | None = None
    semantics: str | None = None
    plain_reading_gives: Any = None


class AddTime(Vector):
    """So much working time later."""

    op: Literal["add_time"]
    start: Moment
    seconds: Decimal
    due: Moment


class SubtractTime(Vector):
    """So much working time earlier."""

    op: Literal["subtract_time"]
    start: Moment
    seconds: Decimal
    due: Moment


class Elapsed(Vector):
    """The working time between two moments."""

    op: Literal["elapsed"]
    start: Moment
    end: Moment
    seconds: Decimal


class IsOpen(Vector):
    """Whether it is open."""

    op: Literal["is_open"]
    at: Moment
    expect: bool


class NextOpen(Vector):
    """The moment itself if open, else the next opening."""

    op: Literal["next_open"]
    at: Moment
    expect: Moment


class PrevClose(Vector):
    """The moment itself if open until then, else the last closing."""

    op: Literal["prev_close"]
    at: Moment
    expect: Moment


class AddWorkdays(Vector):
    """So many workdays later."""

    op: Literal["add_workdays"]
    day: Annotated[date, Field(alias="date")]
    days: int
    due: date


class WorkdaysBetween(Vector):
    """The workdays after the start, up to and with the end."""

    op: Literal["workdays_between"]
    start: date
    end: date
    days: int


class AddCalendarDays(Vector):
    """So many calendar days later, rolled off days of rest."""

    op: Literal["add_calendar_days_roll"]
    day: Annotated[date, Field(alias="date")]
    days: int
    due: date
    last_day: date | None = None
    rolled: bool | None = None


class IsWorkday(Vector):
    """Whether people work on a day."""

    op: Literal["is_workday"]
    day: Annotated[date, Field(alias="date")]
    expect: bool


class CountDays(Vector):
    """Days of rest and of work, both ends counted."""

    op: Literal["count_days_inclusive"]
    start: date
    end: date
    rest_days: int | None = None
    rest_days_without_plain_weekends: int | None = None
    workdays: int | None = None
    workdays_without_weekend_makeups: int | None = None


class TicketEvent(BaseModel):
    """Something that happens to a ticket."""

    at: Moment
    type: Literal[
        "pause", "resume", "first_response", "agent_contact", "customer_contact", "closed"
    ]


CLOCK = r"^((first_response|update|solution)_(due|minutes|margin_minutes)|next_escalation)$"


class Ticket(Vector):
    """A ticket with its targets, what happens to it, and what its clocks say then."""

    op: Literal["ticket"]
    created: Moment
    targets_seconds: dict[Literal["first_response", "update", "solution"], Decimal]
    events: tuple[TicketEvent, ...]
    expect: dict[Annotated[str, Field(pattern=CLOCK)], Moment | Decimal | None]


AnyVector = (
    AddTime
    | SubtractTime
    | Elapsed
    | IsOpen
    | NextOpen
    | PrevClose
    | AddWorkdays
    | WorkdaysBetween
    | AddCalendarDays
    | IsWorkday
    | CountDays
    | Ticket
)


class VectorFile(BaseModel):
    """A file: its calendars by name, and what is asked of them."""

    schema_name: Annotated[Literal["sla_vectors/1"], Field(alias="schema")]
    calendars: Mapping[str, VectorCalendar]
    vectors: tuple[Annotated[AnyVector, Discriminator("op")], ...]

    @model_validator(mode="after")
    def _names_calendars_that_there_are(self) -> Self:
        for vector in self.vectors:
            if vector.calendar is None and not isinstance(vector, IsWorkday | CountDays):
                raise ValueError(f"{vector.id} names no calendar")
            if vector.calendar is not None and vector.calendar not in self.calendars:
                raise ValueError(f"{vector.id} names {vector.calendar!r}, which is no calendar")
        return self


def read_vectors(file: Path) -> VectorFile:
    """Return a file of vectors; BadParameter names what is wrong in it, and where."""
    content = read_object(file)
    try:
        return VectorFile.model_validate(_with_operation(content))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"])) or "the file"
        raise typer.BadParameter(
            f"{file}: {place}: {fault['msg'].removeprefix('Value error, ')}"
        ) from None


def years_of(file: VectorFile) -> range:
    """Return the years in which answers may lie: those of a file, and some around them."""
    years = sorted(map(int, YEAR.findall(file.model_dump_json())))
    if not years:
        return range(FIRST_YEAR, FIRST_YEAR + 1)
    return range(max(years[0] - MARGIN, FIRST_YEAR), min(years[-1] + MARGIN, LAST_YEAR) + 1)


def calendars_of(file: VectorFile) -> Mapping[str, Calendar]:
    """Return the calendars of a file as ours, by name."""
    years = years_of(file)
    return {name: each.calendar(name, years) for name, each in file.calendars.items()}


def _with_operation(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content with the operation of the file in each vector that names none."""
    vectors = content.get("vectors")
    if not isinstance(vectors, list):
        return content
    usual = {"op": content["op"]} if "op" in content else {}
    told = [usual | vector if isinstance(vector, dict) else vector for vector in vectors]
    return content | {"vectors": told}
