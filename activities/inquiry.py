"""Asking a department's own system about a check, the same way for every department (rule 10)."""

from __future__ import annotations

from temporalio.exceptions import ApplicationError

from gateways.check_request import CheckRequest
from gateways.errors import DepartmentUnavailable
from gateways.ports import DepartmentSystem
from schemas.effects import GatherEvidence
from schemas.evidence import Evidence
from schemas.vocabulary import Finding
from store.vault import Vault


class Inquiry:
    """Opens the question of a check, which is recorded, and puts it to the department's system."""

    def __init__(self, vault: Vault, system: DepartmentSystem) -> None:
        self._vault = vault
        self._system = system

    async def evidence(self, effect: GatherEvidence) -> Evidence | None:
        """Return what the system says, or None if it will answer later or not at all.

        Raises ApplicationError with the reason as its type, which then stands in the evidence.
        """
        sealed = [effect.question] if effect.token is None else [effect.question, effect.token]
        question, *token = await self._vault.open(
            effect.complaint_id, sealed, who=effect.department, purpose="check"
        )
        try:
            found = await self._system.ask(_request(effect, question, *token))
        except DepartmentUnavailable as failure:
            raise ApplicationError(
                failure.reason, type=failure.reason, non_retryable=not failure.retryable
            ) from None
        return None if found is None else _left_to_people(found)


def _left_to_people(found: Evidence) -> Evidence:
    """Take an inconclusive finding for none, because it says that a person must look."""
    if found.finding is Finding.INCONCLUSIVE:
        return found.model_copy(update={"finding": None})
    return found


def _request(effect: GatherEvidence, question: str, token: str | None = None) -> CheckRequest:
    return CheckRequest(
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
        carrier=effect.carrier,
        occurred_at=effect.occurred_at,
        token=token,
    )
