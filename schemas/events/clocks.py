"""What happened to clocks (rule 2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from schemas.base import Wire
from schemas.case import Clock
from schemas.vocabulary import NoticeLevel, Proof, Verdict


class ClockStarted(Wire):
    """A promise is measured from now on."""

    kind: Literal["clock_started"] = "clock_started"
    clock: Clock


class ClockMoved(Wire):
    """A clock is due at another moment; receipt time and elapsed time stay (rule 7).

    `held` is how long it has stood still by now, where that is why it moved (rule 5).

    One that was overdue `stays_overdue` if its new due moment has passed as well.
    """

    kind: Literal["clock_moved"] = "clock_moved"
    key: str
    due_at: datetime
    was_due_at: datetime
    reason: str
    held: timedelta | None = None
    stays_overdue: bool = False


class NoticeGiven(Wire):
    """The owner was told about a clock; late when the alarm could not ring in time."""

    kind: Literal["notice_given"] = "notice_given"
    key: str
    level: NoticeLevel
    to: str
    nominal_at: datetime
    late_by_seconds: int


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


ClockEvent = ClockStarted | ClockMoved | NoticeGiven | ClockOverdue | ClockEnded
