"""What was paid for orders, and that refunds together never exceed it, whatever happens at once."""

from __future__ import annotations

import asyncio
from collections import Counter

import asyncpg
import pytest

from gateways.errors import OrderRecordsUnavailable, Silence
from gateways.recording import RecordingOrderRecords
from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import PaidUnknown, RefundExceedsPaid, RemedyRefused
from schemas.vocabulary import RemedyKind
from store.errors import PaidDiffers, StoreUnavailable
from store.memory import Memory, MemoryRemedyLedger
from store.pool import Pool
from store.remedies import Paid, RemedyLedger
from tests.contract.stores import Stores, postgres_stores
from tests.support.remedies import ORDER, PAID, fen, refund, remedy

AT_ONCE = 20

ENTER = "INSERT INTO remedy_ledger"
COLUMNS = f"""
{ENTER} (
    key, number, kind, order_ref, item, quantity, amount_minor, currency,
    requested_by, approved_by, reference
) VALUES
"""


def ledger_asking(stores: Stores, paid: Paid) -> RemedyLedger:
    """Return the ledger with other records of orders than its own."""
    if isinstance(stores.base, Memory):
        return MemoryRemedyLedger(stores.base, paid)
    return RemedyLedger(stores.base, paid)


async def patiently(ledger: RemedyLedger, order: RemedyOrder) -> str:
    """Try again while the store is busy, as the activity would."""
    while True:
        try:
            return await ledger.carry_out(order)
        except StoreUnavailable:
            continue
        except RemedyRefused as refusal:
            return refusal.code


async def refunded(pool: Pool) -> tuple[int, int]:
    """Return what the ledger and the balance say was paid back."""
    entered = await pool.fetchval("SELECT coalesce(sum(amount_minor), 0) FROM remedy_ledger")
    return int(entered), int(await pool.fetchval("SELECT refunded_minor FROM order_balance"))


# ---- What was paid ------------------------------------------------------------------------------


async def test_what_was_paid_is_entered_once(stores: Stores) -> None:
    assert await stores.balances.paid(ORDER) is None
    await stores.balances.enter_paid(ORDER, PAID)
    await stores.balances.enter_paid(ORDER, PAID)
    assert await stores.balances.paid(ORDER) == PAID


@pytest.mark.parametrize("other", [fen(100_01), Money(minor=100_00, currency="USD")], ids=str)
async def test_another_amount_for_an_order_is_a_conflict(stores: Stores, other: Money) -> None:
    await stores.balances.enter_paid(ORDER, PAID)
    with pytest.raises(PaidDiffers, match=ORDER):
        await stores.balances.enter_paid(ORDER, other)
    assert await stores.balances.paid(ORDER) == PAID


async def test_the_first_refund_of_an_order_asks_what_was_paid(stores: Stores) -> None:
    records = RecordingOrderRecords({ORDER: PAID})
    ledger = ledger_asking(stores, records.paid)
    await ledger.carry_out(refund(60_00, "7:1:1:1"))
    assert await stores.balances.paid(ORDER) == PAID
    await ledger.carry_out(refund(40_00, "7:1:1:2"))
    with pytest.raises(RefundExceedsPaid):
        await ledger.carry_out(refund(1, "7:1:1:3"))
    assert records.asked == [ORDER]


async def test_parcels_ask_nobody_what_was_paid(stores: Stores) -> None:
    records = RecordingOrderRecords()
    await ledger_asking(stores, records.paid).carry_out(remedy(RemedyKind.RESEND))
    assert records.asked == []


async def test_records_that_do_not_know_an_order_are_asked_again_next_time(stores: Stores) -> None:
    records = RecordingOrderRecords()
    ledger = ledger_asking(stores, records.paid)
    for _ in range(2):
        with pytest.raises(PaidUnknown):
            await ledger.carry_out(refund())
    assert records.asked == [ORDER, ORDER]
    await stores.balances.enter_paid(ORDER, PAID)
    assert await ledger.carry_out(refund())


