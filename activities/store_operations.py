"""Asking store operations for staff and till records (rule 10)."""

from __future__ import annotations

from temporalio import activity

from activities.inquiry import Inquiry
from schemas.activity_io import GATHER_STORE_OPERATIONS_EVIDENCE
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence


class StoreOperationsActivities:
    """Gathers staff and till records, by store and the moment it happened."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @activity.defn(name=GATHER_STORE_OPERATIONS_EVIDENCE)
    async def gather_store_operations_evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says; None leaves the check to people."""
        return await self._inquiry.evidence(effect)
