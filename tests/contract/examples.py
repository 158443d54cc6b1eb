"""Complaints, events and views made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from domain.chain import envelope_hash
from domain.state import GENESIS
from schemas.activity_io import Flush
from schemas.case import Cause, Check, Clock, Cycle
from schemas.commands import Actor, OpenComplaint
from schemas.events import Envelope, Event, NoticeGiven, OwnerAssigned, StageChanged
from schemas.sealed import Sealed
from schemas.views import CaseView, NextDeadline
from schemas.vocabulary import (
    Category,
    Channel,
    CheckStatus,
    ClockKind,
    CycleCause,
    Department,
    NoticeLevel,
    Outcome,
    Party,
    Role,
    Severity,
    Stage,
)
from store.register import NewEntry
from store.sealing import seal
from store.vault import Vault

RECEIVED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
POLICY = "policy-1"
AGENT = Actor(id="agent-1", role=Role.AGENT)
BOX = Sealed(field="question", box="AAAA", digest="00")


def new_entry(
    vault: Vault,
    source_key: str,
    *,
    source: str = "import",
    policy: str = POLICY,
    complaint_id: str | None = None,
) -> NewEntry:
    """Return a complaint that is ready to be accepted."""
    key = vault.create(complaint_id or str(uuid4()), ["13800000000"])
    opening = OpenComplaint(
        command_id=f"open-{source_key}",
        actor=AGENT,
        received_at=RECEIVED_AT,
        source=source,
        source_key=source_key,
        channel=Channel.PHONE,
        content=seal(key.key, key.complaint_id, "content", "配件少了一个"),
    )
    return NewEntry(opening, f"hash-{source_key}", policy, RECEIVED_AT, key)


def chained(number: int, events: Sequence[Event], after: Envelope | None = None) -> list[Envelope]:
    """Return envelopes that continue a journal, or begin one."""
    envelopes: list[Envelope] = []
    for event in events:
        previous = envelopes[-1] if envelopes else after
        envelopes.append(envelope(number, event, previous))
    return envelopes


def envelope(number: int, event: Event, previous: Envelope | None = None) -> Envelope:
    """Return an event in its place behind another."""
    bare = Envelope(
        complaint=number,
        cycle=1,
        seq=previous.seq + 1 if previous else 1,
        occurred_at=RECEIVED_AT,
        recorded_at=RECEIVED_AT + timedelta(seconds=1),
        cause=Cause(command_id="c-1", name="reply", body_hash="00", actor=AGENT),
        policy_version=POLICY,
        event=event,
        prev_hash=previous.hash if previous else GENESIS,
    )
    return bare.model_copy(update={"hash": envelope_hash(bare)})


def owners(*names: str) -> list[Event]:
    return [OwnerAssigned(owner=name) for name in names]


def notice(to: str = "agent-1", key: str = "reply") -> NoticeGiven:
    return NoticeGiven(
        key=key, level=NoticeLevel.WARNING, to=to, nominal_at=RECEIVED_AT, late_by_seconds=0
    )


def check(number: int, status: CheckStatus = CheckStatus.OPEN, **facts: object) -> Check:
    return Check.model_validate(
        {
            "number": number,
            "department": Department.WAREHOUSE,
            "question": BOX,
            "required": True,
            "requested_at": RECEIVED_AT,
            "status": status,
            **facts,
        }
    )


def check_clock(number: int, target: timedelta) -> Clock:
    return Clock(
        key=f"check.{number}",
        kind=ClockKind.CHECK,
        started_at=RECEIVED_AT,
        target=target,
        due_at=RECEIVED_AT + target,
    )


def view(number: int, seq: int = 1, **facts: object) -> CaseView:
    """Return a view of an open case, except for the facts given."""
    return CaseView.model_validate(
        {
            "number": number,
            "complaint_id": str(uuid4()),
            "seq": seq,
            "version": 1,
            "head": GENESIS,
            "stage": Stage.RECEIVED,
            "category": Category.OTHER,
            "severity": Severity.MODERATE,
            "channel": Channel.PHONE,
            "owner": "agent-1",
            "store": None,
            "order": None,
            "received_at": RECEIVED_AT,
            "cycle": 1,
            "outcome": None,
            "closed_at": None,
            "next_deadline": deadline(RECEIVED_AT + timedelta(hours=24)),
            "overdue": (),
            "cycles": (),
            "clocks": (),
            "checks": (),
            "proposals": (),
            "steps": (),
            "tasks": (),
            "messages": (),
            "attempts": (),
            "survey": None,
            "waiting": (),
            "owned_by": Party.AGENT,
            "owned_since": RECEIVED_AT,
            "refusals": 0,
            "completed": False,
            **facts,
        }
    )


def deadline(due_at: datetime) -> NextDeadline:
    return NextDeadline(key="reply", kind=ClockKind.REPLY, due_at=due_at, overdue=False)


def past_cycle(number: int, clocks: tuple[Clock, ...]) -> Cycle:
    return Cycle(
        number=number,
        cause=CycleCause.OPENED,
        started_at=RECEIVED_AT,
        policy_version=POLICY,
        outcome=Outcome.DISSATISFIED,
        clocks=clocks,
    )


def flush(envelopes: Sequence[Envelope], settled: int | None = None, **facts: object) -> Flush:
    """Return a batch together with the view it leads to."""
    last = envelopes[-1]
    return Flush(
        envelopes=tuple(envelopes),
        view=view(last.complaint, last.seq, head=last.hash, **facts),
        settled=settled,
    )


def folded(envelopes: Sequence[Envelope]) -> CaseView:
    """Fold events to a view, understanding just what these tests need."""
    facts: dict[str, object] = {"complaint_id": "00000000-0000-0000-0000-000000000000"}
    checks = []
    for event in (envelope.event for envelope in envelopes):
        match event:
            case OwnerAssigned():
                facts["owner"] = event.owner
            case StageChanged():
                facts["stage"] = event.stage
            case _ if event.kind == "check_requested":
                checks.append(event.check)
            case _:
                pass
    last = envelopes[-1]
    clocks = tuple(check_clock(check.number, timedelta(hours=4)) for check in checks)
    return view(
        last.complaint, last.seq, head=last.hash, checks=tuple(checks), clocks=clocks, **facts
    )
