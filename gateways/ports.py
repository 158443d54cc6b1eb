"""What we need of the outside world, in verbs; adapters and twins fulfil it.

Every port takes a key, and whatever is asked again under the same key happens once.
"""

from __future__ import annotations

from typing import Protocol

from gateways.check_request import CheckRequest
from gateways.outgoing_message import OutgoingMessage
from schemas.evidence import Evidence
from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from schemas.sealed import Sealed
from schemas.vocabulary import Purpose


class DepartmentSystem(Protocol):
    """The system of a department, which may know what happened (rule 10)."""

    async def ask(self, request: CheckRequest) -> Evidence | None:
        """Return what it knows; None when it will answer later, by signal.

        Raises:
            DepartmentUnavailable: it gave no answer; `retryable` says whether to ask again.
        """
        ...


class Outbox(Protocol):
    """Where messages wait until they are collected under the complaint's number (reading 4)."""

    async def put(self, key: str, number: int, purpose: Purpose, text: Sealed) -> None:
        """Keep a rendered message; the same key again changes nothing.

        Raises:
            OutcomeUnknown: it may be kept or not; put it again under this key.
        """
        ...


class RemedyService(Protocol):
    """Whoever pays, sends, exchanges, repairs or gives what was agreed (H25, rule 13)."""

    async def carry_out(self, order: RemedyOrder) -> str:
        """Carry out a remedy and return the outside reference.

        Raises:
            OutcomeUnknown: it may have acted or not; try again with this key and content.
            RemedyRefused: declined for good; its subclasses name the reasons.
        """
        ...

    async def lookup(self, order: RemedyOrder) -> str | None:
        """Return the reference under which this very remedy took effect; None when it did not.

        Raises:
            OutcomeUnknown: the service cannot say at present.
            RemedyDiffers: something else stands under the key of this remedy.
        """
        ...

    async def enter_by_hand(self, order: RemedyOrder, reference: str) -> None:
        """Count what people have paid back instead, under their reference; never pay it again.

        Raises:
            OutcomeUnknown: enter it again with this key and reference.
            RemedyRefused: it does not add up. RefundExceedsPaid: it is counted, and more than was
                paid; PaidUnknown: it is counted as soon as that is known; RemedyDiffers: something
                else stands under the key, such as the remedy itself.
        """
        ...

    async def reverse(self, key: str) -> str | None:
        """Take back what was done under `key`, once, and return the reference of the reversal.

        None when nothing was done under it.

        Raises:
            OutcomeUnknown: ask again with this key.
            NotReversible: it cannot be taken back.
        """
        ...


class OrderRecords(Protocol):
    """The shop's records, which know what a customer paid."""

    async def paid(self, order: str) -> Money | None:
        """Return what was paid for the order with this code; None when that is not known.

        Raises:
            OrderRecordsUnavailable: no answer; `retryable` says whether to ask again.
        """
        ...


class MessageChannel(Protocol):
    """A way to bring a message to a customer (rule 29)."""

    async def send(self, message: OutgoingMessage) -> None:
        """Send a message under its key, by which a receiver recognises one that is repeated.

        Raises:
            MessageUndelivered: the channel did not take it, or did not say so; `retryable` says
                whether to send it again under this key.
        """
        ...
