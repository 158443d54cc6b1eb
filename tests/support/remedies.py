"""Orders for remedies, and what was paid, as tests name them."""

from __future__ import annotations

from typing import Any

from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.vocabulary import RemedyKind

ORDER = "SO-1001"
PAID = Money(minor=100_00, currency="CNY")


def fen(minor: int) -> Money:
    return Money(minor=minor, currency="CNY")


def remedy(kind: RemedyKind, key: str = "7:1:1:1", **fields: Any) -> RemedyOrder:
    """Return an order for a remedy of complaint 7 that its kind would need nothing more for."""
    if kind is RemedyKind.RESEND:
        fields.setdefault("item", "LID-1")
    if kind in {RemedyKind.REFUND, RemedyKind.PARTIAL_REFUND, RemedyKind.COUPON}:
        fields.setdefault("amount", fen(10_00))
    return RemedyOrder(**{"key": key, "number": 7, "order": ORDER, "kind": kind, **fields})


def refund(minor: int = 10_00, key: str = "7:1:1:1", **fields: Any) -> RemedyOrder:
    """Return an order to pay back a part of what was paid."""
    return remedy(RemedyKind.PARTIAL_REFUND, key, amount=fen(minor), **fields)
