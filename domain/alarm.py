"""The one next alarm of a case, and what happens when it rings (rules 2, 11 and 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from domain import ladders, overdue, pauses, proposals, reckoning
from domain.decision import Decision
from domain.followup import reopening_ends_at
from domain.state import CaseState, is_paused, running
from schemas.case import Clock, Proposal
from schemas.events import CaseCompleted, SurveyWithdrawn
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
    """Return the one deadline an open case has next: overdue ones only if there is no other.

    A clock that stands still is none: when it will be due nobody knows.
    """
    going = (clock for clock in running(state) if not is_paused(state, clock))
    clocks = sorted(going, key=lambda c: (c.overdue_at is not None, c.due_at, c.key))
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
        if not is_paused(state, clock):
            yield from _clock_alarms(state, clock)
    if state.hold is not None:
        until = state.hold.until
        yield Alarm(until, "hold ends", partial(pauses.end, at=until, reason=pauses.LONGEST))
    proposal = proposals.unanswered(state)
    if proposal is not None:
        yield _proposal_alarm(state, proposal)


def _clock_alarms(state: CaseState, clock: Clock) -> Iterator[Alarm]:
    if clock.overdue_at is None:
        yield Alarm(clock.due_at, f"{clock.key} due", partial(overdue.mark, key=clock.key))
    if ladders.ladder_of(state.policy, clock.kind):
        yield from _ladder_alarms(state, clock)
    elif clock.overdue_at is None and NoticeLevel.WARNING not in clock.noticed:
        share = clock.target * state.policy.warning_percent / 100 + clock.held
        grounds = (state.policy, clock.calendar, clock.started_at)
        warned_at = reckoning.after_or_plain(*grounds, share)
        warn = partial(overdue.notice, clock=clock, level=NoticeLevel.WARNING, nominal_at=warned_at)
        yield Alarm(warned_at, f"{clock.key} warning", warn)


def _ladder_alarms(state: CaseState, clock: Clock) -> Iterator[Alarm]:
    reached_at = ladders.next_level_at(state, clock)
    if reached_at is not None:
        about = f"{clock.key} level {clock.levels + 1}"
        yield Alarm(reached_at, about, partial(ladders.reach, key=clock.key))
    told_at = ladders.notice_at(state, clock)
    if told_at is not None:
        yield Alarm(told_at, f"{clock.key} notice", partial(ladders.tell, key=clock.key))


def _proposal_alarm(state: CaseState, proposal: Proposal) -> Alarm:
    reminder_at = proposals.next_reminder_at(state, proposal)
    if reminder_at is None:
        expires_at = proposals.expires_at(state, proposal)
        return Alarm(expires_at, "proposal expires", partial(proposals.expire, proposal=proposal))
    return Alarm(reminder_at, "proposal reminder", partial(proposals.remind, proposal=proposal))


def _complete(decision: Decision) -> None:
    survey = decision.state.survey
    if survey is not None and survey.score is None:
        decision.record(SurveyWithdrawn(cycle=survey.cycle))
    decision.record(CaseCompleted())
