"""Listening in on a worker: what its local activities were asked, which no history keeps."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from temporalio import activity
from temporalio.client import Interceptor as ClientInterceptor
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.chain import plain
from tests.replay.deeds import heard


class Listening(ClientInterceptor, Interceptor):
    """Given to a client it reaches the client's workers.

    `asked` has, for each run and activity id, the digest of the input.
    """

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, str]] = defaultdict(dict)

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return _Heard(next, self.asked)


class _Heard(ActivityInboundInterceptor):
    def __init__(
        self, following: ActivityInboundInterceptor, asked: dict[str, dict[str, str]]
    ) -> None:
        super().__init__(following)
        self._asked = asked

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        info = activity.info()
        if info.is_local:
            assert info.workflow_run_id is not None
            self._asked[info.workflow_run_id][info.activity_id] = heard(plain(input.args[0]))
        return await super().execute_activity(input)
