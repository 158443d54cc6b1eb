"""What we need of the outside world, in verbs; adapters and twins fulfil it.

Every port takes a key, and whatever is asked again under the same key happens once.
"""

from __future__ import annotations

from typing import Protocol

from gateways.check_request import CheckRequest
from schemas.evidence import Evidence
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Purpose


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


class ResendService(Protocol):
    """Whoever sends missing or lost parts again (H25, rule 13)."""

    async def resend(self, key: str, order: str, item: str, quantity: int) -> str:
        """Send `quantity` of the product code `item` and return the outside reference.

        Raises:
            OutcomeUnknown: ask `lookup` with this key before trying again with this key.
            ResendRefused: declined for good.
        """
        ...

    async def lookup(self, key: str) -> str | None:
        """Return the reference under which `key` took effect; None when it did not.

        Raises:
            OutcomeUnknown: the service cannot say at present.
        """
        ...


class MessageChannel(Protocol):
    """A way to bring a message to a customer (rule 29)."""

    async def send(self, key: str, channel: Channel, address: str, text: str) -> None:
        """Send plain text, opened by the activity, at most once per key.

        Raises:
            MessageUndelivered: the channel did not take it, or did not say so.
        """
        ...
