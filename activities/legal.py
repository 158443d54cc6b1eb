"""Asking legal which rules apply, and for signs of their abuse (rule 10)."""

from __future__ import annotations

from temporalio import activity

from activities.inquiry import Inquiry
from schemas.activity_io import GATHER_LEGAL_EVIDENCE
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence


class LegalActivities:
    """Gathers rule records, by order."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @activity.defn(name=GATHER_LEGAL_EVIDENCE)
    async def gather_legal_evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says; None leaves the check to people."""
        return await self._inquiry.evidence(effect)
