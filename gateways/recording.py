"""Twins for tests: they do nothing outside, remember everything and fail on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from gateways.check_request import CheckRequest
from gateways.errors import (
    DepartmentUnavailable,
    MessageUndelivered,
    OutcomeUnknown,
    ResendRefused,
    Silence,
)
from schemas.evidence import Evidence
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Purpose


class Fault(Enum):
    """How one call goes wrong; the caller sees the same error either way."""

    FAIL_FIRST = auto()
    ACT_THEN_FAIL = auto()


class Parcel(NamedTuple):
    """What was sent again, and the reference given for it."""

    order: str
    item: str
    quantity: int
    reference: str


class Stored(NamedTuple):
    """A message that waits to be collected."""

    number: int
    purpose: Purpose
    text: Sealed


class Sent(NamedTuple):
    """A message that went out."""

    channel: Channel
    address: str
    text: str


@dataclass
class RecordingDepartmentSystem:
    """Answers by order; while `silence` is set it gives no answer, for that reason."""

    answers: Mapping[str, Evidence] = field(default_factory=dict)
    silence: Silence | None = None
    asked: list[CheckRequest] = field(default_factory=list)

    async def ask(self, request: CheckRequest) -> Evidence | None:
        self.asked.append(request)
        if self.silence is not None:
            raise DepartmentUnavailable(request.department, self.silence)
        return None if request.order is None else self.answers.get(request.order)


@dataclass
class RecordingResendService:
    """Sends once per key; `faults` are used up one per call of `resend`."""

    faults: list[Fault] = field(default_factory=list)
    refuses: str | None = None
    parcels: dict[str, Parcel] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    async def resend(self, key: str, order: str, item: str, quantity: int) -> str:
        self.calls.append(key)
        fault = next_fault(self.faults)
        if fault is Fault.FAIL_FIRST:
            raise OutcomeUnknown("resend", key)
        reference = self._send(key, order, item, quantity)
        if fault is Fault.ACT_THEN_FAIL:
            raise OutcomeUnknown("resend", key)
        return reference

    async def lookup(self, key: str) -> str | None:
        parcel = self.parcels.get(key)
        return None if parcel is None else parcel.reference

    def _send(self, key: str, order: str, item: str, quantity: int) -> str:
        if self.refuses is not None:
            raise ResendRefused(key, self.refuses)
        fresh = Parcel(order, item, quantity, f"RS-{len(self.parcels) + 1}")
        parcel = self.parcels.setdefault(key, fresh)
        if parcel[:3] != fresh[:3]:
            raise ResendRefused(key, "key_reused")
        return parcel.reference


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
    """Sends the first message of each key."""

    faults: list[Fault] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)

    async def send(self, key: str, channel: Channel, address: str, text: str) -> None:
        fault = next_fault(self.faults)
        if fault is not Fault.FAIL_FIRST:
            self.sent.setdefault(key, Sent(channel, address, text))
        if fault is not None:
            raise MessageUndelivered(key, channel, "no_answer", retryable=True)


def next_fault(faults: list[Fault]) -> Fault | None:
    """Take the fault meant for this call."""
    return faults.pop(0) if faults else None
