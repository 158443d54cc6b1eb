"""Asking quality control what it found in a batch (rule 10)."""

from __future__ import annotations

from temporalio import activity

from activities.inquiry import Inquiry
from schemas.activity_io import GATHER_QUALITY_EVIDENCE
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence


class QualityActivities:
    """Gathers inspection records, by batch and product."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @activity.defn(name=GATHER_QUALITY_EVIDENCE)
    async def gather_quality_evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says; None leaves the check to people."""
        return await self._inquiry.evidence(effect)
