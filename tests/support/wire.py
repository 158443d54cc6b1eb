"""Messages as anybody who reaches Temporal's port may send them, past the doors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage as Lifecycle
from temporalio.api.update.v1 import Input, Meta, Outcome, Request, WaitPolicy
from temporalio.api.workflowservice.v1 import (
    SignalWorkflowExecutionRequest,
    UpdateWorkflowExecutionRequest,
)

from schemas.case import Answer
from tests.support.cases import Case

JSON = b"json/plain"
COMPLETED = Lifecycle.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED


def body(**fields: Any) -> bytes:
    """Return a command of the customer's as JSON; without further fields it is well formed."""
    header = {"command_id": str(uuid4()), "actor": {"id": "customer", "role": "customer"}}
    return json.dumps({**header, **fields}).encode()


def payload(data: bytes, encoding: bytes | None = JSON) -> Payload:
    return Payload(metadata={} if encoding is None else {"encoding": encoding}, data=data)


async def raw_signal(case: Case, name: str, payloads: Sequence[Payload]) -> None:
    """Send a signal that the server takes, whatever it is."""
    request = SignalWorkflowExecutionRequest(
        namespace=case.house.temporal.namespace,
        workflow_execution=WorkflowExecution(workflow_id=case.handle.id),
        signal_name=name,
        input=Payloads(payloads=payloads),
        request_id=str(uuid4()),
    )
    await case.house.temporal.workflow_service.signal_workflow_execution(request, retry=True)


async def raw_update(case: Case, name: str, payloads: Sequence[Payload]) -> Answer:
    """Send an update and return what the case answers; it must answer."""
    service = case.house.temporal.workflow_service
    request = UpdateWorkflowExecutionRequest(
        namespace=case.house.temporal.namespace,
        workflow_execution=WorkflowExecution(workflow_id=case.handle.id),
        wait_policy=WaitPolicy(lifecycle_stage=COMPLETED),
        request=Request(
            meta=Meta(update_id=str(uuid4())),
            input=Input(name=name, args=Payloads(payloads=payloads)),
        ),
    )
    response = await service.update_workflow_execution(request, retry=True)
    return _answer(response.outcome)


def _answer(outcome: Outcome) -> Answer:
    assert outcome.HasField("success"), outcome.failure.message
    return Answer.model_validate_json(outcome.success.payloads[0].data)
