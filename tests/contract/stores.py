"""The store twice: on PostgreSQL and in memory, for tests that hold for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from store.balances import OrderBalances
from store.journal import Journal
from store.late_refusals import LateRefusals
from store.memory import (
    Memory,
    MemoryJournal,
    MemoryLateRefusals,
    MemoryOrderBalances,
    MemoryOutbox,
    MemoryReadModel,
    MemoryRegister,
    MemoryRemedyLedger,
    MemoryVault,
)
from store.outbox import Outbox
from store.pool import Pool
from store.read_model import ReadModel
from store.register import Register
from store.remedies import RemedyLedger
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
    balances: OrderBalances
    remedies: RemedyLedger
    late_refusals: LateRefusals
    base: Pool | Memory

    def vault_with(self, kek: Kek) -> Vault:
        """Open the same vault with another key and an empty cache."""
        if isinstance(self.base, Memory):
            return MemoryVault(self.base, kek)
        return Vault(self.base, kek)


def memory_stores() -> Stores:
    memory = Memory(now=lambda: datetime.now(UTC))
    balances = MemoryOrderBalances(memory)
    return Stores(
        MemoryRegister(memory),
        MemoryVault(memory, KEK),
        MemoryJournal(memory),
        MemoryReadModel(memory),
        MemoryOutbox(memory),
        balances,
        MemoryRemedyLedger(memory, balances.paid),
        MemoryLateRefusals(memory),
        memory,
    )


def postgres_stores(pool: Pool) -> Stores:
    balances = OrderBalances(pool)
    return Stores(
        Register(pool),
        Vault(pool, KEK),
        Journal(pool),
        ReadModel(pool),
        Outbox(pool),
        balances,
        RemedyLedger(pool, balances.paid),
        LateRefusals(pool),
        pool,
    )
