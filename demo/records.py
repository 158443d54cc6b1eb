"""What the invented warehouse of the demonstration has packed; nobody and nothing here is real."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.evidence import PackingRecord

MISSING_ITEM = "STEAM-BASKET-24"
"""The accessory that was ordered with SO-2026-1107 and never packed."""

PACKING: Mapping[str, PackingRecord] = MappingProxyType(
    {
        "SO-2026-1107": PackingRecord(
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
    }
)
"""Order number to packing record."""
