"""Importing: every row of a CSV file becomes a complaint, or is listed with the reason why not.

A complaint is named by its source key, so that a row already taken in is only recognised: an import
may be cut short and repeated at any time. Rows are read as there is room for them, never all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

from domain.errors import CalendarYearUnknown, RuleUnknown
from domain.law import pinned
from runtime.errors import Problem
from schemas.commands import Actor
from schemas.law import Law
from schemas.vocabulary import Role
from starter.complaint import NewComplaint, Sealer, sealed_opening
from starter.conversion import complaint_of
from starter.errors import InputRejected, SourceKeyConflict
from starter.hygiene import plausible_time
from starter.intake import Receipt
from starter.mapping import RowMapping, missing_columns
from starter.outage import Patience
from starter.rejects import Rejects, open_rejects, rejected_file
from starter.rows import CsvFile, ImportFileUnusable, Row, open_csv
from store.errors import KeyDestroyed
from store.sealing import new_key

REJECTED = (InputRejected, SourceKeyConflict, RuleUnknown, CalendarYearUnknown)
"""What is wrong with a row alone; the others are imported."""

IN_FLIGHT = 16
"""How many rows are on their way at once."""

IMPORTER = Actor(id="import", role=Role.SYSTEM)
"""Who opens imported complaints: always the same, so that anybody may repeat an import."""


class Opens(Protocol):
    """The part of ComplaintClient that an import needs."""

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt: ...


class DryRun:
    """Opens nothing, and refuses what a real opening would refuse."""

    def __init__(self, law: Law) -> None:
        self._law = law

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        """Check the complaint; raises InputRejected, RuleUnknown and CalendarYearUnknown."""
        moment = received_at or datetime.now(UTC)
        opening = sealed_opening(complaint, Sealer(new_key(), "dry-run"), by, moment)
        pinned(self._law, opening, moment)
        return Receipt(0, is_new=True, received_at=moment)


@dataclass(frozen=True)
class ImportJob:
    """What to import: `limit` counts rows from the top; `as_received` dates their clocks back."""

    file: Path
    mapping: RowMapping
    limit: int | None = None
    as_received: bool = False

    @property
    def rejected_file(self) -> Path:
        """Where rejected rows are listed."""
        return rejected_file(self.file)


class Tally:
    """How far an import is; `is_read` once the last row wanted is under way."""

    def __init__(self) -> None:
        self.read = self.new = self.known = self.rejected = 0
        self.is_read = False
        self.measure: Callable[[], float] = lambda: 0.0

    @property
    def done(self) -> int:
        """How many rows have been dealt with."""
        return self.new + self.known + self.rejected

    @property
    def is_finished(self) -> bool:
        """Tell whether every row wanted has been dealt with."""
        return self.is_read and self.done == self.read

    @property
    def share(self) -> float:
        """Which part of the work is done, from 0 to 1, as far as can be known."""
        return 1.0 if self.is_finished else min(self.measure(), 1.0)


async def import_file(
    job: ImportJob, door: Opens, tally: Tally, patience: Patience, stop: asyncio.Event
) -> None:
    """Import until the end, or until told to stop: then what is under way is finished first.

    Raises MappingInvalid or ImportFileUnusable before the first row, and StoreUnavailable when
    PostgreSQL stays away for longer than the patience lasts.
    """
    with open_csv(job.file, job.mapping.encoding, job.mapping.delimiter) as file:
        _check_columns(job, file)
        tally.measure = _measure(job, tally, file)
        with open_rejects(job.rejected_file, file.header, job.mapping.encoding) as rejects:
            desk = _Desk(job, file.header, door, tally, rejects, patience)
            rows = _until_stopped(islice(file.rows, job.limit), tally, stop)
            try:
                await _together(desk.work(rows) for _ in range(IN_FLIGHT))
            finally:
                # The file is closed in a moment, and can be asked no more.
                tally.measure = partial(float, tally.share)


@dataclass(frozen=True)
class _Desk:
    """Where rows are taken in, and counted by what became of them."""

    job: ImportJob
    header: tuple[str, ...]
    door: Opens
    tally: Tally
    rejects: Rejects
    patience: Patience

    async def work(self, rows: Iterator[Row]) -> None:
        """Take in rows one after the other, from an iterator that others take from too."""
        for row in rows:
            await self._take(row)

    async def _take(self, row: Row) -> None:
        try:
            is_new = await self._open(row)
        except REJECTED as reason:
            self.rejects.add(row, str(reason))
            self.tally.rejected += 1
        else:
            self.tally.new += is_new
            self.tally.known += not is_new

    async def _open(self, row: Row) -> bool:
        """Return whether the row was not known before."""
        if row.problem is not None:
            raise InputRejected("row", row.problem, "Mend it in the file")
        cells = dict(zip(self.header, row.cells, strict=True))
        complaint = complaint_of(self.job.mapping, cells)
        moment = _receipt_time(complaint) if self.job.as_received else None
        try:
            receipt = await self.patience.through(
                lambda: self.door.open(complaint, by=IMPORTER, received_at=moment)
            )
        except KeyDestroyed:
            # The person was erased since; the complaint stays in the register all the same.
            return False
        return receipt.is_new


def _check_columns(job: ImportJob, file: CsvFile) -> None:
    problems = missing_columns(job.mapping, file.header)
    if job.as_received and job.mapping.time is None:
        remedy = "add it, or import without --as-received"
        problems = (*problems, Problem("time", "the mapping does not say when rows came", remedy))
    if problems:
        raise ImportFileUnusable(job.file, *problems)


def _measure(job: ImportJob, tally: Tally, file: CsvFile) -> Callable[[], float]:
    """Return how to tell the share that is done: by the rows wanted, else by the bytes read."""
    limit = job.limit
    return file.share if limit is None else lambda: tally.done / limit


def _until_stopped(rows: Iterable[Row], tally: Tally, stop: asyncio.Event) -> Iterator[Row]:
    for row in rows:
        if stop.is_set():
            return
        tally.read += 1
        yield row
    tally.is_read = True


def _receipt_time(complaint: NewComplaint) -> datetime:
    if complaint.occurred_at is None:
        raise InputRejected("received_at", "the row has no time", "Fill it in")
    return plausible_time("received_at", complaint.occurred_at, datetime.now(UTC))


async def _together(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Run to the end of all, or of the first that fails."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
