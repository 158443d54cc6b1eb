"""Which event must be followed by work outside the case, as data (architecture, step 4)."""

from __future__ import annotations

from datetime import datetime

from domain.checks import clock_key
from domain.followup import reopening_ends_at
from domain.proposals import expires_at
from domain.remedies import AUTOMATIC
from domain.state import CaseState
from schemas.case import Check, Message, Proposal, Step
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    Effect,
    GatherEvidence,
    ReverseStep,
    TriageComplaint,
)
from schemas.events import (
    CheckRequested,
    CompensationStarted,
    ComplaintOpened,
    Event,
    MessageReleased,
    StepStarted,
)
from schemas.ids import message_key
from schemas.offer import Option
from schemas.vocabulary import ClockKind, Purpose


def effects(state: CaseState, event: Event) -> tuple[Effect, ...]:
    """Return what must be done because of the event, given the state after its command."""
    match event:
        case ComplaintOpened():
            return (_triage(state),)
        case MessageReleased():
            return (_delivery(state, event.message),)
        case CheckRequested():
            return (_inquiry(state, event.check),)
        case StepStarted():
            return _execution(state, event.step)
        case CompensationStarted():
            return (_reversal(state, state.steps[event.step - 1]),)
        case _:
            return ()


def _triage(state: CaseState) -> TriageComplaint:
    opening = state.opening
    return TriageComplaint(
        key=f"{state.number}:triage",
        number=state.number,
        complaint_id=state.complaint_id,
        channel=opening.channel,
        content=opening.content,
    )


def _delivery(state: CaseState, message: Message) -> DeliverMessage:
    proposal = state.proposals[message.version - 1] if message.version else None
    agrees = message.purpose is Purpose.CONSENT_RECORDED
    acknowledges = message.purpose is Purpose.ACKNOWLEDGEMENT
    return DeliverMessage(
        key=message_key(state.number, message.number),
        number=state.number,
        complaint_id=state.complaint_id,
        message=message.number,
        purpose=message.purpose,
        customer=state.opening.customer,
        text=message.text,
        reply_due_at=_due_at(state, ClockKind.REPLY) if acknowledges else None,
        solution_due_at=_due_at(state, ClockKind.SOLUTION) if acknowledges else None,
        answer_until=_answer_until(state, message, proposal),
        version=message.version,
        options=proposal.options if proposal and not agrees else (),
        agreed=_agreed(proposal) if agrees else None,
        promised_at=message.promised_at,
        reason=message.reason,
    )


def _answer_until(state: CaseState, message: Message, proposal: Proposal | None) -> datetime | None:
    """Return the last moment for what the message asks: a choice, a score, a reopening."""
    match message.purpose:
        case Purpose.PROPOSAL:
            return message.released_at + state.policy.consent.target
        case Purpose.PROPOSAL_REMINDER if proposal is not None:
            return expires_at(state, proposal)
        case Purpose.SURVEY if state.survey is not None:
            return state.survey.until
        case Purpose.UNJUSTIFIED_CLOSED:
            # The case closes when this arrives, so that it can be reopened no shorter than that.
            return message.released_at + state.policy.windows.reopening
        case Purpose.CLOSED | Purpose.NO_ANSWER_CLOSED:
            return reopening_ends_at(state)
        case _:
            return message.answer_until


def _agreed(proposal: Proposal | None) -> Option | None:
    accepted = proposal.accepted if proposal else None
    return proposal.options[accepted - 1] if proposal and accepted else None


def _due_at(state: CaseState, kind: ClockKind) -> datetime | None:
    """The very moment that the clock uses, so that the customer is told no other (rule 4)."""
    return next((clock.due_at for clock in state.clocks if clock.kind is kind), None)


def _inquiry(state: CaseState, check: Check) -> GatherEvidence:
    opening = state.opening
    return GatherEvidence(
        key=f"{state.number}:check:{check.number}",
        number=state.number,
        complaint_id=state.complaint_id,
        check=check.number,
        department=check.department,
        question=check.question,
        due_at=next(c.due_at for c in state.clocks if c.key == clock_key(check.number)),
        order=opening.order,
        product=opening.product,
        batch=opening.batch,
        store=opening.store,
        carrier=opening.carrier,
        occurred_at=opening.occurred_at,
        token=check.token,
    )


def _execution(state: CaseState, step: Step) -> tuple[Effect, ...]:
    if step.remedy.kind not in AUTOMATIC:
        return ()
    proposal = state.proposals[step.version - 1]
    return (
        CarryOutStep(
            key=step.key,
            number=state.number,
            version=step.version,
            step=step.number,
            remedy=step.remedy,
            order=state.opening.order,
            requested_by=proposal.proposed_by,
            approved_by=proposal.approved_by,
        ),
    )


def _reversal(state: CaseState, step: Step) -> ReverseStep:
    """Ask for what was done under the step's own key to be taken back.

    The step was settled before, so that carrying it out under this key is no longer under way.
    """
    return ReverseStep(
        key=step.key,
        number=state.number,
        version=step.version,
        step=step.number,
        remedy=step.remedy,
        order=state.opening.order,
    )
