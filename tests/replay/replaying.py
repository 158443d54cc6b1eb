"""Replaying a run while writing down every command that the code gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.plugin import SimplePlugin
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from runtime.temporal import redress_plugin
from tests.replay.deeds import Commands
from tests.replay.golden import Run
from workflows.complaint import ComplaintWorkflow


@dataclass(frozen=True)
class Replayed:
    """What came of a replay; `failure` is what the stock replayer says of it."""

    run: Run
    tasks: Sequence[Commands]
    failure: Exception | None


async def replay(run: Run) -> Replayed:
    """Replay a run with the stock replayer."""
    tasks: list[Commands] = []

    def recording(runner: WorkflowRunner | None) -> WorkflowRunner:
        assert runner is not None
        return Recording(runner, tasks)

    plugins = [redress_plugin(), SimplePlugin("recording", workflow_runner=recording)]
    replayer = Replayer(workflows=[ComplaintWorkflow], plugins=plugins)
    result = await replayer.replay_workflow(run.history, raise_on_replay_failure=False)
    return Replayed(run, tasks, result.replay_failure)


class Recording(WorkflowRunner):
    """Runs workflows as another runner does, and keeps their commands."""

    def __init__(self, runner: WorkflowRunner, tasks: list[Commands]) -> None:
        self._runner = runner
        self._tasks = tasks

    def prepare_workflow(self, defn: Any) -> None:
        self._runner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        self._runner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Recorded(self._runner.create_instance(det), self._tasks)


class _Recorded(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance, tasks: list[Commands]) -> None:
        self._instance = instance
        self._tasks = tasks

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._instance.activate(act)
        if completion.successful.commands:
            self._tasks.append(completion.successful.commands)
        return completion

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()
