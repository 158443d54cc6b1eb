"""What the systems of the demonstration's invented company know; nobody and nothing here is real.

By case: 1 a packing fault; 2 a parcel packed well and delivered after the festival; 3 a batch with
a fault; 4 a staff record that bears the customer out; 5 a repair order with two broken
appointments; 6 a rule that does not apply; 7 nothing; 8 an order that nobody asks about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from schemas.evidence import (
    InspectionRecord,
    PackingRecord,
    Record,
    RepairRecord,
    RuleRecord,
    StaffRecord,
    TillRecord,
    TrackingRecord,
)
from schemas.money import Money
from schemas.vocabulary import Department

MISSING_PARTS_ORDER = "SO-2026-1107"
MISSING_ITEM = "STEAM-BASKET-24"
"""The accessory that was ordered with it and never packed."""

GIFT_ORDER = "SO-2026-1101"
CARRIER = "SWALLOW"
TELEVISION_ORDER = "SO-2026-1103"
TELEVISION = "TV-55Q"
TELEVISION_BATCH = "TV55Q-2609-B"
COUNTER_STORE = "ST-021"
REPAIR_ORDER = "SO-2026-1105"
WASHING_MACHINE = "WASHER-8KG"
RETURN_ORDER = "SO-2026-1106"
RETURNED = "HAIR-DRYER-1600"
SILENT_ORDER = "SO-2026-1110"


@dataclass(frozen=True)
class Shelf:
    """The records of a department, under the code in the field `key` of a check."""

    key: str
    records: Mapping[str, tuple[Record, ...]]


PACKING: Mapping[str, PackingRecord] = MappingProxyType(
    {
        MISSING_PARTS_ORDER: PackingRecord(
            parcel="PX-88-30417",
            ordered=("RICE-COOKER-5L", MISSING_ITEM, "MEASURING-CUP-180"),
            packed=("RICE-COOKER-5L", "MEASURING-CUP-180"),
            weight_grams=4310,
            expected_grams=4720,
        ),
        "SO-2026-1108": PackingRecord(
            parcel="PX-88-30418",
            ordered=("AIR-FRYER-4L", "BAKING-TIN-20", "BAKING-TIN-20"),
            packed=("AIR-FRYER-4L", "BAKING-TIN-20", "BAKING-TIN-20"),
            weight_grams=5180,
            expected_grams=5175,
        ),
        TELEVISION_ORDER: PackingRecord(
            parcel="PX-88-30102",
            ordered=(TELEVISION,),
            packed=(TELEVISION,),
            weight_grams=16_350,
            expected_grams=16_340,
        ),
        GIFT_ORDER: PackingRecord(
            parcel="PX-88-29960",
            ordered=("MOONCAKE-BOX-8",),
            packed=("MOONCAKE-BOX-8",),
            weight_grams=1240,
            expected_grams=1240,
        ),
    }
)
"""Order to packing record."""

TRACKING: Mapping[str, TrackingRecord] = MappingProxyType(
    {
        GIFT_ORDER: TrackingRecord(
            carrier=CARRIER,
            parcel="PX-88-29960",
            status="delivered",
            due_at=datetime(2026, 9, 24, 10, tzinfo=UTC),
            delivered_at=datetime(2026, 9, 27, 3, 40, tzinfo=UTC),
            signed_by="locker",
        ),
    }
)
"""Order to tracking record."""

INSPECTIONS: Mapping[str, InspectionRecord] = MappingProxyType(
    {
        TELEVISION_BATCH: InspectionRecord(
            batch=TELEVISION_BATCH, inspected=40, faulty=11, fault="BACKLIGHT-DRIVER"
        ),
    }
)
"""Batch to inspection record."""

RULES: Mapping[str, RuleRecord] = MappingProxyType(
    {
        RETURN_ORDER: RuleRecord(
            rule="RETURN-WITHOUT-REASON",
            edition="SHOP-2026-1",
            applies=False,
            abuse_markers=("RETURNED-USED", "SIX-RETURNS-IN-30-DAYS"),
        ),
    }
)
"""Order to the rule on which its return was asked for."""

REPAIRS: Mapping[str, RepairRecord] = MappingProxyType(
    {REPAIR_ORDER: RepairRecord(repair="RO-5521", promised=2, kept=0, status="waiting")}
)
"""Order of the product to its repair order."""

STAFF: Mapping[str, StaffRecord] = MappingProxyType(
    {
        COUNTER_STORE: StaffRecord(
            shift="ST-021-LATE", staff=("S-114", "S-127"), confirmed=True, recording="CAM-2-1840"
        ),
    }
)
"""Store to the staff record of the shift in question."""

TILLS: Mapping[str, TillRecord] = MappingProxyType(
    {
        COUNTER_STORE: TillRecord(
            till="TILL-3",
            receipt="R-021-77120",
            booked_at=datetime(2026, 9, 19, 10, 42, tzinfo=UTC),
            staff="S-114",
        ),
    }
)
"""Store to the sale in question."""

RECORDS: Mapping[Department, Shelf] = MappingProxyType(
    {
        Department.WAREHOUSE: Shelf("order", {code: (each,) for code, each in PACKING.items()}),
        Department.LOGISTICS: Shelf("order", {code: (each,) for code, each in TRACKING.items()}),
        Department.QUALITY: Shelf("batch", {code: (each,) for code, each in INSPECTIONS.items()}),
        Department.LEGAL: Shelf("order", {code: (each,) for code, each in RULES.items()}),
        Department.AFTER_SALES: Shelf("order", {code: (each,) for code, each in REPAIRS.items()}),
        Department.STORE_OPERATIONS: Shelf(
            "store", {code: (each, TILLS[code]) for code, each in STAFF.items()}
        ),
    }
)
"""Everything that the departments' systems know."""

PAID: Mapping[str, Money] = MappingProxyType(
    {
        MISSING_PARTS_ORDER: Money(minor=39_900, currency="CNY"),
        "SO-2026-1108": Money(minor=32_900, currency="CNY"),
        GIFT_ORDER: Money(minor=26_800, currency="CNY"),
        TELEVISION_ORDER: Money(minor=329_900, currency="CNY"),
        REPAIR_ORDER: Money(minor=219_900, currency="CNY"),
        RETURN_ORDER: Money(minor=45_900, currency="CNY"),
        SILENT_ORDER: Money(minor=8_900, currency="CNY"),
    }
)
"""What was paid for each order."""
