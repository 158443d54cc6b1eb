"""Why a remedy is refused for good; every remedy service says it alike, ledgers and systems.

RemedyRefused
├── RemedyUnsound      it lacks what its kind needs, or names an impossible amount
├── RemedyDiffers      one key, two contents
├── SelfApproved       approved by whoever asked for it
├── ApprovalMissing    it needs approval, and nobody approved it
├── PaidUnknown        what was paid for the order is not known
├── RefundExceedsPaid  refunds of an order together are more than was paid
└── NotReversible      it cannot be taken back
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemas.errors import RedressError


@dataclass(eq=False)
class RemedyRefused(RedressError):
    """The remedy {key} was declined for good: {reason}; a person must see to it."""

    code = "remedy_refused"
    retryable: ClassVar[bool] = False
    key: str
    reason: str = "declined"


class RemedyUnsound(RemedyRefused):
    """The remedy {key} lacks what its kind needs, or its amount or quantity is impossible."""

    code = "remedy_unsound"


class RemedyDiffers(RemedyRefused):
    """The remedy {key} stands with another content; one key means one remedy."""

    code = "remedy_conflict"


class SelfApproved(RemedyRefused):
    """The remedy {key} was approved by whoever asked for it; another person must approve it."""

    code = "self_approved"


class ApprovalMissing(RemedyRefused):
    """The remedy {key} needs the approval of another person, and names nobody who approved it."""

    code = "approval_missing"


class PaidUnknown(RemedyRefused):
    """What was paid for the order of refund {key} in its currency is not known.

    Enter it with `redress paid`, then refund by hand and settle the step.
    """

    code = "paid_unknown"


class RefundExceedsPaid(RemedyRefused):
    """With refund {key} more would be paid back for its order than was paid."""

    code = "refund_exceeds_paid"


class NotReversible(RemedyRefused):
    """The remedy {key} cannot be taken back; a person must agree with the customer."""

    code = "not_reversible"


REFUSALS: tuple[type[RemedyRefused], ...] = (
    RemedyUnsound,
    RemedyDiffers,
    SelfApproved,
    ApprovalMissing,
    PaidUnknown,
    RefundExceedsPaid,
    NotReversible,
)
"""The reasons that have a code of their own; an outside system may answer with these codes."""
