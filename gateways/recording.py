"""Twins for tests: they do nothing outside, remember everything and fail on demand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from gateways.check_request import CheckRequest
from gateways.errors import (
    DepartmentUnavailable,
    MessageUndelivered,
    OrderRecordsUnavailable,
    OutcomeUnknown,
    Silence,
    Undelivered,
)
from gateways.outgoing_message import OutgoingMessage
from schemas.evidence import Evidence
from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import NotReversible, RemedyDiffers, RemedyRefused
from schemas.sealed import Sealed
from schemas.vocabulary import Purpose


class Fault(Enum):
    """How one call goes wrong; the caller sees the same error either way."""

    FAIL_FIRST = auto()
    ACT_THEN_FAIL = auto()


class Stored(NamedTuple):
    """A message that waits to be collected."""

    number: int
    purpose: Purpose
    text: Sealed


@dataclass
class RecordingDepartmentSystem:
    """Answers by order, batch or store, unless `silence` says why it gives no answer."""

    answers: Mapping[str, Evidence] = field(default_factory=dict)
    silence: Silence | None = None
    asked: list[CheckRequest] = field(default_factory=list)

    async def ask(self, request: CheckRequest) -> Evidence | None:
        self.asked.append(request)
        if self.silence is not None:
            raise DepartmentUnavailable(request.department, self.silence)
        codes = (request.order, request.batch, request.store)
        return next((self.answers[code] for code in codes if code and code in self.answers), None)


@dataclass
class RecordingRemedyService:
    """Carries out once per key; `faults` are used up one per call of `carry_out`.

    `done` holds the orders by key, and what was taken back stands in `reversed` too; `by_hand` are
    the references of what people paid back.
    """

    faults: list[Fault] = field(default_factory=list)
    refuses: str | None = None
    irreversible: bool = False
    done: dict[str, RemedyOrder] = field(default_factory=dict)
    reversed: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    by_hand: dict[str, str] = field(default_factory=dict)

    async def carry_out(self, order: RemedyOrder) -> str:
        self.calls.append(order.key)
        fault = next_fault(self.faults)
        if fault is not Fault.FAIL_FIRST:
            self._do(order)
        if fault is not None:
            raise OutcomeUnknown("remedy", order.key)
        return self._reference("RM", order.key)

    async def lookup(self, order: RemedyOrder) -> str | None:
        if self.done.get(order.key, order) != order:
            raise RemedyDiffers(order.key)
        return self._reference("RM", order.key) if order.key in self.done else None

    async def enter_by_hand(self, order: RemedyOrder, reference: str) -> None:
        if self.by_hand.setdefault(order.key, reference) != reference:
            raise RemedyDiffers(order.key)

    async def reverse(self, key: str) -> str | None:
        if key not in self.done:
            return None
        if self.irreversible:
            raise NotReversible(key)
        if key not in self.reversed:
            self.reversed.append(key)
        return self._reference("RV", key)

    def _do(self, order: RemedyOrder) -> None:
        if self.refuses is not None:
            raise RemedyRefused(order.key, self.refuses)
        if self.done.setdefault(order.key, order) != order:
            raise RemedyDiffers(order.key)

    def _reference(self, letters: str, key: str) -> str:
        return f"{letters}-{list(self.done).index(key) + 1}"


@dataclass
class RecordingOrderRecords:
    """Knows what was paid by order; while `silence` is set it gives no answer."""

    payments: Mapping[str, Money] = field(default_factory=dict)
    silence: Silence | None = None
    asked: list[str] = field(default_factory=list)

    async def paid(self, order: str) -> Money | None:
        self.asked.append(order)
        if self.silence is not None:
            raise OrderRecordsUnavailable(self.silence)
        return self.payments.get(order)


@dataclass
class RecordingOutbox:
    """Keeps the first message of each key."""

    faults: list[Fault] = field(default_factory=list)
    messages: dict[str, Stored] = field(default_factory=dict)

    async def put(self, key: str, number: int, purpose: Purpose, text: Sealed) -> None:
        fault = next_fault(self.faults)
        if fault is not Fault.FAIL_FIRST:
            self.messages.setdefault(key, Stored(number, purpose, text))
        if fault is not None:
            raise OutcomeUnknown("outbox", key)


@dataclass
class RecordingMessageChannel:
    """Sends the first message of each key, but never to an address in `refuses`."""

    faults: list[Fault] = field(default_factory=list)
    refuses: Collection[str] = ()
    sent: dict[str, OutgoingMessage] = field(default_factory=dict)

    async def send(self, message: OutgoingMessage) -> None:
        if message.address in self.refuses:
            raise MessageUndelivered(message.key, message.channel, Undelivered.REFUSED)
        fault = next_fault(self.faults)
        if fault is not Fault.FAIL_FIRST:
            self.sent.setdefault(message.key, message)
        if fault is not None:
            raise MessageUndelivered(message.key, message.channel, Undelivered.UNREACHABLE)


def next_fault(faults: list[Fault]) -> Fault | None:
    """Take the fault meant for this call."""
    return faults.pop(0) if faults else None
