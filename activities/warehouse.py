"""Asking the warehouse's own system what it packed (rule 10)."""

from __future__ import annotations

from temporalio import activity

from gateways.check_request import CheckRequest
from gateways.ports import DepartmentSystem
from schemas.activity_io import GATHER_WAREHOUSE_EVIDENCE
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence
from store.vault import Vault


class WarehouseActivities:
    """Gathers evidence from the warehouse; a conclusive answer needs no person."""

    def __init__(self, vault: Vault, system: DepartmentSystem) -> None:
        self._vault = vault
        self._system = system

    @activity.defn(name=GATHER_WAREHOUSE_EVIDENCE)
    async def gather_warehouse_evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says, or None if it will answer later or not at all."""
        (question,) = await self._vault.open(
            effect.complaint_id, [effect.question], who=effect.department, purpose="check"
        )
        request = CheckRequest(
            number=effect.number,
            check=effect.check,
            department=effect.department,
            question=question,
            due_at=effect.due_at,
            key=effect.key,
            order=effect.order,
            product=effect.product,
            batch=effect.batch,
            store=effect.store,
        )
        return await self._system.ask(request)
