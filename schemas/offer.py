"""What is offered to a customer: options made of remedy steps."""

from __future__ import annotations

from schemas.base import Wire
from schemas.money import Money
from schemas.vocabulary import RemedyKind


class RemedyStep(Wire):
    """One refund, one resend …; `item` is a product code.

    `amount` is what the customer receives and `cost` what it costs us, both for each of the
    `quantity`; a refund alone is its amount, whatever its quantity.
    """

    kind: RemedyKind
    item: str | None = None
    quantity: int = 1
    amount: Money | None = None
    cost: Money | None = None


class Option(Wire):
    """One alternative of a proposal: its steps are carried out together."""

    steps: tuple[RemedyStep, ...]
