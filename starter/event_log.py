"""Foreign event logs: the cases of a CSV file with one event in each row.

What such files have that is not as it should be is counted, so that nobody takes the figures for
more than they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.foreign import Entry, Fact, ForeignCase
from schemas.vocabulary import Category
from starter.event_log_form import LogMapping
from starter.rows import CsvFile, ImportFileUnusable, Row, open_csv, repeated

MOST_TOLD = 5
"""As many mistakes of rows are told; the rest is counted."""

IN_ORDER = {fact: place for place, fact in enumerate(Fact)}


@dataclass(frozen=True)
class LogCounts:
    """What was found in a log.

    `duplicates` are rows that say in every cell what an earlier one says. `ties` are moments at
    which a case has several events. `resolved_again` counts the cases that are solved more than
    once; `resolved_by_duplicates` are those of them that are so only by duplicates.
    """

    rows: int
    cases: int
    events: int
    duplicates: int
    ties: int
    never_closed: int
    resolved_again: int
    resolved_by_duplicates: int
    repeated_columns: tuple[str, ...]


@dataclass(frozen=True)
class EventLog:
    """The cases of a log in the order of their first rows, and when its events begin and end."""

    cases: tuple[ForeignCase, ...]
    begins_at: datetime
    ends_at: datetime
    counts: LogCounts


class _Event(NamedTuple):
    """A row as read; `cells` are all of it, by which a duplicate is known."""

    line: int
    case: str
    entry: Entry
    category: Category
    cells: tuple[str, ...]


def read_event_log(file: Path, mapping: LogMapping) -> EventLog:
    """Return the cases of a file. Raises ImportFileUnusable."""
    with open_csv(file, mapping.encoding, mapping.delimiter, may_repeat=True) as table:
        _expect_columns(file, table.header, mapping)
        events = list(_events(file, table, mapping))
    if not events:
        raise ImportFileUnusable(file, "it has no events")
    by_case: dict[str, list[_Event]] = defaultdict(list)
    for event in events:
        by_case[event.case].append(event)
    cases = tuple(_case(name, found) for name, found in by_case.items())
    moments = [event.entry.at for event in events]
    return EventLog(
        cases, min(moments), max(moments), _counts(events, by_case, cases, table.header)
    )


def _expect_columns(file: Path, header: tuple[str, ...], mapping: LogMapping) -> None:
    missing = [column for column in mapping.used if column not in header]
    twice = [column for column in repeated(header) if column in mapping.used]
    there = ", ".join(map(repr, header))
    problems = [f"it has no column {column!r}; name one of {there}" for column in missing]
    problems += [f"it has two columns {column!r}; rename the one not meant" for column in twice]
    if problems:
        raise ImportFileUnusable(file, *problems)


def _events(file: Path, table: CsvFile, mapping: LogMapping) -> Iterator[_Event]:
    """Yield the events; whatever is wrong with any row is told in the end."""
    places = {column: table.header.index(column) for column in mapping.used}
    problems: list[str] = []
    for row in table.rows:
        try:
            yield _event(row, places, mapping)
        except ValueError as error:
            problems.append(f"line {row.line}: {error}")
    if problems:
        told, more = problems[:MOST_TOLD], len(problems) - MOST_TOLD
        raise ImportFileUnusable(file, *told, *([f"and {more} more"] if more > 0 else []))


def _event(row: Row, places: dict[str, int], mapping: LogMapping) -> _Event:
    if row.problem is not None:
        raise ValueError(row.problem)
    columns = mapping.columns
    cell = {column: row.cells[place].strip() for column, place in places.items()}
    case, activity = cell[columns.case], cell[columns.activity]
    if not case:
        raise ValueError(f"{columns.case!r} is empty; name the case")
    if activity not in mapping.activities:
        raise ValueError(f"[activities] does not say what {activity!r} means; add it")
    at = _moment(cell[columns.time], mapping)
    by = cell[columns.resource] if columns.resource else ""
    word = cell[columns.category] if columns.category else ""
    entry = Entry(at, mapping.activities[activity], by)
    category = mapping.categories.get(word, mapping.category)
    return _Event(row.line, case, entry, category, row.cells)


def _moment(text: str, mapping: LogMapping) -> datetime:
    for form in mapping.time.formats:
        try:
            local = datetime.strptime(text, form)  # noqa: DTZ007 - Its zone follows.
        except ValueError:
            continue
        aware = local if local.tzinfo else local.replace(tzinfo=ZoneInfo(mapping.time.zone))
        return aware.astimezone(UTC)
    raise ValueError(f"{text!r} fits no format of [time]; add one")


def _case(name: str, events: Iterable[_Event]) -> ForeignCase:
    """Return a case without duplicates; what is told of one moment goes by the life of a case."""
    once = {event.cells: event for event in reversed(list(events))}.values()
    found = sorted(once, key=lambda e: (e.entry.at, IN_ORDER[e.entry.fact], e.line))
    return ForeignCase(name, tuple(event.entry for event in found), found[0].category)


def _counts(
    events: list[_Event],
    by_case: dict[str, list[_Event]],
    cases: tuple[ForeignCase, ...],
    header: tuple[str, ...],
) -> LogCounts:
    again = sum(_solved([e.entry for e in found]) > 1 for found in by_case.values())
    truly_again = sum(_solved(case.entries) > 1 for case in cases)
    kept = sum(len(case.entries) for case in cases)
    return LogCounts(
        rows=len(events),
        cases=len(cases),
        events=kept,
        duplicates=len(events) - kept,
        ties=sum(_ties(case) for case in cases),
        never_closed=sum(all(e.fact is not Fact.CLOSED for e in c.entries) for c in cases),
        resolved_again=again,
        resolved_by_duplicates=again - truly_again,
        repeated_columns=repeated(header),
    )


def _solved(entries: Iterable[Entry]) -> int:
    return sum(entry.fact is Fact.SOLVED for entry in entries)


def _ties(case: ForeignCase) -> int:
    """Return at how many moments a case has more than one event."""
    moments = groupby(case.entries, key=lambda entry: entry.at)
    return sum(len(list(entries)) > 1 for _, entries in moments)
