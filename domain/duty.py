"""Duty: who can be told something at a moment, so that every level reaches a person (rule 14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain import working_time
from domain.errors import CalendarYearUnknown
from domain.reckoning import calendar_of
from domain.state import CaseState
from schemas.policy import Policy, Shift
from schemas.vocabulary import Rank


def reach(state: CaseState, rank: Rank, at: datetime) -> str:
    """Return who is told what concerns a rank: whoever is there, a deputy, or the rank above.

    Where nobody is there at all, it is the first of the rank who would be, and finds it later.
    """
    ranks = list(Rank)[list(Rank).index(rank) :]
    for each in ranks:
        found = _present(state, each, at)
        if found:
            # Those who are there take turns by number, as owners do (H21).
            return found[state.number % len(found)]
    named = [person for each in ranks for person in people(state, each)]
    return named[0] if named else state.owner


def people(state: CaseState, rank: Rank) -> Sequence[str]:
    """Return everybody of a rank; the only one of the lowest is the owner of the case."""
    if rank is Rank.OWNER:
        return (state.owner,)
    shifts = state.policy.duty.shifts
    return tuple(dict.fromkeys(shift.person for shift in shifts if shift.rank is rank))


def is_there(policy: Policy, person: str, at: datetime) -> bool:
    """Tell whether somebody is on duty: not away, and in the hours of a shift if they have any."""
    away = (each for each in policy.duty.absences if each.person == person)
    if any(each.since <= at < each.until for each in away):
        return False
    shifts = [shift for shift in policy.duty.shifts if shift.person == person]
    return not shifts or any(_is_on(policy, shift, at) for shift in shifts)


def _present(state: CaseState, rank: Rank, at: datetime) -> list[str]:
    """Return who of a rank is there, or else their deputies who are, the preferred first."""
    policy, named = state.policy, people(state, rank)
    found = [person for person in named if is_there(policy, person, at)]
    if found:
        return found
    deputies = (each for person in named for each in policy.duty.deputies.get(person, ()))
    return [each for each in deputies if is_there(policy, each, at)][:1]


def _is_on(policy: Policy, shift: Shift, at: datetime) -> bool:
    """Tell whether a shift is on; in a year that its calendar does not know nobody can tell."""
    calendar = calendar_of(policy, shift.calendar)
    try:
        return calendar is None or working_time.is_open(calendar, at)
    except CalendarYearUnknown:
        return False
