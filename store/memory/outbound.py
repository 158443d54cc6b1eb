"""The twins of the outbox and of the ledger of resends."""

from __future__ import annotations

from schemas.sealed import Sealed
from schemas.vocabulary import Purpose
from store.errors import ResendDiffers
from store.memory.tables import Memory, Parcel
from store.outbox import Outbox, OutboxMessage
from store.resends import ResendLedger, reference_of


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


class MemoryResendLedger(ResendLedger):
    """Enters parcels as the ledger does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def resend(self, key: str, order: str, item: str, quantity: int) -> str:
        self._memory.reach()
        parcel = Parcel(order, item, quantity, reference_of(key))
        if self._memory.resends.setdefault(key, parcel) != parcel:
            raise ResendDiffers(key)
        return parcel.reference

    async def lookup(self, key: str) -> str | None:
        self._memory.reach()
        parcel = self._memory.resends.get(key)
        return None if parcel is None else parcel.reference
