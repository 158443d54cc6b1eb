"""The adversary: kills one part of a set-up after the other while clients are at work."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

from tests.support.eventually import eventually
from tests.support.processes import Part, SetUp

PATIENCE = 120.0


@dataclass(frozen=True)
class Fault:
    """When a part dies, counted in complaints accepted, and how many calls it stays dead for."""

    part: str
    at: int
    calls: int


def plan(rng: random.Random, kills: int, complaints: int) -> list[Fault]:
    """Return the faults in order: worker, Temporal, PostgreSQL and again, at random moments."""
    moments = sorted(rng.sample(range(complaints // 20, complaints * 9 // 10), kills))
    parts = cycle(("worker", "temporal", "postgres"))
    return [Fault(part, at, rng.randint(3, 15)) for part, at in zip(parts, moments, strict=False)]


async def attack(
    setup: SetUp, faults: list[Fault], accepted: Callable[[], int], ended: Callable[[], int]
) -> list[float]:
    """Kill as planned, let go on meanwhile, restart; return how many seconds each was away."""
    away = []
    for fault in faults:
        await _reaches(accepted, fault.at)
        part: Part = getattr(setup, fault.part)
        began = time.monotonic()
        await part.kill()
        await _reaches(ended, ended() + fault.calls)
        await part.start()
        away.append(time.monotonic() - began)
    return away


async def _reaches(count: Callable[[], int], least: int) -> None:
    async def look() -> int:
        return count()

    await eventually(look, lambda seen: seen >= least, seconds=PATIENCE)
