"""Waiting for a condition that no event announces."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

PAUSE_SECONDS = 0.03


async def becomes_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether `condition` came true within `seconds` of the event loop's clock."""

    async def ask() -> bool:
        return condition()

    return await is_answered(ask, seconds)


async def is_answered(question: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Return whether `question` was answered with yes within `seconds`."""
    clock = asyncio.get_running_loop()
    end = clock.time() + seconds
    while not await question():
        if clock.time() > end:
            return False
        await asyncio.sleep(PAUSE_SECONDS)
    return True
