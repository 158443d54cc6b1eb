"""The worker process: where every dependency of workflows and activities meets.

Run it with `python worker.py`, or `redress worker`. It finds its servers as every door does: by
the environment, else by the data directory of a running set-up.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.failures import FailureCodes
from activities.journal import JournalActivities
from activities.notifications import NotificationActivities
from activities.remedies import RemedyActivities
from activities.triage import TriageActivities
from activities.warehouse import WarehouseActivities
from gateways.department_http import HttpDepartmentSystem
from gateways.inbox_only import InboxOnly
from gateways.ports import DepartmentSystem
from gateways.signature import secret_bytes
from runtime.config import Config, load_config
from runtime.kek import load_kek
from runtime.main import run
from runtime.run_file import find_setup
from runtime.settings import Settings, load_settings
from runtime.temporal import connect, missing_search_attributes
from schemas.attributes import DEPARTMENT_QUEUES, TASK_QUEUE
from schemas.errors import RedressError
from schemas.vocabulary import Department
from starter.dispatcher import dispatch
from store.health import expect_kek
from store.journal import Journal
from store.outbox import Outbox
from store.pool import Pool, open_pool
from store.register import Register
from store.resends import ResendLedger
from store.sealing import Kek
from store.vault import Vault
from workflows.complaint import ComplaintWorkflow

DRAIN = timedelta(seconds=30)
"""How long activities under way may go on after SIGTERM."""

log = structlog.get_logger()


@dataclass(eq=False)
class SearchAttributesMissing(RedressError):
    """Temporal does not know the search attributes {names}; run `redress db migrate`.

    A case that set an unknown one would stand still.
    """

    code = "search_attributes_missing"
    names: str


@dataclass(frozen=True)
class Parts:
    """What activities work with."""

    settings: Settings
    config: Config
    pool: Pool
    vault: Vault
    warehouse: DepartmentSystem


def make_workers(client: Client, parts: Parts) -> list[Worker]:
    """Build one worker for cases and one for each department that has its own system."""
    config, vault, settings = parts.config, parts.vault, parts.settings
    cases = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ComplaintWorkflow],
        activities=[
            JournalActivities(Journal(parts.pool)).record_events,
            TriageActivities(vault, config.triage_rules).triage_complaint,
            NotificationActivities(
                vault, Outbox(parts.pool), config.templates, config.phrases
            ).deliver_message,
            RemedyActivities(ResendLedger(parts.pool)).carry_out_step,
        ],
        interceptors=[FailureCodes()],
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_workflow_tasks=settings.workflow_slots,
        max_concurrent_activities=settings.activity_slots,
        max_concurrent_local_activities=settings.local_activity_slots,
        graceful_shutdown_timeout=DRAIN,
    )
    warehouse = Worker(
        client,
        task_queue=DEPARTMENT_QUEUES[Department.WAREHOUSE],
        activities=[WarehouseActivities(vault, parts.warehouse).gather_warehouse_evidence],
        interceptors=[FailureCodes()],
        graceful_shutdown_timeout=DRAIN,
    )
    return [cases, warehouse]


def warehouse_system(settings: Settings, http: httpx.AsyncClient) -> DepartmentSystem:
    """Return the warehouse's own system if one is configured, else its inbox."""
    if settings.warehouse_url is None or settings.warehouse_secret is None:
        return InboxOnly()
    secrets = (secret_bytes(settings.warehouse_secret.get_secret_value()),)
    return HttpDepartmentSystem(http, settings.warehouse_url, secrets, lambda: datetime.now(UTC))


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[tuple[Client, Parts]]:
    """Open every connection, and close each at the end."""
    setup = find_setup(settings)
    config = load_config(settings.config_dir)
    async with AsyncExitStack() as stack:
        client = await connect(setup.temporal, identity=settings.identity)
        pool = await open_pool(setup.database_url, size=10)
        stack.push_async_callback(pool.close)
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        kek = load_kek(settings)
        await expect_kek(pool, kek.id)
        vault = Vault(pool, Kek(kek.id, kek.secret))
        yield client, Parts(settings, config, pool, vault, warehouse_system(settings, http))


async def main(stop: asyncio.Event) -> None:
    """Work until told to stop, then let what is under way finish."""
    async with assembled(load_settings()) as (client, parts):
        missing = await missing_search_attributes(client)
        if missing:
            raise SearchAttributesMissing(", ".join(missing))
        async with AsyncExitStack() as stack:
            for worker in make_workers(client, parts):
                await stack.enter_async_context(worker)
            log.info("worker started", queues=[TASK_QUEUE, *DEPARTMENT_QUEUES.values()])
            await dispatch(client, Register(parts.pool), stop)
        log.info("worker stopped")


if __name__ == "__main__":
    sys.exit(run(main))
