"""What the program writes: data to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import IO

from rich.console import Console, RenderableType
from rich.table import Table

WIDE = 160
"""Columns of a table that no terminal bounds, such as in a pipe."""


class Format(StrEnum):
    """How data are written."""

    TABLE = "table"
    JSON = "json"


def say(text: str) -> None:
    """Tell the person how it goes, on standard error."""
    _console(sys.stderr).print(text, markup=False, soft_wrap=True)


def show(*shown: RenderableType) -> None:
    """Print data for people on standard output."""
    console = _console(sys.stdout)
    for each in shown:
        console.print(each, markup=False)


def show_json(document: object) -> None:
    """Print data for programs on standard output, as one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=2))  # noqa: T201 - This is the output.


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None
) -> Table:
    """Return a table of plain texts."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def is_at_terminal() -> bool:
    """Tell whether somebody watches standard error, so that a moving display makes sense."""
    return sys.stderr.isatty()


def _console(stream: IO[str]) -> Console:
    # Made anew for every use, because the streams may have been replaced meanwhile.
    return Console(file=stream, highlight=False, width=None if stream.isatty() else WIDE)
