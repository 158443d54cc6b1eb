"""The names of activities, and one input and one result for each; effects are inputs themselves.

Names are wire contract: they stand in histories for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.base import Wire
from schemas.events import Envelope
from schemas.views import CaseView
from schemas.vocabulary import Channel, Department

RECORD_EVENTS = "record_events"
TRIAGE_COMPLAINT = "triage_complaint"
DELIVER_MESSAGE = "deliver_message"
GATHER_WAREHOUSE_EVIDENCE = "gather_warehouse_evidence"
GATHER_LOGISTICS_EVIDENCE = "gather_logistics_evidence"
GATHER_QUALITY_EVIDENCE = "gather_quality_evidence"
GATHER_LEGAL_EVIDENCE = "gather_legal_evidence"
GATHER_AFTER_SALES_EVIDENCE = "gather_after_sales_evidence"
GATHER_STORE_OPERATIONS_EVIDENCE = "gather_store_operations_evidence"
CARRY_OUT_STEP = "carry_out_step"
LOOK_UP_STEP = "look_up_step"
REVERSE_STEP = "reverse_step"
ENTER_PAYMENT = "enter_payment"

GATHER_EVIDENCE: Mapping[Department, str] = MappingProxyType(
    {
        Department.WAREHOUSE: GATHER_WAREHOUSE_EVIDENCE,
        Department.LOGISTICS: GATHER_LOGISTICS_EVIDENCE,
        Department.QUALITY: GATHER_QUALITY_EVIDENCE,
        Department.LEGAL: GATHER_LEGAL_EVIDENCE,
        Department.AFTER_SALES: GATHER_AFTER_SALES_EVIDENCE,
        Department.STORE_OPERATIONS: GATHER_STORE_OPERATIONS_EVIDENCE,
    }
)
"""Which activity asks a department's own system."""


class Delivery(Wire):
    """The message reached this channel; None when it waits in the outbox to be collected."""

    channel: Channel | None = None


class StepReceipt(Wire):
    """A remedy step took effect or was taken back; `reference` names the outside record."""

    reference: str


class PaymentReceipt(Wire):
    """The ledger has counted what was paid back by hand, and the order covers it."""


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
