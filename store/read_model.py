"""The read model: what doors list and show; a projection that can be rebuilt at any time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from pydantic import TypeAdapter

from schemas.events import Envelope
from schemas.views import CaseView
from schemas.vocabulary import (
    Category,
    Channel,
    Department,
    Outcome,
    Severity,
    Stage,
)
from store.journal import stream_envelopes
from store.pool import LONG, Connection, Pool, borrowed, sweep
from store.projection import project
from store.rows import CheckRow, NoticeRow
from store.sql import query

CHECK_ROWS = TypeAdapter(list[CheckRow])
NOTICE_ROWS = TypeAdapter(list[NoticeRow])

Fold = Callable[[Sequence[Envelope]], CaseView]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What cases are wanted; None accepts everything. `due_before` excludes cases without one.

    `suggestions` asks for cases in which the customer suggested something (rule 34).
    """

    stage: Stage | None = None
    category: Category | None = None
    severity: Severity | None = None
    owner: str | None = None
    store: str | None = None
    channel: Channel | None = None
    outcome: Outcome | None = None
    overdue: bool | None = None
    completed: bool | None = None
    due_before: datetime | None = None
    order: str | None = None
    suggestions: bool | None = None


EVERY_CASE = CaseFilter()


class ReadModel:
    """Cases, inboxes and notices as the journal leaves them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def case(self, number: int) -> CaseView | None:
        """Return the case as of its last flush."""
        async with borrowed(self._pool) as connection:
            document = await connection.fetchval(query("case"), number)
        return None if document is None else CaseView.model_validate_json(document)

    async def cases(
        self, where: CaseFilter = EVERY_CASE, *, limit: int = 50, after: int = 0
    ) -> list[CaseView]:
        """Return cases by number, beginning above `after`."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("cases"), after, limit, *astuple(where))
        return [CaseView.model_validate_json(row["document"]) for row in rows]

    async def inbox(self, department: Department, *, limit: int = 100) -> list[CheckRow]:
        """Return the open and claimed checks of a department, the earliest due first."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("inbox"), department, limit)
        return CHECK_ROWS.validate_python([dict(row) for row in rows])

    async def notices(self, owner: str, *, limit: int = 100) -> list[NoticeRow]:
        """Return the notices given to a person, the newest first."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("notices"), owner, limit)
        return NOTICE_ROWS.validate_python([dict(row) for row in rows])

    async def clear(self) -> None:
        """Drop every row; the journal keeps what it takes to rebuild them."""
        async with sweep(self._pool) as connection:
            await _clear(connection)

    async def rows_digest(self) -> str:
        """Return a hash over every row, to compare two states of the read model."""
        async with sweep(self._pool) as connection:
            return str(await connection.fetchval(query("rows_digest"), timeout=LONG))

    async def rebuild(self, fold: Fold) -> int:
        """Replace every row by what `fold` makes of the journal; return the number of cases.

        One transaction: readers see the old rows until the new ones are complete.
        """
        count = 0
        async with sweep(self._pool) as connection:
            await _clear(connection)
            async for envelopes in by_complaint(stream_envelopes(connection)):
                await project(connection, fold(envelopes), envelopes)
                count += 1
        return count


async def by_complaint(stream: AsyncIterator[Envelope]) -> AsyncIterator[list[Envelope]]:
    """Group a stream that is ordered by complaint."""
    group: list[Envelope] = []
    async for envelope in stream:
        if group and group[0].complaint != envelope.complaint:
            yield group
            group = []
        group.append(envelope)
    if group:
        yield group


async def _clear(connection: Connection) -> None:
    for name in ("clear_cases", "clear_checks", "clear_notices"):
        await connection.execute(query(name), timeout=LONG)
