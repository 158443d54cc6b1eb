"""A worker that kills itself right after a commit, before anybody can learn of it.

It works like any other until a file named as in REDRESS_TEST_DEATH exists; the first write of the
kind named in it (`journal`, `outbox`, `parcel`) is then the last thing that this process does.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import worker
from runtime.main import run
from store.journal import Journal
from store.outbox import Outbox
from store.resends import ResendLedger

DEATH = Path(os.environ["REDRESS_TEST_DEATH"])

Write = Callable[..., Awaitable[Any]]


def fatal(kind: str, write: Write) -> Write:
    """Return a write that is the last one if death waits for this kind."""

    async def written(*args: Any) -> Any:
        result = await write(*args)
        if DEATH.exists() and DEATH.read_text() == kind:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return written


if __name__ == "__main__":
    Journal.append = fatal("journal", Journal.append)  # type: ignore[method-assign]
    Outbox.put = fatal("outbox", Outbox.put)  # type: ignore[method-assign]
    ResendLedger.resend = fatal("parcel", ResendLedger.resend)  # type: ignore[method-assign]
    sys.exit(run(worker.main))
