"""What a department's own system says about a check: codes, numbers and moments, never words."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.base import Wire
from schemas.vocabulary import Finding


class PackingRecord(Wire):
    """What the warehouse packed for an order; items are product codes."""

    parcel: str
    ordered: tuple[str, ...]
    packed: tuple[str, ...]
    weight_grams: int | None = None
    expected_grams: int | None = None


class TrackingRecord(Wire):
    """Where the carrier says a parcel is.

    `due_at` is the moment promised to the customer; `signed_by` is a code for who took the parcel,
    such as `recipient` or `locker`. `status` is the carrier's own code.
    """

    carrier: str
    parcel: str
    status: str
    due_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    signed_by: str | None = None


class InspectionRecord(Wire):
    """What quality control found in a batch; `fault` is its code for what is wrong."""

    batch: str
    inspected: int
    faulty: int
    fault: str | None = None


class RuleRecord(Wire):
    """Whether a rule on return or guarantee applies, by which edition, and signs of its abuse."""

    rule: str
    edition: str
    applies: bool
    abuse_markers: tuple[str, ...] = ()


class RepairRecord(Wire):
    """A repair order: how many appointments were promised, and how many of them kept."""

    repair: str
    promised: int
    kept: int
    status: str


class StaffRecord(Wire):
    """Who of a store's staff was on shift, and whether the record bears the customer out.

    `staff` are codes of people, `recording` names a camera's recording that the store keeps.
    """

    shift: str
    staff: tuple[str, ...]
    confirmed: bool
    recording: str | None = None


class TillRecord(Wire):
    """A sale as a till booked it; `staff` is the code of whoever served."""

    till: str
    receipt: str
    booked_at: AwareDatetime
    staff: str | None = None


Record = (
    PackingRecord
    | TrackingRecord
    | InspectionRecord
    | RuleRecord
    | RepairRecord
    | StaffRecord
    | TillRecord
)


class Evidence(Wire):
    """An answer of a department's system (rule 10).

    `finding` is given when the answer is conclusive; then no person is needed. Without a finding
    the check waits for a person. `unavailable` says in a code why the system gave no answer.
    """

    system: str
    finding: Finding | None = None
    reference: str | None = None
    packing: PackingRecord | None = None
    unavailable: str | None = None
    tracking: TrackingRecord | None = None
    inspection: InspectionRecord | None = None
    rule: RuleRecord | None = None
    repair: RepairRecord | None = None
    staff: StaffRecord | None = None
    till: TillRecord | None = None
