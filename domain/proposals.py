"""Proposals: what the customer is offered, reminded of and has a time to answer (H6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import approvals, authority, clocks, demands, entitlements, messaging, promises, tasks
from domain.cycles import close
from domain.decision import Decision, require
from domain.state import UNDECIDED, CaseState, blocking_checks, running
from schemas.case import Proposal
from schemas.commands import Propose
from schemas.events import ProposalEnded, ProposalMade, ReminderGiven, StageChanged
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Outcome, Purpose, Stage, TaskKind

EXPIRED = "expired"
SUPERSEDED = "superseded"
REFUSED = "refused"
MOST = 5
"""Options of a proposal, and steps of an option, at most."""
PUNCTUAL = timedelta(minutes=1)
"""A reminder that is not later than this counts as given on time."""


def propose(decision: Decision, command: Propose) -> None:
    """Offer one to five options, once somebody has approved what is above anybody's own limit.

    A new version supersedes the one before.
    """
    state = decision.state
    options = command.options
    require(state.stage in UNDECIDED, RefusalCode.WRONG_STAGE)
    require(not blocking_checks(state), RefusalCode.CHECKS_OPEN)
    counts = [len(options), *(len(option.steps) for option in options)]
    require(all(1 <= count <= MOST for count in counts), RefusalCode.OPTION_COUNT)
    require(all(map(authority.is_sound, options)), RefusalCode.STEP_INVALID)
    entitlements.check_granted(state, command.options)
    demands.check_met(state, command)
    promised_at = None
    if not authority.may_grant(state, options):
        require(command.promised_at is not None, RefusalCode.PROMISE_MISSING)
        promised_at = promises.check_ahead(decision, command.promised_at or decision.at)
    take_back(decision, SUPERSEDED, len(state.proposals) + 1)
    _make(decision, command, promised_at)


def consent_key(version: int) -> str:
    """Return the key of the clock that measures the customer's answer to a version."""
    return f"consent.{version}"


def unanswered(state: CaseState) -> Proposal | None:
    """Return the proposal that the customer holds in silence.

    An acceptance that is held for confirmation is no silence: it must not turn into no answer.
    """
    proposal = state.standing
    if proposal is None or proposal.delivered_at is None or is_held(state):
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
    gets the full time after the last reminder (reading 7). It is never sooner than the customer
    was told under another policy (rule 8).
    """
    policy = state.policy.consent
    delivered_at = proposal.delivered_at or proposal.proposed_at
    others = (proposal.answer_until, _after_reminder(state, proposal))
    return max([delivered_at + policy.target, *filter(None, others)])


def _after_reminder(state: CaseState, proposal: Proposal) -> datetime | None:
    """Return when the time after the last reminder is over, once it was given."""
    policy = state.policy.consent
    last = policy.reminders_after[-1:]
    if proposal.reminded_at is None or proposal.reminders < len(policy.reminders_after):
        return None
    return proposal.reminded_at + policy.target - last[0] if last else None


def remind(decision: Decision, proposal: Proposal) -> None:
    """Remind the customer; a reminder that is late is noted as late.

    Of several that passed in an outage only the last goes out: nobody is reminded twice at once.
    """
    since = proposal.delivered_at or proposal.proposed_at
    moments = [since + after for after in decision.state.policy.consent.reminders_after]
    number = sum(moment <= decision.now for moment in moments)
    nominal_at = moments[number - 1]
    late_by = decision.now - nominal_at
    decision.record(
        ReminderGiven(
            version=proposal.version,
            reminder=number,
            skipped=number - proposal.reminders - 1,
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


def is_held(state: CaseState) -> bool:
    """Tell whether an acceptance with an objection awaits confirmation."""
    return bool(tasks.open_tasks(state, TaskKind.CONFIRM_ACCEPTANCE))


def take_back(decision: Decision, ended: str, version: int) -> None:
    """End what stands, and with it its clocks, for another `version`, which has a clock in turn."""
    messaging.end_standing(decision, ended)
    for clock in running(decision.state, ClockKind.CONSENT, ClockKind.APPROVAL):
        clocks.end_unanswered(decision, clock, ended)
    tasks.withdraw(decision, TaskKind.CONFIRM_ACCEPTANCE)
    if not running(decision.state, ClockKind.SOLUTION):
        clocks.start_revision(decision, version)


def _make(decision: Decision, command: Propose, promised_at: datetime | None) -> None:
    """Offer the options, or let them await approval where an answer had to be promised."""
    proposal = Proposal(
        version=len(decision.state.proposals) + 1,
        options=command.options,
        proposed_by=decision.actor.id,
        proposed_at=decision.at,
        needs_approval=promised_at is not None,
        text=command.text if promised_at is not None else None,
        unmet=command.unmet,
    )
    if promised_at is None and decision.state.stage is not Stage.DECIDING:
        decision.record(StageChanged(stage=Stage.DECIDING))
    decision.record(ProposalMade(proposal=proposal, text=command.text))
    decision.created = proposal.version
    if promised_at is None:
        messaging.offer(decision, proposal, command.text)
    else:
        approvals.ask(decision, proposal, promised_at)
