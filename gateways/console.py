"""Twins for trying out: each act is one printed line, without question, address or text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.wording import show_money
from gateways.check_request import CheckRequest
from gateways.outgoing_message import OutgoingMessage
from schemas.remedy_order import RemedyOrder
from schemas.sealed import Sealed
from schemas.vocabulary import Purpose

Say = Callable[[str], None]


@dataclass
class ConsoleDepartmentSystem:
    """Shows the question's codes and leaves the answer to people."""

    say: Say = print

    async def ask(self, request: CheckRequest) -> None:
        due = f"{request.due_at:%Y-%m-%d %H:%M}Z"
        self.say(f"{request.department}: check {request.number}/{request.check}, due {due}")


@dataclass
class ConsoleRemedyService:
    """Does nothing; remembers its references for as long as the process lives."""

    say: Say = print
    references: dict[str, str] = field(default_factory=dict)
    reversals: dict[str, str] = field(default_factory=dict)

    async def carry_out(self, order: RemedyOrder) -> str:
        if order.key not in self.references:
            reference = self.references[order.key] = f"RM-{len(self.references) + 1}"
            self.say(f"{_told(order)}, {reference}")
        return self.references[order.key]

    async def lookup(self, order: RemedyOrder) -> str | None:
        return self.references.get(order.key)

    async def enter_by_hand(self, order: RemedyOrder, reference: str) -> None:
        if self.references.setdefault(order.key, reference) == reference:
            self.say(f"by hand: {_told(order)}, {reference}")

    async def reverse(self, key: str) -> str | None:
        if key in self.references and key not in self.reversals:
            self.reversals[key] = f"RV-{len(self.reversals) + 1}"
            self.say(f"taken back: {self.references[key]}, {self.reversals[key]}")
        return self.reversals.get(key)


@dataclass
class ConsoleOutbox:
    """Says that a message waits, and keeps none."""

    say: Say = print

    async def put(self, key: str, number: int, purpose: Purpose, text: Sealed) -> None:
        del key, text  # A twin that prints shows neither.
        self.say(f"outbox: {purpose} for complaint {number} waits to be collected")


@dataclass
class ConsoleMessageChannel:
    """Says that a message would go out, not to whom."""

    say: Say = print

    async def send(self, message: OutgoingMessage) -> None:
        # A twin that prints shows neither address nor text.
        self.say(f"{message.channel}: message {message.key}, {len(message.body)} characters")


def _told(order: RemedyOrder) -> str:
    """Return a remedy in one line: "resend: 2 x LID for order SO-1"."""
    what = [] if order.item is None else [f"{order.quantity} x {order.item}"]
    if order.amount is not None:
        what.append(show_money(order.amount))
    return f"{order.kind}: {' '.join([*what, 'for order', order.order])}"
