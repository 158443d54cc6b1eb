"""What happened to clocks (rule 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Clock
from schemas.vocabulary import NoticeLevel, Proof, Verdict


class ClockStarted(Wire):
    """A promise is measured from now on."""

    kind: Literal["clock_started"] = "clock_started"
    clock: Clock


class ClockMoved(Wire):
    """A clock's target changed; receipt time and elapsed time stay (rule 7)."""

    kind: Literal["clock_moved"] = "clock_moved"
    key: str
    due_at: datetime
    was_due_at: datetime
    reason: str


class NoticeGiven(Wire):
    """The owner was told about a clock; late when the alarm could not ring in time."""

    kind: Literal["notice_given"] = "notice_given"
    key: str
    level: NoticeLevel
    to: str
    nominal_at: datetime
    late_by_seconds: int


class ClockOverdue(Wire):
    """The due moment passed without an answer; not yet a verdict (reading 2)."""

    kind: Literal["clock_overdue"] = "clock_overdue"
    key: str
    due_at: datetime


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


ClockEvent = ClockStarted | ClockMoved | NoticeGiven | ClockOverdue | ClockEnded
