"""Temporal: the server, the namespace, and who works on the queues."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from temporalio.api.enums.v1 import EventType, TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
    PollActivityTaskQueueRequest,
)
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.envconfig import ClientConnectConfig
from temporalio.service import RPCError

from cli.diagnosis.finding import Finding, State, clock, examine
from runtime.temporal import connect, missing_search_attributes
from schemas.attributes import DEPARTMENT_QUEUES, SEARCH_ATTRIBUTES, TASK_QUEUE

PATIENCE = timedelta(seconds=5)
LOOK_AGAIN = 0.02
SHORT_RETENTION = timedelta(days=7)
QUEUE_OF_OURS = "redress-doctor"
MUCH_WORK = 100
"""More waiting tasks than this are not of this very moment."""

ENDED_BY_FORCE = (
    "WorkflowType = 'ComplaintWorkflow' AND "
    "ExecutionStatus IN ('Terminated', 'Canceled', 'Failed', 'TimedOut')"
)
GOING_ON = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)
TASK_ENDED = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
)
MOST_RUNS = 100
"""So many runs that were ended by force are looked at, the last first."""

CASES = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
ACTIVITIES = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY


async def diagnose(config: ClientConnectConfig) -> AsyncIterator[Finding]:
    """Examine the server and what it must know."""
    clients: list[Client] = []

    async def server() -> Finding:
        clients.append(await connect(config))
        return await _server(clients[0])

    found = await examine("Temporal", server)
    yield found
    if found.is_failed:
        return
    client = clients[0]
    yield await examine("clock of Temporal", lambda: _clock(client))
    yield await examine("namespace", lambda: _namespace(client))
    yield await examine("search attributes", lambda: _search_attributes(client))
    yield await examine("runs of cases", lambda: runs(client))
    for queue in (TASK_QUEUE, *DEPARTMENT_QUEUES.values()):
        yield await examine(f"worker on {queue}", partial(_queue, client, queue))


async def _server(client: Client) -> Finding:
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=PATIENCE)
    address = client.service_client.config.target_host
    return Finding("Temporal", State.OK, f"{info.server_version} at {address}")


async def _clock(client: Client) -> Finding:
    """Compare clocks by asking for work that never comes: the server notes when we asked."""
    name, asked_at = uuid4().hex, datetime.now(UTC)
    request = PollActivityTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=QUEUE_OF_OURS), identity=name
    )
    poll = client.workflow_service.poll_activity_task_queue(request, timeout=PATIENCE)
    asking = asyncio.ensure_future(poll)
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            noted_at = await _noted_at(client, name)
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError, RPCError):
            await asking
    return clock("clock of Temporal", noted_at - asked_at)


async def _noted_at(client: Client, name: str) -> datetime:
    """Return when, by its own clock, the server last saw this poller."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=QUEUE_OF_OURS),
        task_queue_type=ACTIVITIES,
    )
    while True:
        described = await client.workflow_service.describe_task_queue(request, timeout=PATIENCE)
        for poller in described.pollers:
            if poller.identity == name:
                return poller.last_access_time.ToDatetime(UTC)
        await asyncio.sleep(LOOK_AGAIN)


async def _namespace(client: Client) -> Finding:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    described = await client.workflow_service.describe_namespace(request, timeout=PATIENCE)
    kept = described.config.workflow_execution_retention_ttl.ToTimedelta()
    what = f"{client.namespace}, which keeps completed cases for {kept.days} days"
    if kept >= SHORT_RETENTION:
        return Finding("namespace", State.OK, what)
    remedy = "Run `temporal operator namespace update --retention 90d`, so that auditors can replay"
    return Finding("namespace", State.WARN, what, remedy)


async def _search_attributes(client: Client) -> Finding:
    missing = await missing_search_attributes(client)
    if missing:
        what = f"the server does not know {', '.join(missing)}"
        return Finding("search attributes", State.FAIL, what, "Run `redress db migrate`")
    return Finding("search attributes", State.OK, f"all {len(SEARCH_ATTRIBUTES)} are known")


async def runs(client: Client) -> Finding:
    """Look for cases whose run was ended by force; no rule of ours ends one so.

    Visibility names the candidates, of which those that go on after a reset are left out.
    """
    part, stopped = "runs of cases", dict[str, int]()
    async for found in client.list_workflows(ENDED_BY_FORCE, limit=MOST_RUNS):
        handle = client.get_workflow_handle(found.id)
        if (await handle.describe()).status not in GOING_ON and found.id not in stopped:
            stopped[found.id] = await _last_task(handle)
    if not stopped:
        return Finding(part, State.OK, "none was ended by force")
    last, task = next(iter(stopped.items()))
    what = f"{len(stopped)} ended by force, the last is {last}"
    command = f"temporal workflow reset --workflow-id {last} --event-id {task} --reason REASON"
    return Finding(part, State.WARN, what, f"Run `{command}`; see docs/operations.md")


async def _last_task(handle: WorkflowHandle[Any, Any]) -> int:
    """Return the event with which the last workflow task of a run ended, from where it can go on.

    One that the force interrupted counts: its forerunner was journaled as settled already.
    """
    ended = [
        event.event_id
        async for event in handle.fetch_history_events()
        if event.event_type in TASK_ENDED
    ]
    return max(ended, default=0)


async def _queue(client: Client, queue: str) -> Finding:
    part = f"worker on {queue}"
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=CASES if queue == TASK_QUEUE else ACTIVITIES,
            report_stats=True,
        ),
        timeout=PATIENCE,
    )
    waiting = described.stats.approximate_backlog_count
    if not described.pollers:
        remedy = "Start `redress worker` (or `redress up`); see its log if it ends"
        return Finding(part, State.FAIL, f"nobody asks for work, {waiting} tasks wait", remedy)
    if waiting > MUCH_WORK:
        remedy = "Nothing is lost; if it stays so, start further workers"
        return Finding(part, State.WARN, f"busy, {waiting} tasks wait", remedy)
    return Finding(part, State.OK, f"asks for work, {waiting} tasks wait")
