"""The one next alarm of a case, and what happens when it rings (rules 2, 11 and 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from domain import proposals
from domain.decision import Decision
from domain.followup import reopening_ends_at
from domain.state import CaseState, running
from schemas.case import Clock, Proposal
from schemas.events import CaseCompleted, ClockOverdue, NoticeGiven, SurveyWithdrawn
from schemas.views import NextDeadline
from schemas.vocabulary import NoticeLevel


class Alarm(NamedTuple):
    """A moment in UTC, what it is about, and what to do when it comes."""

    at: datetime
    about: str
    ring: Callable[[Decision], None]


def next_alarm(state: CaseState) -> Alarm | None:
    """Return the earliest moment at which something must happen by itself, if any."""
    return min(_alarms(state), key=lambda alarm: (alarm.at, alarm.about), default=None)


def ring(decision: Decision) -> None:
    """Do everything that is due by now, earliest first; each thing happens once."""
    while (alarm := next_alarm(decision.state)) is not None and alarm.at <= decision.now:
        alarm.ring(decision)


def next_deadline(state: CaseState) -> NextDeadline | None:
    """Return the one deadline an open case has next: overdue ones only if there is no other."""
    clocks = sorted(running(state), key=lambda c: (c.overdue_at is not None, c.due_at, c.key))
    if not clocks:
        return None
    first = clocks[0]
    return NextDeadline(
        key=first.key, kind=first.kind, due_at=first.due_at, overdue=first.overdue_at is not None
    )


def _alarms(state: CaseState) -> Iterator[Alarm]:
    if state.is_closed:
        if not state.completed:
            yield Alarm(reopening_ends_at(state), "reopening window ends", _complete)
        return
    for clock in running(state):
        yield from _clock_alarms(state, clock)
    proposal = proposals.unanswered(state)
    if proposal is not None:
        yield _proposal_alarm(state, proposal)


def _clock_alarms(state: CaseState, clock: Clock) -> Iterator[Alarm]:
    if clock.overdue_at is None:
        yield Alarm(clock.due_at, f"{clock.key} due", partial(_overdue, key=clock.key))
        if NoticeLevel.WARNING not in clock.noticed:
            warned_at = clock.started_at + clock.target * state.policy.warning_percent / 100
            warn = partial(_notice, clock=clock, level=NoticeLevel.WARNING, nominal_at=warned_at)
            yield Alarm(warned_at, f"{clock.key} warning", warn)


def _proposal_alarm(state: CaseState, proposal: Proposal) -> Alarm:
    reminder_at = proposals.next_reminder_at(state, proposal)
    if reminder_at is None:
        expires_at = proposals.expires_at(state, proposal)
        return Alarm(expires_at, "proposal expires", partial(proposals.expire, proposal=proposal))
    remind = partial(proposals.remind, proposal=proposal, nominal_at=reminder_at)
    return Alarm(reminder_at, "proposal reminder", remind)


def _overdue(decision: Decision, key: str) -> None:
    """Mark a clock overdue; its verdict comes when it ends (reading 2)."""
    for clock in running(decision.state):
        if clock.key == key:
            decision.record(ClockOverdue(key=key, due_at=clock.due_at))
            if NoticeLevel.OVERDUE not in clock.noticed:
                _notice(decision, clock, NoticeLevel.OVERDUE, clock.due_at)


def _notice(decision: Decision, clock: Clock, level: NoticeLevel, nominal_at: datetime) -> None:
    decision.record(
        NoticeGiven(
            key=clock.key,
            level=level,
            to=decision.state.owner,
            nominal_at=nominal_at,
            late_by_seconds=int((decision.now - nominal_at).total_seconds()),
        )
    )


def _complete(decision: Decision) -> None:
    survey = decision.state.survey
    if survey is not None and survey.score is None:
        decision.record(SurveyWithdrawn(cycle=survey.cycle))
    decision.record(CaseCompleted())
