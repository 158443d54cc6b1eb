"""Calls: when to call a customer back, in the customer's own zone and hours (H11, rule 17).

The rule by which a call counts is here too, so that a plan never holds a call that would not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from domain import reckoning, working_time
from domain.errors import CalendarYearUnknown
from domain.state import CaseState, running
from schemas.calendars import Span
from schemas.case import Clock
from schemas.commands import Customer
from schemas.policy import Policy
from schemas.vocabulary import ClockKind

CALLBACK_KEY = "callback"
"""The clock that measures when the customer is called back; a later one adds its place."""

SIGN_OFF_KEY = "callback.sign_off"
"""The clock that measures the manager's sign-off of a customer who stays dissatisfied."""

FARTHEST_DAYS = 31
"""So many days ahead a call is looked for; hours of every day come round much sooner."""

HOUR = 3600


def planned_calls(state: CaseState, now: datetime | None = None) -> tuple[datetime, ...]:
    """Return in UTC when to call, as often as it takes until the customer counts as unreachable.

    The time agreed on comes first. Every other call is on another day and at another hour than
    those that count, in another part of the day as long as there is one, and in the hours that
    the customer wishes for and outside our quiet ones if that can be. Without `now` it depends
    on what has happened alone. Nothing is planned without hours in policy or for nobody.
    """
    clock = next(filter(is_call, running(state, ClockKind.CALLBACK)), None)
    customer = state.opening.customer
    if clock is None or customer is None or not state.policy.callback.hours:
        return ()
    taken = [a.called_at for a in state.attempts if a.counts]
    left = state.policy.callback.attempts - len(taken)
    found: list[datetime] = []
    since = _earliest(state, clock, now)
    agreed = _agreed(state)
    if agreed is not None and agreed >= since:
        found.append(agreed)
    while len(found) < left:
        at = _next(state.policy, customer, [*taken, *found], max([since, *found]))
        if at is None:
            break
        found.append(at)
    return tuple(found)


def is_call(clock: Clock) -> bool:
    """Tell whether a clock measures a call to the customer."""
    return clock.kind is ClockKind.CALLBACK and clock.key != SIGN_OFF_KEY


def counts(state: CaseState, called_at: datetime) -> bool:
    """Tell whether a call is on another day and at another hour than those that count."""
    taken = [attempt.called_at for attempt in state.attempts if attempt.counts]
    return _is_apart(called_at, taken, zone_of(state.opening.customer))


def zone_of(customer: Customer | None) -> tzinfo:
    """Return the customer's zone; a name that means nothing here must not jam the case."""
    try:
        return ZoneInfo(customer.time_zone) if customer else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def _is_apart(at: datetime, taken: Iterable[datetime], zone: tzinfo) -> bool:
    local = at.astimezone(zone)
    others = [each.astimezone(zone) for each in taken]
    return all(local.date() != e.date() and local.hour != e.hour for e in others)


def _earliest(state: CaseState, clock: Clock, now: datetime | None) -> datetime:
    """Return from when on a call makes sense: the remedy has shown itself, the last call is over.

    With a time agreed on, any other call before it would not count.
    """
    shown = clock.started_at + state.policy.callback.wait
    called = [attempt.called_at for attempt in state.attempts]
    agreed = _agreed(state)
    first = shown if agreed is None else agreed
    return max([first, *called, *([now] if now else [])])


def _agreed(state: CaseState) -> datetime | None:
    """Return the time agreed on, while no call has been made at it."""
    agreed = state.appointment
    made = agreed is not None and any(a.called_at >= agreed for a in state.attempts)
    return None if made else agreed


def _next(
    policy: Policy, customer: Customer, taken: Sequence[datetime], since: datetime
) -> datetime | None:
    """Return the best hour; for a customer far away our quiet hours may leave none but theirs."""
    suiting = partial(_suiting, policy, customer, taken, since)
    awake = next((at for at in suiting() if not _is_quiet(policy, at)), None)
    return awake or next(suiting(), None)


def _suiting(
    policy: Policy, customer: Customer, taken: Sequence[datetime], since: datetime
) -> Iterator[datetime]:
    """Yield hours that would count; a better part of the day goes before an earlier day."""
    zone = zone_of(customer)
    for parts in _choices(policy, customer, [each.astimezone(zone) for each in taken]):
        yield from (at for at in _hours(parts, since, zone) if _is_apart(at, taken, zone))


def _choices(
    policy: Policy, customer: Customer, taken: Sequence[datetime]
) -> Iterator[Sequence[Span]]:
    """Yield parts of the day, the best first: wished for, and not tried as often as others."""
    for spans in filter(None, (customer.call_hours, policy.callback.hours)):
        tried = [sum(_is_within(span, each) for each in taken) for span in spans]
        yield [span for span, often in zip(spans, tried, strict=True) if often == min(tried)]
        yield spans


def _hours(parts: Sequence[Span], since: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the opening and every full hour of these parts from a moment on, in UTC."""
    today = since.astimezone(zone).date()
    for day in range(FARTHEST_DAYS):
        for part in parts:
            for second in (part.opens, *range(part.opens // HOUR * HOUR + HOUR, part.closes, HOUR)):
                at = _moment(today + timedelta(days=day), second, zone)
                if at >= since:
                    yield at


def _moment(day: date, second: int, zone: tzinfo) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight + timedelta(seconds=second)).astimezone(UTC)


def _is_within(span: Span, local: datetime) -> bool:
    second = local.hour * HOUR + local.minute * 60 + local.second
    return span.opens <= second < span.closes


def _is_quiet(policy: Policy, at: datetime) -> bool:
    """Tell whether people are not to be rung, whoever they are; an unknown year is no reason."""
    calendar = reckoning.calendar_of(policy, policy.notices_in)
    try:
        return calendar is not None and not working_time.is_open(calendar, at)
    except CalendarYearUnknown:
        return False
