"""Which event must be followed by work outside the case, as data (architecture, step 4)."""

from __future__ import annotations

from datetime import datetime

from domain.approvals import is_awaited
from domain.authority import PAYING
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
    EnterPayment,
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
    StepSettled,
    StepStarted,
)
from schemas.ids import message_key
from schemas.offer import Option
from schemas.vocabulary import ClockKind, Purpose, StepStatus


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
        case StepSettled() if event.by_hand:
            return _payment(state, state.steps[event.step - 1])
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
        survivor=state.merged_into if message.purpose is Purpose.MERGED else None,
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
    return (_service(state, step),) if step.remedy.kind in AUTOMATIC else ()


def _service(state: CaseState, step: Step) -> CarryOutStep:
    proposal = state.proposals[step.version - 1]
    return CarryOutStep(
        key=step.key,
        number=state.number,
        version=step.version,
        step=step.number,
        remedy=step.remedy,
        order=state.opening.order,
        requested_by=proposal.proposed_by,
        approved_by=proposal.approved_by,
        awaits_approval=is_awaited(proposal),
    )


def _payment(state: CaseState, step: Step) -> tuple[Effect, ...]:
    """Ask for money that was paid back by hand to be counted; it may be late, but never lost."""
    if step.remedy.kind not in PAYING or step.reference is None:
        return ()
    # The step's own key is that of what may yet be asked about it.
    done = _service(state, step)
    return (EnterPayment(key=f"{step.key}:by-hand", done=done, payment=step.reference),)


def _reversal(state: CaseState, step: Step) -> ReverseStep:
    """Ask for what was done under the step's own key to be taken back.

    The step was settled before, so that carrying it out under this key is no longer under way.
    Why it could not be taken back is the only reason that a step has which a service settled.
    """
    by_service = step.status is StepStatus.SETTLED and not step.by_hand
    known = by_service and state.policy.authority.witnessed
    return ReverseStep(
        key=step.key,
        number=state.number,
        version=step.version,
        step=step.number,
        remedy=step.remedy,
        order=state.opening.order,
        settled_as=step.reference if known else None,
        retried=known and step.reason is not None,
    )
