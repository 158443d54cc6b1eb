"""The twin of the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from schemas.activity_io import Flush
from schemas.events import Envelope
from store.journal import Journal, divided, expect_continuation
from store.memory.projection import project
from store.memory.tables import Memory


class MemoryJournal(Journal):
    """Appends and reads as the journal does; kept as JSON, so that only what travels fits in."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def append(self, flush: Flush, *, began_at: datetime | None = None) -> int:
        self._memory.reach()
        number, moment = flush.view.number, began_at or self._memory.now()
        if self._memory.attempts.get(number, moment) <= moment:
            self._write(number, flush)
            self._memory.attempts[number] = moment
        return max(self._memory.journal.get(number, {}), default=0)

    def _write(self, number: int, flush: Flush) -> None:
        settled, unsettled = divided(flush)
        standing = self._memory.journal.get(number, {})
        events = {**_texts(settled), **standing}
        tail = _texts(unsettled)
        hashes = {seq: _envelope(text).hash for seq, text in {**tail, **events}.items()}
        expect_continuation(hashes, flush.envelopes)
        if events:
            self._memory.journal[number] = events
        self._memory.tails[number] = {q: text for q, text in tail.items() if q not in events}
        project(self._memory, flush.view, flush.envelopes)

    async def read(self, number: int, after: int = 0) -> list[Envelope]:
        self._memory.reach()
        return [
            _envelope(text) for seq, text in sorted(self._events(number).items()) if seq > after
        ]

    async def stream_all(self) -> AsyncIterator[Envelope]:
        self._memory.reach()
        for number in sorted({**self._memory.journal, **self._memory.tails}):
            for envelope in await self.read(number):
                yield envelope

    def _events(self, number: int) -> dict[int, str]:
        return {**self._memory.journal.get(number, {}), **self._memory.tails.get(number, {})}


def _texts(envelopes: Sequence[Envelope]) -> dict[int, str]:
    return {envelope.seq: envelope.model_dump_json() for envelope in envelopes}


def _envelope(text: str) -> Envelope:
    return Envelope.model_validate_json(text)
