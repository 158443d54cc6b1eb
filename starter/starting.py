"""Starting the workflow of a complaint that the register has accepted (rules 19 and 25)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.origin import Origin
from schemas.attributes import TASK_QUEUE
from schemas.ids import workflow_id
from schemas.policy import Policy
from schemas.vocabulary import Authenticity
from starter.errors import PolicyLost
from store.register import Entry, Register
from workflows.complaint import ComplaintWorkflow
from workflows.inputs import CaseStart

PATIENCE = timedelta(seconds=5)
"""How long a door waits for Temporal; after that the dispatcher starts the case (rule 25)."""


async def start_case(temporal: Client, register: Register, entry: Entry) -> None:
    """Start the case under the policy of its acceptance, or find it started already.

    It believes the doors whose keys are in force now; where there is none, it believes everybody.

    Raises RPCError, or TimeoutError after PATIENCE, while Temporal is away, and RunForged if
    somebody else has started a run of this number.
    """
    document = await register.policy(entry.policy_version)
    if document is None:
        raise PolicyLost(entry.policy_version, entry.number)
    keys = await register.trusted_keys()
    start = CaseStart(
        number=entry.number,
        complaint_id=entry.complaint_id,
        opening=entry.opening,
        policy=Policy.model_validate_json(document),
        authenticity=Authenticity.SIGNED if keys else Authenticity.OPEN,
        keys=keys,
    )
    try:
        # The time-out of a request bounds each of the client's own tries, and not their sum.
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await temporal.start_workflow(
                ComplaintWorkflow.run,
                start,
                id=workflow_id(entry.number),
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                static_summary=f"Complaint {entry.number}, by {entry.opening.channel}",
                rpc_timeout=PATIENCE,
            )
    except WorkflowAlreadyStartedError as started:
        # A case that ran to its end meanwhile is never run twice.
        origin = Origin(temporal, register)
        await origin.expect_genuine(workflow_id(entry.number), started.run_id)
    await register.dispatched(entry.number)
