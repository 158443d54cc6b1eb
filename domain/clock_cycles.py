"""Clock cycles: each clock with its completed cycles and the ongoing one, as of a moment.

The shape is that of Jira's SLA fields, in our words: `target` is their goal. How long a cycle has
taken changes from moment to moment, so that no projection can hold it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain import working_time
from domain.errors import CalendarYearUnknown
from domain.state import CaseState, is_paused
from domain.sums import ClockSum
from schemas.base import Wire
from schemas.case import Clock
from schemas.vocabulary import ClockKind, Proof, Verdict

REPEATED = (ClockKind.PROGRESS, ClockKind.SOLUTION)
"""Kinds of which one clock follows the other; those of others run side by side."""


SAME = ("key", "target", "calendar", "started_at", "due_at", "held", "verdict", "reason")
"""What a cycle tells just as its clock has it."""


class ClockCycle(Wire):
    """One measurement from start to stop; `remaining` is negative once it is late.

    `elapsed` and `remaining` count in the hours of the clock, without the time on hold, up to the
    receipt of the answer. `evidence` says what its end, or being overdue, rests on.
    """

    cycle: int
    key: str
    target: timedelta
    calendar: str | None = None
    started_at: datetime
    stopped_at: datetime | None = None
    due_at: datetime
    breached: bool
    breached_at: datetime | None = None
    paused: bool
    held: timedelta
    elapsed: timedelta
    remaining: timedelta
    verdict: Verdict | None = None
    evidence: Proof | None = None
    reason: str | None = None


class ClockHistory(Wire):
    """A clock through the whole case; `ongoing_cycle` is the one without a verdict yet."""

    name: str
    kind: ClockKind
    completed_cycles: tuple[ClockCycle, ...]
    ongoing_cycle: ClockCycle | None = None


def clock_histories(
    state: CaseState, sums: Iterable[ClockSum], now: datetime
) -> tuple[ClockHistory, ...]:
    """Return every clock of a case in the order in which they first began."""
    found: dict[str, list[ClockSum]] = {}
    for each in sums:
        found.setdefault(_name(each.clock), []).append(each)
    return tuple(_history(state, name, told, now) for name, told in found.items())


def _name(clock: Clock) -> str:
    return clock.kind.value if clock.kind in REPEATED else clock.key


def _history(state: CaseState, name: str, told: list[ClockSum], now: datetime) -> ClockHistory:
    cycles = [_cycle(state, each, now) for each in told]
    return ClockHistory(
        name=name,
        kind=told[0].clock.kind,
        completed_cycles=tuple(cycle for cycle in cycles if cycle.verdict is not None),
        ongoing_cycle=next((cycle for cycle in cycles if cycle.verdict is None), None),
    )


def _cycle(state: CaseState, told: ClockSum, now: datetime) -> ClockCycle:
    clock = told.clock
    paused = clock.verdict is None and is_paused(state, clock)
    stopped_at = clock.answered_at or clock.ended_at
    counts_to = state.hold.started_at if paused and state.hold else now
    elapsed = _elapsed(told, stopped_at or counts_to)
    breached = _is_breached(clock, counts_to)
    breached_at = clock.breached_at or clock.overdue_at or clock.due_at
    return ClockCycle(
        **{name: getattr(clock, name) for name in SAME},
        cycle=told.cycle,
        stopped_at=stopped_at,
        breached=breached,
        breached_at=breached_at if breached else None,
        paused=paused,
        elapsed=elapsed,
        remaining=clock.target - elapsed,
        evidence=told.evidence,
    )


def _is_breached(clock: Clock, until: datetime) -> bool:
    """Tell whether a clock is breached, or would be if its answer reached us now.

    That it is late shows here also while no worker is up to say so.
    """
    if clock.verdict is None:
        return clock.overdue_at is not None or clock.due_at < until
    return clock.verdict is Verdict.BREACHED


def _elapsed(told: ClockSum, until: datetime) -> timedelta:
    """Return how long a clock has run; a hold that is over is taken out."""
    clock, end = told.clock, max(until, told.clock.started_at)
    try:
        passed = (
            working_time.elapsed(told.hours, clock.started_at, end)
            if told.hours
            else end - clock.started_at
        )
    except CalendarYearUnknown:
        passed = end - clock.started_at
    return max(passed - clock.held, timedelta())
