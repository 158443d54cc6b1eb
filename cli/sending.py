"""redress send: a command to a case."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from cli.door import open_door
from cli.explaining import described, example, field_rows
from cli.options import As, DataDir, Output, myself, parse_actor
from cli.program import carry_out
from cli.reading import STANDARD_INPUT, read_object, read_text
from cli.terminal import Format, say, show, show_json, table
from runtime.main import Exit
from schemas.case import Answer
from schemas.commands import BY_DOORS, COMMANDS, SIGNALS, Command
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


JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Read the fields from here")
]
Signal = Annotated[
    bool, typer.Option("--signal", help="Send and go: durable, but without an answer")
]
CommandId = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Send again under the same id: one effect, one answer"),
]
ListAll = Annotated[
    bool, typer.Option("--list", help="List the commands with their fields, and stop")
]
Explain = Annotated[
    str | None, typer.Option(metavar="COMMAND", help="Show what a command takes, and stop")
]


def send(
    *,
    number: Annotated[int | None, typer.Argument(min=1, help="The complaint")] = None,
    command: Annotated[str | None, typer.Argument(help="What is asked for; see --list")] = None,
    fields: Fields = None,
    json_file: JsonFile = None,
    signal: Signal = False,
    sender: As = None,
    command_id: CommandId = None,
    expect_version: Annotated[
        int | None, typer.Option(help="Refuse unless the case still has this version")
    ] = None,
    list_all: ListAll = False,
    explain: Explain = None,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Send a command to a case and print its answer.

    The exit code is 5 if the case refuses it.

    Example: redress send 17 request_check department=warehouse question="Was the charger packed?"
    """
    if list_all or explain:
        _explain(known(explain), output) if explain else _list(output)
        raise typer.Exit
    if number is None or command is None:
        raise typer.BadParameter("name the complaint and the command; see redress send --list")
    _check_command(known(command), signal=signal)
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


def known(command: str) -> str:
    """Return the name of a command; BadParameter if it is none."""
    if command not in COMMANDS or command in BY_DOORS:
        raise typer.BadParameter(f"there is no command {command!r}; see redress send --list")
    return command


def _check_command(command: str, *, signal: bool) -> None:
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
            if output is Format.JSON:
                show_json({"number": number, "command": command, "sent": True})
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


def _list(output: Format | None) -> None:
    rows = [described(name) for name in COMMANDS if name not in BY_DOORS]
    if output is Format.JSON:
        show_json(rows)
        return
    show(table(("command", "fields (? may be left out)", "by", "signal"), map(_cells, rows)))
    say("For one of them, with values and an example: redress send --explain COMMAND")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    fields = (f"{f['name']}{'' if f['required'] else '?'}: {f['type']}" for f in row["fields"])
    return row["command"], ", ".join(fields), ", ".join(row["by"]), "yes" if row["signal"] else ""


def _explain(command: str, output: Format | None) -> None:
    if output is Format.JSON:
        show_json(described(command))
        return
    headings = ("field (? may be left out)", "type", "values")
    purpose = inspect.getdoc(COMMANDS[command]) or ""
    show(table(headings, field_rows(command), f"{command}: {purpose.splitlines()[0]}"))
    say(f"Example: {example(command)}")
