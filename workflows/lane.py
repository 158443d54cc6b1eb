"""The one lane on which a case runs its local activities, strictly one after the other.

Local activities side by side resolve in another order on replay than they did
(temporalio/sdk-python issues 1578 and 1881), so a case never has two under way.
"""

from __future__ import annotations

import asyncio
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, FailureError

from schemas.base import Wire
from workflows.clock import CaseClock
from workflows.options import LOCAL_TIMEOUT, ONE_ATTEMPT, pauses

Result = TypeVar("Result", bound=Wire)

TIMED_OUT = "timed_out"
CANCELLED = "cancelled"
STORE_AWAY = ("temporarily_unavailable", TIMED_OUT)
"""How activities on the lane fail while PostgreSQL is away, or frozen."""


class Lane:
    """Runs local activities one at a time; while PostgreSQL is away, only the first one asks."""

    def __init__(self, clock: CaseClock) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._is_closed = False
        # Whether an attempt is under way this moment, and not a pause between two.
        self.is_asking = False

    @property
    def is_busy(self) -> bool:
        """Whether a local activity is under way or pausing."""
        return self._lock.locked()

    def close(self) -> None:
        """Let no attempt begin any more, because the run is about to continue as new.

        A local activity that begins or ends in the very task that ends its run is never resolved
        for the worker, which then waits for it when it shuts down.
        """
        self._is_closed = True

    async def run(
        self, name: str, argument: Wire, result_type: type[Result], summary: str
    ) -> Result:
        """Run an activity, again and again with durable pauses while PostgreSQL is away.

        Whatever else goes wrong is raised as FailureError after the one attempt: a failing
        activity must not keep the journal waiting. (What a local activity raises comes without
        the ActivityError around it, and a time-out has it when it happens but not at replay.)
        """
        async with self._lock:
            for pause in pauses():
                await workflow.wait_condition(lambda: not self._is_closed)
                self.is_asking = True
                try:
                    result: Result = await workflow.execute_local_activity(
                        name,
                        argument,
                        result_type=result_type,
                        summary=summary,
                        start_to_close_timeout=LOCAL_TIMEOUT,
                        retry_policy=ONE_ATTEMPT,
                    )
                except FailureError as error:
                    if code_of(error) not in STORE_AWAY:
                        raise
                else:
                    return result
                finally:
                    self.is_asking = False
                await workflow.sleep(pause, summary="store away, trying again")
                self._clock.tick()
        raise AssertionError("the pauses never end")


def code_of(error: FailureError) -> str:
    """Return the code of a failure; texts of outside systems may hold personal data."""
    raised = _raised(error)
    if isinstance(raised, ApplicationError) and raised.type:
        return raised.type
    return CANCELLED if isinstance(raised, CancelledError) else TIMED_OUT


def is_final(error: FailureError) -> bool:
    """Tell whether trying again cannot mend a failure."""
    raised = _raised(error)
    return isinstance(raised, ApplicationError) and raised.non_retryable


def _raised(error: FailureError) -> BaseException | None:
    """Return what the activity itself has raised."""
    return error.cause if isinstance(error, ActivityError) else error
