"""Waiting for the customer, judging anew, and dates that were given (rules 5, 7, 15 and 20)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import HoldPeriod, PromisedDate
from schemas.policy import Policy
from schemas.sealed import Sealed
from schemas.vocabulary import Category, Party, Severity


class HoldStarted(Wire):
    """The customer was asked; the solution clock stands still."""

    kind: Literal["hold_started"] = "hold_started"
    hold: HoldPeriod


class HoldEnded(Wire):
    """We go on, with an answer or without one."""

    kind: Literal["hold_ended"] = "hold_ended"
    hold: int
    ended_at: datetime
    reason: str


class CaseReclassified(Wire):
    """A person judged category and severity anew (rule 7)."""

    kind: Literal["case_reclassified"] = "case_reclassified"
    category: Category
    severity: Severity
    reason: Sealed | None = None


class PromiseMade(Wire):
    """The customer was given a date."""

    kind: Literal["promise_made"] = "promise_made"
    promise: PromisedDate


class PromiseBroken(Wire):
    """The date passed before the promise was kept; `reason` is who owned the time then."""

    kind: Literal["promise_broken"] = "promise_broken"
    promise: int
    due_at: datetime
    reason: Party


class DuplicateLinked(Wire):
    """Another complaint is about the same matter (H22)."""

    kind: Literal["duplicate_linked"] = "duplicate_linked"
    of: int


class ComplaintMerged(Wire):
    """The complaint goes on under another number (H22)."""

    kind: Literal["complaint_merged"] = "complaint_merged"
    survivor: int


class MergeUndone(Wire):
    """The complaint goes on under its own number again."""

    kind: Literal["merge_undone"] = "merge_undone"
    survivor: int


class DuplicateAdopted(Wire):
    """Another complaint goes on in this one, and nothing of it later (H22)."""

    kind: Literal["duplicate_adopted"] = "duplicate_adopted"
    of: int
    contacted_at: datetime
    reply_due_at: datetime | None = None
    solution_due_at: datetime | None = None
    external_due_at: datetime | None = None
    promised_at: datetime | None = None


class DuplicateReleased(Wire):
    """Another complaint does not go on in this one any more; what became stricter stays so."""

    kind: Literal["duplicate_released"] = "duplicate_released"
    of: int


class PolicyMigrated(Wire):
    """The case goes on under another policy, which counts for the present cycle (rule 8).

    What moves by that is told by events of the clocks. A customer who holds a proposal, or whom it
    is on its way to, was told that there is time for the answer until `answer_until`.
    """

    kind: Literal["policy_migrated"] = "policy_migrated"
    version: str
    was_version: str
    policy: Policy
    answer_until: datetime | None = None


HandlingEvent = (
    HoldStarted
    | HoldEnded
    | CaseReclassified
    | PromiseMade
    | PromiseBroken
    | DuplicateLinked
    | ComplaintMerged
    | MergeUndone
    | DuplicateAdopted
    | DuplicateReleased
    | PolicyMigrated
)
