"""Consent: nothing is carried out that the customer did not agree to (H5, rule 11)."""

from __future__ import annotations

from domain import approvals, clocks, cycles, escalation, messaging, remedies, tasks
from domain.decision import Decision, Refused, require
from domain.proposals import EXPIRED, REFUSED, consent_key, expires_at, is_held
from schemas.case import Proposal
from schemas.commands import AcceptOption, ConfirmAcceptance, CounterDemand, Demand, RefuseProposal
from schemas.events import (
    AcceptanceHeld,
    DemandChanged,
    NothingChanged,
    ObjectionRaised,
    OptionAccepted,
    ProposalEnded,
    ProposalRefused,
    ProposalReinstated,
    StageChanged,
)
from schemas.refusals import RefusalCode
from schemas.sealed import Sealed
from schemas.vocabulary import Outcome, Proof, RefusalReason, Role, Stage, TaskKind


def accept_option(decision: Decision, command: AcceptOption) -> None:
    """Take the customer's agreement to one option of the version that stands (rule 11)."""
    proposal = _chosen(decision, command)
    if proposal.accepted is not None:
        _accept_again(decision, proposal, command)
        return
    _prove_delivery(decision, proposal)
    if command.objection is not None:
        held = AcceptanceHeld(
            version=command.version, option=command.option, objection=command.objection
        )
        decision.record(held)
        tasks.create(decision, TaskKind.CONFIRM_ACCEPTANCE, command.version)
        return
    _agree(decision, proposal, command)


def confirm_acceptance(decision: Decision, command: ConfirmAcceptance) -> None:
    """Let the acceptance that is held count, now that the customer stands by it (rule 11).

    Whoever confirms another option has not seen the last one, or means a new acceptance.
    """
    proposal = _chosen(decision, command)
    if proposal.accepted is not None:
        decision.record(NothingChanged(command="confirm_acceptance"))
        return
    require(is_held(decision.state), RefusalCode.ACCEPTANCE_NOT_HELD)
    held = decision.state.option_held
    same = held in {None, command.option}
    require(same, RefusalCode.ACCEPTANCE_DIFFERS, f"option {held} is held")
    tasks.complete_about(decision, TaskKind.CONFIRM_ACCEPTANCE, command.version)
    _agree(decision, proposal, command)


def refuse_proposal(decision: Decision, command: RefuseProposal) -> None:
    """Return the case to the agent, who gets new time; too many refusals escalate (rule 11)."""
    proposal = _refusable(decision, command)
    if proposal.accepted is not None:
        _object(decision, proposal, reason=command.reason, text=command.text)
        return
    _refuse(decision, proposal, command.reason, command.text)
    _return_to_owner(decision, proposal)


def counter_demand(decision: Decision, command: CounterDemand) -> None:
    """Refuse, and know from now on what the customer wants instead (H6)."""
    proposal = _refusable(decision, command)
    require(command.remedy or command.text, RefusalCode.DEMAND_MISSING)
    if proposal.accepted is not None:
        _object(decision, proposal, demand=Demand(remedy=command.remedy, text=command.text))
        return
    _refuse(decision, proposal, RefusalReason.WRONG_REMEDY, command.text)
    known = decision.state.demand or Demand()
    # Whoever says in words why does not take back what they have asked for.
    demand = Demand(remedy=command.remedy or known.remedy, text=command.text)
    decision.record(DemandChanged(demand=demand))
    _return_to_owner(decision, proposal)


def _addressed(decision: Decision, version: int) -> Proposal:
    _reinstate(decision, version)
    state = decision.state
    require(1 <= version <= len(state.proposals), RefusalCode.NO_SUCH_PROPOSAL)
    latest = state.proposals[-1]
    if version < latest.version:
        raise Refused(RefusalCode.PROPOSAL_SUPERSEDED, f"version {latest.version} stands")
    is_awaited = latest.ended is None and approvals.is_awaited(latest)
    require(not is_awaited, RefusalCode.NOT_APPROVED)
    delivered = latest.delivered_at is not None and not is_held(state)
    expired = delivered and decision.received_at > expires_at(state, latest)
    if latest.accepted is None:
        require(latest.ended != EXPIRED and not expired, RefusalCode.PROPOSAL_EXPIRED)
    require(latest.ended is None, RefusalCode.NO_SUCH_PROPOSAL)
    return latest


