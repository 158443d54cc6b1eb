"""Waiting for what Redress does by itself; a test that waits in vain says for what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE = 20.0
PAUSE = 0.02

Seen = TypeVar("Seen")


async def eventually(
    look: Callable[[], Awaitable[Seen]],
    holds: Callable[[Seen], object],
    *,
    seconds: float = PATIENCE,
) -> Seen:
    """Look again and again until what is seen holds, and return it; fail after some seconds."""
    clock = asyncio.get_running_loop()
    end = clock.time() + seconds
    while not holds(seen := await look()):
        assert clock.time() < end, f"after {seconds} s still {seen!r}"
        await asyncio.sleep(PAUSE)
    return seen
