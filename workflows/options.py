"""How long activities may take and how they are retried, by name, with the reason for each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, repeat

from temporalio.common import RetryPolicy

ONE_ATTEMPT = RetryPolicy(maximum_attempts=1)
"""A local activity that retries by itself would hold the workflow task and every update in it."""

LOCAL_TIMEOUT = timedelta(seconds=1)
"""One attempt at PostgreSQL costs a waiting update this much at most, and only once."""

SETTLING = timedelta(milliseconds=1)
"""Long enough for the next workflow task, in which everything decided so far is history."""

PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=5),
)
"""Outside systems are asked again under the same key until the effect's own time is over."""

OUTSIDE_TIMEOUT = timedelta(seconds=30)
"""One exchange with an outside system; adapters give up well before it."""


LAST_LOOK = timedelta(minutes=10)
"""A service that has not answered in all the time of a step is asked no longer than this."""


def pauses() -> Iterator[timedelta]:
    """Yield growing waits between attempts: 2 s doubling up to 32 s, then a minute for ever."""
    growing = (timedelta(seconds=2**power) for power in range(1, 6))
    return chain(growing, repeat(timedelta(minutes=1)))
