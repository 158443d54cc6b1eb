"""What a remedy service is asked to do: one remedy, at most once under its key (rule 13)."""

from __future__ import annotations

from schemas.base import Wire
from schemas.ids import order_code
from schemas.money import Money
from schemas.vocabulary import RemedyKind

BY_SERVICE = (
    RemedyKind.REPAIR,
    RemedyKind.EXCHANGE,
    RemedyKind.RESEND,
    RemedyKind.REFUND,
    RemedyKind.PARTIAL_REFUND,
    RemedyKind.COUPON,
    RemedyKind.GIFT,
)
"""Remedies of money and things; the others are words and deeds of people."""


class RemedyOrder(Wire):
    """A remedy to carry out: `order` is the order in the shop, `item` a product code.

    `amount` is what the customer receives, of coupons and things for each of the `quantity`.
    `requested_by` and `approved_by` are ids of people; nobody approves what they asked for
    themselves, and without an approver nothing is carried out that `needs_approval` (rule 12).
    """

    key: str
    number: int
    order: str
    kind: RemedyKind
    item: str | None = None
    quantity: int = 1
    amount: Money | None = None
    requested_by: str | None = None
    approved_by: str | None = None
    needs_approval: bool = False


def is_same(one: RemedyOrder, other: RemedyOrder) -> bool:
    """Tell whether two orders give the same customer the same; who agreed to it is left out."""
    return _given(one) == _given(other)


def _given(order: RemedyOrder) -> RemedyOrder:
    people = {"requested_by": None, "approved_by": None, "needs_approval": False}
    return order.model_copy(update={"order": order_code(order.order), **people})