async def test_records_in_another_currency_pay_nothing(stores: Stores) -> None:
    records = RecordingOrderRecords({ORDER: Money(minor=100_00, currency="USD")})
    with pytest.raises(PaidUnknown):
        await ledger_asking(stores, records.paid).carry_out(refund())


async def test_records_that_are_away_leave_the_refund_undone(stores: Stores) -> None:
    records = RecordingOrderRecords({ORDER: PAID}, silence=Silence.TIMEOUT)
    ledger = ledger_asking(stores, records.paid)
    with pytest.raises(OrderRecordsUnavailable) as caught:
        await ledger.carry_out(refund())
    assert caught.value.retryable
    assert await ledger.lookup(refund()) is None
    records.silence = None
    assert await ledger.carry_out(refund())


# ---- At once, on PostgreSQL ---------------------------------------------------------------------


async def test_refunds_at_once_never_exceed_what_was_paid(pool: Pool) -> None:
    stores = postgres_stores(pool)
    await stores.balances.enter_paid(ORDER, PAID)
    orders = [refund(7_00, f"7:1:1:{step}") for step in range(1, AT_ONCE + 1)]
    results = await asyncio.gather(*(patiently(stores.remedies, order) for order in orders))
    assert Counter(result.partition("-")[0] for result in results) == {
        "RF": 14,
        "refund_exceeds_paid": AT_ONCE - 14,
    }
    assert await refunded(pool) == (98_00, 98_00)


async def test_one_key_at_once_pays_once(pool: Pool) -> None:
    stores = postgres_stores(pool)
    await stores.balances.enter_paid(ORDER, PAID)
    calls = (patiently(stores.remedies, refund(7_00)) for _ in range(AT_ONCE))
    assert len(set(await asyncio.gather(*calls))) == 1
    assert await refunded(pool) == (7_00, 7_00)


async def test_first_refunds_at_once_enter_what_was_paid_once(pool: Pool) -> None:
    records = RecordingOrderRecords({ORDER: PAID})
    ledger = RemedyLedger(pool, records.paid)
    orders = [refund(10_00, f"7:1:1:{step}") for step in range(1, AT_ONCE + 1)]
    results = await asyncio.gather(*(patiently(ledger, order) for order in orders))
    assert results.count("refund_exceeds_paid") == AT_ONCE - 10
    assert await refunded(pool) == (100_00, 100_00)


async def test_orders_at_once_do_not_wait_for_each_other(pool: Pool) -> None:
    stores = postgres_stores(pool)
    for order in ("SO-1", "SO-2"):
        await stores.balances.enter_paid(order, PAID)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            COLUMNS + "('k', 1, 'refund', 'SO-1', NULL, 1, 1, 'CNY', NULL, NULL, 'RF-K')"
        )
        assert await stores.remedies.carry_out(refund(1, order="SO-2"))
        with pytest.raises(StoreUnavailable):
            await stores.remedies.carry_out(refund(1, "7:1:1:2", order="SO-1"))


