"""Clocks: when they are due, how they end, and what policy says they may take (rules 2 and 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.decision import Decision
from domain.state import CaseState, running
from schemas.case import Clock
from schemas.events import ClockEnded, ClockMoved, ClockStarted
from schemas.policy import Policy
from schemas.vocabulary import Category, ClockKind, Proof, Severity, Verdict

NOTICED_LATE = "answered in time, noticed late"


def reply_target(policy: Policy, category: Category, severity: Severity) -> timedelta:
    """Return how long a person may take to answer the customer (H1)."""
    return _by_severity(policy, policy.targets[category].reply, severity)


def solution_target(policy: Policy, category: Category, severity: Severity) -> timedelta:
    """Return how long a proposal may take to reach the customer (H1, H2)."""
    return _by_severity(policy, policy.targets[category].solution, severity)


def start(
    decision: Decision, kind: ClockKind, key: str, started_at: datetime, target: timedelta
) -> None:
    """Start a clock in wall-clock time (reading 1)."""
    clock = Clock(
        key=key, kind=kind, started_at=started_at, target=target, due_at=started_at + target
    )
    decision.record(ClockStarted(clock=clock))


def start_first(decision: Decision) -> None:
    """Start the reply and solution clocks with which every cycle begins."""
    state = decision.state
    grounds = (state.policy, state.category, state.severity)
    start(decision, ClockKind.REPLY, "reply", decision.at, reply_target(*grounds))
    start(decision, ClockKind.SOLUTION, "solution", decision.at, solution_target(*grounds))


def retarget(decision: Decision, reason: str) -> None:
    """Move running reply and solution clocks to the targets of the present category.

    Receipt time and elapsed time stay (rule 7): only the due moment moves.
    """
    state = decision.state
    grounds = (state.policy, state.category, state.severity)
    targets = {
        ClockKind.REPLY: reply_target(*grounds),
        ClockKind.SOLUTION: solution_target(*grounds),
    }
    for clock in running(state, ClockKind.REPLY, ClockKind.SOLUTION):
        due_at = clock.started_at + targets[clock.kind]
        if "." not in clock.key and due_at != clock.due_at:
            decision.record(
                ClockMoved(key=clock.key, due_at=due_at, was_due_at=clock.due_at, reason=reason)
            )


def answer(decision: Decision, key: str, answered_at: datetime, proof: Proof) -> None:
    """End a running clock as answered, judged by receipt (reading 2); else do nothing."""
    for clock in running(decision.state):
        if clock.key == key:
            # Nothing is answered before it was asked, whatever a stamp says.
            answered_at = max(answered_at, clock.started_at)
            in_time = answered_at <= clock.due_at
            decision.record(
                ClockEnded(
                    key=key,
                    verdict=Verdict.MET if in_time else Verdict.BREACHED,
                    ended_at=decision.now,
                    answered_at=answered_at,
                    breached_at=None if in_time else clock.due_at,
                    proof=proof,
                    reason=NOTICED_LATE if in_time and clock.overdue_at else None,
                )
            )


def end_unanswered(decision: Decision, clock: Clock, reason: str) -> None:
    """End a clock that needs no answer any more: breached if it is past due, else withdrawn.

    What ended it counts by receipt too; only without a stamp does the alarm's word decide.
    """
    overdue = clock.overdue_at is not None and decision.proof is Proof.ENGINE
    late = overdue or decision.at > clock.due_at
    decision.record(
        ClockEnded(
            key=clock.key,
            verdict=Verdict.BREACHED if late else Verdict.WITHDRAWN,
            ended_at=decision.now,
            breached_at=clock.due_at if late else None,
            reason=reason,
        )
    )


def keys_of(state: CaseState, *kinds: ClockKind) -> tuple[str, ...]:
    """Return the keys of the running clocks of these kinds."""
    return tuple(clock.key for clock in running(state, *kinds))


def _by_severity(policy: Policy, target: timedelta, severity: Severity) -> timedelta:
    if severity is Severity.CRITICAL:
        return target * policy.critical_percent / 100
    return target
