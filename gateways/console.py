"""Twins for trying out: each act is one printed line, without question, address or text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gateways.check_request import CheckRequest
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Purpose

Say = Callable[[str], None]


@dataclass
class ConsoleDepartmentSystem:
    """Shows the question's codes and leaves the answer to people."""

    say: Say = print

    async def ask(self, request: CheckRequest) -> None:
        due = f"{request.due_at:%Y-%m-%d %H:%M}Z"
        self.say(f"{request.department}: check {request.number}/{request.check}, due {due}")


@dataclass
class ConsoleResendService:
    """Sends nothing; remembers its references for as long as the process lives."""

    say: Say = print
    references: dict[str, str] = field(default_factory=dict)

    async def resend(self, key: str, order: str, item: str, quantity: int) -> str:
        if key not in self.references:
            self.references[key] = f"RS-{len(self.references) + 1}"
            self.say(f"resend: {quantity} x {item} of order {order}, {self.references[key]}")
        return self.references[key]

    async def lookup(self, key: str) -> str | None:
        return self.references.get(key)


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

    async def send(self, key: str, channel: Channel, address: str, text: str) -> None:
        del address  # A twin that prints shows neither address nor text.
        self.say(f"{channel}: message {key}, {len(text)} characters")
