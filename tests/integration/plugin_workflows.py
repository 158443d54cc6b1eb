"""Workflows that try out the plugin, in a module of their own, which the sandbox loads anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    import structlog

    from domain.chain import policy_version
    from domain.wording import show_moment
    from schemas.attributes import NEXT_DUE, STAGE
    from schemas.policy import Policy
    from schemas.triage import Triage
    from schemas.vocabulary import Stage
    from schemas.wording import Wording

ONCE = RetryPolicy(maximum_attempts=1)
SOON = timedelta(seconds=10)


@workflow.defn(name="PassingWorkflow")
class PassingWorkflow:
    """Uses models, time zones and rules of ours, and logs a line before and after a timer."""

    @workflow.run
    async def run(self, policy: Policy, at: datetime, wording: Wording) -> str:
        structlog.get_logger("ours").info("begun")
        workflow.logger.info("begun, by Temporal's logger")
        await workflow.sleep(0.01)
        structlog.get_logger("ours").info("ended")
        return f"{policy_version(policy)} {show_moment(at, 'Asia/Shanghai', wording)}"


@workflow.defn(name="AskingWorkflow")
class AskingWorkflow:
    """Asks for a judgement and returns it, or what its failure says."""

    @workflow.run
    async def run(self, activity: str) -> Triage | str:
        try:
            judgement: Triage = await workflow.execute_activity(
                activity, result_type=Triage, start_to_close_timeout=SOON, retry_policy=ONCE
            )
        except ActivityError as error:
            cause = error.cause
            assert isinstance(cause, ApplicationError)
            return f"{cause.type}: {cause.message}"
        return judgement


@workflow.defn(name="NotedWorkflow")
class NotedWorkflow:
    """Ends with an update, in which it logs a line."""

    def __init__(self) -> None:
        self.is_noted = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.is_noted)

    @workflow.update
    def note(self) -> None:
        structlog.get_logger("ours").info("noted")
        self.is_noted = True


@workflow.defn(name="StumblingWorkflow")
class StumblingWorkflow:
    """Has a bug, and quotes its input in the exception."""

    @workflow.run
    async def run(self, text: str) -> None:
        raise ValueError(text)


@workflow.defn(name="FoundWorkflow")
class FoundWorkflow:
    """Can be found by search attributes."""

    @workflow.run
    async def run(self, due: datetime) -> None:
        stage = SearchAttributeKey.for_keyword(STAGE).value_set(Stage.RECEIVED)
        workflow.upsert_search_attributes(
            [stage, SearchAttributeKey.for_datetime(NEXT_DUE).value_set(due)]
        )
