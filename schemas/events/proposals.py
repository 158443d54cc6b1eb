"""What was offered, and what the customer answered (rule 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Proposal
from schemas.commands import Demand
from schemas.sealed import Sealed
from schemas.vocabulary import RefusalReason


class ProposalMade(Wire):
    """A version of what we offer; it is on its way to the customer."""

    kind: Literal["proposal_made"] = "proposal_made"
    proposal: Proposal
    text: Sealed | None = None


class ProposalApproved(Wire):
    """Somebody other than its proposer agreed; it goes to the customer now (H4)."""

    kind: Literal["proposal_approved"] = "proposal_approved"
    version: int
    by: str


class ProposalDeclined(Wire):
    """Somebody other than its proposer sent it back to the owner (H4)."""

    kind: Literal["proposal_declined"] = "proposal_declined"
    version: int
    by: str
    reason: Sealed


class ProposalDelivered(Wire):
    """The customer holds the proposal."""

    kind: Literal["proposal_delivered"] = "proposal_delivered"
    version: int
    delivered_at: datetime


class ProposalEnded(Wire):
    """The version can no longer be accepted: superseded, refused, declined or expired."""

    kind: Literal["proposal_ended"] = "proposal_ended"
    version: int
    ended: str


class ProposalReinstated(Wire):
    """A version that had expired stands again: an answer to it had reached us in time."""

    kind: Literal["proposal_reinstated"] = "proposal_reinstated"
    version: int
    received_at: datetime


class ReminderGiven(Wire):
    """The customer was reminded of a proposal that stands.

    `skipped` counts the reminders before it that an outage left no time for.
    """

    kind: Literal["reminder_given"] = "reminder_given"
    version: int
    reminder: int
    nominal_at: datetime
    given_at: datetime
    late_by_seconds: int
    skipped: int = 0


class AcceptanceHeld(Wire):
    """The customer accepted and objected in one breath; a person asks which (rule 11)."""

    kind: Literal["acceptance_held"] = "acceptance_held"
    version: int
    option: int
    objection: Sealed


class ObjectionRaised(Wire):
    """The customer objects to what was agreed; it is carried out all the same, and a person asks.

    `option` is that of an acceptance with an objection, `reason` that of a refusal, and `demand`
    what a counter demand wants.
    """

    kind: Literal["objection_raised"] = "objection_raised"
    version: int
    by: str
    option: int | None = None
    reason: RefusalReason | None = None
    text: Sealed | None = None
    demand: Demand | None = None

    @property
    def objection(self) -> Sealed | None:
        """The customer's words, under the name that they have in an acceptance."""
        return self.text


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


class DemandChanged(Wire):
    """The customer wants something else now (rule 31)."""

    kind: Literal["demand_changed"] = "demand_changed"
    demand: Demand


ProposalEvent = (
    ProposalMade
    | ProposalApproved
    | ProposalDeclined
    | ProposalDelivered
    | ProposalEnded
    | ProposalReinstated
    | ReminderGiven
    | AcceptanceHeld
    | ObjectionRaised
    | OptionAccepted
    | ProposalRefused
    | DemandChanged
)
