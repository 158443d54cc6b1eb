"""Approval: what is above its proposer's authority is decided by somebody else (H4, rule 12)."""

from __future__ import annotations

from datetime import datetime

from domain import clocks, messaging, pauses, promises
from domain.decision import Decision, Refused, require
from schemas.case import Proposal
from schemas.commands import ApproveProposal, DeclineProposal
from schemas.events import (
    CaseEscalated,
    ProposalApproved,
    ProposalDeclined,
    ProposalEnded,
    StageChanged,
)
from schemas.ids import is_same_person
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Role, Stage

DECLINED = "declined"


def ask(decision: Decision, proposal: Proposal, promised_at: datetime) -> None:
    """Let an approver decide in time; the customer is promised by when they hear (H4)."""
    pauses.end(decision, decision.at, messaging.OFFERED)
    decision.record(StageChanged(stage=Stage.AWAITING_APPROVAL))
    target = decision.state.policy.authority.approval
    key = approval_key(proposal.version)
    clocks.start(decision, ClockKind.APPROVAL, key, decision.at, target)
    promises.give(decision, promised_at, about=ClockKind.SOLUTION)
    messaging.announce(decision, promised_at)


def approve_proposal(decision: Decision, command: ApproveProposal) -> None:
    """Offer the proposal; reply and solution are judged by this command (reading 4)."""
    proposal = _awaiting(decision, command.version)
    decision.record(ProposalApproved(version=proposal.version, by=decision.actor.id))
    _go_back(decision, proposal)
    messaging.offer(decision, proposal, proposal.text)


def decline_proposal(decision: Decision, command: DeclineProposal) -> None:
    """Return the case to the owner, whose time for a solution has run on all along."""
    proposal = _awaiting(decision, command.version)
    declined = ProposalDeclined(
        version=proposal.version, by=decision.actor.id, reason=command.reason
    )
    decision.record(declined)
    decision.record(ProposalEnded(version=proposal.version, ended=DECLINED))
    _go_back(decision, proposal)


def escalate(decision: Decision) -> None:
    """Tell the manager that nobody has decided in time."""
    decision.record(CaseEscalated(to=Role.MANAGER, reason="approval_overdue"))


def approval_key(version: int) -> str:
    """Return the key of the clock that measures the approver."""
    return f"approval.{version}"


def is_awaited(proposal: Proposal) -> bool:
    """Tell whether a proposal must not reach the customer yet."""
    return proposal.needs_approval and proposal.approved_by is None


def _awaiting(decision: Decision, version: int) -> Proposal:
    """Return the proposal that awaits approval; nobody decides about one of their own."""
    proposal = decision.state.standing
    if proposal is None or proposal.version != version or not is_awaited(proposal):
        raise Refused(RefusalCode.APPROVAL_NOT_AWAITED)
    # Whoever has two roles is still the same person, and so is who spells the id otherwise.
    same = is_same_person(proposal.proposed_by, decision.actor.id)
    require(not same, RefusalCode.OWN_PROPOSAL)
    return proposal


def _go_back(decision: Decision, proposal: Proposal) -> None:
    key = approval_key(proposal.version)
    clocks.answer(decision, key, decision.at, decision.proof)
    decision.record(StageChanged(stage=Stage.DECIDING))
