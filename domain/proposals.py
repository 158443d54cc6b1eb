"""Proposals and consent: nothing is carried out that the customer did not agree to (H5, H6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import authority, clocks, messaging, remedies, tasks
from domain.cycles import close
from domain.decision import Decision, Refused, require
from domain.state import CaseState, required_checks, running
from schemas.case import Proposal
from schemas.commands import AcceptOption, Propose, RefuseProposal
from schemas.events import (
    AcceptanceHeld,
    CaseEscalated,
    NothingChanged,
    OptionAccepted,
    ProposalEnded,
    ProposalMade,
    ProposalRefused,
    ReminderGiven,
    StageChanged,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Outcome, Purpose, Role, Stage, TaskKind

EXPIRED = "expired"
SUPERSEDED = "superseded"
REFUSED = "refused"
MOST = 5
"""Options of a proposal, and steps of an option, at most."""
PUNCTUAL = timedelta(minutes=1)
"""A reminder that is not later than this counts as given on time."""
OFFERING = (Stage.RECEIVED, Stage.INVESTIGATING, Stage.DECIDING, Stage.AWAITING_CONSENT)


def propose(decision: Decision, command: Propose) -> None:
    """Offer one to five options; a new version supersedes the one before."""
    state = decision.state
    options = command.options
    require(state.stage in OFFERING, RefusalCode.WRONG_STAGE)
    require(not required_checks(state), RefusalCode.CHECKS_OPEN)
    counts = [len(options), *(len(option.steps) for option in options)]
    require(all(1 <= count <= MOST for count in counts), RefusalCode.OPTION_COUNT)
    require(all(map(authority.is_sound, options)), RefusalCode.STEP_INVALID)
    require(authority.may_grant(state, options), RefusalCode.ABOVE_AUTHORITY)
    version = len(state.proposals) + 1
    _supersede(decision, version)
    _make(decision, command, version)


def accept_option(decision: Decision, command: AcceptOption) -> None:
    """Take the customer's agreement to one option of the version that stands (rule 11)."""
    proposal = _addressed(decision, command.version)
    require(1 <= command.option <= len(proposal.options), RefusalCode.OPTION_UNKNOWN)
    own = decision.actor.role is Role.CUSTOMER
    require(own or command.evidence, RefusalCode.EVIDENCE_MISSING)
    if proposal.accepted is not None:
        require(proposal.accepted == command.option, RefusalCode.WRONG_STAGE)
        decision.record(NothingChanged(command="accept_option"))
        return
    _prove_delivery(decision, proposal)
    if command.objection is not None:
        held = AcceptanceHeld(
            version=command.version, option=command.option, objection=command.objection
        )
        decision.record(held)
        tasks.create(decision, TaskKind.CONFIRM_ACCEPTANCE, command.version)
        return
    decision.record(
        OptionAccepted(
            version=command.version,
            option=command.option,
            by=decision.actor.id,
            evidence=command.evidence,
        )
    )
    clocks.answer(decision, consent_key(command.version), decision.at, decision.proof)
    tasks.withdraw(decision, TaskKind.CONFIRM_ACCEPTANCE)
    remedies.start(decision, command.version, proposal.options[command.option - 1])


def refuse_proposal(decision: Decision, command: RefuseProposal) -> None:
    """Return the case to the agent, who gets new time; too many refusals escalate (rule 11)."""
    proposal = _addressed(decision, command.version)
    own = decision.actor.role is Role.CUSTOMER
    require(own or command.evidence, RefusalCode.EVIDENCE_MISSING)
    require(proposal.accepted is None, RefusalCode.WRONG_STAGE)
    _prove_delivery(decision, proposal)
    decision.record(
        ProposalRefused(version=command.version, reason=command.reason, text=command.text)
    )
    decision.record(ProposalEnded(version=command.version, ended=REFUSED))
    clocks.answer(decision, consent_key(command.version), decision.at, decision.proof)
    tasks.withdraw(decision, TaskKind.CONFIRM_ACCEPTANCE)
    decision.record(StageChanged(stage=Stage.DECIDING))
    _start_revision(decision, command.version + 1)
    policy = decision.state.policy.consent
    if decision.state.proposals_refused == policy.refusals_before_escalation:
        decision.record(CaseEscalated(to=Role.SUPERVISOR, reason="proposals_refused"))


def consent_key(version: int) -> str:
    """Return the key of the clock that measures the customer's answer to a version."""
    return f"consent.{version}"


