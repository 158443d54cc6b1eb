"""What the systems of the demonstration conclude from their records, and what they leave open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from demo.judging import judge
from demo.records import RECORDS
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

DUE = datetime(2026, 9, 24, 10, tzinfo=UTC)
LATER = DUE + timedelta(seconds=1)
SALE = TillRecord(till="T-1", receipt="R-1", booked_at=DUE)


def packed(*items: str) -> PackingRecord:
    return PackingRecord(parcel="PX-1", ordered=("A", "B", "B"), packed=items)


def tracked(delivered_at: datetime | None, status: str = "delivered") -> TrackingRecord:
    return TrackingRecord(
        carrier="C", parcel="PX-1", status=status, due_at=DUE, delivered_at=delivered_at
    )


def inspected(count: int, faulty: int) -> InspectionRecord:
    return InspectionRecord(batch="B-1", inspected=count, faulty=faulty)


def rule(*markers: str, applies: bool) -> RuleRecord:
    return RuleRecord(rule="R-1", edition="1", applies=applies, abuse_markers=markers)


def repair(promised: int, kept: int) -> RepairRecord:
    return RepairRecord(repair="RO-1", promised=promised, kept=kept, status="waiting")


def staff(*, confirmed: bool) -> StaffRecord:
    return StaffRecord(shift="S-1", staff=("P-1",), confirmed=confirmed)


@pytest.mark.parametrize(
    ("record", "finding"),
    [
        (packed("A", "B", "B"), Finding.NOT_CONFIRMED),
        (packed("B", "A", "B"), Finding.NOT_CONFIRMED),
        (packed("A", "B"), Finding.PACKING_FAULT),
        (packed("A", "B", "C"), Finding.PACKING_FAULT),
        (packed(), Finding.PACKING_FAULT),
        (tracked(DUE), Finding.NOT_CONFIRMED),
        (tracked(LATER), Finding.LATE_DELIVERY),
        (tracked(None, "on_its_way"), None),
        (tracked(None, "lost"), Finding.LOST_IN_TRANSIT),
        (inspected(40, 0), Finding.NOT_CONFIRMED),
        (inspected(40, 1), Finding.BATCH_FAULT),
        (inspected(0, 0), None),
        (rule(applies=True), Finding.CONFIRMED),
        (rule("M-1", applies=True), None),
        (rule(applies=False), Finding.RULE_NOT_APPLICABLE),
        (repair(2, 2), Finding.NOT_CONFIRMED),
        (repair(2, 1), Finding.APPOINTMENT_MISSED),
        (staff(confirmed=True), Finding.STAFF_FAULT),
        (staff(confirmed=False), None),
        (SALE, None),
    ],
)
def test_a_record_leads_to_a_finding_or_to_people(record: Record, finding: Finding | None) -> None:
    assert judge(Department.LEGAL, record).finding is finding


def test_records_are_attached_together() -> None:
    shift = staff(confirmed=True)
    assert judge(Department.STORE_OPERATIONS, shift, SALE) == Evidence(
        system="store_operations",
        finding=Finding.STAFF_FAULT,
        reference="S-1",
        staff=shift,
        till=SALE,
    )


def test_every_department_has_records() -> None:
    assert set(RECORDS) == set(Department)
    assert all(shelf.records for shelf in RECORDS.values())
