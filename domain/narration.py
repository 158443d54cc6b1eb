"""Telling what happened in plain sentences, one for every kind of event, without personal data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from schemas.events import (
    CalendarChanged,
    Envelope,
    Event,
    EvidenceAttached,
    PaymentEntered,
    WaitAttributed,
)

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "complaint_opened": "complaint received by {opening.channel}",
        "cycle_started": "cycle {cycle} began ({cause})",
        "owner_assigned": "{owner} is responsible",
        "stage_changed": "now {stage}",
        "case_triaged": "judged {category}, {severity} ({triage.confidence} % sure)",
        "information_added": "more information arrived",
        "note_recorded": "a note was written",
        "case_escalated": "the {to} was told: {reason}",
        "hold_started": "the customer was asked, and is reminded {hold.remind_at:%d %b %H:%M}",
        "hold_ended": "the customer is waited for no longer: {reason}",
        "case_reclassified": "judged anew: {category}, {severity}",
        "promise_made": "promise {promise.number}: {promise.promised_at:%d %b %H:%M}",
        "promise_broken": "promise {promise} was broken; the time was with: {reason}",
        "duplicate_linked": "complaint {of} is about the same",
        "complaint_merged": "goes on as complaint {survivor}",
        "merge_undone": "goes on under its own number, and not as complaint {survivor}",
        "duplicate_adopted": "complaint {of} goes on here",
        "duplicate_released": "complaint {of} does not go on here any more",
        "policy_migrated": "policy {version} counts from now on instead of {was_version}",
        "keys_trusted": "only commands signed by one of our doors count from now on",
        "clock_started": "{clock.key} is due {clock.due_at:%d %b %H:%M}",
        "clock_moved": "{key} is due {due_at:%d %b %H:%M} instead: {reason}",
        "calendar_left": "{key} counts plain hours: {calendar} does not know the year {year}",
        "calendar_changed": "{key} counts in the hours of another calendar: {calendar}",
        "level_reached": "{key} has come to level {level}, of the {rank}",
        "notice_given": "{to} was told: {key} {level}",
        "clock_overdue": "{key} is overdue",
        "clock_ended": "{key}: {verdict}",
        "message_released": "{message.purpose} goes to the customer",
        "message_delivered": "message {message} delivered",
        "message_given_up": "message {message} not delivered: {reason}",
        "check_requested": "check {check.number} asked of {check.department}",
        "evidence_attached": "{evidence.system} answered check {check}",
        "check_claimed": "{by} works on check {check}",
        "check_completed": "check {check}: {finding}",
        "check_corrected": "check {check} corrected: {finding}",
        "check_returned": "check {check} sent back: {reason}",
        "check_withdrawn": "check {check} withdrawn",
        "check_waived": "{by} goes on without check {check}",
        "check_handed_over": "check {check} handed over to {department} as check {to}",
        "extension_asked": "{by} asks for time until {until:%d %b %H:%M} for check {check}",
        "extension_granted": "check {check} has time until {until:%d %b %H:%M}",
        "extension_declined": "check {check} has no more time",
        "check_token_spent": "the token of check {check} was shown and counts no more",
        "wait_attributed": "the wait counts for {department}",
        "proposal_made": "proposal {proposal.version} made",
        "proposal_approved": "proposal {version} approved by {by}",
        "proposal_declined": "proposal {version} declined by {by}",
        "proposal_delivered": "proposal {version} reached the customer",
        "proposal_ended": "proposal {version} {ended}",
        "proposal_reinstated": "proposal {version} stands again: an answer had come in time",
        "reminder_given": "reminder {reminder} of proposal {version}",
        "acceptance_held": "option {option} accepted with an objection; to be confirmed",
        "objection_raised": "the customer objects to what was agreed in proposal {version}",
        "option_accepted": "option {option} of proposal {version} accepted",
        "proposal_refused": "proposal {version} refused: {reason}",
        "demand_changed": "the customer wants something else",
        "step_started": "step {step.number} began: {step.remedy.kind}",
        "step_settled": "step {step} done: {reference}",
        "payment_entered": "the ledger knows what was paid by hand for step {step}",
        "step_failed": "step {step} failed: {reason}",
        "compensation_started": "step {step} is being taken back",
        "step_compensated": "step {step} taken back or given up",
        "step_not_compensated": "step {step} could not be taken back: {code}",
        "task_created": "task {task.number} for a person: {task.kind}",
        "task_completed": "task {task} done",
        "task_withdrawn": "task {task} no longer needed",
        "complaint_explained": "explained at first contact",
        "callback_attempted": "customer called: {attempt.result}",
        "callback_moved": "the next call is on {to:%d %b %H:%M}",
        "suggestion_recorded": "the customer suggested something",
        "complaint_withdrawn": "the customer took the complaint back",
        "cycle_closed": "cycle {cycle} closed: {outcome}",
        "survey_offered": "survey open until {survey.until:%d %b}",
        "survey_answered": "survey answered: {score} of 5",
        "survey_withdrawn": "survey ended",
        "nothing_changed": "{command}: nothing to do",
        "command_refused": "{command} refused: {code}",
        "refusals_counted": "{count} more refusals",
        "case_completed": "every window has passed",
    }
)

SILENCE = "the system of {evidence.system} gave no answer to check {check}: {evidence.unavailable}"
"""What is told of evidence that is none."""

MISMATCH = "what was paid by hand for step {step} does not add up: {code}"
"""What is told of money that the order does not cover, or that could not be counted."""

OWN_WAIT = "the wait counts for the {party}, who took the last check back"
"""What is told of a wait for departments that is charged to none of them."""


PLAIN_HOURS = "{key} counts in plain hours from now on"
"""What is told of a clock whose calendar a policy names no more."""


class Line(NamedTuple):
    """One line of a timeline: when (UTC), who, what, and which clock it is about."""

    at: datetime
    who: str
    what: str
    clock: str


def narrate(envelope: Envelope) -> Line:
    """Return what an event says, as a line of the case's timeline."""
    event = envelope.event
    fields = {name: getattr(event, name) for name in type(event).model_fields}
    clock = fields.get("key") or getattr(fields.get("clock"), "key", "")
    return Line(
        at=envelope.occurred_at,
        who=envelope.cause.actor.id,
        what=_sentence(event).format(**fields),
        clock=str(clock),
    )


def _sentence(event: Event) -> str:
    match event:
        case EvidenceAttached() if event.evidence.unavailable is not None:
            return SILENCE
        case PaymentEntered() if event.code is not None:
            return MISMATCH
        case CalendarChanged(calendar=None):
            return PLAIN_HOURS
        case WaitAttributed(department=None):
            return OWN_WAIT
        case _:
            return SENTENCES[event.kind]
