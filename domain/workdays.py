"""Workdays and the day-clocks of the law, by the same calendars as working time.

The first day is never counted: neither the day of receipt (reading 8) nor any other from which
workdays are counted. A workday is a day with working time, so make-up working days are workdays,
and counting may start on a day of rest. A year that the calendar does not know raises
CalendarYearUnknown, which names it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from domain.errors import CalendarYearUnknown
from domain.openings import day_of, number_of
from domain.timetable import Run, timetable
from domain.working_time import at_local, shown
from schemas.calendars import Calendar


def is_workday(calendar: Calendar, day: date) -> bool:
    """Tell whether a day has any working time."""
    run = _run(calendar, day)
    return bool(run.openings.hours(number_of(day)))


def add_workdays(calendar: Calendar, day: date, count: int) -> date:
    """Return the last of so many workdays after a day, or before it if negative; none: the day."""
    run, tally, number = _run(calendar, day), timetable(calendar).openings.workdays, number_of(day)
    if count > 0:
        total = tally.before(number + 1) + count
        if total > tally.before(run.days.stop):
            raise CalendarYearUnknown(calendar.name, run.years.stop)
        return day_of(tally.first_reaching(total, run.days))
    if count < 0:
        total = tally.before(number) + count
        if total < tally.before(run.days.start):
            raise CalendarYearUnknown(calendar.name, run.years.start - 1)
        return day_of(tally.last_within(total, run.days))
    return day


def workdays_between(calendar: Calendar, start: date, end: date) -> int:
    """Return how many workdays lie after the start up to and with the end; negative if reversed."""
    if end < start:
        return -workdays_between(calendar, end, start)
    run, last = _run(calendar, start), number_of(end)
    if last not in run.days:
        raise CalendarYearUnknown(calendar.name, run.years.stop)
    before = run.openings.workdays.before
    return before(last + 1) - before(number_of(start) + 1)


def workday_from(calendar: Calendar, day: date) -> date:
    """Return the day itself if it is a workday, else the next one."""
    return add_workdays(calendar, day, 0 if is_workday(calendar, day) else 1)


def last_day(calendar: Calendar, received: date, days: int) -> date:
    """Return the last of so many calendar days after receipt; from a day of rest it rolls on."""
    return workday_from(calendar, received + timedelta(days=days))


def due_after_days(calendar: Calendar, received_at: datetime, days: int) -> datetime:
    """Return the end of the last of so many calendar days, as the law counts them."""
    return end_of_day(calendar, last_day(calendar, local_day(calendar, received_at), days))


def due_after_workdays(calendar: Calendar, received_at: datetime, count: int) -> datetime:
    """Return the end of the last of so many workdays after the day of receipt."""
    return end_of_day(calendar, add_workdays(calendar, local_day(calendar, received_at), count))


def local_day(calendar: Calendar, at: datetime) -> date:
    """Return the day on the calendar's own clock."""
    return shown(calendar, at).date()


def end_of_day(calendar: Calendar, day: date) -> datetime:
    """Return 24:00 of a day on the calendar's own clock."""
    return at_local(calendar, datetime.combine(day + timedelta(days=1), time.min))


def _run(calendar: Calendar, day: date) -> Run:
    number = number_of(day)
    for run in timetable(calendar).runs:
        if number in run.days:
            return run
    raise CalendarYearUnknown(calendar.name, day.year)
