"""The worker process: where every dependency of workflows and activities meets.

Run it with `python worker.py`, or `redress worker`; `--queues warehouse,legal` serves only those
departments, `--queues cases` only what belongs to none. It finds its servers as every door does: by
the environment, else by the data directory of a running set-up.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType

import httpx
import structlog
from temporalio.client import Client
from temporalio.worker import Interceptor, Worker

from activities.after_sales import AfterSalesActivities
from activities.failures import FailureCodes
from activities.inquiry import Inquiry
from activities.journal import JournalActivities
from activities.legal import LegalActivities
from activities.logistics import LogisticsActivities
from activities.notifications import NotificationActivities
from activities.origin import GenuineRuns, Origin
from activities.quality import QualityActivities
from activities.remedies import RemedyActivities
from activities.store_operations import StoreOperationsActivities
from activities.triage import TriageActivities
from activities.warehouse import WarehouseActivities
from gateways.department_http import HttpDepartmentSystem
from gateways.inbox_only import InboxOnly
from gateways.mail import MailChannel
from gateways.mail_server import mail_server
from gateways.order_http import HttpOrderRecords
from gateways.ports import DepartmentSystem, MessageChannel, OrderRecords, RemedyService
from gateways.remedy_http import HttpRemedyService
from gateways.signature import secret_bytes
from gateways.webhook import WebhookChannel
from runtime.config import Config, load_config
from runtime.kek import load_kek
from runtime.main import run
from runtime.queues import CASES, QUEUES, parse_queues
from runtime.run_file import find_setup
from runtime.settings import Settings, load_settings
from runtime.temporal import connect, missing_search_attributes
from schemas.attributes import DEPARTMENT_QUEUES, TASK_QUEUE
from schemas.errors import RedressError
from schemas.vocabulary import Channel, Department
from starter.dispatcher import dispatch
from store.balances import OrderBalances
from store.health import expect_kek
from store.journal import Journal
from store.outbox import Outbox
from store.pool import Pool, open_pool
from store.register import Register
from store.remedies import RemedyLedger
from store.sealing import Kek
from store.vault import Vault
from workflows.complaint import ComplaintWorkflow

DRAIN = timedelta(seconds=30)
"""How long activities under way may go on after SIGTERM."""

DEPARTMENT_POLLS = 2
"""A department's own system answers a few questions at a time."""

GATHERERS: Mapping[Department, Callable[[Inquiry], Callable[..., object]]] = MappingProxyType(
    {
        Department.WAREHOUSE: lambda ask: WarehouseActivities(ask).gather_warehouse_evidence,
        Department.LOGISTICS: lambda ask: LogisticsActivities(ask).gather_logistics_evidence,
        Department.QUALITY: lambda ask: QualityActivities(ask).gather_quality_evidence,
        Department.LEGAL: lambda ask: LegalActivities(ask).gather_legal_evidence,
        Department.AFTER_SALES: lambda ask: AfterSalesActivities(ask).gather_after_sales_evidence,
        Department.STORE_OPERATIONS: lambda ask: (
            StoreOperationsActivities(ask).gather_store_operations_evidence
        ),
    }
)
"""The one activity of each department."""

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
    departments: Mapping[Department, DepartmentSystem]
    remedies: RemedyService
    channels: Mapping[Channel, MessageChannel] = field(default_factory=dict)


def make_workers(client: Client, parts: Parts, queues: Collection[str] = QUEUES) -> list[Worker]:
    """Build a worker for cases and one for each department, as far as their queues are wanted."""
    served = [department for department in Department if department in queues]
    departments = [department_worker(client, parts, department) for department in served]
    return [case_worker(client, parts), *departments] if CASES in queues else departments


def case_worker(client: Client, parts: Parts) -> Worker:
    """Build the worker for cases and for the activities that belong to no department."""
    config, vault, settings = parts.config, parts.vault, parts.settings
    remedies = RemedyActivities(parts.remedies)
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ComplaintWorkflow],
        activities=[
            JournalActivities(Journal(parts.pool)).record_events,
            TriageActivities(vault, config.triage_rules).triage_complaint,
            NotificationActivities(
                vault, Outbox(parts.pool), config.templates, config.phrases, parts.channels
            ).deliver_message,
            remedies.carry_out_step,
            remedies.look_up_step,
            remedies.reverse_step,
            remedies.enter_payment,
        ],
        interceptors=guards(client, parts.pool),
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_workflow_tasks=settings.workflow_slots,
        max_concurrent_activities=settings.activity_slots,
        max_concurrent_local_activities=settings.local_activity_slots,
        graceful_shutdown_timeout=DRAIN,
    )


