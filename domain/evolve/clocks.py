"""What happens to clocks."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain.state import CaseState
from schemas.case import Clock
from schemas.events import (
    CalendarChanged,
    CalendarLeft,
    ClockEnded,
    ClockEvent,
    ClockMoved,
    ClockOverdue,
    ClockStarted,
    LevelReached,
    NoticeGiven,
)
from schemas.vocabulary import NoticeLevel


def evolve_clocks(state: CaseState, event: ClockEvent) -> CaseState:
    if isinstance(event, ClockStarted):
        return state.model_copy(update={"clocks": (*state.clocks, event.clock)})
    changed = tuple(_after(c, event) if c.key == event.key else c for c in state.clocks)
    return state.model_copy(update={"clocks": changed})


def _after(
    clock: Clock,
    event: ClockMoved
    | CalendarLeft
    | CalendarChanged
    | LevelReached
    | NoticeGiven
    | ClockOverdue
    | ClockEnded,
) -> Clock:
    match event:
        case ClockMoved():
            return clock.model_copy(update=_moved(clock, event))
        case CalendarLeft():
            return clock.model_copy(update={"calendar": None})
        case CalendarChanged():
            return clock.model_copy(update={"calendar": event.calendar})
        case LevelReached():
            return clock.model_copy(update=_reached(event))
        case NoticeGiven(rung=int() as rung):
            return clock.model_copy(update={"told": rung, "notice_at": None})
        case NoticeGiven():
            return clock.model_copy(update={"noticed": (*clock.noticed, event.level)})
        case ClockOverdue():
            return clock.model_copy(update={"overdue_at": event.due_at, "reason": event.reason})
        case ClockEnded():
            return clock.model_copy(
                update={
                    "verdict": event.verdict,
                    "answered_at": event.answered_at,
                    "breached_at": event.breached_at,
                    "ended_at": event.ended_at,
                    "proof": event.proof,
                    "reason": event.reason,
                }
            )
        case _:
            assert_never(event)


def _moved(clock: Clock, event: ClockMoved) -> dict[str, object]:
    held = clock.held if event.held is None else event.held
    overdue_at = _overdue_after(clock, event)
    return {
        "due_at": event.due_at,
        "held": held,
        "target": event.due_at - clock.started_at - held if event.target is None else event.target,
        "overdue_at": overdue_at,
        "noticed": clock.noticed if overdue_at else _without_overdue(clock),
        "reason": clock.reason if overdue_at else None,
    }


def _without_overdue(clock: Clock) -> tuple[NoticeLevel, ...]:
    """Return the notices that still stand once a clock is not overdue any more."""
    return tuple(level for level in clock.noticed if level is not NoticeLevel.OVERDUE)


def _reached(event: LevelReached) -> dict[str, object]:
    return {"levels": event.level, "notice_at": event.notice_at}


def _overdue_after(clock: Clock, event: ClockMoved) -> datetime | None:
    """Return since when a clock that moved is overdue: not at all before a later moment comes."""
    if clock.overdue_at is None:
        return None
    stays = event.stays_overdue or event.due_at <= clock.overdue_at
    return event.due_at if stays else None
