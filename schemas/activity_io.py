"""One input and one result per activity; effects are inputs themselves."""

from __future__ import annotations

from schemas.base import Wire
from schemas.events import Envelope
from schemas.views import CaseView
from schemas.vocabulary import Channel


class Delivery(Wire):
    """The message reached this channel; None when it waits in the outbox to be collected."""

    channel: Channel | None = None


class StepReceipt(Wire):
    """A remedy step took effect; `reference` names the outside record."""

    reference: str


class Flush(Wire):
    """A batch of the journal and the view that results from it, written in one transaction."""

    envelopes: tuple[Envelope, ...]
    view: CaseView


class Flushed(Wire):
    """The journal holds everything up to and including this seq."""

    seq: int
