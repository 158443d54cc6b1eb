"""Parcels entered before migration 0007 stand in the new ledger, and none is sent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copy2

import asyncpg
import pytest

from schemas.vocabulary import RemedyKind
from store.balances import OrderBalances
from store.migrate import MIGRATIONS, migrate
from store.pool import Pool, open_pool
from store.remedies import RemedyLedger, reference_of
from tests.support.postgres import Databases
from tests.support.remedies import remedy

ENTER = "INSERT INTO resend_ledger VALUES ($1, 'SO-1001', 'LID-1', 1, $2)"
PARCEL = remedy(RemedyKind.RESEND)


@pytest.fixture
async def moved(databases: Databases, tmp_path: Path) -> AsyncIterator[Pool]:
    """A database on which an older worker entered two parcels before it was migrated."""
    for file in MIGRATIONS.glob("000[1-6]_*.sql"):
        copy2(file, tmp_path)
    async with databases.fresh("template1") as dsn:
        await migrate(dsn, directory=tmp_path)
        pool = await open_pool(dsn)
        await pool.execute(ENTER, PARCEL.key, reference_of(PARCEL))
        await pool.execute(ENTER, "by-hand", "RS-BY-HAND")
        await migrate(dsn)
        yield pool
        await pool.close()


async def test_a_parcel_of_before_is_not_sent_again(moved: Pool) -> None:
    ledger = RemedyLedger(moved, OrderBalances(moved).paid)
    assert await ledger.carry_out(PARCEL) == reference_of(PARCEL)
    assert await ledger.lookup(PARCEL) == reference_of(PARCEL)
    assert await moved.fetchval("SELECT count(*) FROM remedy_ledger") == 2


async def test_an_older_worker_cannot_enter_where_nobody_looks(moved: Pool) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await moved.execute(ENTER, "7:1:1:2", "RS-2")
    assert await moved.fetchval("SELECT count(*) FROM resend_ledger") == 2
