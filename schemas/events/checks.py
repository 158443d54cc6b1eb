"""What departments were asked and found (rules 9 and 10)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Check
from schemas.evidence import Evidence
from schemas.sealed import Sealed
from schemas.vocabulary import Department, Finding, Party, ReturnReason


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


class CheckWaived(Wire):
    """A supervisor decided that a proposal need not wait for the check (rule 9)."""

    kind: Literal["check_waived"] = "check_waived"
    check: int
    by: str
    reason: Sealed


class CheckHandedOver(Wire):
    """The department passed the check on; `to` is the number of the check that follows it."""

    kind: Literal["check_handed_over"] = "check_handed_over"
    check: int
    to: int
    department: Department
    by: str
    ended_at: datetime


class ExtensionAsked(Wire):
    """The department asked a supervisor for more time."""

    kind: Literal["extension_asked"] = "extension_asked"
    check: int
    until: datetime
    by: str
    reason: Sealed


class ExtensionGranted(Wire):
    """The check got more time; its clock moves."""

    kind: Literal["extension_granted"] = "extension_granted"
    check: int
    until: datetime
    by: str


class ExtensionDeclined(Wire):
    """The check got no more time."""

    kind: Literal["extension_declined"] = "extension_declined"
    check: int
    by: str


class CheckTokenSpent(Wire):
    """The token of a check has been shown, and is good for nothing any more."""

    kind: Literal["check_token_spent"] = "check_token_spent"
    check: int


class WaitAttributed(Wire):
    """The wait for required checks is over; it counts for whom it lasted (rule 21).

    That is the department that ended last, or the agent, without a department, if the last
    check was taken back.
    """

    kind: Literal["wait_attributed"] = "wait_attributed"
    party: Party
    department: Department | None = None


CheckEvent = (
    CheckRequested
    | EvidenceAttached
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
    | CheckTokenSpent
    | WaitAttributed
)
