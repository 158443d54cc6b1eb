"""Intake: opening a case and learning more about it (rules 3, 4, 19 and 33)."""

from __future__ import annotations

from domain import clocks, cycles, messaging
from domain.decision import Decision
from schemas.commands import AddInformation, OpenComplaint, RecordTriage
from schemas.events import (
    CaseTriaged,
    ComplaintOpened,
    InformationAdded,
    NothingChanged,
    OwnerAssigned,
)
from schemas.vocabulary import Category, CycleCause, Purpose


def open_complaint(decision: Decision, command: OpenComplaint) -> None:
    """Begin the first cycle, with an owner from the rota and clocks from receipt (H21)."""
    state = decision.state
    rota = state.policy.rota
    decision.record(ComplaintOpened(complaint_id=state.complaint_id, opening=command))
    decision.record(OwnerAssigned(owner=rota[state.number % len(rota)]))
    cycles.start(decision, CycleCause.OPENED)


def record_triage(decision: Decision, command: RecordTriage) -> None:
    """Judge category and severity, move the clocks, and only then acknowledge (rule 4).

    A category that the sender of the complaint gave stands; an uncertain one is left to the
    owner.
    """
    state = decision.state
    if state.triaged or state.completed:
        decision.record(NothingChanged(command="record_triage"))
        return
    triage = command.triage
    guessed = triage.category if triage.certain else Category.OTHER
    decision.record(
        CaseTriaged(
            category=state.opening.category or guessed,
            severity=triage.severity,
            triage=triage,
        )
    )
    clocks.retarget(decision, "triaged")
    if not state.is_closed:
        messaging.release(decision, Purpose.ACKNOWLEDGEMENT)


def add_information(decision: Decision, command: AddInformation) -> None:
    """Keep what the customer or a backend system adds."""
    decision.record(InformationAdded(text=command.text, attachments=command.attachments))
