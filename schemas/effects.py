"""What must be done outside the case, as data with the key under which it happens once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Wire
from schemas.commands import Customer
from schemas.offer import Option, RemedyStep
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Department, Party, Purpose


class TriageComplaint(Wire):
    """Read the complaint and judge category and severity."""

    kind: Literal["triage_complaint"] = "triage_complaint"
    key: str
    number: int
    complaint_id: str
    channel: Channel
    content: Sealed


class DeliverMessage(Wire):
    """Render a message in the customer's language and bring it to a channel.

    The optional fields are what its purpose needs: due moments for the acknowledgement, options
    and version for a proposal, the option `agreed` to, `text` for words a person wrote,
    `answer_until` for what the customer is asked, `promised_at` for a date that is given, and
    `reason` for who owned the time when a date was missed, and `survivor` for the number under
    which it goes on.
    """

    kind: Literal["deliver_message"] = "deliver_message"
    key: str
    number: int
    complaint_id: str
    message: int
    purpose: Purpose
    customer: Customer | None = None
    text: Sealed | None = None
    reply_due_at: datetime | None = None
    solution_due_at: datetime | None = None
    answer_until: datetime | None = None
    version: int | None = None
    options: tuple[Option, ...] = ()
    agreed: Option | None = None
    promised_at: datetime | None = None
    reason: Party | None = None
    survivor: int | None = None


class GatherEvidence(Wire):
    """Ask the department's own system about a check."""

    kind: Literal["gather_evidence"] = "gather_evidence"
    key: str
    number: int
    complaint_id: str
    check: int
    department: Department
    question: Sealed
    due_at: datetime
    order: str | None = None
    product: str | None = None
    batch: str | None = None
    store: str | None = None
    carrier: str | None = None
    occurred_at: AwareDatetime | None = None
    token: Sealed | None = None


class CarryOutStep(Wire):
    """Carry out a remedy step at most once (rule 13).

    `requested_by` proposed it and `approved_by` approved it, where approval was needed. What still
    `awaits_approval` must never get as far as this.
    """

    kind: Literal["carry_out_step"] = "carry_out_step"
    key: str
    number: int
    version: int
    step: int
    remedy: RemedyStep
    order: str | None = None
    requested_by: str | None = None
    approved_by: str | None = None
    awaits_approval: bool = False


class EnterPayment(Wire):
    """Have the ledger count what was paid back by hand instead of by the step (rule 13).

    `payment` is the reference of whoever paid; the ledger knows it under the key of the `done`
    step, so that the step itself can never be carried out beside it.
    """

    kind: Literal["enter_payment"] = "enter_payment"
    key: str
    done: CarryOutStep
    payment: str


class ReverseStep(Wire):
    """Take back a remedy step that was carried out under this key (rule 13).

    `settled_as` is the reference under which a service carried it out, as far as one did; then
    `retried` says that it was to be taken back before, and that nobody heard of it.
    """

    kind: Literal["reverse_step"] = "reverse_step"
    key: str
    number: int
    version: int
    step: int
    remedy: RemedyStep
    order: str | None = None
    settled_as: str | None = None
    retried: bool = False


Effect = Annotated[
    TriageComplaint | DeliverMessage | GatherEvidence | CarryOutStep | EnterPayment | ReverseStep,
    Field(discriminator="kind"),
]
