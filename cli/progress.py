"""How far an import is: a moving bar for somebody who watches, plain lines for a log."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from cli.terminal import is_at_terminal, say
from starter.importing import Tally

WATCHED = 0.2
LOGGED = 5.0
"""Seconds between two looks."""

Tell = Callable[[str], None]


def progress_line(tally: Tally, seconds: float) -> str:
    """Return in one line how far an import is after so many seconds."""
    parts = [f"{tally.done:,} rows", f"{tally.done / max(seconds, 0.001):,.0f} a second"]
    if 0 < tally.share < 1:
        left = seconds * (1 - tally.share) / tally.share
        parts += [f"{tally.share:.0%}", f"about {duration(left)} left"]
    if tally.rejected:
        parts.append(f"{tally.rejected:,} rejected")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return a time to the second, such as 3 min 20 s."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@asynccontextmanager
async def telling(tally: Tally) -> AsyncIterator[Tell]:
    """Tell how far it is until the block ends; yields how to say something in between."""
    started = time.monotonic()
    if not is_at_terminal():
        async with _repeating(
            LOGGED, lambda: say(progress_line(tally, time.monotonic() - started))
        ):
            yield say
        return
    console = Console(file=sys.stderr, highlight=False)
    bar = Progress(BarColumn(), TextColumn("{task.description}"), console=console)
    task = bar.add_task("", total=1.0)

    def look() -> None:
        line = progress_line(tally, time.monotonic() - started)
        bar.update(task, completed=tally.share, description=line)

    with bar:
        async with _repeating(WATCHED, look):
            yield lambda text: bar.console.print(text, markup=False)
        look()


@asynccontextmanager
async def _repeating(pause: float, act: Callable[[], None]) -> AsyncIterator[None]:
    async def repeat() -> None:
        while True:
            await asyncio.sleep(pause)
            act()

    repeating = asyncio.create_task(repeat())
    try:
        yield
    finally:
        repeating.cancel()
        with suppress(asyncio.CancelledError):
            await repeating
