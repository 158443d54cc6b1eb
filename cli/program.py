"""How a command of the program runs and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn

import typer

from runtime.main import run


def carry_out(command: Coroutine[Any, Any, int | None]) -> NoReturn:
    """Run a command that needs not be told to stop, and end with its exit code."""

    async def main(_stop: asyncio.Event) -> int | None:
        return await command

    try:
        raise typer.Exit(run(main))
    finally:
        # It was never begun if the settings are wrong.
        command.close()
