"""Working time: how much of it lies between moments, and when an amount of it has passed.

Pure arithmetic on a calendar that is data. Moments are aware datetimes, results are in UTC, and
nothing is rounded. A calendar is worked out once; then every question takes a few binary
searches, whether it spans a minute or decades.

Where readings could differ:
- Hours are half-open: at 18:00 sharp a day from 09:00 to 18:00 is closed.
- An amount that runs out exactly at closing time is due at that closing time (reading 8). Nothing
  at all, added while it is closed, is due at the next opening.
- Between moments in the wrong order lies a negative amount.
- A year that the calendar does not know raises CalendarYearUnknown, which names it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from domain.errors import CalendarYearUnknown, MomentWithoutZone
from domain.openings import DAY, day_of
from domain.timetable import EPOCH, MICROSECOND, Run, timetable
from schemas.calendars import Calendar

NOTHING = timedelta(0)


def add(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return the earliest moment by which so much working time has passed since the start."""
    if amount < NOTHING:
        return subtract(calendar, start, -amount)
    if amount == NOTHING:
        return next_open(calendar, start)
    run, begins = _from(calendar, start)
    return _in(calendar, run.earliest(run.worked(begins) + amount // MICROSECOND), run.years.stop)


def subtract(calendar: Calendar, end: datetime, amount: timedelta) -> datetime:
    """Return the latest moment from which so much working time passes until the end."""
    if amount < NOTHING:
        return add(calendar, end, -amount)
    if amount == NOTHING:
        return previous_close(calendar, end)
    run, ends = _until(calendar, end)
    found = run.latest(run.worked(ends) - amount // MICROSECOND)
    return _in(calendar, found, run.years.start - 1)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the working time between two moments, negative if the end comes first."""
    if end < start:
        return -elapsed(calendar, end, start)
    run, begins = _from(calendar, start)
    ends = moment_number(end)
    if ends > run.ends:
        raise CalendarYearUnknown(calendar.name, run.years.stop)
    return (run.worked(ends) - run.worked(begins)) * MICROSECOND


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Tell whether a moment lies within working time."""
    run, moment = _from(calendar, at)
    return run.openings.include(timetable(calendar).zone.local(moment))


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """Return the moment itself if it is open, else the next opening."""
    run, moment = _from(calendar, at)
    return _in(calendar, run.latest(run.worked(moment)), run.years.stop)


def previous_close(calendar: Calendar, at: datetime) -> datetime:
    """Return the moment itself if it was open until then, else the last closing."""
    run, moment = _until(calendar, at)
    return _in(calendar, run.earliest(run.worked(moment)), run.years.start - 1)


def at_local(calendar: Calendar, local: datetime) -> datetime:
    """Return the first moment at which the calendar's clock shows this time, which has no zone.

    A time that the clock skips counts as if it had not been changed: 02:30 is 03:30 then.
    """
    number = (local.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
    return EPOCH + timetable(calendar).zone.moment(number) * MICROSECOND


def shown(calendar: Calendar, at: datetime) -> datetime:
    """Return what the calendar's clock shows, together with its offset from UTC."""
    moment = moment_number(at)
    ahead = timetable(calendar).zone.local(moment) - moment
    return at.astimezone(timezone(ahead * MICROSECOND))


def moment_number(moment: datetime) -> int:
    """Return a moment in microseconds since the beginning of the year 1, in UTC."""
    if moment.tzinfo is None:
        raise MomentWithoutZone(moment.isoformat())
    return (moment - EPOCH) // MICROSECOND


def _from(calendar: Calendar, start: datetime) -> tuple[Run, int]:
    """Return the run that goes on after a moment, and the number of the moment."""
    moment = moment_number(start)
    return _covering(calendar, moment), moment


def _until(calendar: Calendar, end: datetime) -> tuple[Run, int]:
    """Return the run that goes on before a moment, and the number of the moment."""
    moment = moment_number(end)
    return _covering(calendar, moment - 1), moment


def _covering(calendar: Calendar, moment: int) -> Run:
    work = timetable(calendar)
    for run in work.runs:
        if run.begins <= moment < run.ends:
            return run
    raise CalendarYearUnknown(calendar.name, day_of(work.zone.local(moment) // DAY).year)


def _in(calendar: Calendar, moment: int | None, year_beyond: int) -> datetime:
    """Return a moment that was found; else the answer lies in a year that is not known."""
    if moment is None:
        raise CalendarYearUnknown(calendar.name, year_beyond)
    return EPOCH + moment * MICROSECOND
