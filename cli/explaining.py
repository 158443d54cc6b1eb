"""What a command takes, told from its model: fields, their values, and an example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from domain.permissions import SENDERS
from schemas.commands import COMMANDS, SIGNALS
from schemas.money import Money
from schemas.sealed import Sealed
from schemas.vocabulary import Word
from starter.composing import MADE_HERE

NAMES = {
    Sealed: "text",
    str: "code",
    int: "number",
    bool: "true or false",
    AwareDatetime: "time",
}
EXAMPLES: dict[Any, object] = {
    Sealed: "in your own words",
    str: "CODE-1",
    int: 1,
    bool: True,
    AwareDatetime: "2026-03-01T09:30+08:00",
    Money: {"minor": 5000, "currency": "CNY"},
}


def described(command: str) -> dict[str, Any]:
    """Return a command as data: its fields, who may send it, and an example of its fields."""
    model = COMMANDS[command]
    given = {key: field for key, field in model.model_fields.items() if key not in MADE_HERE}
    fields = [
        {"name": key, "type": type_name(field.annotation), "required": field.is_required()}
        for key, field in given.items()
    ]
    return {
        "command": command,
        "fields": fields,
        "by": [str(role) for role in SENDERS[command]],
        "signal": command in SIGNALS,
    }


def type_name(annotation: Any) -> str:  # noqa: ANN401 - Any type at all.
    """Return a type as people say it."""
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(type_name(one) for one in _alternatives(annotation))
    if get_origin(annotation) is tuple:
        return f"list of {type_name(get_args(annotation)[0])}"
    name = getattr(annotation, "__name__", str(annotation)).lower()
    return NAMES.get(annotation, name)


def field_rows(command: str) -> Iterator[tuple[str, str, str]]:
    """Yield every field with its type and the values it may have, nested ones by their path."""
    yield from _rows(COMMANDS[command], "")


def example(command: str) -> str:
    """Return the program's own line for a command, with a value for every field that is needed."""
    model = COMMANDS[command]
    given = {
        key: _example(field.annotation)
        for key, field in model.model_fields.items()
        if key not in MADE_HERE and field.is_required()
    }
    return " ".join(["redress send 17", command, *(_argument(*each) for each in given.items())])


def _rows(model: type[BaseModel], path: str) -> Iterator[tuple[str, str, str]]:
    for key, field in model.model_fields.items():
        if not path and key in MADE_HERE:
            continue
        kind = _inner(field.annotation)
        optional = "" if field.is_required() else "?"
        yield f"{path}{key}{optional}", type_name(field.annotation), _values(kind)
        if _is_table(kind):
            many = "[]." if get_origin(field.annotation) is tuple else "."
            yield from _rows(kind, f"{path}{key}{many}")


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - Any type at all.
    """Return what a list is made of, or what a field holds that may be left out."""
    if get_origin(annotation) in (Union, UnionType):
        return _inner(_alternatives(annotation)[0])
    if get_origin(annotation) is tuple:
        return _inner(get_args(annotation)[0])
    return annotation


def _alternatives(annotation: Any) -> list[Any]:  # noqa: ANN401 - Any type at all.
    return [one for one in get_args(annotation) if one is not type(None)]


def _values(kind: Any) -> str:  # noqa: ANN401 - Any type at all.
    if isinstance(kind, type) and issubclass(kind, Word):
        return ", ".join(kind)
    return ""


def _is_table(kind: Any) -> bool:  # noqa: ANN401 - Any type at all.
    return isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Sealed


def _example(annotation: Any) -> object:  # noqa: ANN401 - Any type at all.
    if get_origin(annotation) is tuple:
        return [_example(get_args(annotation)[0])]
    kind = _inner(annotation)
    if kind in EXAMPLES:
        return EXAMPLES[kind]
    if isinstance(kind, type) and issubclass(kind, Word):
        return str(next(iter(kind)))
    if _is_table(kind):
        fields = kind.model_fields.items()
        return {key: _example(field.annotation) for key, field in fields if field.is_required()}
    return "…"


def _argument(key: str, value: object) -> str:
    """Return KEY=VALUE as a shell takes it."""
    if isinstance(value, dict | list):
        return f"{key}='{json.dumps(value, ensure_ascii=False)}'"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'{key}="{text}"' if " " in text else f"{key}={text}"
