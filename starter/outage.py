"""Outages: a store that is away is waited for, within limits, and people are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from store.errors import StoreUnavailable

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
WORTH_TELLING = 2.0
"""Seconds; a shorter absence is no news."""

Result = TypeVar("Result")
Pause = Callable[[float], Awaitable[object]]


class Patience:
    """Repeats what fails because PostgreSQL is away, until that has lasted for `limit`.

    Shared by all that work at once, so that they wait for, and tell of, the same outage.
    """

    def __init__(
        self,
        limit: timedelta,
        say: Callable[[str], None],
        stop: asyncio.Event,
        clock: Callable[[], float] = time.monotonic,
        pause: Pause | None = None,
    ) -> None:
        self._limit = limit.total_seconds()
        self._say = say
        self._stop = stop
        self._clock = clock
        self._pause = pause or self._pause_or_stop
        self._since: float | None = None
        self._is_told = False

    async def through(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Return what the attempt returns at last; StoreUnavailable if told to stop or too late."""
        pause = FIRST_PAUSE
        while True:
            try:
                result = await attempt()
            except StoreUnavailable:
                if self._stop.is_set() or self._lasted() > self._limit:
                    raise
                await self._pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._is_back()
                return result

    def _lasted(self) -> float:
        """Return for how many seconds the store has been away."""
        now = self._clock()
        if self._since is None:
            self._since = now
        lasted = now - self._since
        if lasted >= WORTH_TELLING and not self._is_told:
            self._is_told = True
            self._say(f"PostgreSQL is away; waiting for it, up to {self._limit:.0f} s.")
        return lasted

    def _is_back(self) -> None:
        if self._is_told:
            self._say("PostgreSQL is back; going on.")
        self._since = None
        self._is_told = False

    async def _pause_or_stop(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
