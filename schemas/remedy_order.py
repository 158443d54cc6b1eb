"""What a remedy service is asked to do: one remedy, at most once under its key (rule 13)."""

from __future__ import annotations

from schemas.base import Wire
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

    `amount` is what the customer receives. `requested_by` and `approved_by` are ids of people;
    nobody approves what they asked for themselves (rule 12).
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
