"""The rows of the read model: pure functions of a case's view and of its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from domain.approvals import approval_key
from domain.checks import clock_key
from schemas.case import Proposal
from schemas.events import (
    CaseEscalated,
    Envelope,
    ExtensionAsked,
    NoteRecorded,
    NoticeGiven,
    ProposalMade,
    StepNotCompensated,
)
from schemas.views import CaseView
from schemas.vocabulary import CheckStatus, Department, NoticeLevel, Role
from store.column import as_moment, as_text


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check as a department's inbox lists it.

    `unavailable` says in a code why the department's own system gave no answer. It is no column of
    its own, but read from the document of the case.
    """

    number: int
    check: int
    department: Department
    status: CheckStatus
    required: bool
    requested_at: datetime
    due_at: datetime | None
    claimed_by: str | None
    unavailable: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice, for the person, department or role that it is for; `key` says about what."""

    number: int
    seq: int
    key: str
    level: NoticeLevel
    to_whom: str
    nominal_at: datetime
    late_by_seconds: int


def case_columns(view: CaseView) -> tuple[object, ...]:
    """Return the values of a row of `case_view`, in the order of its columns."""
    deadline = view.next_deadline
    return (
        view.number,
        view.seq,
        view.stage,
        view.category,
        view.severity,
        as_text(view.owner),
        None if view.store is None else as_text(view.store),
        view.channel,
        as_moment(view.received_at),
        None if deadline is None else as_moment(deadline.due_at),
        bool(view.overdue),
        view.outcome,
        view.completed,
        view.model_dump_json(),
        None if view.order is None else as_text(view.order),
        len(view.suggestions),
    )


def check_rows(view: CaseView) -> list[CheckRow]:
    """Return a row for every check of the case, of earlier cycles too."""
    clocks = chain(view.clocks, *(cycle.clocks for cycle in view.cycles))
    due = {clock.key: as_moment(clock.due_at) for clock in clocks}
    return [
        CheckRow(
            number=view.number,
            check=check.number,
            department=check.department,
            status=check.status,
            required=check.required,
            requested_at=as_moment(check.requested_at),
            due_at=due.get(clock_key(check.number)),
            claimed_by=None if check.claimed_by is None else as_text(check.claimed_by),
            unavailable=check.evidence[-1].unavailable if check.evidence else None,
        )
        for check in view.checks
    ]


def notice_rows(envelopes: Iterable[Envelope]) -> list[NoticeRow]:
    """Return a row for every event among these that somebody of the staff is to be told."""
    return [row for envelope in envelopes if (row := _notice(envelope)) is not None]


def _notice(envelope: Envelope) -> NoticeRow | None:
    """A clock tells its owner, a note its department, and what needs a superior a superior.

    Whoever made a proposal cannot approve it, so that one of a superior goes to the manager.
    """
    event = envelope.event
    match event:
        case NoticeGiven():
            told = (event.key, event.level, event.to, event.nominal_at, event.late_by_seconds)
        case NoteRecorded(department=Department() as department):
            told = ("note", NoticeLevel.NOTE, department, envelope.occurred_at, 0)
        case CaseEscalated():
            told = (event.reason, NoticeLevel.ESCALATION, event.to, envelope.occurred_at, 0)
        case ProposalMade(proposal=Proposal(needs_approval=True, version=version)):
            own = envelope.cause.actor.role is not Role.AGENT
            to = Role.MANAGER if own else Role.SUPERVISOR
            told = (approval_key(version), NoticeLevel.REQUEST, to, envelope.occurred_at, 0)
        case ExtensionAsked():
            about = (clock_key(event.check), NoticeLevel.REQUEST)
            told = (*about, Role.SUPERVISOR, envelope.occurred_at, 0)
        case StepNotCompensated():
            about = (f"step.{event.step}", NoticeLevel.NOTE)
            told = (*about, Role.SUPERVISOR, envelope.occurred_at, 0)
        case _:
            return None
    key, level, to_whom, nominal_at, late_by_seconds = told
    return NoticeRow(
        number=envelope.complaint,
        seq=envelope.seq,
        key=as_text(key),
        level=level,
        to_whom=as_text(to_whom),
        nominal_at=as_moment(nominal_at),
        late_by_seconds=late_by_seconds,
    )
