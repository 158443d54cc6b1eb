"""What was offered, and what the customer answered (rule 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Proposal
from schemas.sealed import Sealed
from schemas.vocabulary import RefusalReason


class ProposalMade(Wire):
    """A version of what we offer; it is on its way to the customer."""

    kind: Literal["proposal_made"] = "proposal_made"
    proposal: Proposal
    text: Sealed | None = None


class ProposalDelivered(Wire):
    """The customer holds the proposal."""

    kind: Literal["proposal_delivered"] = "proposal_delivered"
    version: int
    delivered_at: datetime


class ProposalEnded(Wire):
    """The version can no longer be accepted: superseded, refused, expired or withdrawn."""

    kind: Literal["proposal_ended"] = "proposal_ended"
    version: int
    ended: str


class ReminderGiven(Wire):
    """The customer was reminded of a proposal that stands."""

    kind: Literal["reminder_given"] = "reminder_given"
    version: int
    reminder: int
    nominal_at: datetime
    given_at: datetime
    late_by_seconds: int


class AcceptanceHeld(Wire):
    """The customer accepted and objected in one breath; a person asks which (rule 11)."""

    kind: Literal["acceptance_held"] = "acceptance_held"
    version: int
    option: int
    objection: Sealed


class OptionAccepted(Wire):
    """The customer agreed to one option of one version (H5)."""

    kind: Literal["option_accepted"] = "option_accepted"
    version: int
    option: int
    by: str
    evidence: str | None = None


class ProposalRefused(Wire):
    """The customer declined a version."""

    kind: Literal["proposal_refused"] = "proposal_refused"
    version: int
    reason: RefusalReason
    text: Sealed | None = None


ProposalEvent = (
    ProposalMade
    | ProposalDelivered
    | ProposalEnded
    | ReminderGiven
    | AcceptanceHeld
    | OptionAccepted
    | ProposalRefused
)
