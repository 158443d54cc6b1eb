"""The adversary: kills one part of a set-up after the other while clients are at work."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice

from tests.support.eventually import eventually
from tests.support.processes import Part, SetUp

Counted = Callable[[], int]

PATIENCE = 120.0
CALLS = {"worker": (4, 16), "temporal": (1, 8), "postgres": (20, 60)}
"""For how many further calls of clients a part stays dead, at least and at most."""


@dataclass(frozen=True)
class Fault:
    """A part dies after so many complaints of its wave, and stays dead for so many calls."""

    part: str
    after: int
    calls: int


def plan(rng: random.Random, waves: int, complaints: int) -> list[Fault]:
    """Return a fault for every wave of complaints: worker, Temporal, PostgreSQL and again."""
    parts = islice(cycle(CALLS), waves)
    return [
        Fault(part, rng.randint(1, complaints // 2), rng.randint(*CALLS[part])) for part in parts
    ]


async def strike(
    setup: SetUp, fault: Fault, wave: asyncio.Task[object], opened: Counted, ended: Counted
) -> float:
    """Kill and later restart as planned; return for how many seconds the part was away.

    `opened` counts complaints of this wave, `ended` counts calls that have ended. When the wave
    is over, nobody is left to wait for.
    """
    part: Part = getattr(setup, fault.part)
    await _until(lambda: wave.done() or opened() >= fault.after)
    began = time.monotonic()
    enough = ended() + fault.calls
    await part.kill()
    await _until(lambda: wave.done() or ended() >= enough)
    await part.start()
    return time.monotonic() - began


async def _until(holds: Callable[[], bool]) -> None:
    async def look() -> bool:
        return holds()

    await eventually(look, bool, seconds=PATIENCE)
