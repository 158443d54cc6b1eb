"""The store twice: on PostgreSQL and in memory, for tests that hold for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from store.journal import Journal
from store.late_refusals import LateRefusals
from store.memory import (
    Memory,
    MemoryJournal,
    MemoryLateRefusals,
    MemoryOutbox,
    MemoryReadModel,
    MemoryRegister,
    MemoryResendLedger,
    MemoryVault,
)
from store.outbox import Outbox
from store.pool import Pool
from store.read_model import ReadModel
from store.register import Register
from store.resends import ResendLedger
from store.sealing import Kek
from store.vault import Vault

KEK = Kek("kek-1", b"k" * 32)


@dataclass(frozen=True)
class Stores:
    """Every class of the store on one database, real or not."""

    register: Register
    vault: Vault
    journal: Journal
    read_model: ReadModel
    outbox: Outbox
    resends: ResendLedger
    late_refusals: LateRefusals
    base: Pool | Memory

    def vault_with(self, kek: Kek) -> Vault:
        """Open the same vault with another key and an empty cache."""
        if isinstance(self.base, Memory):
            return MemoryVault(self.base, kek)
        return Vault(self.base, kek)


def memory_stores() -> Stores:
    memory = Memory(now=lambda: datetime.now(UTC))
    return Stores(
        MemoryRegister(memory),
        MemoryVault(memory, KEK),
        MemoryJournal(memory),
        MemoryReadModel(memory),
        MemoryOutbox(memory),
        MemoryResendLedger(memory),
        MemoryLateRefusals(memory),
        memory,
    )


def postgres_stores(pool: Pool) -> Stores:
    return Stores(
        Register(pool),
        Vault(pool, KEK),
        Journal(pool),
        ReadModel(pool),
        Outbox(pool),
        ResendLedger(pool),
        LateRefusals(pool),
        pool,
    )
