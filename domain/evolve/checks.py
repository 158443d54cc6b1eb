"""What departments are asked and find."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain.evolve.numbered import change
from domain.ownership import attribute
from domain.state import CaseState
from schemas.case import Check
from schemas.events import (
    CheckClaimed,
    CheckCompleted,
    CheckCorrected,
    CheckEvent,
    CheckHandedOver,
    CheckRequested,
    CheckReturned,
    CheckTokenSpent,
    CheckWaived,
    CheckWithdrawn,
    EvidenceAttached,
    ExtensionAsked,
    ExtensionDeclined,
    ExtensionGranted,
    WaitAttributed,
)
from schemas.vocabulary import CheckStatus


def evolve_checks(state: CaseState, event: CheckEvent) -> CaseState:
    if isinstance(event, CheckRequested):
        return state.model_copy(update={"checks": (*state.checks, event.check)})
    if isinstance(event, WaitAttributed):
        ledger = attribute(state.ledger, event.party, event.department)
        return state.model_copy(update={"ledger": ledger})
    changes = _changes(state.checks[event.check - 1], event)
    return state.model_copy(update={"checks": change(state.checks, event.check, **changes)})


def _changes(
    check: Check,
    event: EvidenceAttached
    | CheckClaimed
    | CheckCompleted
    | CheckCorrected
    | CheckReturned
    | CheckWithdrawn
    | CheckWaived
    | CheckHandedOver
    | ExtensionAsked
    | ExtensionGranted
    | ExtensionDeclined
    | CheckTokenSpent,
) -> dict[str, object]:
    match event:
        case EvidenceAttached():
            return {"evidence": (*check.evidence, event.evidence)}
        case CheckClaimed():
            return {"status": CheckStatus.CLAIMED, "claimed_by": event.by}
        case CheckCompleted() | CheckCorrected():
            return _answered(check, event)
        case CheckReturned():
            return {**_ended(CheckStatus.RETURNED, event.ended_at), "returned": event.reason}
        case CheckWithdrawn():
            return _ended(CheckStatus.WITHDRAWN, event.ended_at)
        case CheckHandedOver():
            return _ended(CheckStatus.HANDED_OVER, event.ended_at)
        case CheckWaived():
            return {"waived": True}
        case CheckTokenSpent():
            return {"token_hash": None}
        case ExtensionAsked():
            return {"extension": event.until}
        case ExtensionGranted() | ExtensionDeclined():
            return {"extension": None}
        case _:
            assert_never(event)


def _answered(check: Check, event: CheckCompleted | CheckCorrected) -> dict[str, object]:
    answered: dict[str, object] = {
        "findings": (*check.findings, event.finding),
        "summary": event.summary,
        "references": event.references,
    }
    if isinstance(event, CheckCorrected):
        return answered
    return {**answered, **_ended(CheckStatus.COMPLETED, event.ended_at)}


def _ended(status: CheckStatus, at: datetime) -> dict[str, object]:
    return {"status": status, "ended_at": at, "extension": None}
