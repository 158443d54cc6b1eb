"""Sums: how the due moment of every clock came about, from the journal alone (rules 5, 7 and 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import pauses, reckoning
from domain.clocks import EXTERNAL_KEY
from domain.closures import closures
from domain.errors import CalendarYearUnknown
from domain.extensions import EXTENDED
from domain.followup import WISHED
from domain.journaling import apply, fold
from domain.senders import is_unverified
from domain.state import CaseState, is_paused, running
from schemas.base import Wire
from schemas.calendars import Calendar
from schemas.case import Cause, Clock
from schemas.commands import INTERNAL, OpenComplaint
from schemas.events import (
    CalendarChanged,
    CalendarLeft,
    ClockEnded,
    ClockMoved,
    ClockOverdue,
    ClockStarted,
    Envelope,
    HoldEnded,
    PolicyMigrated,
)
from schemas.policy import Policy
from schemas.vocabulary import ClockKind, Proof

NOTHING = timedelta()

GIVEN = (EXTENDED, WISHED)
"""Why a clock is due at a moment that a person gave."""

DATES = (ClockKind.PROMISE, ClockKind.HOLD, ClockKind.EXTERNAL)
"""Clocks that measure a date from their beginning."""


class Span(Wire):
    """A time in which a clock is closed or stands still; `counted` is what it moved the clock."""

    since: datetime
    until: datetime
    counted: timedelta = NOTHING


class Move(Wire):
    """Why and when a clock came to be due at another moment; `by` is whose command it was.

    `target` is what it may take since then, besides what it stood still.
    """

    at: datetime
    reason: str
    by: str
    was_due_at: datetime
    due_at: datetime
    target: timedelta


class ClockSum(Wire):
    """Start, target, holds and closed hours of a clock, which add up to when it is due.

    A moment that a person or another body gave `is_given`; its target is what it left. `set_by` is
    the channel or rule that has set the date of an answer to a platform or authority. `left` says
    which calendar did not know the year, so that the clock counts plain hours. `evidence` is what
    the moment of its end rests on; of an overdue clock it is the engine, which noticed. `hours` are
    those of its calendar, as the policy has it under which the clock ran last.
    """

    cycle: int
    clock: Clock
    skipped: tuple[Span, ...] = ()
    holds: tuple[Span, ...] = ()
    moves: tuple[Move, ...] = ()
    is_given: bool = False
    set_by: str | None = None
    left: CalendarLeft | None = None
    evidence: Proof | None = None
    hours: Calendar | None = None


@dataclass
class _Told:
    """What the journal tells of one clock on the way."""

    holds: list[Span] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    left: CalendarLeft | None = None
    evidence: Proof | None = None
    policy: Policy | None = None


def clock_sums(envelopes: Iterable[Envelope], policy: Policy) -> tuple[ClockSum, ...]:
    """Return the sum of every clock of a case, by cycle and in the order of their start.

    The policy is that of the opening; those that came later stand in the journal.
    """
    rest = iter(envelopes)
    state = fold([next(rest)], policy)
    told: dict[tuple[int, str], _Told] = defaultdict(_Told)
    for envelope in rest:
        before, state = state, apply(state, envelope)
        _take_note(told, before, state, envelope)
    return tuple(_sum(state, cycle, clock, told[cycle, clock.key]) for cycle, clock in _all(state))


def _all(state: CaseState) -> Iterator[tuple[int, Clock]]:
    """Yield every clock with its cycle; those of a closed cycle stay as they ended."""
    for cycle in state.cycles:
        frozen = cycle.clocks if cycle.closed_at else state.clocks
        yield from ((cycle.number, clock) for clock in frozen)


def _take_note(
    told: dict[tuple[int, str], _Told], before: CaseState, state: CaseState, envelope: Envelope
) -> None:
    event = envelope.event
    match event:
        case ClockStarted():
            told[envelope.cycle, event.clock.key].policy = state.policy
        case PolicyMigrated():
            for clock in running(state):
                told[envelope.cycle, clock.key].policy = state.policy
        case HoldEnded():
            for clock in running(before):
                if before.hold is not None and is_paused(before, clock):
                    held = _held(before.policy, clock, before.hold.started_at, event.ended_at)
                    told[envelope.cycle, clock.key].holds.append(held)
        case ClockMoved() if event.reason != pauses.HELD:
            (clock,) = (each for each in state.clocks if each.key == event.key)
            _move(told[envelope.cycle, event.key], state.policy, clock, event, envelope)
        case CalendarLeft():
            told[envelope.cycle, event.key].left = event
        case CalendarChanged():
            told[envelope.cycle, event.key].left = None
        case ClockOverdue() | ClockEnded():
            told[envelope.cycle, event.key].evidence = _evidence(event, envelope.cause)
        case _:
            pass


def _evidence(event: ClockOverdue | ClockEnded, cause: Cause) -> Proof:
    """Return what a moment rests on; a clock that ended unanswered says so by its cause alone."""
    if isinstance(event, ClockEnded) and event.proof is not None:
        return event.proof
    by_engine = cause.name in INTERNAL or is_unverified(cause.actor)
    return Proof.ENGINE if by_engine else Proof.DOOR


def _held(policy: Policy, clock: Clock, since: datetime, until: datetime) -> Span:
    """Return a hold, counted as the clock counts it."""
    try:
        counted = reckoning.between(policy, clock.calendar, since, until)
    except CalendarYearUnknown:
        counted = until - since
    return Span(since=since, until=until, counted=counted)


def _move(told: _Told, policy: Policy, clock: Clock, event: ClockMoved, envelope: Envelope) -> None:
    """Take note of a move; another policy may count the holds anew, and leave the due moment."""
    anew = [_held(policy, clock, each.since, each.until) for each in told.holds]
    if sum((each.counted for each in anew), NOTHING) == clock.held:
        told.holds = anew
    if event.due_at != event.was_due_at:
        told.moves.append(_moved(event, clock, envelope))


def _moved(event: ClockMoved, clock: Clock, envelope: Envelope) -> Move:
    return Move(
        at=envelope.occurred_at,
        reason=event.reason,
        by=envelope.cause.actor.id,
        was_due_at=event.was_due_at,
        due_at=event.due_at,
        target=clock.target,
    )


def _set_by(opening: OpenComplaint, clock: Clock) -> str | None:
    """Return who or what has set the date of the platform or authority that sent the complaint."""
    if clock.key != EXTERNAL_KEY:
        return None
    answer = opening.law.answer if opening.law is not None else None
    if opening.external_due_at is not None or answer is None:
        return opening.channel
    return f"rule {answer.rule.code}, edition {answer.rule.edition}"


def _sum(state: CaseState, cycle: int, clock: Clock, told: _Told) -> ClockSum:
    calendar = reckoning.calendar_of(told.policy, clock.calendar) if told.policy else None
    skipped = closures(calendar, clock.started_at, clock.due_at) if calendar else ()
    given = bool(told.moves) and told.moves[-1].reason in GIVEN
    return ClockSum(
        cycle=cycle,
        clock=clock,
        skipped=tuple(Span(since=each.since, until=each.until) for each in skipped),
        holds=tuple(told.holds),
        moves=tuple(told.moves),
        is_given=given or clock.kind in DATES,
        set_by=_set_by(state.opening, clock),
        left=told.left,
        evidence=told.evidence if clock.verdict or clock.overdue_at else None,
        hours=calendar,
    )
