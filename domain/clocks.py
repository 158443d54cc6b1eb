"""Clocks: when they are due, how they end, and what policy says they may take (rules 2 and 3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain import reckoning, tasks
from domain.decision import Decision
from domain.errors import CalendarYearUnknown
from domain.state import CaseState, running
from schemas.case import Clock
from schemas.events import CalendarLeft, ClockEnded, ClockMoved, ClockStarted
from schemas.policy import Policy
from schemas.vocabulary import (
    Category,
    ClockKind,
    Department,
    Proof,
    Severity,
    TaskKind,
    Verdict,
)

TIGHTENED = (ClockKind.REPLY, ClockKind.SOLUTION)
"""Clocks of ours that are due no later than a platform or authority wants its answer (rule 26)."""

ANSWERED_BY_SOLUTION = (
    ClockKind.REPLY,
    ClockKind.SOLUTION,
    ClockKind.PROGRESS,
    ClockKind.EXTERNAL,
)
"""Clocks that wait for nothing more once a proposal or explanation has reached the customer."""

NOTICED_LATE = "answered in time, noticed late"

EXTERNAL_KEY = "external"
"""The clock of the platform or authority through which the complaint came."""

SOLUTION_KEY = "solution"
"""The first solution clock of a cycle; that of a later version adds its number."""


def reply_target(policy: Policy, category: Category, severity: Severity) -> timedelta:
    """Return how long a person may take to answer the customer (H1)."""
    return _by_severity(policy, policy.targets[category].reply, severity)


def solution_target(policy: Policy, category: Category, severity: Severity) -> timedelta:
    """Return how long a proposal may take to reach the customer (H1, H2)."""
    return _by_severity(policy, policy.targets[category].solution, severity)


def start(
    decision: Decision,
    kind: ClockKind,
    key: str,
    started_at: datetime,
    target: timedelta,
    department: Department | None = None,
) -> None:
    """Start a clock in the calendar that policy names for it, else in plain hours (reading 1).

    An external clock that runs tightens it (rule 26).
    """
    policy = decision.state.policy
    named = reckoning.named_for(policy, kind, department)
    plain = Clock(
        key=key, kind=kind, started_at=started_at, target=target, due_at=started_at + target
    )
    planned = plain.model_copy(update={"calendar": named})
    try:
        due_at = reckoning.due_after(policy, planned, target)
    except CalendarYearUnknown as unknown:
        decision.record(ClockStarted(clock=_due_at(decision.state, plain, plain.due_at)))
        _leave_calendar(decision, key, unknown)
    else:
        decision.record(ClockStarted(clock=_due_at(decision.state, planned, due_at)))


def start_first(decision: Decision) -> None:
    """Start the reply and solution clocks with which every cycle begins.

    The first cycle begins with the external clock, if the complaint came with one: what answers
    it ends it for good, and a body that comes again sets another date.
    """
    state = decision.state
    external = external_due_at(state)
    if external is not None and state.cycle.number == 1:
        target = external - decision.at
        start(decision, ClockKind.EXTERNAL, EXTERNAL_KEY, decision.at, target)
    grounds = (state.policy, state.category, state.severity)
    start(decision, ClockKind.REPLY, "reply", decision.at, reply_target(*grounds))
    start(decision, ClockKind.SOLUTION, SOLUTION_KEY, decision.at, solution_target(*grounds))


def start_revision(decision: Decision, version: int) -> None:
    """Give the owner a deadline for the next version: no state is without one (H8)."""
    target = decision.state.policy.revision
    start(decision, ClockKind.SOLUTION, f"solution.{version}", decision.at, target)


def retarget(decision: Decision, reason: str) -> None:
    """Move running reply and solution clocks to the targets of the present category.

    Receipt time, elapsed time and holds stay (rule 7): only the due moment moves.
    """
    state = decision.state
    grounds = (state.policy, state.category, state.severity)
    targets = {
        ClockKind.REPLY: reply_target(*grounds),
        ClockKind.SOLUTION: solution_target(*grounds),
    }
    for clock in running(state, ClockKind.REPLY, ClockKind.SOLUTION):
        if "." not in clock.key:
            retime(decision, clock, targets[clock.kind], reason)


def retime(
    decision: Decision,
    clock: Clock,
    target: timedelta,
    reason: str,
    held: timedelta | None = None,
) -> None:
    """Let a running clock take so long from its start, besides the time that it stood still.

    That is `held`, where it is counted anew.
    """
    policy, total = decision.state.policy, target + (clock.held if held is None else held)
    if decision.state.counts_from is not None and clock.kind in TIGHTENED:
        move(decision, clock, _strictest(decision.state, clock, total), reason, held)
        return
    try:
        due_at = reckoning.after(policy, clock.calendar, clock.started_at, total)
    except CalendarYearUnknown as unknown:
        due_at = clock.started_at + total
        _leave_calendar(decision, clock.key, unknown)
        _move(decision, clock, due_at, reason, held=held)
    else:
        kept = target if clock.calendar else None
        _move(decision, clock, due_at, reason, held=held, target=kept)


def move(
    decision: Decision,
    clock: Clock,
    due_at: datetime,
    reason: str,
    held: timedelta | None = None,
) -> None:
    """Let a running clock be due at a moment that a person gave, in whatever hours it lies.

    In a year that its calendar does not know, it counts plain hours; nothing has to be guessed.
    """
    policy, name = decision.state.policy, clock.calendar
    try:
        taken = reckoning.between(policy, name, clock.started_at, due_at) if name else None
    except CalendarYearUnknown as unknown:
        decision.record(CalendarLeft(key=clock.key, calendar=unknown.calendar, year=unknown.year))
        taken = None
    target = None if taken is None else taken - (clock.held if held is None else held)
    _move(decision, clock, due_at, reason, held=held, target=target)


def prolong(
    decision: Decision, clock: Clock, since: datetime, until: datetime, reason: str
) -> None:
    """Let a clock that stood still between two moments be due as much later, in its own hours."""
    policy = decision.state.policy
    try:
        held = clock.held + reckoning.between(policy, clock.calendar, since, until)
        total = clock.target + held
        due_at = reckoning.after(policy, clock.calendar, clock.started_at, total)
    except CalendarYearUnknown as unknown:
        _leave_calendar(decision, clock.key, unknown)
        held, due_at, target = clock.held + (until - since), clock.due_at + (until - since), None
    else:
        target = clock.target if clock.calendar else None
    _move(decision, clock, due_at, reason, held=held, target=target)


def _move(
    decision: Decision,
    clock: Clock,
    due_at: datetime,
    reason: str,
    *,
    held: timedelta | None = None,
    target: timedelta | None = None,
) -> None:
    """Let a running clock be due at another moment; `held` if it stood still until now.

    In a calendar, `target` is what its hours up to then say. An external clock tightens both.
    """
    tight = _tightened(decision.state, clock.kind, clock.started_at, due_at)
    stood = clock.held if held is None else held
    if target is not None and tight != due_at:
        taken = reckoning.between(decision.state.policy, clock.calendar, clock.started_at, tight)
        target = taken - stood
    takes = tight - clock.started_at - stood if target is None else target
    if (tight, stood, takes) != (clock.due_at, clock.held, clock.target):
        moved = ClockMoved(
            key=clock.key,
            due_at=tight,
            was_due_at=clock.due_at,
            reason=reason,
            held=held,
            target=target,
            stays_overdue=clock.overdue_at is not None and tight <= decision.now,
        )
        decision.record(moved)


def _leave_calendar(decision: Decision, key: str, unknown: CalendarYearUnknown) -> None:
    """Let a clock count plain hours, which are never longer, and tell the owner why (reading 8)."""
    decision.record(CalendarLeft(key=key, calendar=unknown.calendar, year=unknown.year))
    tasks.create(decision, TaskKind.ADD_CALENDAR_YEAR, unknown.year)


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
                    reason=_how(clock, in_time=in_time),
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


def external_due_at(state: CaseState) -> datetime | None:
    """Return when the platform or authority wants its answer, in UTC, if one does (rule 26)."""
    opening = state.opening
    if opening.external_due_at is not None:
        return opening.external_due_at.astimezone(UTC)
    answer = opening.law.answer if opening.law is not None else None
    return answer.due_at if answer is not None else None


def _due_at(state: CaseState, clock: Clock, due_at: datetime) -> Clock:
    """Return a new clock that is due then, or earlier if an external one tightens it."""
    tight = _tightened(state, clock.kind, clock.started_at, due_at)
    if tight == due_at:
        return clock.model_copy(update={"due_at": due_at})
    taken = reckoning.between(state.policy, clock.calendar, clock.started_at, tight)
    return clock.model_copy(update={"due_at": tight, "target": taken})


def _tightened(
    state: CaseState, kind: ClockKind, started_at: datetime, due_at: datetime
) -> datetime:
    """Return the due moment of a clock, no later than a running external one's.

    A date that was past when the clock started tightens nothing: nobody could have kept it.
    """
    if kind not in TIGHTENED:
        return due_at
    wanted = [clock.due_at for clock in running(state, ClockKind.EXTERNAL)]
    return min([due_at, *(moment for moment in wanted if started_at < moment)])


def _strictest(state: CaseState, clock: Clock, total: timedelta) -> datetime:
    """Return when a clock is due that has taken in another: counted from the earliest receipt.

    It is due no later than it is now: its customer was told so, or waits longer (rule 20).
    """
    since = min(clock.started_at, state.counts_from or clock.started_at)
    grounds = (state.policy, clock.calendar, since, total)
    return max(clock.started_at, min(clock.due_at, reckoning.after_or_plain(*grounds)))


def _how(clock: Clock, *, in_time: bool) -> str | None:
    """Say what is remarkable about an answer: when it was noticed, or why its clock was late."""
    if in_time:
        return NOTICED_LATE if clock.overdue_at else None
    return clock.reason


def keys_of(state: CaseState, *kinds: ClockKind) -> tuple[str, ...]:
    """Return the keys of the running clocks of these kinds."""
    return tuple(clock.key for clock in running(state, *kinds))


def _by_severity(policy: Policy, target: timedelta, severity: Severity) -> timedelta:
    if severity is Severity.CRITICAL:
        return target * policy.critical_percent / 100
    return target
