"""The time of a case: the same at replay as it was, also after local activities."""

from __future__ import annotations

from datetime import datetime

from temporalio import workflow


class CaseClock:
    """Remembers when the last message, timer or remote result was handled.

    `workflow.now()` right after a local activity may be earlier at replay than it was: the
    server's record does not always say in which task its result was taken up. So what follows
    from a local activity happens at the time of what caused it.
    """

    def __init__(self) -> None:
        self.now: datetime = workflow.now()

    def tick(self) -> None:
        """Take the time of the task that is being handled; not after a local activity."""
        self.now = workflow.now()
