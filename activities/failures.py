"""Which errors are tried again and which are final: one table for all activities.

An error leaves an activity as an ApplicationError that carries its code and nothing else: texts
and traces of outside systems may hold personal data, and failures stand in history in the clear.
"""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

FINAL = (
    "forbidden_phrase",
    "journal_fork",
    "key_destroyed",
    "language_missing",
    "fact_missing",
    "zone_unknown",
)
"""Codes of errors that trying again cannot mend; gateways say so themselves by `retryable`."""


def as_failure(error: Exception) -> ApplicationError:
    """Return what the workflow gets to see of an error: its code, and whether it is final."""
    # Our classes have a code; what stands in an instance was put there by whoever raised it.
    code = getattr(type(error), "code", None)
    if not isinstance(code, str):
        code = type(error).__name__
    final = code in FINAL or getattr(error, "retryable", True) is False
    return ApplicationError(code, type=code, non_retryable=final)


class FailureCodes(Interceptor):
    """Turns every error of an activity into its failure."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return _CodingInbound(next)


class _CodingInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002, ANN401
        try:
            return await super().execute_activity(input)
        except (asyncio.CancelledError, ApplicationError):
            raise
        except Exception as error:  # noqa: BLE001 - every error becomes its code here.
            raise as_failure(error) from None
