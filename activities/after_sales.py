"""Asking after-sales for repair orders and their appointments (rule 10)."""

from __future__ import annotations

from temporalio import activity

from activities.inquiry import Inquiry
from schemas.activity_io import GATHER_AFTER_SALES_EVIDENCE
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence


class AfterSalesActivities:
    """Gathers repair records, by order and product."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @activity.defn(name=GATHER_AFTER_SALES_EVIDENCE)
    async def gather_after_sales_evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says; None leaves the check to people."""
        return await self._inquiry.evidence(effect)
