"""A worker that kills itself right after a commit, before anybody can learn of it.

It works like any other until a file named as in REDRESS_TEST_DEATH exists; the first write of the
kind named in it (`journal`, `outbox`, `parcel`) is then the last thing that this process does.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import worker
from runtime.main import run
from store.journal import Journal
from store.outbox import Outbox
from store.remedies import RemedyLedger

DEATH = Path(os.environ["REDRESS_TEST_DEATH"])

Write = Callable[..., Awaitable[Any]]

WRITES: Mapping[str, tuple[type, str]] = {
    "journal": (Journal, "append"),
    "outbox": (Outbox, "put"),
    "parcel": (RemedyLedger, "carry_out"),
}


def fatal(kind: str, write: Write) -> Write:
    """Return a write that is the last one if death waits for this kind."""

    async def written(*args: Any, **options: Any) -> Any:
        result = await write(*args, **options)
        if is_awaited(kind):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return written


def is_awaited(kind: str) -> bool:
    return DEATH.exists() and DEATH.read_text() == kind


if __name__ == "__main__":
    for kind, (store, method) in WRITES.items():
        setattr(store, method, fatal(kind, getattr(store, method)))
    sys.exit(run(worker.main))
