"""What must be done outside the case, as data with the key under which it happens once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Wire
from schemas.commands import Customer
from schemas.offer import Option, RemedyStep
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Department, Purpose


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
    and version for a proposal, the option `agreed` to, `text` for words a person wrote, and
    `answer_until` for what the customer is asked.
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


class CarryOutStep(Wire):
    """Carry out a remedy step at most once (rule 13)."""

    kind: Literal["carry_out_step"] = "carry_out_step"
    key: str
    number: int
    version: int
    step: int
    remedy: RemedyStep
    order: str | None = None


Effect = Annotated[
    TriageComplaint | DeliverMessage | GatherEvidence | CarryOutStep,
    Field(discriminator="kind"),
]