def unanswered(state: CaseState) -> Proposal | None:
    """Return the proposal that the customer holds in silence.

    An acceptance that is held for confirmation is no silence: it must not turn into no answer.
    """
    proposal = state.standing
    if proposal is None or proposal.delivered_at is None or _is_held(state):
        return None
    return proposal


def next_reminder_at(state: CaseState, proposal: Proposal) -> datetime | None:
    """Return when the customer is to be reminded of a delivered version, if once more."""
    after = state.policy.consent.reminders_after
    if proposal.reminders >= len(after):
        return None
    return (proposal.delivered_at or proposal.proposed_at) + after[proposal.reminders]


def expires_at(state: CaseState, proposal: Proposal) -> datetime:
    """Return until when a delivered version can be accepted.

    That is when its clock is due; but a customer who was reminded late, because we were down,
    gets the full time after the last reminder (reading 7).
    """
    policy = state.policy.consent
    delivered_at = proposal.delivered_at or proposal.proposed_at
    due_at = delivered_at + policy.target
    if proposal.reminded_at is None or proposal.reminders < len(policy.reminders_after):
        return due_at
    return max(due_at, proposal.reminded_at + policy.target - policy.reminders_after[-1])


def remind(decision: Decision, proposal: Proposal, nominal_at: datetime) -> None:
    """Remind the customer; a reminder that is late is noted as late."""
    late_by = decision.now - nominal_at
    decision.record(
        ReminderGiven(
            version=proposal.version,
            reminder=proposal.reminders + 1,
            nominal_at=nominal_at,
            given_at=nominal_at if late_by <= PUNCTUAL else decision.now,
            late_by_seconds=int(late_by.total_seconds()),
        )
    )
    messaging.release(decision, Purpose.PROPOSAL_REMINDER, version=proposal.version)


def expire(decision: Decision, proposal: Proposal) -> None:
    """Close the cycle without an answer; silence is never consent (reading 7)."""
    decision.record(ProposalEnded(version=proposal.version, ended=EXPIRED))
    close(decision, Outcome.NO_ANSWER)


def _addressed(decision: Decision, version: int) -> Proposal:
    state = decision.state
    require(1 <= version <= len(state.proposals), RefusalCode.NO_SUCH_PROPOSAL)
    latest = state.proposals[-1]
    if version < latest.version:
        raise Refused(RefusalCode.PROPOSAL_SUPERSEDED, f"version {latest.version} stands")
    delivered = latest.delivered_at is not None and not _is_held(state)
    expired = delivered and decision.at > expires_at(state, latest)
    if latest.accepted is None:
        require(latest.ended != EXPIRED and not expired, RefusalCode.PROPOSAL_EXPIRED)
    require(latest.ended is None, RefusalCode.NO_SUCH_PROPOSAL)
    return latest


def _is_held(state: CaseState) -> bool:
    return bool(tasks.open_tasks(state, TaskKind.CONFIRM_ACCEPTANCE))


def _prove_delivery(decision: Decision, proposal: Proposal) -> None:
    """Whoever answers a proposal holds it, whatever the channel has told us so far."""
    if proposal.delivered_at is None:
        for message in decision.state.messages:
            if message.version == proposal.version and message.delivered_at is None:
                messaging.delivered(decision, message, channel=None)


def _supersede(decision: Decision, version: int) -> None:
    messaging.end_standing(decision, SUPERSEDED)
    for clock in running(decision.state, ClockKind.CONSENT):
        clocks.end_unanswered(decision, clock, SUPERSEDED)
    tasks.withdraw(decision, TaskKind.CONFIRM_ACCEPTANCE)
    if not running(decision.state, ClockKind.SOLUTION):
        _start_revision(decision, version)


def _make(decision: Decision, command: Propose, version: int) -> None:
    proposal = Proposal(
        version=version,
        options=command.options,
        proposed_by=decision.actor.id,
        proposed_at=decision.at,
    )
    if decision.state.stage is not Stage.DECIDING:
        decision.record(StageChanged(stage=Stage.DECIDING))
    decision.record(ProposalMade(proposal=proposal, text=command.text))
    decision.created = version
    answers = clocks.keys_of(decision.state, ClockKind.REPLY, ClockKind.SOLUTION)
    messaging.release(
        decision, Purpose.PROPOSAL, answers=answers, text=command.text, version=version
    )


def _start_revision(decision: Decision, version: int) -> None:
    """Give the owner a deadline for the next version: no state is without one (H8)."""
    target = decision.state.policy.revision
    clocks.start(decision, ClockKind.SOLUTION, f"solution.{version}", decision.at, target)
