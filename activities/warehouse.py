"""Asking the warehouse what it picked and packed (rule 10)."""

from __future__ import annotations

from temporalio import activity

from activities.inquiry import Inquiry
from schemas.activity_io import GATHER_WAREHOUSE_EVIDENCE
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence


class WarehouseActivities:
    """Gathers packing records, by order."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @activity.defn(name=GATHER_WAREHOUSE_EVIDENCE)
    async def gather_warehouse_evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says; None leaves the check to people."""
        return await self._inquiry.evidence(effect)
