"""Tickets of other systems: what their clocks say, computed with our calendars.

A first response, a solution, and an answer to the first thing that the customer said since the
last answer have a target each. Time on pause counts in the calendar of the target (reading 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.vectors.calendars import moment, seconds
from cli.vectors.forms import Ticket
from domain.working_time import add, elapsed
from schemas.calendars import Calendar

MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)

NONE: Mapping[str, None] = dict.fromkeys(
    f"{clock}_{what}"
    for clock in ("first_response", "update", "solution")
    for what in ("due", "minutes", "margin_minutes")
)
"""What is asked of a clock that a ticket does not have."""

Answer = datetime | int | None
Events = Sequence[tuple[datetime, str]]
Period = tuple[datetime, datetime | None]
"""From when, and until when if that has come."""


@dataclass(frozen=True)
class Course:
    """A ticket's calendar and pauses."""

    calendar: Calendar
    pauses: tuple[Period, ...]

    def spent(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two moments, less what of it was on pause."""
        cut = ((max(begun, start), min(ended or end, end)) for begun, ended in self.pauses)
        paused = (elapsed(self.calendar, *part) for part in cut if part[0] < part[1])
        return elapsed(self.calendar, start, end) - sum(paused, NOTHING)

    def due(self, start: datetime, target: timedelta) -> datetime | None:
        """Return when a target runs out; None while a pause holds it."""
        due = add(self.calendar, start, target)
        for begun, ended in self.pauses:
            if begun < due and (ended is None or ended > start):
                if ended is None:
                    return None
                target += elapsed(self.calendar, max(begun, start), ended)
                due = add(self.calendar, start, target)
        return due


def ticket_answers(calendar: Calendar, ticket: Ticket) -> Mapping[str, Answer]:
    """Return what the clocks of a ticket say after its last event.

    Where the vector expects no due moment, ours is none if nothing is awaited any more.
    """
    events = _in_order(calendar, ticket)
    course = Course(calendar, tuple(_periods(events, "pause", "resume")))
    is_over = any(kind == "closed" for _, kind in events)
    awaited: list[datetime] = []
    found: dict[str, Answer] = {}
    for name, amount in ticket.targets_seconds.items():
        target = seconds(amount)
        periods = _periods_of(name, moment(calendar, ticket.created), events)
        due = course.due(periods[-1][0], target) if periods else None
        if due is not None and periods[-1][1] is None and not is_over:
            awaited.append(due)
        elif ticket.expect.get(f"{name}_due") is None:
            due = None
        found[f"{name}_due"] = due
        found.update(_spent(name, target, course, periods))
    return {**NONE, **found, "next_escalation": min(awaited, default=None)}


def _spent(
    name: str, target: timedelta, course: Course, periods: Sequence[Period]
) -> Mapping[str, int | None]:
    """Return the longest time that an answer took, and what was left of its target."""
    spent = max((course.spent(start, end) for start, end in periods if end), default=None)
    if spent is None:
        return {}
    margin = int((target - spent) / MINUTE)
    return {f"{name}_minutes": spent // MINUTE, f"{name}_margin_minutes": margin}


def _in_order(calendar: Calendar, ticket: Ticket) -> Events:
    told = [(moment(calendar, event.at), event.type) for event in ticket.events]
    return sorted(told, key=lambda event: event[0])


def _periods_of(name: str, created: datetime, events: Events) -> Sequence[Period]:
    if name == "update":
        return tuple(_periods(events, "customer_contact", "agent_contact"))
    ending = {"first_response": "first_response", "solution": "closed"}[name]
    return ((created, next((at for at, kind in events if kind == ending), None)),)


def _periods(events: Events, beginning: str, ending: str) -> Iterator[Period]:
    """Yield from each beginning, unless one lasts, to the next ending."""
    since: datetime | None = None
    for at, kind in events:
        if kind == beginning and since is None:
            since = at
        elif kind == ending and since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, None
