"""What departments were asked and found (rules 9 and 10)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Check
from schemas.evidence import Evidence
from schemas.sealed import Sealed
from schemas.vocabulary import Finding, ReturnReason


class CheckRequested(Wire):
    """A department was asked (H7)."""

    kind: Literal["check_requested"] = "check_requested"
    check: Check


class EvidenceAttached(Wire):
    """The department's system answered, or said that it cannot."""

    kind: Literal["evidence_attached"] = "evidence_attached"
    check: int
    evidence: Evidence


class CheckClaimed(Wire):
    """Somebody of the department took the check."""

    kind: Literal["check_claimed"] = "check_claimed"
    check: int
    by: str


class CheckCompleted(Wire):
    """The check was answered."""

    kind: Literal["check_completed"] = "check_completed"
    check: int
    finding: Finding
    by: str
    ended_at: datetime
    summary: Sealed | None = None
    references: tuple[str, ...] = ()


class CheckCorrected(Wire):
    """A different second completion: a correction that keeps the first (rule 9)."""

    kind: Literal["check_corrected"] = "check_corrected"
    check: int
    finding: Finding
    by: str
    summary: Sealed | None = None
    references: tuple[str, ...] = ()


class CheckReturned(Wire):
    """The department sent the check back."""

    kind: Literal["check_returned"] = "check_returned"
    check: int
    reason: ReturnReason
    by: str
    ended_at: datetime
    question: Sealed | None = None


class CheckWithdrawn(Wire):
    """The check is no longer needed."""

    kind: Literal["check_withdrawn"] = "check_withdrawn"
    check: int
    ended_at: datetime


CheckEvent = (
    CheckRequested
    | EvidenceAttached
    | CheckClaimed
    | CheckCompleted
    | CheckCorrected
    | CheckReturned
    | CheckWithdrawn
)
