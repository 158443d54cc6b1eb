"""redress send: a command to a case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer

from cli.door import open_door
from cli.options import As, DataDir, Output, myself, parse_actor
from cli.program import carry_out
from cli.reading import STANDARD_INPUT, read_object, read_text
from cli.terminal import Format, say, show, show_json, table
from domain.permissions import SENDERS
from runtime.main import Exit
from schemas.case import Answer
from schemas.commands import COMMANDS, SIGNALS, Command
from schemas.sealed import Sealed
from schemas.vocabulary import CommandStatus
from starter.composing import By

Fields = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY=VALUE...",
        help="The fields of the command; lists and tables as JSON, - reads a text from the input",
        show_default=False,
    ),
]


def send(
    *,
    number: Annotated[int | None, typer.Argument(min=1, help="The complaint")] = None,
    command: Annotated[str | None, typer.Argument(help="What is asked for; see --list")] = None,
    fields: Fields = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Read the fields from here")
    ] = None,
    signal: Annotated[
        bool, typer.Option("--signal", help="Send and go: durable, but without an answer")
    ] = False,
    sender: As = None,
    command_id: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Send again under the same id: one effect, one answer"),
    ] = None,
    expect_version: Annotated[
        int | None, typer.Option(help="Refuse unless the case still has this version")
    ] = None,
    list_all: Annotated[
        bool, typer.Option("--list", help="List the commands with their fields, and stop")
    ] = False,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Send a command to a case and print its answer.

    The exit code is 5 if the case refuses it.

    Example: redress send 17 request_check department=warehouse question="Was the charger packed?"
    """
    if list_all:
        carry_out(_list(output))
    if number is None or command is None:
        raise typer.BadParameter("name the complaint and the command; see redress send --list")
    _check_command(command, signal=signal)
    given = (read_object(json_file) if json_file else {}) | parse_fields(command, fields or [])
    by = By(parse_actor(sender or myself()), command_id, expect_version)
    carry_out(_send(number, command, by, given, data_dir, output, signal=signal))


def parse_fields(command: str, given: Sequence[str]) -> dict[str, Any]:
    """Return KEY=VALUE arguments as fields; BadParameter for what is none."""
    fields: dict[str, Any] = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not key or not equals:
            raise typer.BadParameter(f"{each!r} is no field; write KEY=VALUE")
        fields[key] = _value(COMMANDS[command], key, value)
    return fields


def _value(model: type[Command], key: str, text: str) -> Any:  # noqa: ANN401 - As the field wants.
    """Return a text as it is, and a list or table from its JSON."""
    if _is_text(model, key):
        return read_text(STANDARD_INPUT) if text == str(STANDARD_INPUT) else text
    if not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"{key} is no JSON: {error}") from None


def _is_text(model: type[Command], key: str) -> bool:
    field = model.model_fields.get(key)
    return field is not None and Sealed in (field.annotation, *get_args(field.annotation))


def _check_command(command: str, *, signal: bool) -> None:
    if command not in COMMANDS:
        raise typer.BadParameter(f"there is no command {command!r}; see redress send --list")
    if signal and command not in SIGNALS:
        remedy = f"leave --signal out, or send one of {', '.join(SIGNALS)}"
        raise typer.BadParameter(f"{command} is not taken as a signal; {remedy}")


async def _send(
    number: int,
    command: str,
    by: By,
    fields: Mapping[str, Any],
    data_dir: Path | None,
    output: Format | None,
    *,
    signal: bool,
) -> int:
    async with open_door(data_dir) as door:
        if signal:
            await door.client.signal(number, command, by, **fields)
            say(f"{command} is on its way to complaint {number}; see it: redress show {number}")
            return Exit.OK
        answer = await door.client.send(number, command, by, **fields)
    return _show(answer, command, output)


def _show(answer: Answer, command: str, output: Format | None) -> int:
    refused = answer.status is CommandStatus.REFUSED
    if output is Format.JSON:
        show_json(answer.model_dump(mode="json"))
    if refused:
        say(f"{command} is refused ({answer.code}): {answer.explanation}")
    elif output is not Format.JSON:
        show(_sentence(answer, command))
    return Exit.CONFLICT if refused else Exit.OK


def _sentence(answer: Answer, command: str) -> str:
    parts = [f"{command} is accepted; complaint {answer.number} is {answer.stage}"]
    if answer.outcome is not None:
        parts.append(f"outcome {answer.outcome}")
    if answer.created is not None:
        parts.append(f"it made number {answer.created}")
    if answer.next_due_at is not None:
        parts.append(f"the next deadline is {answer.next_due_at:%Y-%m-%d %H:%M}Z")
    return ", ".join(parts) + "."


async def _list(output: Format | None) -> None:
    rows = [_described(name, model) for name, model in COMMANDS.items()]
    if output is Format.JSON:
        show_json(rows)
        return
    cells = [
        (
            str(row["command"]),
            ", ".join(
                f"{f['name']}{'' if f['required'] else '?'}: {f['type']}" for f in row["fields"]
            ),
            ", ".join(row["by"]),
            "yes" if row["signal"] else "",
        )
        for row in rows
    ]
    show(table(("command", "fields (? may be left out)", "by", "signal"), cells))


def _described(name: str, model: type[Command]) -> dict[str, Any]:
    fields = [
        {"name": key, "type": _type(field.annotation), "required": field.is_required()}
        for key, field in model.model_fields.items()
        if key not in Command.model_fields
    ]
    by = [str(role) for role in SENDERS[name]]
    return {"command": name, "fields": fields, "by": by, "signal": name in SIGNALS}


def _type(annotation: Any) -> str:  # noqa: ANN401 - Any type at all.
    """Return a type as people say it."""
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(_type(one) for one in get_args(annotation) if one is not type(None))
    if get_origin(annotation) is tuple:
        return f"list of {_type(get_args(annotation)[0])}"
    names = {Sealed: "text", str: "code", int: "number", bool: "true or false"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)).lower())
