"""One row of a diagnosis."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from inspect import isawaitable

from runtime.main import explain

SKEW_TO_NOTE = timedelta(seconds=2)
SKEW_TO_MEND = timedelta(seconds=60)


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What was found about a part, and unless it is well how to mend it."""

    part: str
    state: State
    what: str
    remedy: str = ""

    @property
    def is_failed(self) -> bool:
        return self.state is State.FAIL


Check = Callable[[], Finding | Awaitable[Finding]]


async def examine(part: str, check: Check) -> Finding:
    """Return what the check found; an error is what it found too."""
    try:
        found = check()
        return await found if isawaitable(found) else found
    except Exception as error:  # noqa: BLE001 - Whatever is wrong is what was asked for.
        return failure(part, explain(error))


def failure(part: str, said: str) -> Finding:
    """Return an error's message as a finding; what follows its first paragraph is the remedy."""
    what, _, remedy = said.partition("\n\n")
    if not remedy:
        what, _, remedy = said.rpartition("; ")
    if not what:
        what, remedy = said, ""
    return Finding(part, State.FAIL, " ".join(what.split()), " ".join(remedy.split()))


def clock(part: str, ahead: timedelta) -> Finding:
    """Judge by how much another clock is ahead of ours."""
    seconds = ahead.total_seconds()
    what = f"{abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} this machine"
    if abs(ahead) <= SKEW_TO_NOTE:
        return Finding(part, State.OK, what)
    state = State.WARN if abs(ahead) <= SKEW_TO_MEND else State.FAIL
    return Finding(part, state, what, "Let NTP set the clocks: receipt times decide verdicts")
