"""What clients have asked for and been told while things broke: the record that is checked after.

A call is `ok`, or it is `fail` and then must have had no effect, or its outcome is `unknown` and
it may have had one; such a call is made again, as any client would.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from schemas.case import Answer
from schemas.vocabulary import CommandStatus
from starter.errors import InputRejected, OutcomeUnknown, SourceKeyConflict
from starter.intake import Receipt
from store.errors import StoreUnavailable

UNKNOWN = (StoreUnavailable, OutcomeUnknown)
REFUSED = (InputRejected, SourceKeyConflict)
LONGEST_PAUSE = 0.5

Attempt = Callable[[], Awaitable[Receipt | Answer]]


class Outcome(StrEnum):
    """What a client knows after a call."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Call:
    """One call about `key`: a source key or a command id. Moments are seconds of one clock."""

    action: str
    key: str
    outcome: Outcome
    began: float
    ended: float
    number: int = 0
    is_new: bool = False
    code: str = ""


CALLS = TypeAdapter(list[Call])


class CallLog:
    """Makes calls and writes each down, a line of JSON, as soon as its outcome is known."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.calls: list[Call] = []

    async def persist(self, action: str, key: str, attempt: Attempt, number: int = 0) -> Call:
        """Call until the outcome is known, with growing pauses."""
        pause = 0.02
        while (call := await self.make(action, key, attempt, number)).outcome is Outcome.UNKNOWN:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        return call

    async def make(self, action: str, key: str, attempt: Attempt, number: int = 0) -> Call:
        """Call once. An error that no client can expect ends the test."""
        began = time.monotonic()
        told = {"number": number, **await _told(attempt)}
        call = Call(action=action, key=key, began=began, ended=time.monotonic(), **told)
        self.calls.append(call)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(call)) + "\n")
        return call


def read_calls(file: Path) -> list[Call]:
    """Return the calls that a file records."""
    lines = file.read_text("utf-8").splitlines()
    return CALLS.validate_python([json.loads(line) for line in lines])


async def _told(attempt: Attempt) -> dict[str, Any]:
    try:
        result = await attempt()
    except UNKNOWN as error:
        return {"outcome": Outcome.UNKNOWN, "code": error.code}
    except REFUSED as error:
        return {"outcome": Outcome.FAIL, "code": error.code}
    if isinstance(result, Receipt):
        return {"outcome": Outcome.OK, "number": result.number, "is_new": result.is_new}
    if result.status is CommandStatus.REFUSED:
        return {"outcome": Outcome.FAIL, "code": str(result.code), "number": result.number}
    return {"outcome": Outcome.OK, "number": result.number}
