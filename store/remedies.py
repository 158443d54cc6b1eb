"""The ledger of remedies of money and things: each key means at most one remedy (rule 13).

PostgreSQL itself holds that refunds of an order never exceed what was paid, that amounts are
positive and that nobody approves their own request (migration 0007).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import TypeAlias

import asyncpg

from domain.authority import PAYING
from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import (
    NotReversible,
    PaidUnknown,
    RefundExceedsPaid,
    RemedyDiffers,
    RemedyRefused,
    RemedyUnsound,
    SelfApproved,
)
from schemas.vocabulary import RemedyKind
from store.pool import Pool, borrowed, transaction
from store.sql import query

Paid: TypeAlias = Callable[[str], Awaitable[Money | None]]
"""Says what was paid for an order, if that is known."""

LETTERS: Mapping[RemedyKind, str] = MappingProxyType(
    {
        RemedyKind.REPAIR: "RP",
        RemedyKind.EXCHANGE: "EX",
        RemedyKind.RESEND: "RS",
        RemedyKind.REFUND: "RF",
        RemedyKind.PARTIAL_REFUND: "RF",
        RemedyKind.COUPON: "CP",
        RemedyKind.GIFT: "GF",
    }
)
"""How the reference of each kind begins; the ledger has no other kinds."""

REVERSIBLE = (RemedyKind.REPAIR, RemedyKind.EXCHANGE, RemedyKind.COUPON)
"""What can be called off; money, parcels and gifts do not come back by themselves."""

QUANTITIES = range(1, 10**6)
AMOUNTS = range(1, 10**15)
"""Minor units; sums of them still fit the ledger."""

BROKEN: Mapping[str, type[RemedyRefused]] = MappingProxyType(
    {
        "order_balance_within_paid": RefundExceedsPaid,
        "remedy_ledger_paid_known": PaidUnknown,
        "remedy_ledger_approved_by_another": SelfApproved,
    }
)
"""What each constraint of the tables means for whoever asked."""


class RemedyLedger:
    """Carries out remedies by entering them; people and systems work from the ledger.

    The first refund of an order for which nothing is entered asks `paid`, and enters the answer.
    """

    def __init__(self, pool: Pool, paid: Paid) -> None:
        self._pool = pool
        self._paid = paid

    async def carry_out(self, order: RemedyOrder) -> str:
        """Return the reference under the order's key, entering it at the first call.

        Raises RemedyRefused, StoreUnavailable, or what `paid` raises.
        """
        if not is_sound(order):
            raise RemedyUnsound(order.key)
        try:
            return await self._enter(order)
        except PaidUnknown:
            paid = await self._paid(order.order)
            if paid is None:
                raise
        await self._enter_paid(order.order, paid)
        return await self._enter(order)

    async def lookup(self, key: str) -> str | None:
        """Return the reference if a remedy was entered under this key."""
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("remedy"), key)
        return None if row is None else str(row["reference"])

    async def reverse(self, key: str) -> str | None:
        """Take back what was entered under this key, once; None if nothing was.

        Returns the reference of the reversal. Raises NotReversible.
        """
        async with transaction(self._pool) as connection:
            row = await connection.fetchrow(query("remedy"), key)
            if row is None:
                return None
            if row["kind"] not in REVERSIBLE:
                raise NotReversible(key)
            reference = reversal_reference(key)
            await connection.execute(query("enter_reversal"), key, row["kind"], reference)
        return reference

    async def _enter(self, order: RemedyOrder) -> str:
        entry = (*_fields(order), reference_of(order))
        try:
            async with transaction(self._pool) as connection:
                await connection.execute(query("enter_remedy"), *entry)
                row = await connection.fetchrow(query("remedy"), order.key)
        except asyncpg.CheckViolationError as error:
            raise BROKEN.get(error.constraint_name or "", RemedyUnsound)(order.key) from None
        if row is None or tuple(row.values()) != entry:
            raise RemedyDiffers(order.key)
        return reference_of(order)

    async def _enter_paid(self, order: str, paid: Money) -> None:
        async with borrowed(self._pool) as connection:
            await connection.execute(query("enter_paid"), order, paid.currency, paid.minor)


def is_sound(order: RemedyOrder) -> bool:
    """Tell whether an order names what its kind needs, in possible numbers."""
    if order.kind not in LETTERS or order.quantity not in QUANTITIES:
        return False
    if order.amount is not None and order.amount.minor not in AMOUNTS:
        return False
    needed = order.amount if order.kind in PAYING else order.item
    return needed is not None or order.kind not in (*PAYING, RemedyKind.RESEND)


def reference_of(order: RemedyOrder) -> str:
    """Return the reference that people read: short, and always the same for a key and kind."""
    return f"{LETTERS[order.kind]}-{_short(order.key)}"


def reversal_reference(key: str) -> str:
    """Return the reference of a reversal."""
    return f"RV-{_short(key)}"


def _short(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:12].upper()


def _fields(order: RemedyOrder) -> tuple[object, ...]:
    """Return the row of an order without its reference."""
    minor, currency = (order.amount.minor, order.amount.currency) if order.amount else (None, None)
    return (
        order.key,
        order.number,
        order.order,
        order.kind,
        order.item,
        order.quantity,
        minor,
        currency,
        order.requested_by,
        order.approved_by,
    )
