"""The twins of the ledger of remedies and of what was paid."""

from __future__ import annotations

from domain.authority import PAYING
from schemas.ids import is_same_person
from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import (
    ApprovalMissing,
    NotReversible,
    PaidUnknown,
    RefundExceedsPaid,
    SelfApproved,
)
from store.balances import OrderBalances
from store.memory.tables import Memory
from store.remedies import (
    REVERSIBLE,
    Paid,
    RemedyLedger,
    counted,
    fields_of,
    reference_in,
    reversal_reference,
)


class MemoryOrderBalances(OrderBalances):
    """Keeps what was paid as the table does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def _known(self, order: str) -> Money | None:
        self._memory.reach()
        return self._memory.paid.get(order)

    async def _kept(self, order: str, money: Money) -> Money:
        self._memory.reach()
        return self._memory.paid.setdefault(order, money)


class MemoryRemedyLedger(RemedyLedger):
    """Enters remedies as the ledger does."""

    def __init__(self, memory: Memory, paid: Paid) -> None:
        self._memory = memory
        self._paid = paid

    async def lookup(self, order: RemedyOrder) -> str | None:
        self._memory.reach()
        return self._standing(counted(order)) if order.key in self._memory.remedies else None

    async def reverse(self, key: str) -> str | None:
        self._memory.reach()
        known = self._memory.remedies.get(key)
        if known is None:
            return None
        if known.kind not in REVERSIBLE:
            raise NotReversible(key)
        self._memory.reversals.add(key)
        return reversal_reference(key)

    async def _enter(self, order: RemedyOrder, by_hand: str | None = None) -> str:
        self._memory.reach()
        _expect_approval(order)
        if order.key not in self._memory.remedies:
            if by_hand is not None:
                self._memory.by_hand[order.key] = by_hand
            elif order.kind in PAYING:
                self._expect_within_paid(order, [*self._paid_back(order), order])
            self._memory.remedies[order.key] = order
        return self._standing(order)

    async def _enter_paid(self, order: str, paid: Money) -> None:
        self._memory.reach()
        self._memory.paid.setdefault(order, paid)

    async def _expect_covered(self, order: RemedyOrder) -> None:
        self._memory.reach()
        self._expect_within_paid(order, self._paid_back(order))

    def _standing(self, order: RemedyOrder) -> str:
        known = self._memory.remedies[order.key]
        return reference_in(fields_of(known, self._memory.by_hand.get(order.key)), order)

    def _paid_back(self, order: RemedyOrder) -> list[RemedyOrder]:
        """Return the refunds of the same order in its currency, also those by hand."""
        known = [each for each in self._memory.remedies.values() if each.kind in PAYING]
        return [each for each in known if each.order == order.order and _alike(each, order)]

    def _expect_within_paid(self, order: RemedyOrder, refunds: list[RemedyOrder]) -> None:
        paid = self._memory.paid.get(order.order)
        if paid is None or order.amount is None or paid.currency != order.amount.currency:
            raise PaidUnknown(order.key)
        if sum(each.amount.minor for each in refunds if each.amount) > paid.minor:
            raise RefundExceedsPaid(order.key)


def _alike(one: RemedyOrder, other: RemedyOrder) -> bool:
    """Tell whether two refunds are in one currency."""
    return bool(one.amount and other.amount and one.amount.currency == other.amount.currency)


def _expect_approval(order: RemedyOrder) -> None:
    asked, approved = order.requested_by, order.approved_by
    if approved is not None and (asked is None or is_same_person(asked, approved)):
        raise SelfApproved(order.key)
    if order.needs_approval and approved is None:
        raise ApprovalMissing(order.key)
