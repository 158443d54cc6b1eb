"""Imports into a real register: whatever stops in the middle, no row is lost and none is double."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio.envconfig import ClientConnectConfig

from runtime.config import load_config
from runtime.embedded.directory import temporary_directory
from runtime.embedded.ports import free_port
from runtime.embedded.postgres import BinDirPostgres
from runtime.kek import ensure_kek
from runtime.main import Exit
from runtime.settings import load_settings
from runtime.temporal import connect_when_needed
from schemas.commands import Actor
from starter.client import ComplaintClient
from starter.complaint import NewComplaint
from starter.connecting import make_client
from starter.importing import ImportJob, Opens, Tally, import_file
from starter.intake import Receipt
from starter.outage import Patience
from starter.signing import ensure_first_key
from store.migrate import migrate
from store.pool import Pool, open_pool
from store.register import Register
from tests.support.eventually import eventually
from tests.support.imports import mapping_from
from tests.support.redress_up import Redress

pytestmark = pytest.mark.server

FEW = 60
MANY = 1500
"""Rows enough for an import to be stopped in its midst."""


@dataclass
class Desk:
    """A door on a register of its own; Temporal is away all the time."""

    directory: Path
    server: BinDirPostgres
    pool: Pool
    client: ComplaintClient
    temporal_address: str

    @property
    def file(self) -> Path:
        return self.directory / "rows.csv"

    @property
    def register(self) -> Register:
        return Register(self.pool)

    @property
    def redress(self) -> Redress:
        """The program on the same servers."""
        places = {
            "REDRESS_DATABASE_URL": self.server.address,
            "TEMPORAL_ADDRESS": self.temporal_address,
        }
        return Redress(self.directory, places)

    @property
    def words(self) -> list[str]:
        return ["import", str(self.file), "--mapping", str(self.directory / "mapping.toml")]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    with temporary_directory() as directory:
        settings = load_settings(data_dir=directory)
        ensure_kek(settings)
        async with BinDirPostgres(directory / "postgres", fsync=False) as server:
            await migrate(server.address)
            await ensure_first_key(settings, server.address)
            nowhere = f"127.0.0.1:{free_port()}"
            temporal = await connect_when_needed(ClientConnectConfig(target_host=nowhere))
            pool = await open_pool(server.address, size=16)
            client = make_client(temporal, pool, settings, load_config(settings.config_dir))
            found = Desk(directory, server, pool, client, nowhere)
            mapping_from(directory)
            yield found
            await pool.close()


def write(desk: Desk, rows: int) -> None:
    """Write so many rows that can be taken, and an empty one before them."""
    texts = ["", *(f"complaint {number}" for number in range(rows))]
    lines = [f"{key},{text}\n" for key, text in enumerate(texts)]
    desk.file.write_text("id,text\n" + "".join(lines))


async def imported(desk: Desk, door: Opens) -> Tally:
    stop, tally = asyncio.Event(), Tally()
    job = ImportJob(desk.file, mapping_from(desk.directory))
    await import_file(job, door, tally, Patience(timedelta(minutes=1), print, stop), stop)
    return tally


async def check_whole(desk: Desk, rows: int) -> None:
    """Every good row is in the register once, without a gap, and waits for Temporal."""
    assert await desk.register.count() == rows
    assert await desk.register.numbers_missing() == []
    assert await desk.register.undispatched() == rows
    assert "id,text" in desk.file.with_name("rows.rejected.csv").read_text("utf-8-sig")


class Restarting:
    """A door behind which PostgreSQL stops in the middle of an import, and comes back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._count = 0
        self.restarted: asyncio.Task[None] | None = None

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        self._count += 1
        if self._count == FEW // 2:
            self.restarted = asyncio.create_task(self._restart())
        return await self._desk.client.open(complaint, by=by, received_at=received_at)

    async def _restart(self) -> None:
        await self._desk.server.stop()
        await self._desk.server.start()


async def test_rows_are_accepted_while_temporal_is_away(desk: Desk) -> None:
    write(desk, FEW)
    tally = await imported(desk, desk.client)
    assert (tally.new, tally.known, tally.rejected) == (FEW, 0, 1)
    await check_whole(desk, FEW)


async def test_an_import_outlasts_a_restart_of_postgresql(desk: Desk) -> None:
    write(desk, FEW)
    door = Restarting(desk)
    tally = await imported(desk, door)
    assert door.restarted is not None
    await door.restarted
    assert tally.is_finished
    # A row whose acceptance was cut off from its answer is found to be known.
    assert (tally.new + tally.known, tally.rejected) == (FEW, 1)
    await check_whole(desk, FEW)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
async def test_an_import_that_was_stopped_goes_on_where_it_was(
    desk: Desk, number: signal.Signals
) -> None:
    write(desk, MANY)
    process = await desk.redress.start(*desk.words)
    await eventually(desk.register.count, lambda count: count >= 5, seconds=60)
    process.send_signal(number)
    out, err = await process.communicate()
    if number is signal.SIGINT:
        assert process.returncode == Exit.INTERRUPTED
        assert b"goes on where it stopped" in err
        assert b"new, 0 known" in out
    before = await desk.register.count()
    assert before < MANY
    again = await desk.redress.data(*desk.words)
    assert (again["new"] + again["known"], again["rejected"]) == (MANY, 1)
    assert again["known"] >= before
    assert again["finished"] is True
    await check_whole(desk, MANY)
