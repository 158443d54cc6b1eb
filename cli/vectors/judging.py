"""Whether our answers are those of a vector, and why not where its source goes another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from cli.vectors.answers import Answer, answers
from cli.vectors.calendars import seconds
from cli.vectors.forms import AnyVector, Ticket
from domain.errors import CalendarYearUnknown
from domain.working_time import shown
from schemas.calendars import Calendar

ALTERNATIVE = "due_alt"
"""So begin the names under which a vector tells the other reading of the boundary."""

OUR_BOUNDARY = "close"


class Judgement(StrEnum):
    """What a comparison comes to."""

    AGREE = "agree"
    DISAGREE = "disagree"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Judged:
    """A vector, and what became of it; `reason` says why it does not apply."""

    id: str
    operation: str
    judgement: Judgement
    expected: str = ""
    ours: str = ""
    reason: str = ""


def judge(vector: AnyVector, calendar: Calendar) -> Judged:
    """Compare our answers with those of a vector."""
    try:
        ours = answers(vector, calendar)
    except (CalendarYearUnknown, OverflowError) as error:
        why = " ".join(str(error).split())
        return Judged(vector.id, vector.op, Judgement.DISAGREE, _told(_wanted(vector)), why)
    wanted = {name: value for name, value in _wanted(vector).items() if name in ours}
    wrong = {
        name: value for name, value in wanted.items() if not is_same(value, ours[name], calendar)
    }
    if not wrong:
        return Judged(vector.id, vector.op, Judgement.AGREE)
    reason = next(_deviations(vector, [ours[name] for name in wrong], calendar), "")
    judgement = Judgement.NOT_APPLICABLE if reason else Judgement.DISAGREE
    told = {name: _shown(ours[name], calendar) for name in wrong}
    return Judged(vector.id, vector.op, judgement, _told(wrong), _told(told), reason)


def is_same(expected: object, ours: Answer, calendar: Calendar) -> bool:
    """Tell whether a value of a file is our answer; a time without offset is local time."""
    if ours is None or expected is None:
        return ours is expected
    match ours:
        case datetime():
            given = _parsed(str(expected))
            local = shown(calendar, ours).replace(tzinfo=None)
            return given == (ours if given and given.tzinfo else local)
        case timedelta():
            return seconds(Decimal(str(expected))) == ours
        case date():
            return str(expected) == str(ours)
        case _:
            return expected == ours


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _deviations(vector: AnyVector, ours: Sequence[Answer], calendar: Calendar) -> Iterator[str]:
    """Yield why a vector that differs does not apply to us.

    Where it says what the other reading gives, that must be what we say.
    """

    def is_other(readings: Sequence[object]) -> bool:
        return any(is_same(each, ours[0], calendar) for each in readings)

    plain = [] if vector.plain_reading_gives is None else [vector.plain_reading_gives]
    others = [
        value for name, value in (vector.model_extra or {}).items() if name.startswith(ALTERNATIVE)
    ]
    if vector.boundary not in (None, OUR_BOUNDARY) and (not others or is_other(others)):
        yield f"boundary {vector.boundary}: ours is the closing time (reading 8)"
    if vector.semantics is not None and (not plain or is_other(plain)):
        yield f"semantics: {vector.semantics}"
    if vector.semantics is None and is_other(plain):
        yield "its source departs from the plain reading, which is ours"


def _wanted(vector: AnyVector) -> Mapping[str, object]:
    if isinstance(vector, Ticket):
        return vector.expect
    return {name: getattr(vector, name) for name in sorted(vector.model_fields_set)}


def _told(values: Mapping[str, object]) -> str:
    if len(values) == 1:
        return str(*values.values())
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _shown(answer: Answer, calendar: Calendar) -> str:
    match answer:
        case datetime():
            return shown(calendar, answer).isoformat()
        case timedelta():
            return f"{answer.total_seconds():.6f}".rstrip("0").rstrip(".")
        case _:
            return str(answer)
