"""Whether somebody works on a task queue."""

from __future__ import annotations

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from schemas.attributes import TASK_QUEUE


async def has_pollers(client: Client, queue: str) -> bool:
    """Tell whether a worker has asked this queue for work lately."""
    kind = (
        TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
        if queue == TASK_QUEUE
        else TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    )
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=kind,
        )
    )
    return len(described.pollers) > 0
