"""The whole set-up of one machine: PostgreSQL, Temporal and a worker, started in order."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from runtime.embedded.postgres import BinDirPostgres
from runtime.embedded.process import Launch, clean_environment
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from runtime.kek import ensure_kek
from runtime.settings import load_settings
from runtime.supervisor import SubprocessChild
from runtime.temporal import connect
from schemas.attributes import DEPARTMENT_QUEUES, SEARCH_ATTRIBUTES, TASK_QUEUE
from starter.polling import has_pollers
from starter.signing import ensure_first_key
from store.migrate import migrate


@dataclass(frozen=True)
class Served:
    """Where the servers listen, and a client of Temporal."""

    database_url: str
    temporal_address: str
    temporal: Client


def worker_child(
    directory: Path, client: Client, environment: Mapping[str, str]
) -> SubprocessChild:
    """Return the worker as a child that is ready once it polls every queue."""

    async def is_ready() -> bool:
        queues = (TASK_QUEUE, *DEPARTMENT_QUEUES.values())
        return all([await has_pollers(client, queue) for queue in queues])

    launch = Launch(
        [sys.executable, "-m", "worker"],
        directory / "worker.log",
        clean_environment(REDRESS_DATA_DIR=str(directory), **environment),
    )
    return SubprocessChild("worker", launch, is_ready)


@asynccontextmanager
async def served_in_passing(
    directory: Path, *, time_skipping: bool, environment: Mapping[str, str]
) -> AsyncIterator[Served]:
    """Start everything in a directory that need not outlive the run, and stop it at the end."""
    settings = load_settings(data_dir=directory)
    ensure_kek(settings)
    options = DevServerOptions(
        search_attributes=SEARCH_ATTRIBUTES,
        has_time_skipping=time_skipping,
        is_headless=True,
        sqlite_pragmas=("synchronous=OFF",),
    )
    async with (
        BinDirPostgres(directory / "postgres", fsync=False) as postgres,
        TemporalDevServer(directory / "temporal", options) as temporal,
    ):
        await migrate(postgres.address)
        await ensure_first_key(settings, postgres.address)
        client = await connect(temporal.address)
        servers = {
            "REDRESS_DATABASE_URL": postgres.address,
            "TEMPORAL_ADDRESS": temporal.address,
        }
        worker = worker_child(directory, client, {**servers, **environment})
        await worker.start()
        try:
            yield Served(postgres.address, temporal.address, client)
        finally:
            await worker.stop()
