"""What the systems of the demonstration conclude from their records."""

from __future__ import annotations

from collections import Counter
from typing import assert_never

from schemas.evidence import (
    Evidence,
    InspectionRecord,
    PackingRecord,
    Record,
    RepairRecord,
    RuleRecord,
    StaffRecord,
    TillRecord,
    TrackingRecord,
)
from schemas.vocabulary import Department, Finding


def judge(department: Department, *records: Record) -> Evidence:
    """Return the evidence of all records together, with a finding where they are conclusive."""
    evidence = Evidence(system=department)
    for record in records:
        evidence = evidence.model_copy(update=_concluded(record))
    return evidence


def _concluded(record: Record) -> dict[str, object]:
    """Return the fields of evidence that a record fills."""
    match record:
        case PackingRecord(parcel=parcel):
            return {"packing": record, "reference": parcel, "finding": _packed(record)}
        case TrackingRecord(parcel=parcel):
            return {"tracking": record, "reference": parcel, "finding": _delivered(record)}
        case InspectionRecord(batch=batch):
            return {"inspection": record, "reference": batch, "finding": _inspected(record)}
        case RuleRecord(rule=rule):
            return {"rule": record, "reference": rule, "finding": _applied(record)}
        case RepairRecord(repair=repair):
            return {"repair": record, "reference": repair, "finding": _kept(record)}
        case StaffRecord(shift=shift):
            return {"staff": record, "reference": shift, "finding": _behaved(record)}
        case TillRecord():
            return {"till": record}  # A sale says who served, and not how.
        case _:
            assert_never(record)


def _packed(record: PackingRecord) -> Finding:
    left_out = Counter(record.ordered) - Counter(record.packed)
    return Finding.PACKING_FAULT if left_out else Finding.NOT_CONFIRMED


def _delivered(record: TrackingRecord) -> Finding | None:
    """Judge what has an end; a parcel that is still on its way is for people to find."""
    if record.status == "lost":
        return Finding.LOST_IN_TRANSIT
    if record.due_at is None or record.delivered_at is None:
        return None
    late = record.delivered_at > record.due_at
    return Finding.LATE_DELIVERY if late else Finding.NOT_CONFIRMED


def _inspected(record: InspectionRecord) -> Finding | None:
    """Judge by a sample; without one somebody has to inspect the batch."""
    if record.inspected == 0:
        return None
    return Finding.BATCH_FAULT if record.faulty else Finding.NOT_CONFIRMED


def _applied(record: RuleRecord) -> Finding | None:
    """Judge whether the rule applies; what looks like abuse of one that does is for people."""
    if not record.applies:
        return Finding.RULE_NOT_APPLICABLE
    return None if record.abuse_markers else Finding.CONFIRMED


def _kept(record: RepairRecord) -> Finding:
    missed = record.kept < record.promised
    return Finding.APPOINTMENT_MISSED if missed else Finding.NOT_CONFIRMED


def _behaved(record: StaffRecord) -> Finding | None:
    """Judge only what is on record; that nothing is on record acquits nobody."""
    return Finding.STAFF_FAULT if record.confirmed else None
