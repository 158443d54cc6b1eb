"""What happened to clocks (rule 2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from schemas.base import Wire
from schemas.case import Clock
from schemas.vocabulary import NoticeLevel, Proof, Rank, Verdict


class ClockStarted(Wire):
    """A promise is measured from now on."""

    kind: Literal["clock_started"] = "clock_started"
    clock: Clock


class ClockMoved(Wire):
    """A clock is due at another moment; receipt time and elapsed time stay (rule 7).

    `held` is how long it has stood still by now, where that is why it moved (rule 5). `target` is
    what it may take now, where that is not simply the plain time until it is due.

    One that was overdue `stays_overdue` if its new due moment has passed as well.
    """

    kind: Literal["clock_moved"] = "clock_moved"
    key: str
    due_at: datetime
    was_due_at: datetime
    reason: str
    held: timedelta | None = None
    stays_overdue: bool = False
    target: timedelta | None = None


class CalendarLeft(Wire):
    """A clock counts plain hours from now on: its calendar does not know the year it leads to."""

    kind: Literal["calendar_left"] = "calendar_left"
    key: str
    calendar: str
    year: int


class CalendarChanged(Wire):
    """A clock counts in the hours of another calendar from now on; without one in plain hours."""

    kind: Literal["calendar_changed"] = "calendar_changed"
    key: str
    calendar: str | None = None


class LevelReached(Wire):
    """A clock has come to a level of its ladder, counted from 1 (rule 14).

    `rank` is whom that concerns by now. In quiet hours, people are told at `notice_at`.
    """

    kind: Literal["level_reached"] = "level_reached"
    key: str
    level: int
    rank: Rank
    nominal_at: datetime
    late_by_seconds: int
    notice_at: datetime | None = None


class NoticeGiven(Wire):
    """Somebody was told about a clock; late when the alarm could not ring in time.

    `rung` is the level of the ladder that it is about, where the clock has a ladder.
    """

    kind: Literal["notice_given"] = "notice_given"
    key: str
    level: NoticeLevel
    to: str
    nominal_at: datetime
    late_by_seconds: int
    rung: int | None = None


class ClockOverdue(Wire):
    """The due moment passed without an answer; not yet a verdict (reading 2).

    `reason` is set where something else than the passing of time made it so.
    """

    kind: Literal["clock_overdue"] = "clock_overdue"
    key: str
    due_at: datetime
    reason: str | None = None


class ClockEnded(Wire):
    """The clock's one verdict (reading 2)."""

    kind: Literal["clock_ended"] = "clock_ended"
    key: str
    verdict: Verdict
    ended_at: datetime
    answered_at: datetime | None = None
    breached_at: datetime | None = None
    proof: Proof | None = None
    reason: str | None = None


ClockEvent = (
    ClockStarted
    | ClockMoved
    | CalendarLeft
    | CalendarChanged
    | LevelReached
    | NoticeGiven
    | ClockOverdue
    | ClockEnded
)
