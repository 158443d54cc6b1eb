"""The names of activities, and one input and one result for each; effects are inputs themselves.

Names are wire contract: they stand in histories for ever.
"""

from __future__ import annotations

from schemas.base import Wire
from schemas.events import Envelope
from schemas.views import CaseView
from schemas.vocabulary import Channel

RECORD_EVENTS = "record_events"
TRIAGE_COMPLAINT = "triage_complaint"
DELIVER_MESSAGE = "deliver_message"
GATHER_WAREHOUSE_EVIDENCE = "gather_warehouse_evidence"
CARRY_OUT_STEP = "carry_out_step"


class Delivery(Wire):
    """The message reached this channel; None when it waits in the outbox to be collected."""

    channel: Channel | None = None


class StepReceipt(Wire):
    """A remedy step took effect; `reference` names the outside record."""

    reference: str


class Flush(Wire):
    """A batch of the journal and the view that results from it, written in one transaction.

    Events up to `settled` stand in Temporal's history and can never be decided otherwise; those
    after it may be, if the task that decided them is lost. None: the whole batch is settled.
    """

    envelopes: tuple[Envelope, ...]
    view: CaseView
    settled: int | None = None


class Flushed(Wire):
    """The journal holds every settled event up to and including this seq, for ever."""

    seq: int
