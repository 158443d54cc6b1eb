"""What departments are asked and find."""

from __future__ import annotations

from typing import assert_never

from domain.evolve.numbered import change
from domain.state import CaseState
from schemas.case import Check
from schemas.events import (
    CheckClaimed,
    CheckCompleted,
    CheckCorrected,
    CheckEvent,
    CheckRequested,
    CheckReturned,
    CheckWithdrawn,
    EvidenceAttached,
)
from schemas.vocabulary import CheckStatus


def evolve_checks(state: CaseState, event: CheckEvent) -> CaseState:
    if isinstance(event, CheckRequested):
        return state.model_copy(update={"checks": (*state.checks, event.check)})
    changes = _changes(state.checks[event.check - 1], event)
    return state.model_copy(update={"checks": change(state.checks, event.check, **changes)})


def _changes(
    check: Check,
    event: EvidenceAttached
    | CheckClaimed
    | CheckCompleted
    | CheckCorrected
    | CheckReturned
    | CheckWithdrawn,
) -> dict[str, object]:
    match event:
        case EvidenceAttached():
            return {"evidence": (*check.evidence, event.evidence)}
        case CheckClaimed():
            return {"status": CheckStatus.CLAIMED, "claimed_by": event.by}
        case CheckCompleted() | CheckCorrected():
            answered: dict[str, object] = {
                "findings": (*check.findings, event.finding),
                "summary": event.summary,
                "references": event.references,
            }
            if isinstance(event, CheckCorrected):
                return answered
            return {**answered, "status": CheckStatus.COMPLETED, "ended_at": event.ended_at}
        case CheckReturned():
            return {"status": CheckStatus.RETURNED, "ended_at": event.ended_at}
        case CheckWithdrawn():
            return {"status": CheckStatus.WITHDRAWN, "ended_at": event.ended_at}
        case _:
            assert_never(event)
