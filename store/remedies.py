"""The ledger of remedies of money and things: each key means at most one remedy (rule 13).

PostgreSQL itself holds that refunds of an order never exceed what was paid, that amounts are
positive and that nobody approves their own request (migrations 0007 and 0010). An order is counted
under one spelling of its code, whoever writes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeAlias

import asyncpg

from domain.authority import PAYING
from domain.codes import CODE
from schemas.ids import order_code
from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import (
    ApprovalMissing,
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

PAID_BY_HAND = "paid_by_hand"
"""The kind of a refund that people have paid: whoever works from the ledger leaves it alone."""

QUANTITIES = range(1, 10**6)
AMOUNTS = range(1, 10**15)
"""Minor units; sums of them still fit the ledger."""

BROKEN: Mapping[str, type[RemedyRefused]] = MappingProxyType(
    {
        "order_balance_within_paid": RefundExceedsPaid,
        "remedy_ledger_paid_known": PaidUnknown,
        "remedy_ledger_approved_by_another": SelfApproved,
        "remedy_ledger_approved_by_another_person": SelfApproved,
        "remedy_ledger_approved_if_needed": ApprovalMissing,
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
        here = counted(order)
        try:
            return await self._enter(here)
        except PaidUnknown:
            await self._learn_paid(order)
        return await self._enter(here)

    async def enter_by_hand(self, order: RemedyOrder, reference: str) -> None:
        """Enter what people have paid back, under the key that the refund had, so that it counts.

        It is entered whatever it adds up to, because the money has moved. Raises RefundExceedsPaid
        or PaidUnknown all the same, RemedyDiffers if the key stands otherwise, and as `carry_out`.
        """
        if not is_sound(order) or order.kind not in PAYING:
            raise RemedyUnsound(order.key)
        here = counted(order)
        if await self._enter(here, reference) != reference:
            raise RemedyDiffers(order.key)
        try:
            await self._expect_covered(here)
        except PaidUnknown:
            await self._learn_paid(order)
            await self._expect_covered(here)

    async def lookup(self, order: RemedyOrder) -> str | None:
        """Return the reference if this remedy was entered; RemedyDiffers if another was."""
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("remedy"), order.key)
        return None if row is None else reference_in(tuple(row.values()), counted(order))

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

    async def _enter(self, order: RemedyOrder, by_hand: str | None = None) -> str:
        entry = (*fields_of(order, by_hand), order.needs_approval)
        try:
            async with transaction(self._pool) as connection:
                await connection.execute(query("enter_remedy"), *entry)
                row = await connection.fetchrow(query("remedy"), order.key)
        except asyncpg.CheckViolationError as error:
            raise BROKEN.get(error.constraint_name or "", RemedyUnsound)(order.key) from None
        if row is None:
            raise RemedyDiffers(order.key)
        return reference_in(tuple(row.values()), order)

    async def _learn_paid(self, order: RemedyOrder) -> None:
        """Ask what was paid, by the code as it was written, and enter it; raises PaidUnknown."""
        paid = await self._paid(order.order)
        if paid is None:
            raise PaidUnknown(order.key)
        await self._enter_paid(order_code(order.order), paid)

    async def _expect_covered(self, order: RemedyOrder) -> None:
        """Raise PaidUnknown or RefundExceedsPaid if what was paid back does not add up."""
        currency = order.amount and order.amount.currency
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("paid_back"), order.order, currency)
        if row is None:
            raise PaidUnknown(order.key)
        if row["paid_back"] > row["paid_minor"]:
            raise RefundExceedsPaid(order.key)

    async def _enter_paid(self, order: str, paid: Money) -> None:
        async with borrowed(self._pool) as connection:
            await connection.execute(query("enter_paid"), order, paid.currency, paid.minor)


def is_sound(order: RemedyOrder) -> bool:
    """Tell whether an order names what its kind needs, in possible numbers.

    Its code consists of plain letters and signs: what looks alike must not count apart.
    """
    if order.kind not in LETTERS or order.quantity not in QUANTITIES:
        return False
    if CODE.fullmatch(order_code(order.order)) is None:
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


def fields_of(order: RemedyOrder, by_hand: str | None = None) -> tuple[object, ...]:
    """Return the row of an order, or of what people have paid under this reference instead."""
    minor, currency = (order.amount.minor, order.amount.currency) if order.amount else (None, None)
    return (
        order.key,
        order.number,
        order.order,
        order.kind if by_hand is None else PAID_BY_HAND,
        order.item,
        order.quantity,
        minor,
        currency,
        order.requested_by,
        order.approved_by,
        reference_of(order),
        by_hand,
    )


def counted(order: RemedyOrder) -> RemedyOrder:
    """Return an order under the spelling in which it is counted."""
    return order.model_copy(update={"order": order_code(order.order)})


def reference_in(row: tuple[Any, ...], order: RemedyOrder) -> str:
    """Return the reference in the row of an order; RemedyDiffers if it is of another."""
    by_hand: str | None = row[-1]
    if row != fields_of(order, by_hand):
        raise RemedyDiffers(order.key)
    return reference_of(order) if by_hand is None else by_hand
