"""Zones and their offsets, as data that can travel with a calendar.

A clock change that one machine knows and another does not would move a deadline at replay.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import ZoneUnknown
from schemas.calendars import Offset

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def find_zone(name: str) -> ZoneInfo:
    """Return a zone by its IANA name. Raises ZoneUnknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(name) from None


@lru_cache(maxsize=64)
def offsets(name: str, first_year: int, last_year: int) -> tuple[Offset, ...]:
    """Return the offsets of a zone in these years: the first one, and every change to the second.

    The clock is looked at once a day, and no zone has ever changed it twice within a day.
    """
    zone = find_zone(name)
    first = datetime(first_year, 1, 1, tzinfo=UTC) - DAY
    days = (datetime(last_year + 1, 1, 1, tzinfo=UTC) + DAY - first) // DAY
    looked = [(moment, _seconds(zone, moment)) for moment in (first + n * DAY for n in range(days))]
    changes = (
        _change(zone, before, after)
        for (before, this), (after, other) in pairwise(looked)
        if this != other
    )
    return (Offset(since=first, seconds=looked[0][1]), *changes)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> Offset:
    """Return the change between two moments, closing in on it by halves."""
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if _seconds(zone, middle) == _seconds(zone, before):
            before = middle
        else:
            after = middle
    return Offset(since=after, seconds=_seconds(zone, after))


def _seconds(zone: ZoneInfo, moment: datetime) -> int:
    ahead = moment.astimezone(zone).utcoffset() or timedelta(0)
    return ahead // SECOND
