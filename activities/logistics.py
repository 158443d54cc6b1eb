"""Asking logistics where a parcel is, and who signed for it (rule 10)."""

from __future__ import annotations

from temporalio import activity

from activities.inquiry import Inquiry
from schemas.activity_io import GATHER_LOGISTICS_EVIDENCE
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence


class LogisticsActivities:
    """Gathers tracking records, by order and carrier."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @activity.defn(name=GATHER_LOGISTICS_EVIDENCE)
    async def gather_logistics_evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says; None leaves the check to people."""
        return await self._inquiry.evidence(effect)
