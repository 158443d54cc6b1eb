"""redress demo: the demonstration, on servers of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import Output
from cli.program import carry_out
from cli.terminal import Format
from demo.player import play


def demo(
    json: Annotated[bool, typer.Option("--json", help="The same as --output json")] = False,
    output: Output = None,
) -> None:
    """Play the demonstration on servers of its own, then stop everything.

    Weeks of case time pass in seconds.

    Example: redress demo --json
    """
    carry_out(play(as_json=json or output is Format.JSON))