def guards(client: Client, pool: Pool) -> list[Interceptor]:
    """Build what stands around every activity; errors become codes outermost."""
    return [FailureCodes(), GenuineRuns(Origin(client, Register(pool)))]


def department_worker(client: Client, parts: Parts, department: Department) -> Worker:
    """Build the worker that asks a department's own system, which needs the vault alone."""
    inquiry = Inquiry(parts.vault, parts.departments[department])
    return Worker(
        client,
        task_queue=DEPARTMENT_QUEUES[department],
        activities=[GATHERERS[department](inquiry)],
        interceptors=guards(client, parts.pool),
        max_concurrent_activity_task_polls=DEPARTMENT_POLLS,
        graceful_shutdown_timeout=DRAIN,
    )


def department_system(
    settings: Settings, department: Department, http: httpx.AsyncClient
) -> DepartmentSystem:
    """Return a department's own system if one is configured, else its inbox."""
    configured = settings.system_of(department)
    if configured is None:
        return InboxOnly()
    url, secret = configured
    return HttpDepartmentSystem(http, url, (secret_bytes(secret),), lambda: datetime.now(UTC))


def remedy_service(settings: Settings, pool: Pool, http: httpx.AsyncClient) -> RemedyService:
    """Return the system that carries out remedies if one is configured, else our own ledger."""
    configured = settings.remedy_system
    if configured is None:
        return RemedyLedger(pool, order_records(settings, pool, http).paid)
    url, secret = configured
    return HttpRemedyService(http, url, (secret_bytes(secret),), lambda: datetime.now(UTC))


def order_records(settings: Settings, pool: Pool, http: httpx.AsyncClient) -> OrderRecords:
    """Return the shop's system if one is configured, else what was entered by `redress paid`."""
    configured = settings.order_system
    if configured is None:
        return OrderBalances(pool)
    url, secret = configured
    return HttpOrderRecords(http, url, (secret_bytes(secret),), lambda: datetime.now(UTC))


def message_channels(
    settings: Settings, http: httpx.AsyncClient
) -> Mapping[Channel, MessageChannel]:
    """Return what reaches customers, for each kind of contact for which something is configured."""
    channels: dict[Channel, MessageChannel] = {}
    if settings.webhook_url is not None and settings.webhook_secret is not None:
        given = settings.webhook_secret.get_secret_value().split()
        secrets = tuple(map(secret_bytes, given))
        webhook = WebhookChannel(http, settings.webhook_url, secrets, lambda: datetime.now(UTC))
        channels |= dict.fromkeys(settings.webhook_channels, webhook)
    if settings.smtp_url is not None and settings.mail_from is not None:
        server = mail_server(settings.smtp_url.get_secret_value())
        channels[Channel.EMAIL] = MailChannel(server, settings.mail_from, lambda: datetime.now(UTC))
    return channels


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
        departments = {each: department_system(settings, each, http) for each in Department}
        channels = message_channels(settings, http)
        remedies = remedy_service(settings, pool, http)
        yield client, Parts(settings, config, pool, vault, departments, remedies, channels)


async def main(stop: asyncio.Event, queues: str | None = None) -> None:
    """Serve the queues named, or all, until told to stop, then let what is under way finish."""
    wanted = parse_queues(queues)
    async with assembled(load_settings()) as (client, parts):
        missing = await missing_search_attributes(client) if CASES in wanted else []
        if missing:
            raise SearchAttributesMissing(", ".join(missing))
        async with AsyncExitStack() as stack:
            workers = make_workers(client, parts, wanted)
            for worker in workers:
                await stack.enter_async_context(worker)
            log.info("worker started", queues=[worker.task_queue for worker in workers])
            await (dispatch(client, Register(parts.pool), stop) if CASES in wanted else stop.wait())
        log.info("worker stopped")


def queues_named() -> str | None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Run a worker of Redress.")
    parser.add_argument("--queues", help=f"serve only some of: {', '.join(QUEUES)} (default: all)")
    named: str | None = parser.parse_args().queues
    return named


if __name__ == "__main__":
    sys.exit(run(partial(main, queues=queues_named())))
