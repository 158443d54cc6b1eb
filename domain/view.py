"""What doors may see of a state: its view, its record, and its page in the Temporal UI."""

from __future__ import annotations

from typing import Any

from domain import reckoning
from domain.alarm import next_deadline
from domain.calling import is_call, planned_calls
from domain.state import CaseState, open_checks, running
from schemas.ledger import waiting
from schemas.views import CaseRecord, CaseView
from schemas.vocabulary import Verdict

SHOWN_OTHERWISE = ("clocks", "keys")
SAME = tuple(
    name
    for name in CaseView.model_fields
    if name in CaseState.model_fields and name not in SHOWN_OTHERWISE
)
"""What a view shows just as the state has it."""


def case_view(state: CaseState) -> CaseView:
    """Return the view that the read model keeps; it depends on the journal alone (rule 1)."""
    opening = state.opening
    last = state.ledger[-1]
    same: dict[str, Any] = {name: getattr(state, name) for name in SAME}
    return CaseView(
        **same,
        channel=opening.channel,
        store=opening.store,
        order=opening.order,
        received_at=min([state.cycles[0].started_at, *(a.received_at for a in state.adopted)]),
        cycle=state.cycle.number,
        outcome=state.outcome,
        closed_at=state.closed_at,
        next_deadline=next_deadline(state),
        overdue=tuple(clock.key for clock in running(state) if clock.overdue_at is not None),
        clocks=() if state.is_closed else state.clocks,
        waiting=waiting(state.ledger, last.since),
        owned_by=last.party,
        owned_since=last.since,
        callback_from_receipt=_callback_from_receipt(state),
        keys=tuple(key.id for key in state.keys),
        calls=planned_calls(state),
        merged_into=state.merged_into,
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
    lines += [f"- next call {at:%Y-%m-%d %H:%M}Z" for at in planned_calls(state)[:1]]
    lines += [f"- check {c.number} with {c.department}: {c.status}" for c in open_checks(state)]
    lines += [f"- step {s.number} ({s.remedy.kind}): {s.status}" for s in state.steps]
    return "\n".join(lines)


def _callback_from_receipt(state: CaseState) -> Verdict | None:
    """Judge the callback by its target counted from receipt; None while nobody was reached."""
    for clock in state.clocks:
        if is_call(clock) and clock.answered_at is not None:
            # A wish for a later call moves the clock, but not what it is compared with.
            grounds = (state.policy, clock.calendar, state.cycle.started_at)
            due_at = reckoning.after_or_plain(*grounds, state.policy.callback.target)
            return Verdict.MET if clock.answered_at <= due_at else Verdict.BREACHED
    return None
