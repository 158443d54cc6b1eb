"""The twin of the outbox."""

from __future__ import annotations

from schemas.sealed import Sealed
from schemas.vocabulary import Purpose
from store.memory.tables import Memory
from store.outbox import Outbox, OutboxMessage


class MemoryOutbox(Outbox):
    """Keeps messages as the outbox does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def put(self, key: str, number: int, purpose: Purpose, text: Sealed) -> None:
        self._memory.reach()
        self._memory.outbox.setdefault(key, OutboxMessage(key, number, purpose, text))

    async def collect(self, number: int) -> list[OutboxMessage]:
        self._memory.reach()
        return [message for message in self._memory.outbox.values() if message.number == number]
