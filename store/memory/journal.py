"""The twin of the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator

from schemas.activity_io import Flush
from schemas.events import Envelope
from store.journal import Journal, expect_continuation, last_seq
from store.memory.projection import project
from store.memory.tables import Memory


class MemoryJournal(Journal):
    """Appends and reads as the journal does; kept as JSON, so that only what travels fits in."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def append(self, flush: Flush) -> int:
        self._memory.reach()
        if flush.envelopes:
            written = {envelope.seq: envelope.model_dump_json() for envelope in flush.envelopes}
            events = {**written, **self._events(flush.envelopes[0].complaint)}
            hashes = {seq: _envelope(text).hash for seq, text in events.items()}
            expect_continuation(hashes, flush.envelopes)
            self._memory.journal[flush.envelopes[0].complaint] = events
        project(self._memory, flush.view, flush.envelopes)
        return last_seq(flush)

    async def read(self, number: int, after: int = 0) -> list[Envelope]:
        self._memory.reach()
        return [
            _envelope(text) for seq, text in sorted(self._events(number).items()) if seq > after
        ]

    async def stream_all(self) -> AsyncIterator[Envelope]:
        self._memory.reach()
        for number in sorted(self._memory.journal):
            for envelope in await self.read(number):
                yield envelope

    def _events(self, number: int) -> dict[int, str]:
        return self._memory.journal.get(number, {})


def _envelope(text: str) -> Envelope:
    return Envelope.model_validate_json(text)
