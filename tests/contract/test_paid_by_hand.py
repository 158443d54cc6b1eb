"""What people have paid back by hand counts like a refund, and is never paid again (rule 13)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copy2

import asyncpg
import pytest

from gateways.recording import RecordingOrderRecords
from schemas.money import Money
from schemas.remedy_refusal import (
    NotReversible,
    PaidUnknown,
    RefundExceedsPaid,
    RemedyDiffers,
    RemedyUnsound,
)
from schemas.vocabulary import RemedyKind
from store.balances import OrderBalances
from store.memory import Memory, MemoryRemedyLedger
from store.migrate import MIGRATIONS, migrate
from store.pool import Pool, open_pool
from store.remedies import PAID_BY_HAND, RemedyLedger
from tests.contract.stores import Stores, postgres_stores
from tests.support.postgres import Databases
from tests.support.remedies import ORDER, PAID, refund, remedy

BY_HAND = refund(60_00)
REST = refund(40_00, "8:1:1:1", number=8)
MORE = refund(40_01, "8:1:1:1", number=8)


@pytest.fixture
async def known(stores: Stores) -> Stores:
    """Stores that know what was paid for the order."""
    await stores.balances.enter_paid(ORDER, PAID)
    return stores


# ---- Counted ------------------------------------------------------------------------------------


async def test_what_was_paid_by_hand_leaves_no_room_for_more_than_the_rest(known: Stores) -> None:
    await known.remedies.enter_by_hand(BY_HAND, "BANK-1")
    with pytest.raises(RefundExceedsPaid):
        await known.remedies.carry_out(MORE)
    assert await known.remedies.carry_out(REST)


async def test_it_is_entered_once_and_its_refund_is_paid_never(known: Stores) -> None:
    for _ in range(2):
        await known.remedies.enter_by_hand(BY_HAND, "BANK-1")
    assert await known.remedies.lookup(BY_HAND) == "BANK-1"
    assert await known.remedies.carry_out(BY_HAND) == "BANK-1"
    with pytest.raises(NotReversible):
        await known.remedies.reverse(BY_HAND.key)
    assert await known.remedies.carry_out(REST)


@pytest.mark.parametrize(
    ("order", "reference"), [(BY_HAND, "BANK-2"), (refund(50_00), "BANK-1")], ids=["twice", "other"]
)
async def test_a_second_payment_under_its_key_differs(
    known: Stores, order: object, reference: str
) -> None:
    await known.remedies.enter_by_hand(BY_HAND, "BANK-1")
    with pytest.raises(RemedyDiffers):
        await known.remedies.enter_by_hand(order, reference)  # type: ignore[arg-type]


async def test_a_refund_that_was_paid_by_the_service_after_all_differs(known: Stores) -> None:
    reference = await known.remedies.carry_out(BY_HAND)
    with pytest.raises(RemedyDiffers):
        await known.remedies.enter_by_hand(BY_HAND, "BANK-1")
    await known.remedies.enter_by_hand(BY_HAND, reference)  # Whoever asked has found it there.


async def test_too_much_is_told_and_kept_because_it_has_moved(known: Stores) -> None:
    await known.remedies.carry_out(refund(60_00, "6:1:1:1"))
    for _ in range(2):
        with pytest.raises(RefundExceedsPaid):
            await known.remedies.enter_by_hand(refund(40_01), "BANK-1")
    assert await known.remedies.lookup(refund(40_01)) == "BANK-1"
    with pytest.raises(RefundExceedsPaid):
        await known.remedies.carry_out(refund(1, "8:1:1:1"))


async def test_it_counts_as_soon_as_it_is_known_what_was_paid(stores: Stores) -> None:
    with pytest.raises(PaidUnknown):
        await stores.remedies.enter_by_hand(BY_HAND, "BANK-1")
    await stores.balances.enter_paid(ORDER, PAID)
    with pytest.raises(RefundExceedsPaid):
        await stores.remedies.carry_out(MORE)
    assert await stores.remedies.carry_out(REST)
    await stores.remedies.enter_by_hand(BY_HAND, "BANK-1")


async def test_more_than_turns_out_to_have_been_paid_leaves_nothing(stores: Stores) -> None:
    with pytest.raises(PaidUnknown):
        await stores.remedies.enter_by_hand(refund(100_01), "BANK-1")
    await stores.balances.enter_paid(ORDER, PAID)
    with pytest.raises(RefundExceedsPaid):
        await stores.remedies.carry_out(refund(1, "8:1:1:1"))
    with pytest.raises(RefundExceedsPaid):
        await stores.remedies.enter_by_hand(refund(100_01), "BANK-1")


async def test_the_shop_is_asked_what_was_paid(stores: Stores) -> None:
    records = RecordingOrderRecords({ORDER: PAID})
    ledger = (
        MemoryRemedyLedger(stores.base, records.paid)
        if isinstance(stores.base, Memory)
        else RemedyLedger(stores.base, records.paid)
    )
    await ledger.enter_by_hand(BY_HAND, "BANK-1")
    assert await ledger.carry_out(REST)
    assert records.asked == [ORDER]


async def test_another_currency_is_not_covered_by_what_was_paid(known: Stores) -> None:
    dollar = remedy(RemedyKind.REFUND, amount=Money(minor=1, currency="USD"))
    with pytest.raises(PaidUnknown):
        await known.remedies.enter_by_hand(dollar, "BANK-1")
    assert await known.remedies.carry_out(refund(100_00, "8:1:1:1"))


@pytest.mark.parametrize("order", [remedy(RemedyKind.COUPON), refund(0), refund(1, order="订单")])
async def test_what_is_no_payment_is_not_entered(known: Stores, order: object) -> None:
    with pytest.raises(RemedyUnsound):
        await known.remedies.enter_by_hand(order, "BANK-1")  # type: ignore[arg-type]


# ---- One spelling -------------------------------------------------------------------------------

SPELLINGS = ("so-1001", " SO-1001", "ＳＯ－１００１", "So-1001\u3000")


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_order_has_one_balance_however_it_is_spelled(known: Stores, spelling: str) -> None:
    assert await known.balances.paid(spelling) == PAID
    await known.balances.enter_paid(spelling, PAID)
    await known.remedies.carry_out(refund(60_00, order=spelling))
    with pytest.raises(RefundExceedsPaid):
        await known.remedies.carry_out(MORE)
    assert await known.remedies.carry_out(refund(60_00)) == await known.remedies.lookup(
        refund(60_00, order=spelling)
    )


async def test_the_shop_is_asked_by_the_code_as_it_was_written(stores: Stores) -> None:
    records = RecordingOrderRecords({"so-1001": PAID})
    ledger = (
        MemoryRemedyLedger(stores.base, records.paid)
        if isinstance(stores.base, Memory)
        else RemedyLedger(stores.base, records.paid)
    )
    await ledger.carry_out(refund(100_00, order="so-1001"))
    with pytest.raises(RefundExceedsPaid):
        await ledger.carry_out(refund(1, "8:1:1:1", order="SO-1001"))


async def test_what_only_looks_like_a_code_is_no_order(known: Stores) -> None:
    for order in ("SO\u200b-1001", "ЅО-1001", "", "SO 1001"):
        with pytest.raises(RemedyUnsound):
            await known.remedies.carry_out(refund(1, order=order))


# ---- On PostgreSQL ------------------------------------------------------------------------------


async def test_paying_by_hand_while_it_becomes_known_what_was_paid_counts(pool: Pool) -> None:
    stores = postgres_stores(pool)
    orders = [f"SO-{n}" for n in range(20)]
    entering = (stores.balances.enter_paid(order, PAID) for order in orders)
    paying = (
        stores.remedies.enter_by_hand(refund(60_00, f"{n}:1:1:1", order=order), f"BANK-{n}")
        for n, order in enumerate(orders)
    )
    await asyncio.gather(*entering, *paying, return_exceptions=True)
    for n, order in enumerate(orders):
        by_hand = refund(60_00, f"{n}:1:1:1", order=order)
        await stores.balances.enter_paid(order, PAID)
        await stores.remedies.enter_by_hand(by_hand, f"BANK-{n}")
    counted = await pool.fetch("SELECT DISTINCT refunded_minor FROM order_balance")
    assert [row["refunded_minor"] for row in counted] == [60_00]


async def test_whoever_works_from_the_ledger_sees_no_refund_there(pool: Pool) -> None:
    stores = postgres_stores(pool)
    await stores.balances.enter_paid(ORDER, PAID)
    await stores.remedies.enter_by_hand(BY_HAND, "BANK-1")
    assert await pool.fetchval("SELECT kind FROM remedy_ledger") == PAID_BY_HAND


async def test_a_temporary_ledger_makes_no_room(pool: Pool) -> None:
    stores = postgres_stores(pool)
    with pytest.raises(PaidUnknown):
        await stores.remedies.enter_by_hand(BY_HAND, "BANK-1")
    async with pool.acquire() as connection:
        await connection.execute(
            "CREATE TEMPORARY TABLE remedy_ledger (order_ref text, currency text, kind text,"
            " amount_minor bigint)"
        )
        await connection.execute(
            "INSERT INTO order_balance (order_ref, currency, paid_minor) VALUES ($1, 'CNY', 10000)",
            ORDER,
        )
        assert await connection.fetchval("SELECT refunded_minor FROM order_balance") == 60_00
        await connection.execute("DROP TABLE pg_temp.remedy_ledger")


async def test_postgresql_itself_knows_one_spelling(pool: Pool) -> None:
    for order in ("so-1001", "SO-1001 ", "ＳＯ－１００１"):
        with pytest.raises(asyncpg.CheckViolationError):
            await pool.execute(
                "INSERT INTO order_balance (order_ref, currency, paid_minor) VALUES ($1, 'CNY', 1)",
                order,
            )


# ---- Balances from before -----------------------------------------------------------------------


@pytest.fixture
async def split(databases: Databases, tmp_path: Path) -> AsyncIterator[Pool]:
    """A database whose balance of one order was split by its spelling before it was migrated."""
    for file in MIGRATIONS.glob("000?_*.sql"):
        copy2(file, tmp_path)
    async with databases.fresh("template1") as dsn:
        await migrate(dsn, directory=tmp_path)
        pool = await open_pool(dsn)
        for order, minor in (("SO-1001", 100_00), ("so-1001", 80_00), ("so-2", 5_00), ("SO-3", 1)):
            await pool.execute(
                "INSERT INTO order_balance (order_ref, currency, paid_minor)"
                " VALUES ($1, 'CNY', $2)",
                order,
                minor,
            )
        for key, order, minor in (("a", "SO-1001", 10_00), ("b", "so-1001", 30_00)):
            await pool.execute(
                "INSERT INTO remedy_ledger (key, number, kind, order_ref, quantity, amount_minor,"
                " currency, reference) VALUES ($1, 7, 'refund', $2, 1, $3, 'CNY', $1)",
                key,
                order,
                minor,
            )
        await migrate(dsn)
        yield pool
        await pool.close()


async def test_balances_that_were_split_are_one(split: Pool) -> None:
    rows = await split.fetch(
        "SELECT order_ref, paid_minor, refunded_minor FROM order_balance ORDER BY order_ref"
    )
    assert [tuple(row) for row in rows] == [
        ("SO-1001", 100_00, 40_00),
        ("SO-2", 5_00, 0),
        ("SO-3", 1, 0),
    ]
    refs = await split.fetch("SELECT DISTINCT order_ref FROM remedy_ledger")
    assert [row["order_ref"] for row in refs] == ["SO-1001"]
    ledger = RemedyLedger(split, OrderBalances(split).paid)
    with pytest.raises(RefundExceedsPaid):
        await ledger.carry_out(refund(60_01))
    assert await ledger.carry_out(refund(60_00))
