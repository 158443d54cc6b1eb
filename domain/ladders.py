"""Ladders: who is told as a clock runs on and out, each level once per cycle (rule 14, H9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain import duty, reckoning, working_time
from domain.decision import Decision
from domain.errors import CalendarYearUnknown
from domain.state import CaseState, running
from schemas.case import Clock
from schemas.events import LevelReached, NoticeGiven
from schemas.policy import Level, Policy
from schemas.vocabulary import ClockKind, NoticeLevel, Rank, Severity

WHOLE = 100
"""Percent of a clock's time: it is due."""


def ladder_of(policy: Policy, kind: ClockKind) -> Sequence[Level]:
    """Return the levels of a kind of clock, the earliest first; none in an older policy."""
    return policy.ladders.get(kind, ())


def next_level_at(state: CaseState, clock: Clock) -> datetime | None:
    """Return when a clock comes to the next level of its ladder, if there is one left."""
    ladder = ladder_of(state.policy, clock.kind)
    # A policy that counts since may have fewer levels than were reached.
    if clock.levels >= len(ladder):
        return None
    return _moment(state.policy, clock, ladder[clock.levels])


def tells_lateness(state: CaseState, clock: Clock) -> bool:
    """Tell whether the levels that come once a clock is due are all still to come.

    Those of a due moment that was put off do not come again for the new one.
    """
    ladder = ladder_of(state.policy, clock.kind)
    return bool(ladder) and all(_is_early(step) for step in ladder[: clock.levels])


def notice_at(state: CaseState, clock: Clock) -> datetime | None:
    """Return when people are told of levels that were reached in quiet hours.

    Of a case that has become critical meanwhile, they are told at once.
    """
    if not _untold(state, clock):
        return None
    if clock.notice_at is None or state.severity is not Severity.CRITICAL:
        return clock.notice_at
    return clock.started_at


def reach(decision: Decision, key: str) -> None:
    """Take note that a clock has come to its next level, and tell people unless it is quiet."""
    state, clock = decision.state, _running(decision.state, key)
    step = ladder_of(state.policy, clock.kind)[clock.levels]
    nominal_at = _moment(state.policy, clock, step)
    quiet_until = _quiet_until(state, decision.now)
    decision.record(
        LevelReached(
            key=key,
            level=clock.levels + 1,
            rank=_rank(state, step),
            nominal_at=nominal_at,
            late_by_seconds=int((decision.now - nominal_at).total_seconds()),
            notice_at=quiet_until,
        )
    )
    if quiet_until is None:
        tell(decision, key)


def tell(decision: Decision, key: str) -> None:
    """Tell everybody whom the levels concern of which nobody was told yet."""
    state, clock = decision.state, _running(decision.state, key)
    ladder = ladder_of(state.policy, clock.kind)
    for level in _untold(state, clock):
        meant_for = clock.notice_at or _moment(state.policy, clock, ladder[level])
        nominal_at = min(meant_for, decision.now)
        for person in _people(state, clock, ladder[level], decision.now):
            decision.record(
                NoticeGiven(
                    key=key,
                    level=_level(ladder[level]),
                    to=person,
                    nominal_at=nominal_at,
                    late_by_seconds=int((decision.now - nominal_at).total_seconds()),
                    rung=level + 1,
                )
            )


def _untold(state: CaseState, clock: Clock) -> range:
    """Return which levels were reached of which nobody was told, as far as the ladder has them."""
    return range(clock.told, min(clock.levels, len(ladder_of(state.policy, clock.kind))))


def _running(state: CaseState, key: str) -> Clock:
    return next(clock for clock in running(state) if clock.key == key)


def _moment(policy: Policy, clock: Clock, step: Level) -> datetime:
    """Return when a clock comes to a level, counted in the hours of the clock."""
    if _is_early(step):
        share = clock.target * step.percent / WHOLE + clock.held
        return reckoning.after_or_plain(policy, clock.calendar, clock.started_at, share)
    if step.after:
        return reckoning.after_or_plain(policy, clock.calendar, clock.due_at, step.after)
    return clock.due_at


def _rank(state: CaseState, step: Level) -> Rank:
    """Return whom a level concerns: in a serious case, one level up (H9)."""
    serious = state.policy.serious
    is_serious = serious is not None and state.severity.rank >= serious.rank
    return step.tell.above if is_serious else step.tell


def _people(state: CaseState, clock: Clock, step: Level, at: datetime) -> Sequence[str]:
    """Return who is told: one person, and of what is the owner's the owner in any case (H8).

    The department that has a check is reminded of it (rule 9).
    """
    ranks = (step.tell, _rank(state, step)) if step.tell is Rank.OWNER else (_rank(state, step),)
    asked = [c.department for c in state.checks if clock.key == f"check.{c.number}"]
    departments = asked if step.department else []
    return tuple(dict.fromkeys([*departments, *(duty.reach(state, rank, at) for rank in ranks)]))


def _level(step: Level) -> NoticeLevel:
    return NoticeLevel.WARNING if _is_early(step) else NoticeLevel.OVERDUE


def _is_early(step: Level) -> bool:
    return step.percent < WHOLE


def _quiet_until(state: CaseState, at: datetime) -> datetime | None:
    """Return when the quiet hours end, if it is quiet; for a critical case it never is.

    In a year that the calendar does not know it is not either: too loud is better than unheard.
    """
    calendar = reckoning.calendar_of(state.policy, state.policy.notices_in)
    if calendar is None or state.severity is Severity.CRITICAL:
        return None
    try:
        opens_at = working_time.next_open(calendar, at)
    except CalendarYearUnknown:
        return None
    return opens_at if opens_at > at else None
