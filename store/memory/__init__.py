"""In-memory twins of the store: the same behaviour, errors too, for tests without PostgreSQL."""

from __future__ import annotations

from store.memory.door_keys import MemoryDoorKeys
from store.memory.journal import MemoryJournal
from store.memory.outbound import MemoryOutbox
from store.memory.read_model import MemoryReadModel
from store.memory.refusals import MemoryLateRefusals
from store.memory.register import MemoryRegister
from store.memory.remedies import MemoryOrderBalances, MemoryRemedyLedger
from store.memory.tables import Memory
from store.memory.vault import MemoryVault

__all__ = [
    "Memory",
    "MemoryDoorKeys",
    "MemoryJournal",
    "MemoryLateRefusals",
    "MemoryOrderBalances",
    "MemoryOutbox",
    "MemoryReadModel",
    "MemoryRegister",
    "MemoryRemedyLedger",
    "MemoryVault",
]
