"""Replaying a history and looking at what the workflow returns this time."""

from __future__ import annotations

from typing import Any, TypeVar

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    Replayer,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from runtime.temporal import redress_plugin

Result = TypeVar("Result")
REPORT = "__redress_replayed_result"


async def replayed_result(
    definition: type[object], history: WorkflowHistory, result_type: type[Result]
) -> Result | None:
    """Replay a history and return the result, or None if the run has not ended.

    The stock replayer compares commands, not values: it would pass a run that returns something
    else than it did. Raises what the replayer raises when the commands differ.
    """
    results: list[Any] = []
    replayer = Replayer(
        workflows=[definition], plugins=[redress_plugin()], interceptors=[_Reporting(results)]
    )
    await replayer.replay_workflow(history)
    for result in results:
        if isinstance(result, result_type):
            return result
    return None


class _Reporting(Interceptor):
    def __init__(self, results: list[Any]) -> None:
        self._results = results

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002
    ) -> type[WorkflowInboundInterceptor]:
        input.unsafe_extern_functions[REPORT] = self._results.append
        return _ReportingInbound


class _ReportingInbound(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002, ANN401
        result = await super().execute_workflow(input)
        workflow.extern_functions()[REPORT](result)
        return result
