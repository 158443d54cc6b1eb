"""What our calendars answer to a test vector."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import assert_never

from cli.vectors.calendars import moment, seconds
from cli.vectors.forms import (
    AddCalendarDays,
    AddTime,
    AddWorkdays,
    AnyVector,
    CountDays,
    Elapsed,
    IsOpen,
    IsWorkday,
    NextOpen,
    PrevClose,
    SubtractTime,
    Ticket,
    WorkdaysBetween,
)
from cli.vectors.tickets import ticket_answers
from domain import workdays, working_time
from schemas.calendars import Calendar

SATURDAY = 5

Answer = datetime | date | timedelta | bool | int | None


def answers(vector: AnyVector, calendar: Calendar) -> Mapping[str, Answer]:
    """Return our answers under the names that the vector gives to its own."""
    match vector:
        case AddTime():
            start = moment(calendar, vector.start)
            return {"due": working_time.add(calendar, start, seconds(vector.seconds))}
        case SubtractTime():
            start = moment(calendar, vector.start)
            return {"due": working_time.subtract(calendar, start, seconds(vector.seconds))}
        case Elapsed():
            ends = moment(calendar, vector.start), moment(calendar, vector.end)
            return {"seconds": working_time.elapsed(calendar, *ends)}
        case IsOpen():
            return {"expect": working_time.is_open(calendar, moment(calendar, vector.at))}
        case NextOpen():
            return {"expect": working_time.next_open(calendar, moment(calendar, vector.at))}
        case PrevClose():
            return {"expect": working_time.previous_close(calendar, moment(calendar, vector.at))}
        case AddWorkdays():
            return {"due": workdays.add_workdays(calendar, vector.day, vector.days)}
        case WorkdaysBetween():
            return {"days": workdays.workdays_between(calendar, vector.start, vector.end)}
        case AddCalendarDays():
            last = vector.day + timedelta(days=vector.days)
            due = workdays.last_day(calendar, vector.day, vector.days)
            return {"due": due, "last_day": last, "rolled": due != last}
        case IsWorkday():
            return {"expect": workdays.is_workday(calendar, vector.day)}
        case CountDays():
            return _counts(calendar, vector.start, vector.end)
        case Ticket():
            return ticket_answers(calendar, vector)
        case _:
            assert_never(vector)


def _counts(calendar: Calendar, start: date, end: date) -> Mapping[str, int]:
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    work = [day for day in days if workdays.is_workday(calendar, day)]
    rest = [day for day in days if day not in work]
    named = [day for day in rest if day.weekday() < SATURDAY or day in calendar.holidays]
    return {
        "rest_days": len(rest),
        "rest_days_without_plain_weekends": len(named),
        "workdays": len(work),
        "workdays_without_weekend_makeups": sum(day.weekday() < SATURDAY for day in work),
    }
