"""Imports into a real register, with servers that go away in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from runtime.config import load_config
from runtime.embedded.directory import temporary_directory
from runtime.embedded.ports import free_port
from runtime.embedded.postgres import BinDirPostgres
from runtime.kek import ensure_kek
from runtime.settings import load_settings
from runtime.temporal import connect_when_needed
from schemas.commands import Actor
from starter.client import ComplaintClient
from starter.complaint import NewComplaint
from starter.connecting import make_client
from starter.importing import ImportJob, Opens, Tally, import_file
from starter.intake import Receipt
from starter.outage import Patience
from store.migrate import migrate
from store.pool import Pool, open_pool
from store.register import Register
from temporalio.envconfig import ClientConnectConfig
from tests.support.imports import mapping_from

pytestmark = pytest.mark.server

ROWS = 40


@dataclass
class Desk:
    """A door on a register of its own, while Temporal is away all the time."""

    server: BinDirPostgres
    client: ComplaintClient
    register: Register


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    with temporary_directory() as directory:
        settings = load_settings(data_dir=directory)
        ensure_kek(settings)
        # Not durable, and its port is kept, so that the same pool finds it after a restart.
        async with BinDirPostgres(directory / "postgres", fsync=False) as server:
            await migrate(server.address)
            nowhere = ClientConnectConfig(target_host=f"127.0.0.1:{free_port()}")
            temporal = await connect_when_needed(nowhere)
            pool: Pool = await open_pool(server.address, size=16)
            try:
                config = load_config(settings.config_dir)
                client = make_client(temporal, pool, settings, config)
                yield Desk(server, client, Register(pool))
            finally:
                await pool.close()
