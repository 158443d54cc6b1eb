"""What the forms of our data files are made of: durations, codes, and how a mistake is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt
from pydantic_core import PydanticCustomError

from domain.codes import is_telephone
from runtime.duration import parse_duration

LONGEST = timedelta(days=3650)

Value = TypeVar("Value")


def mistake(what: str, remedy: str) -> PydanticCustomError:
    """Return the error that says what is wrong in a place and how to mend it."""
    return PydanticCustomError("mistake", "{what}", {"what": what, "remedy": remedy})


def _duration(value: object) -> timedelta:
    remedy = 'write such as "30m", "24h", "7d" or "1d12h"'
    try:
        duration = parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        duration = None
    if duration is None:
        raise mistake(f"{value!r} is no duration", remedy)
    if not timedelta(0) < duration <= LONGEST:
        raise mistake(f"{value!r} is not between a second and ten years", remedy)
    return duration


def complete(words: type[Enum]) -> Callable[[object], object]:
    """Return a validator that marks absent words with None, which TOML itself cannot express."""

    def mark(table: object) -> object:
        absent = {word.value: None for word in words}
        return {**absent, **table} if isinstance(table, dict) else table

    return mark


def _written_as(pattern: str, noun: str, remedy: str) -> AfterValidator:
    """Return a validator for words of a certain form."""

    def check(word: str) -> str:
        if re.fullmatch(pattern, word) is None:
            raise mistake(f"{word!r} is not a {noun}", remedy)
        return word

    return AfterValidator(check)


def _impersonal(code: str) -> str:
    if is_telephone(code):
        raise mistake(
            f"{code!r} looks like a telephone number", "put letters before it: A-10002345"
        )
    return code


def some(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the values, of which there must be one."""
    if not values:
        raise mistake("is empty", "name at least one")
    return values


def distinct(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the values, of which none may stand twice."""
    for place, value in enumerate(values):
        if value in values[:place]:
            raise mistake(f"{value!s} is listed twice", "keep one of them")
    return values


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Percent = Annotated[StrictInt, Field(ge=1, le=99)]
Count = Annotated[StrictInt, Field(ge=1)]
Code = Annotated[
    str,
    _written_as(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        "code",
        "use letters, digits, dots and dashes only, never a name",
    ),
]
Somebody = Annotated[Code, AfterValidator(_impersonal)]
Currency = Annotated[
    str, _written_as("[A-Z]{3}", "currency", "write its three capital letters, such as CNY")
]


Codes = Annotated[tuple[Somebody, ...], AfterValidator(distinct)]


class Form(BaseModel):
    """A table of the file; a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)
