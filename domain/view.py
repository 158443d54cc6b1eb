"""What doors may see of a state: its view, its record, and its page in the Temporal UI."""

from __future__ import annotations

from domain.alarm import next_deadline
from domain.followup import CALLBACK_KEY
from domain.ownership import waiting
from domain.state import CaseState, open_checks, running
from schemas.views import CaseRecord, CaseView
from schemas.vocabulary import Verdict


def case_view(state: CaseState) -> CaseView:
    """Return the view that the read model keeps; it depends on the journal alone (rule 1)."""
    opening = state.opening
    last = state.ledger[-1]
    return CaseView(
        number=state.number,
        complaint_id=state.complaint_id,
        seq=state.seq,
        version=state.version,
        head=state.head,
        stage=state.stage,
        category=state.category,
        severity=state.severity,
        channel=opening.channel,
        owner=state.owner,
        store=opening.store,
        order=opening.order,
        received_at=state.cycles[0].started_at,
        cycle=state.cycle.number,
        outcome=state.outcome,
        closed_at=state.closed_at,
        next_deadline=next_deadline(state),
        overdue=tuple(clock.key for clock in running(state) if clock.overdue_at is not None),
        cycles=state.cycles,
        clocks=() if state.is_closed else state.clocks,
        checks=state.checks,
        proposals=state.proposals,
        steps=state.steps,
        tasks=state.tasks,
        messages=state.messages,
        attempts=state.attempts,
        survey=state.survey,
        waiting=waiting(state.ledger, last.since),
        owned_by=last.party,
        owned_since=last.since,
        refusals=state.refusals,
        completed=state.completed,
        callback_from_receipt=_callback_from_receipt(state),
    )


def case_record(state: CaseState) -> CaseRecord:
    """Return what a finished run leaves: everything that a replay must reproduce."""
    return CaseRecord(view=case_view(state), ledger=state.ledger, head=state.head)


def case_page(state: CaseState) -> str:
    """Return a short page in Markdown, without personal data, for the Temporal UI."""
    deadline = next_deadline(state)
    lines = [
        f"**Complaint {state.number}**, cycle {state.cycle.number}: {state.stage.sentence}",
        f"- {state.category}, {state.severity}; owner `{state.owner}`",
    ]
    if deadline is not None:
        late = " (overdue)" if deadline.overdue else ""
        lines.append(f"- next: {deadline.key} due {deadline.due_at:%Y-%m-%d %H:%M}Z{late}")
    if state.outcome is not None:
        lines.append(f"- outcome: {state.outcome.sentence}")
    lines += [f"- check {c.number} with {c.department}: {c.status}" for c in open_checks(state)]
    lines += [f"- step {s.number} ({s.remedy.kind}): {s.status}" for s in state.steps]
    return "\n".join(lines)


def _callback_from_receipt(state: CaseState) -> Verdict | None:
    """Judge the callback by its target counted from receipt; None while nobody was reached."""
    for clock in state.clocks:
        if clock.key == CALLBACK_KEY and clock.answered_at is not None:
            due_at = state.cycle.started_at + clock.target
            return Verdict.MET if clock.answered_at <= due_at else Verdict.BREACHED
    return None
