"""What the application's role may do to the past: add to it (architecture: journal and chain)."""

from __future__ import annotations

import asyncpg
import pytest

from store.pool import Pool
from tests.contract.examples import POLICY, chained, flush, new_entry, notice
from tests.contract.stores import Stores, postgres_stores

ETERNAL = {
    "register": "source_key",
    "journal": "envelope",
    "vault_opening": "opened_by",
    "late_refusal": "code",
    "policy_version": "document",
    "case_run": "run_id",
    "resend_ledger": "reference",
    "remedy_ledger": "amount_minor",
    "remedy_reversal": "reference",
}
"""Tables that only grow, each with a column worth forging."""

FORGERIES = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "DROP TABLE {table} CASCADE",
)


@pytest.fixture
async def real(pool: Pool) -> Stores:
    stores = postgres_stores(pool)
    await stores.register.save_policy(POLICY, "{}")
    await stores.register.accept(new_entry(stores.vault, "row-1"))
    await stores.journal.append(flush(chained(1, [notice()])))
    return stores


@pytest.mark.parametrize("table", ETERNAL)
async def test_what_was_written_can_be_neither_changed_nor_removed(
    real: Stores, pool: Pool, table: str
) -> None:
    for attempt in FORGERIES:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(attempt.format(table=table, column=ETERNAL[table]))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vault_key SET complaint_id = gen_random_uuid()",
        "UPDATE vault_key SET kek_id = 'other'",
        "UPDATE vault_key SET person_ref = NULL",
        "DELETE FROM vault_key",
        "UPDATE outbox SET body = '{}'",
        "DELETE FROM outbox",
        "DELETE FROM register_counter",
        "INSERT INTO register_counter DEFAULT VALUES",
        "UPDATE order_balance SET paid_minor = 1000000",
        "UPDATE order_balance SET refunded_minor = 0",
        "DELETE FROM order_balance",
        "INSERT INTO order_balance (order_ref, refunded_minor) VALUES ('SO-9', -1)",
        "INSERT INTO resend_ledger VALUES ('key', 'order', 'item', 1, 'reference')",
        "SELECT * FROM schema_migration",
    ],
)
async def test_what_may_change_may_change_in_one_way_only(
    real: Stores, pool: Pool, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)


async def test_a_destroyed_key_leaves_neither_key_nor_way_back(real: Stores, pool: Pool) -> None:
    entry = await real.register.entry(1)
    assert entry is not None
    await real.vault.destroy(entry.complaint_id)
    row = await pool.fetchrow("SELECT wrapped_key, destroyed_at FROM vault_key")
    assert row is not None
    assert row["wrapped_key"] is None
    assert row["destroyed_at"] is not None
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE vault_key SET destroyed_at = NULL")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_counter SET last_number = -1",
    ],
)
async def test_impossible_values_are_refused(pool: Pool, statement: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(statement)


async def test_a_lost_number_is_noticed(real: Stores, pool: Pool) -> None:
    await pool.execute("UPDATE register_counter SET last_number = 3")
    assert await real.register.numbers_missing() == [2, 3]


async def test_numbers_beyond_the_counter_are_looked_at_too(real: Stores, pool: Pool) -> None:
    await pool.execute("UPDATE register_counter SET last_number = 4")
    await real.register.accept(new_entry(real.vault, "row-5"))
    await pool.execute("UPDATE register_counter SET last_number = 1")
    assert await real.register.numbers_missing() == [2, 3, 4]