# ---- Without our code, by the role of the application -------------------------------------------


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ("'refund', 'SO-1001', NULL, 1, 10001, 'CNY', NULL, NULL", "order_balance_within_paid"),
        ("'refund', 'SO-1001', NULL, 1, 1, 'USD', NULL, NULL", "remedy_ledger_paid_known"),
        ("'refund', 'SO-9', NULL, 1, 1, 'CNY', NULL, NULL", "remedy_ledger_paid_known"),
        ("'refund', 'SO-1001', NULL, 1, NULL, NULL, NULL, NULL", "remedy_ledger_refund_amount"),
        ("'refund', 'SO-1001', NULL, 1, 0, 'CNY', NULL, NULL", "remedy_ledger_amount_positive"),
        ("'coupon', 'SO-1001', NULL, 1, -1, 'CNY', NULL, NULL", "remedy_ledger_amount_positive"),
        ("'coupon', 'SO-1001', NULL, 1, 1, NULL, NULL, NULL", "remedy_ledger_amount_whole"),
        ("'gift', 'SO-1001', NULL, 0, NULL, NULL, NULL, NULL", "remedy_ledger_quantity_positive"),
        ("'resend', 'SO-1001', NULL, 1, NULL, NULL, NULL, NULL", "remedy_ledger_resend_item"),
        ("'bribe', 'SO-1001', NULL, 1, NULL, NULL, NULL, NULL", "remedy_ledger_kind_known"),
        ("'gift', 'SO-1001', NULL, 1, NULL, NULL, 'a', 'a'", "remedy_ledger_approved_by_another"),
        ("'gift', 'SO-1001', NULL, 1, NULL, NULL, NULL, 'a'", "remedy_ledger_approved_by_another"),
    ],
)
async def test_postgresql_itself_refuses_what_must_never_be(
    pool: Pool, row: str, constraint: str
) -> None:
    await postgres_stores(pool).balances.enter_paid(ORDER, PAID)
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await pool.execute(f"{COLUMNS} ('k', 7, {row}, 'RM-K')")
    assert caught.value.constraint_name == constraint
    assert await refunded(pool) == (0, 0)


@pytest.mark.parametrize(
    ("columns", "values", "constraint"),
    [
        ("approved_by", "'AGENT-1'", "remedy_ledger_approved_by_another_person"),
        ("needs_approval", "true", "remedy_ledger_approved_if_needed"),
        ("by_hand", "'BANK-1'", "remedy_ledger_by_hand_named"),
    ],
)
async def test_postgresql_itself_wants_another_person(
    pool: Pool, columns: str, values: str, constraint: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await pool.execute(
            f"{ENTER} (key, number, kind, order_ref, quantity, reference,"
            f" requested_by, {columns}) VALUES ('k', 7, 'gift', 'SO-1', 1, 'G-1', 'agent-1',"
            f" {values})"
        )
    assert caught.value.constraint_name == constraint


@pytest.mark.parametrize(
    ("values", "constraint"),
    [("NULL, NULL, 'BANK-1'", "by_hand_amount"), ("1, 'CNY', NULL", "by_hand_named")],
)
async def test_what_was_paid_by_hand_is_a_payment_with_a_reference(
    pool: Pool, values: str, constraint: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await pool.execute(
            f"{ENTER} (key, number, kind, order_ref, quantity, reference,"
            f" amount_minor, currency, by_hand) VALUES ('k', 7, 'paid_by_hand', 'SO-1', 1, 'R',"
            f" {values})"
        )
    assert caught.value.constraint_name == f"remedy_ledger_{constraint}"


async def test_a_temporary_table_is_never_charged_instead(pool: Pool) -> None:
    await postgres_stores(pool).balances.enter_paid(ORDER, fen(1))
    async with pool.acquire() as connection:
        await connection.execute(
            "CREATE TEMPORARY TABLE order_balance (order_ref, currency, refunded_minor)"
            f" AS VALUES ('{ORDER}', 'CNY', 0::bigint)"
        )
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(
                f"{COLUMNS} ('k', 7, 'refund', '{ORDER}', NULL, 1, 2, 'CNY', NULL, NULL, 'RF-K')"
            )
        await connection.execute("DROP TABLE pg_temp.order_balance")


@pytest.mark.parametrize("kind", [RemedyKind.PARTIAL_REFUND, RemedyKind.RESEND, RemedyKind.GIFT])
async def test_postgresql_itself_keeps_what_is_not_reversible(pool: Pool, kind: RemedyKind) -> None:
    stores = postgres_stores(pool)
    await stores.balances.enter_paid(ORDER, PAID)
    await stores.remedies.carry_out(remedy(kind))
    forged = "INSERT INTO remedy_reversal (key, kind, reference) VALUES ('7:1:1:1', $1, 'RV-1')"
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(forged, kind)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await pool.execute(forged, "coupon")
