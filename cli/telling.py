"""redress collect and notices: what customers and staff were told."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.door import open_door
from cli.options import As, DataDir, Output, myself, parse_actor
from cli.program import carry_out
from cli.terminal import Format, say, show_json, table
from cli.terminal import show as show_data
from schemas.commands import Actor
from starter.letters import Letter
from store.rows import NoticeRow


def collect(
    number: Annotated[int, typer.Argument(min=1, help="The number of the complaint")],
    sender: As = None,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Print what was written to the customer; that it was opened is recorded.

    Example: redress collect 17
    """
    carry_out(_collect(number, parse_actor(sender or myself()), data_dir, output))


def notices(
    to: Annotated[str, typer.Argument(help="An owner's id, a department or a role")],
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """List what somebody of the staff was told: about clocks, in notes, by escalation.

    Example: redress notices agent-02
    """
    carry_out(_notices(to, data_dir, output))


async def _collect(number: int, by: Actor, data_dir: Path | None, output: Format | None) -> None:
    async with open_door(data_dir) as door:
        letters = await door.client.letters(number, by=by)
    if output is Format.JSON:
        show_json([asdict(letter) for letter in letters])
    else:
        show_data(*map(_letter, letters))
    if not letters:
        say(f"Nothing was written yet about complaint {number}.")


def _letter(letter: Letter) -> str:
    return f"── {letter.purpose} ──\n{letter.text}"


async def _notices(to: str, data_dir: Path | None, output: Format | None) -> None:
    async with open_door(data_dir) as door:
        rows = await door.client.notices(to)
    if output is Format.JSON:
        show_json([{**asdict(row), "nominal_at": row.nominal_at.isoformat()} for row in rows])
        return
    show_data(table(("complaint", "about", "why", "when (UTC)", "late by"), map(_notice, rows)))
    if not rows:
        say(f"{to} was told nothing yet.")


def _notice(row: NoticeRow) -> tuple[str, ...]:
    late = f"{row.late_by_seconds} s" if row.late_by_seconds else ""
    return str(row.number), row.key, row.level, f"{row.nominal_at:%Y-%m-%d %H:%M}", late
