"""The twins of the ledger of remedies and of what was paid."""

from __future__ import annotations

from domain.authority import PAYING
from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import (
    NotReversible,
    PaidUnknown,
    RefundExceedsPaid,
    RemedyDiffers,
    SelfApproved,
)
from store.balances import OrderBalances
from store.memory.tables import Balance, Memory
from store.remedies import REVERSIBLE, Paid, RemedyLedger, reference_of, reversal_reference


class MemoryOrderBalances(OrderBalances):
    """Keeps what was paid as the table does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def paid(self, order: str) -> Money | None:
        self._memory.reach()
        balance = self._memory.balances.get(order)
        return None if balance is None else balance.paid

    async def _kept(self, order: str, money: Money) -> Money:
        self._memory.reach()
        return self._memory.balances.setdefault(order, Balance(money)).paid


class MemoryRemedyLedger(RemedyLedger):
    """Enters remedies as the ledger does."""

    def __init__(self, memory: Memory, paid: Paid) -> None:
        self._memory = memory
        self._paid = paid

    async def lookup(self, key: str) -> str | None:
        self._memory.reach()
        known = self._memory.remedies.get(key)
        return None if known is None else reference_of(known)

    async def reverse(self, key: str) -> str | None:
        self._memory.reach()
        known = self._memory.remedies.get(key)
        if known is None:
            return None
        if known.kind not in REVERSIBLE:
            raise NotReversible(key)
        self._memory.reversals.add(key)
        return reversal_reference(key)

    async def _enter(self, order: RemedyOrder) -> str:
        self._memory.reach()
        if order.key not in self._memory.remedies:
            self._expect_approved_by_another(order)
            self._charge(order)
            self._memory.remedies[order.key] = order
        if self._memory.remedies[order.key] != order:
            raise RemedyDiffers(order.key)
        return reference_of(order)

    async def _enter_paid(self, order: str, paid: Money) -> None:
        self._memory.reach()
        self._memory.balances.setdefault(order, Balance(paid))

    def _expect_approved_by_another(self, order: RemedyOrder) -> None:
        if order.approved_by is not None and order.requested_by in {None, order.approved_by}:
            raise SelfApproved(order.key)

    def _charge(self, order: RemedyOrder) -> None:
        if order.kind not in PAYING or order.amount is None:
            return
        balance = self._memory.balances.get(order.order)
        if balance is None or balance.paid.currency != order.amount.currency:
            raise PaidUnknown(order.key)
        if balance.refunded + order.amount.minor > balance.paid.minor:
            raise RefundExceedsPaid(order.key)
        balance.refunded += order.amount.minor
