"""Real servers for the workflow tests of one process, a worker inside it, and a door.

One PostgreSQL and one Temporal serve all tests: complaints get their numbers from one register,
so that no two tests share a case. Starting and stopping the worker takes milliseconds, so each
test has its own, which may be one with other parts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    WorkflowHandle,
)
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper

from gateways.recording import RecordingDepartmentSystem
from runtime.config import Config, load_config
from runtime.embedded.directory import temporary_directory
from runtime.embedded.postgres import BinDirPostgres
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from runtime.kek import ensure_kek
from runtime.queues import QUEUES
from runtime.settings import Settings, load_settings
from runtime.temporal import connect
from schemas.attributes import SEARCH_ATTRIBUTES
from schemas.ids import workflow_id
from schemas.policy import Policy
from schemas.vocabulary import Department
from starter.client import ComplaintClient
from starter.composing import Sign
from starter.connecting import make_client
from store.balances import OrderBalances
from store.migrate import migrate
from store.pool import Pool, open_pool
from store.remedies import RemedyLedger
from store.sealing import Kek
from store.vault import Vault
from tests.support.postgres import running_postgres
from worker import Parts, make_workers
from workflows.inputs import CaseStart

IN_PASSING = DevServerOptions(
    is_persistent=False,
    search_attributes=SEARCH_ATTRIBUTES,
    has_time_skipping=True,
    is_headless=True,
    log_level="error",
)


@dataclass
class House:
    """Everything that stands while tests come and go; `departments` answer as a test wants."""

    postgres: BinDirPostgres
    temporal: Client
    settings: Settings
    config: Config
    pool: Pool
    vault: Vault
    departments: Mapping[Department, RecordingDepartmentSystem]

    @property
    def warehouse(self) -> RecordingDepartmentSystem:
        return self.departments[Department.WAREHOUSE]

    @property
    def skipper(self) -> TimeSkipper:
        return TimeSkipper(self.temporal)

    def parts(self, **others: Any) -> Parts:
        """Return what the worker works with, some of it other than usual."""
        usual = Parts(
            self.settings,
            self.config,
            self.pool,
            self.vault,
            self.departments,
            RemedyLedger(self.pool, OrderBalances(self.pool).paid),
        )
        return replace(usual, **others)

    def handle(self, number: int) -> WorkflowHandle[Any, Any]:
        return self.temporal.get_workflow_handle(workflow_id(number))

    async def case_time(self, number: int | None) -> datetime:
        """Return the case's own time: what doors stamp in tests, where time is skipped."""
        if number is None:
            return datetime.now(UTC)
        try:
            return await self.skipper.get_current_time(self.handle(number))
        except RPCError:
            return datetime.now(UTC)

    def door(
        self,
        *,
        temporal: Client | None = None,
        policy: Policy | None = None,
        continue_after: int | None = None,
        sign: Sign | None = None,
    ) -> ComplaintClient:
        """Return a door; the cases opened through it have this policy and bound of events."""
        client = temporal or self.temporal
        if continue_after is not None:
            client = intercepted(client, Bounding(continue_after))
        config = replace(self.config, policy=policy or self.config.policy)
        return make_client(client, self.pool, self.settings, config, self.case_time, sign)

    @asynccontextmanager
    async def working(self, *queues: str, **others: Any) -> AsyncIterator[None]:
        """Run a worker in this process, on some queues or all, with some parts other than usual."""
        async with AsyncExitStack() as stack:
            for worker in make_workers(self.temporal, self.parts(**others), queues or QUEUES):
                await stack.enter_async_context(worker)
            yield


@asynccontextmanager
async def running_house() -> AsyncIterator[House]:
    """Start the servers and everything that a test may knock on."""
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(temporary_directory())
        server = TemporalDevServer(directory / "temporal", IN_PASSING)
        await stack.enter_async_context(server)
        postgres = await stack.enter_async_context(running_postgres())
        await migrate(postgres.address)
        settings = load_settings(data_dir=directory)
        kek = ensure_kek(settings)
        pool = await open_pool(postgres.address)
        stack.push_async_callback(pool.close)
        yield House(
            postgres,
            await connect(server.address),
            settings,
            load_config(settings.config_dir),
            pool,
            Vault(pool, Kek(kek.id, kek.secret)),
            {department: RecordingDepartmentSystem() for department in Department},
        )


def intercepted(client: Client, interceptor: Interceptor) -> Client:
    """Return a client whose calls pass through an interceptor of the test's."""
    config = client.config()
    config["interceptors"] = [*config["interceptors"], interceptor]
    return Client(**config)


class Bounding(Interceptor):
    """Bounds the events of every run that is started, so that it must continue as new."""

    def __init__(self, continue_after: int) -> None:
        self._bound = continue_after

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002
        return _Bounded(next, self._bound)


class _Bounded(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, bound: int) -> None:
        super().__init__(following)
        self._bound = bound

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        start = input.args[0]
        assert isinstance(start, CaseStart)
        bounded = start.model_copy(update={"continue_after": self._bound})
        return await super().start_workflow(replace(input, args=[bounded]))
