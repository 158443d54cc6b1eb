"""A whole set-up of real processes, each of which can be killed, frozen and started again."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import copy2
from typing import Protocol

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from runtime.config import Config, load_config
from runtime.embedded.ports import free_port
from runtime.embedded.postgres import BinDirPostgres
from runtime.embedded.process import Launch, clean_environment
from runtime.embedded.remnants import processes_within
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from runtime.kek import ensure_kek
from runtime.settings import PROJECT, Settings, load_settings
from runtime.supervisor import SubprocessChild
from runtime.temporal import connect
from schemas.attributes import DEPARTMENT_QUEUES, SEARCH_ATTRIBUTES, TASK_QUEUE
from starter.client import ComplaintClient
from starter.composing import Clock, real_time
from starter.connecting import make_client
from store.migrate import migrate
from store.pool import Pool, open_pool
from tests.support.postgres import fast_directory

STEADY_PORTS = range(15_000, 30_000)
"""Below the system's own choice: a port let go by a killed server stays free for its next start."""

WORKER = "worker"


class Child(Protocol):
    """What can be started, watched and stopped."""

    @property
    def pid(self) -> int | None: ...

    async def start(self) -> object: ...

    async def stop(self) -> None: ...

    async def ended(self) -> str: ...


@dataclass
class Part:
    """One part of a set-up, with every process of it, and how often it was killed."""

    name: str
    child: Child
    pids: Callable[[], list[int]]
    kills: int = 0

    async def kill(self) -> None:
        """End every process of it with SIGKILL, by PID, and wait until it is gone."""
        self._send(signal.SIGKILL)
        assert await self.child.ended() == "signal SIGKILL"
        # Lets go of the directory, as the death of the process that held it would.
        await self.child.stop()
        self.kills += 1

    async def start(self) -> None:
        """Start it again where it was, and wait until it is ready for work."""
        await self.child.start()

    def freeze(self) -> None:
        """Stop every process of it in its tracks: connections stay open and nobody answers."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@dataclass
class WorkerProcess:
    """The worker as a subprocess, ready when it asks every queue for work.

    Each start has an identity of its own: the server lists the pollers of a dead one for minutes.
    """

    directory: Path
    client: Client
    environment: Mapping[str, str]
    module: str = WORKER
    _starts: count[int] = field(default_factory=lambda: count(1))
    _child: SubprocessChild | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    async def start(self) -> None:
        identity = f"worker-{next(self._starts)}"

        async def polls() -> bool:
            queues = (TASK_QUEUE, *DEPARTMENT_QUEUES.values())
            return all([await _polls(self.client, queue, identity) for queue in queues])

        launch = Launch(
            [sys.executable, "-m", self.module],
            self.directory / "worker.log",
            clean_environment(**self.environment, REDRESS_IDENTITY=identity),
            PROJECT,
        )
        self._child = SubprocessChild("worker", launch, polls)
        await self._child.start()

    async def stop(self) -> None:
        if self._child is not None:
            await self._child.stop()

    async def ended(self) -> str:
        assert self._child is not None
        return await self._child.ended()


@dataclass(frozen=True)
class SetUp:
    """PostgreSQL, Temporal and a worker, and a door that outlives their deaths.

    What is written into the file `death` is for a mortal worker.
    """

    directory: Path
    settings: Settings
    config: Config
    database_url: str
    temporal_address: str
    temporal_client: Client
    pool: Pool
    client: ComplaintClient
    postgres: Part
    temporal: Part
    worker: Part
    bin_dir: Path
    death: Path


@dataclass(frozen=True)
class Wanted:
    """How a set-up is to differ from the one that `redress up` starts."""

    environment: Mapping[str, str] = field(default_factory=dict)
    config_dir: Path | None = None
    has_time_skipping: bool = False
    clock: Callable[[Client], Clock] = lambda _: real_time
    worker: str = WORKER


@asynccontextmanager
async def running_setup(directory: Path, wanted: Wanted | None = None) -> AsyncIterator[SetUp]:
    """Run everything in this directory until the block ends, and leave the files in place."""
    wanted = wanted or Wanted()
    settings = load_settings(data_dir=directory, config_dir=wanted.config_dir)
    ensure_kek(settings)
    options = DevServerOptions(
        search_attributes=SEARCH_ATTRIBUTES,
        has_time_skipping=wanted.has_time_skipping,
        is_headless=True,
        port=steady_port(),
    )
    postgres = BinDirPostgres(directory / "postgres", port=steady_port())
    temporal = TemporalDevServer(directory / "temporal", options)
    async with AsyncExitStack() as stack:
        for server in (postgres, temporal):
            stack.push_async_callback(server.stop)
            await server.start()
        await migrate(postgres.address)
        temporal_client = await connect(temporal.address, identity="door")
        pool = await open_pool(postgres.address)
        # A frozen or dead server would not let connections close in good order.
        stack.callback(pool.terminate)
        environment = {
            "REDRESS_DATABASE_URL": postgres.address,
            "TEMPORAL_ADDRESS": temporal.address,
            "REDRESS_DATA_DIR": str(directory),
            "REDRESS_CONFIG_DIR": str(settings.config_dir),
            "REDRESS_TEST_DEATH": str(directory / "death"),
            **wanted.environment,
        }
        worker = WorkerProcess(directory, temporal_client, environment, wanted.worker)
        stack.push_async_callback(worker.stop)
        await worker.start()
        config = load_config(settings.config_dir)
        clock = wanted.clock(temporal_client)
        yield SetUp(
            directory=directory,
            settings=settings,
            config=config,
            database_url=postgres.address,
            temporal_address=temporal.address,
            temporal_client=temporal_client,
            pool=pool,
            client=make_client(temporal_client, pool, settings, config, clock),
            postgres=Part("PostgreSQL", postgres, lambda: _backends_of(postgres)),
            temporal=Part("Temporal", temporal, lambda: _pid_of(temporal)),
            worker=Part("worker", worker, lambda: _pid_of(worker)),
            bin_dir=postgres._bin_dir,
            death=directory / "death",
        )


@asynccontextmanager
async def kept_setup(logs: Path, wanted: Wanted | None = None) -> AsyncIterator[SetUp]:
    """Run a set-up in a directory of its own; only its logs are kept, in the directory given."""
    with fast_directory() as directory:
        try:
            async with running_setup(directory, wanted) as setup:
                yield setup
        finally:
            for log in directory.glob("**/*.log"):
                copy2(log, logs / "-".join(log.relative_to(directory).parts))


def steady_port() -> int:
    """Return a free port that the system gives to nobody by itself."""
    for port in random.sample(STEADY_PORTS, 100):
        if free_port(port) == port:
            return port
    message = f"there is no free port between {STEADY_PORTS.start} and {STEADY_PORTS.stop}"
    raise OSError(message)


async def _polls(client: Client, queue: str, identity: str) -> bool:
    is_main = queue == TASK_QUEUE
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
            if is_main
            else TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
    )
    return any(poller.identity == identity for poller in described.pollers)


def _pid_of(child: Child) -> list[int]:
    assert child.pid is not None
    return [child.pid]


def _backends_of(postgres: BinDirPostgres) -> list[int]:
    """Return the postmaster first, so that it starts no others meanwhile, then the backends."""
    backends = processes_within(postgres.places.cluster)
    return [*_pid_of(postgres), *(pid for pid in backends if pid != postgres.pid)]
