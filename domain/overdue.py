"""What follows when a clock passes its due moment without an answer (reading 2, H4, H10)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from domain import approvals, clocks, escalation, holds, ladders, messaging, promises
from domain.decision import Decision
from domain.messaging import Term
from domain.ownership import owner_of_time
from domain.state import CaseState, is_paused, running
from schemas.case import Clock
from schemas.events import ClockOverdue, NoticeGiven, PromiseBroken
from schemas.vocabulary import ClockKind, NoticeLevel, Party, Purpose, Role

MOMENT = timedelta(microseconds=1)
"""A clock that may take no longer is late from its start."""

BROKEN_PROMISES = "broken_promises"


def mark(decision: Decision, key: str, reason: str | None = None) -> None:
    """Mark a running clock overdue; its verdict comes when it ends (reading 2)."""
    for clock in running(decision.state):
        if clock.key == key:
            party = owner_of_time(decision.state)
            decision.record(ClockOverdue(key=key, due_at=clock.due_at, reason=reason))
            if not ladders.tells_lateness(decision.state, clock):
                notice(decision, clock, NoticeLevel.OVERDUE, clock.due_at)
            if reason is None or clock.kind is not ClockKind.SOLUTION:
                _follow(decision, clock, party)


def late_keys(state: CaseState, at: datetime) -> frozenset[str]:
    """Return the keys of the running clocks whose due moment has passed."""
    late = (c for c in running(state) if c.due_at < at or c.overdue_at is not None)
    return frozenset(clock.key for clock in late)


def mark_moved(
    decision: Decision, kinds: Sequence[ClockKind], late: Collection[str], reason: str
) -> None:
    """Mark the clocks overdue that were not `late`, and are past due because they were moved."""
    for clock in running(decision.state, *kinds):
        passed = clock.due_at < max(decision.at, clock.started_at + MOMENT)
        if passed and clock.key not in late and not is_paused(decision.state, clock):
            mark(decision, clock.key, reason)


def notice(decision: Decision, clock: Clock, level: NoticeLevel, nominal_at: datetime) -> None:
    """Tell the owner about a clock, and how late that is."""
    decision.record(
        NoticeGiven(
            key=clock.key,
            level=level,
            to=decision.state.owner,
            nominal_at=nominal_at,
            late_by_seconds=int((decision.now - nominal_at).total_seconds()),
        )
    )


def _follow(decision: Decision, clock: Clock, party: Party) -> None:
    match clock.kind:
        case ClockKind.SOLUTION:
            _explain_delay(decision, clock, party)
        case ClockKind.PROMISE:
            _break(decision, clock, party)
        case ClockKind.HOLD:
            holds.ask_again(decision)
        case ClockKind.APPROVAL:
            approvals.escalate(decision)
        case _:
            pass


def _explain_delay(decision: Decision, clock: Clock, party: Party) -> None:
    """Tell the customer who keeps a late solution waiting, and a new date (rule 16).

    Not of the time that the owner has to revise a proposal, which nobody was told, nor while a
    date that was given is still ahead.
    """
    delay = decision.state.policy.delay
    told = clock.key == clocks.SOLUTION_KEY and not _has_date_ahead(decision)
    if delay is not None and told and not _is_on_its_way(decision.state, clock):
        promised_at = decision.now + delay
        promises.give(decision, promised_at, about=ClockKind.SOLUTION)
        messaging.release(decision, Purpose.DELAY, term=Term(promised_at, party))


def _has_date_ahead(decision: Decision) -> bool:
    given = promises.open_promises(decision.state)
    return any(p.about is not ClockKind.CALLBACK and p.promised_at > decision.now for p in given)


def _is_on_its_way(state: CaseState, clock: Clock) -> bool:
    """Tell whether a message that answers the clock is still being delivered."""
    under_way = (m for m in state.messages if m.delivered_at is None and m.given_up is None)
    return any(m.cycle == state.cycle.number and clock.key in m.answers for m in under_way)


def _break(decision: Decision, clock: Clock, party: Party) -> None:
    """Tell the customer why, and a new date, as often as policy lets us (rule 15).

    With the last of these the manager is told. After that no date is given by itself: one that
    nobody believes any more is worse than none.
    """
    promise = next(p for p in decision.state.promises if promises.clock_key(p.number) == clock.key)
    broken = PromiseBroken(promise=promise.number, due_at=clock.due_at, reason=party)
    decision.record(broken)
    policy = decision.state.policy.promises
    count = decision.state.promises_broken
    if count <= policy.broken_before_escalation:
        promised_at = decision.now + policy.renewal
        promises.give(decision, promised_at, about=promise.about, renews=promise)
        messaging.release(decision, Purpose.PROMISE_BROKEN, term=Term(promised_at, party))
    if count >= policy.broken_before_escalation:
        escalation.raise_to(decision, Role.MANAGER, BROKEN_PROMISES)
