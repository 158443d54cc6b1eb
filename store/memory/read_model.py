"""The twin of the read model."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from schemas.views import CaseView
from schemas.vocabulary import CheckStatus, Department
from store.column import LATEST
from store.memory.journal import MemoryJournal
from store.memory.projection import project
from store.memory.tables import Memory
from store.read_model import EVERY_CASE, CaseFilter, Fold, ReadModel, by_complaint
from store.rows import CheckRow, NoticeRow

UNANSWERED = (CheckStatus.OPEN, CheckStatus.CLAIMED)


class MemoryReadModel(ReadModel):
    """Lists and shows as the read model does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def case(self, number: int) -> CaseView | None:
        self._memory.reach()
        document = self._memory.cases.get(number)
        return None if document is None else CaseView.model_validate_json(document)

    async def cases(
        self, where: CaseFilter = EVERY_CASE, *, limit: int = 50, after: int = 0
    ) -> list[CaseView]:
        self._memory.reach()
        views = [CaseView.model_validate_json(text) for text in self._memory.cases.values()]
        found = [view for view in views if view.number > after and is_wanted(view, where)]
        return sorted(found, key=lambda view: view.number)[:limit]

    async def inbox(self, department: Department, *, limit: int = 100) -> list[CheckRow]:
        self._memory.reach()
        rows = [row for rows in self._memory.checks.values() for row in rows]
        found = [r for r in rows if r.department is department and r.status in UNANSWERED]
        return sorted(found, key=lambda r: (r.due_at or LATEST, r.number, r.check))[:limit]

    async def notices(self, owner: str, *, limit: int = 100) -> list[NoticeRow]:
        self._memory.reach()
        found = [row for row in self._memory.notices.values() if row.to_whom == owner]
        return sorted(found, key=lambda r: (r.nominal_at, r.number, r.seq), reverse=True)[:limit]

    async def clear(self) -> None:
        self._memory.reach()
        self._memory.cases.clear()
        self._memory.checks.clear()
        self._memory.notices.clear()

    async def rows_digest(self) -> str:
        self._memory.reach()
        tables = (self._memory.cases, self._memory.checks, self._memory.notices)
        return sha256(repr([sorted(table.items()) for table in tables]).encode()).hexdigest()

    async def rebuild(self, fold: Fold) -> int:
        self._memory.reach()
        fresh = replace(self._memory, cases={}, checks={}, notices={})
        async for envelopes in by_complaint(MemoryJournal(self._memory).stream_all()):
            project(fresh, fold(envelopes), envelopes)
        self._memory.cases = fresh.cases
        self._memory.checks = fresh.checks
        self._memory.notices = fresh.notices
        return len(fresh.cases)


def is_wanted(view: CaseView, where: CaseFilter) -> bool:
    """Say whether a case meets every condition that is given."""
    due_at = view.next_deadline.due_at if view.next_deadline else LATEST
    return all(
        wanted is None or wanted == actual
        for wanted, actual in (
            (where.stage, view.stage),
            (where.category, view.category),
            (where.severity, view.severity),
            (where.owner, view.owner),
            (where.store, view.store),
            (where.channel, view.channel),
            (where.outcome, view.outcome),
            (where.overdue, bool(view.overdue)),
            (where.completed, view.completed),
            (where.due_before and due_at < where.due_before, True),
            (where.order, view.order),
            (where.suggestions, bool(view.suggestions)),
        )
    )
