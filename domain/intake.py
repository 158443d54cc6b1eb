"""Intake: opening a case and learning more about it (rules 3, 4, 19 and 33)."""

from __future__ import annotations

from domain import clocks, cycles, escalation, messaging, pauses, progress
from domain.decision import Decision
from schemas.commands import AddInformation, OpenComplaint, RecordTriage
from schemas.events import (
    CaseTriaged,
    ComplaintOpened,
    InformationAdded,
    KeysTrusted,
    NothingChanged,
    OwnerAssigned,
)
from schemas.vocabulary import Authenticity, Category, CycleCause, Purpose, Role

TRIAGED = "triaged"
"""Why clocks move when triage has judged."""

ANSWERED = "answered"
"""Why a hold ends: the customer has told us more."""


def open_complaint(decision: Decision, command: OpenComplaint) -> None:
    """Begin the first cycle, with an owner from the rota and clocks from receipt (H21)."""
    state = decision.state
    rota = state.policy.rota
    decision.record(ComplaintOpened(complaint_id=state.complaint_id, opening=command))
    if state.authenticity is Authenticity.SIGNED:
        decision.record(KeysTrusted(keys=state.keys))
    decision.record(OwnerAssigned(owner=rota[state.number % len(rota)]))
    cycles.start(decision, CycleCause.OPENED)


def record_triage(decision: Decision, command: RecordTriage) -> None:
    """Judge category and severity, move the clocks, and only then acknowledge (rule 4).

    A category that the sender of the complaint gave stands, and so does what a person has judged
    meanwhile; an uncertain one is left to the owner. A customer who took the complaint back
    before was told that it is taken back, and needs no acknowledgement any more.
    """
    state = decision.state
    if state.triaged or state.completed:
        decision.record(NothingChanged(command="record_triage"))
        return
    triage = command.triage
    guessed = triage.category if triage.certain else Category.OTHER
    category, severity = state.opening.category or guessed, triage.severity
    if state.reclassified:
        category, severity = state.category, state.severity
    decision.record(CaseTriaged(category=category, severity=severity, triage=triage))
    clocks.retarget(decision, TRIAGED)
    progress.follow(decision, TRIAGED)
    if not state.is_closed:
        escalation.raise_if_serious(decision)
        messaging.release(decision, Purpose.ACKNOWLEDGEMENT)


def add_information(decision: Decision, command: AddInformation) -> None:
    """Keep what the customer or a backend system adds; the customer's word ends a hold (rule 5)."""
    decision.record(InformationAdded(text=command.text, attachments=command.attachments))
    if decision.actor.role is Role.CUSTOMER:
        pauses.end(decision, decision.at, ANSWERED, answered=True)