def _reinstate(decision: Decision, version: int) -> None:
    """Let an answer count that reached us in time, though the case has closed without it since.

    Receipt decides (reading 2): the cycle that closed stays as it was, and another goes on with
    the proposal. Only a stamp proves receipt, so that without one the case remains closed.
    """
    state = decision.state
    if not state.is_closed:
        return
    latest = state.proposals[-1] if state.proposals else None
    in_time = (
        latest is not None
        and (latest.version, latest.ended, state.outcome) == (version, EXPIRED, Outcome.NO_ANSWER)
        and decision.proof is Proof.DOOR
        and decision.received_at <= expires_at(state, latest)
    )
    require(in_time, RefusalCode.CASE_CLOSED, f"closed as {state.outcome}")
    received_at = decision.received_at
    cycles.go_on(decision)
    decision.record(ProposalReinstated(version=version, received_at=received_at))
    messaging.await_consent(decision, version, state.proposals[-1].delivered_at or received_at)


def _chosen(decision: Decision, command: AcceptOption | ConfirmAcceptance) -> Proposal:
    """Return the proposal of which the customer, or staff with evidence, names an option.

    Once one was accepted, only that one can be named again, or another in an objection.
    """
    proposal = _addressed(decision, command.version)
    require(1 <= command.option <= len(proposal.options), RefusalCode.OPTION_UNKNOWN)
    _require_evidence(decision, command)
    objects = isinstance(command, AcceptOption) and command.objection is not None
    same = objects or proposal.accepted in {None, command.option}
    require(same, RefusalCode.WRONG_STAGE, f"option {proposal.accepted} is accepted")
    return proposal


def _refusable(decision: Decision, command: RefuseProposal | CounterDemand) -> Proposal:
    """Return the proposal that the customer, or staff with evidence, turns down."""
    proposal = _addressed(decision, command.version)
    _require_evidence(decision, command)
    return proposal


def _accept_again(decision: Decision, proposal: Proposal, command: AcceptOption) -> None:
    if command.objection is None:
        decision.record(NothingChanged(command="accept_option"))
    else:
        _object(decision, proposal, option=command.option, text=command.objection)


def _object(
    decision: Decision,
    proposal: Proposal,
    *,
    option: int | None = None,
    reason: RefusalReason | None = None,
    text: Sealed | None = None,
    demand: Demand | None = None,
) -> None:
    """Keep what a customer who has agreed says against it; only a person can tell what is meant.

    The remedy goes on: it may have happened already, and who wants it ended withdraws.
    """
    version, by = proposal.version, decision.actor.id
    raised = ObjectionRaised(
        version=version, by=by, option=option, reason=reason, text=text, demand=demand
    )
    decision.record(raised)
    tasks.create(decision, TaskKind.ANSWER_OBJECTION, version)


def _require_evidence(
    decision: Decision, command: AcceptOption | ConfirmAcceptance | RefuseProposal | CounterDemand
) -> None:
    own = decision.actor.role is Role.CUSTOMER
    require(own or command.evidence, RefusalCode.EVIDENCE_MISSING)


def _agree(
    decision: Decision, proposal: Proposal, command: AcceptOption | ConfirmAcceptance
) -> None:
    version = proposal.version
    decision.record(
        OptionAccepted(
            version=version,
            option=command.option,
            by=decision.actor.id,
            evidence=command.evidence,
        )
    )
    clocks.answer(decision, consent_key(version), decision.received_at, decision.proof)
    tasks.withdraw(decision, TaskKind.CONFIRM_ACCEPTANCE)
    remedies.start(decision, version, proposal.options[command.option - 1])


def _refuse(
    decision: Decision, proposal: Proposal, reason: RefusalReason, text: Sealed | None
) -> None:
    version = proposal.version
    _prove_delivery(decision, proposal)
    decision.record(ProposalRefused(version=version, reason=reason, text=text))
    decision.record(ProposalEnded(version=version, ended=REFUSED))


def _return_to_owner(decision: Decision, proposal: Proposal) -> None:
    """Give the owner new time, or a superior a case that has been refused too often."""
    key = consent_key(proposal.version)
    clocks.answer(decision, key, decision.received_at, decision.proof)
    tasks.withdraw(decision, TaskKind.CONFIRM_ACCEPTANCE)
    decision.record(StageChanged(stage=Stage.DECIDING))
    clocks.start_revision(decision, proposal.version + 1)
    policy = decision.state.policy.consent
    if decision.state.proposals_refused >= policy.refusals_before_escalation:
        escalation.raise_to(decision, Role.SUPERVISOR, "proposals_refused")


def _prove_delivery(decision: Decision, proposal: Proposal) -> None:
    """Whoever answers a proposal holds it, whatever the channel has told us so far."""
    if proposal.delivered_at is None:
        for message in decision.state.messages:
            if message.version == proposal.version and message.delivered_at is None:
                messaging.delivered(decision, message, channel=None)
