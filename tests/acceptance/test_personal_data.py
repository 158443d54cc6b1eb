"""Personal data is never written in the clear: not to histories, dumps, logs or any other file.

The one exception is plain text in a signal that is sent past our doors (architecture: privacy): it
is refused, but the engine has stored it by then. That is shown elsewhere and left out here.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConnectConfig
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper

from demo.player import Stage, play_case
from demo.stand_in import StandIn
from runtime.logs import configure_logs
from runtime.run_file import announce
from schemas.commands import OpenComplaint
from schemas.ids import workflow_id
from starter.composing import Clock
from store.register import Register
from tests.acceptance.telling_cases import (
    marked_cases,
    personal_fields,
    present_paths,
    sealed_paths,
)
from tests.support.actors import AGENT
from tests.support.measured import measured
from tests.support.postgres import fast_directory
from tests.support.processes import SetUp, Wanted, running_setup
from tests.support.traces import FORMS, Marks, traces, traces_in

SECRET_FILE = "kek"
"""The one file that is secret itself, and holds nothing else."""


@pytest.fixture
async def setup() -> AsyncIterator[SetUp]:
    """Servers whose every line is logged, a worker that leaks, and a door that logs too."""
    async with StandIn() as company:
        wanted = Wanted(
            environment={**company.environment(), "REDRESS_LOG_LEVEL": "debug"},
            has_time_skipping=True,
            clock=case_clock,
            worker="tests.support.leaky_worker",
        )
        with fast_directory() as directory, logging_to(directory / "door.log"):
            async with running_setup(directory, wanted) as setup:
                yield setup


@pytest.mark.server
async def test_nothing_personal_is_written_in_the_clear(setup: SetUp) -> None:
    marks = Marks()
    cases = marked_cases(marks)
    scene = Stage(setup.client, TimeSkipper(setup.temporal_client), setup.temporal_client, measured)
    here = ClientConnectConfig(target_host=setup.temporal_address)
    now = datetime.now(UTC)
    with announce(setup.directory, setup.database_url, here, started_at=now):
        played = await asyncio.gather(*(play_case(scene, case) for case in cases))
        assert [one.record.view.outcome for one in played] == [case.outcome for case in cases]
        await check_planting(setup, marks)
        dump(setup)
        # Killed, so that nothing is tidied up that an operator could find after a crash.
        for part in (setup.worker, setup.temporal, setup.postgres):
            await part.kill()
        failures = (setup.directory / "worker.log").read_text("utf-8").count("Talkative")
        found = await asyncio.to_thread(traces, setup.directory, {SECRET_FILE})
    size = sum(file.stat().st_size for file in setup.directory.rglob("*") if file.is_file())
    measured(
        f"{len(marks.planted)} marks, {failures} talkative failures, {size >> 20} MiB searched"
    )
    assert found == []
    assert failures > 0


async def check_planting(setup: SetUp, marks: Marks) -> None:
    """Check that every personal field holds a mark, and that those who may can read them."""
    assert personal_fields() <= set(marks.planted.values())
    register = Register(setup.pool)
    entries = [await register.entry(number) for number in range(1, await register.count() + 1)]
    expected = sealed_paths(OpenComplaint)
    assert [present_paths(entry.opening) for entry in entries if entry] == [expected] * len(entries)
    letters = [
        letter.text
        for number in range(1, len(entries) + 1)
        for letter in await setup.client.letters(number, by=AGENT)
    ]
    for place in ("name", "reply.text", "propose.text", "close_explained.explanation"):
        (mark, *_) = [mark for mark, planted in marks.planted.items() if planted == place]
        assert any(mark in text for text in letters), place


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_a_mark_is_found_in_every_form(tmp_path: Path, form: str, before: str) -> None:
    file = tmp_path / "some.db"
    mark = Marks().mark("somewhere")
    clutter = bytes(range(256)) * 1000
    file.write_bytes(clutter + FORMS[form](f"{before}{mark}, and more") + clutter)
    assert traces_in(file)
    file.write_bytes(clutter + FORMS[form](f"{before}{mark[:5]}, and more") + clutter)
    assert traces_in(file) == []


def case_clock(client: Client) -> Clock:
    """Return the time of the case itself, which time skipping moves."""
    skipper = TimeSkipper(client)

    async def case_time(number: int | None) -> datetime:
        if number is None:
            return datetime.now(UTC)
        try:
            return await skipper.get_current_time(client.get_workflow_handle(workflow_id(number)))
        except RPCError:
            return datetime.now(UTC)

    return case_time


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """Log as a door does, everything, to a file; and as before at the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logs("debug", "json", file)
        yield
    finally:
        structlog.reset_defaults()
        for handler in root.handlers:
            handler.close()
        root.handlers, root.level = handlers, level


def dump(setup: SetUp) -> None:
    """Write the whole database out, as a backup would."""
    file = setup.directory / "dump.sql"
    program = str(setup.bin_dir / "pg_dump")
    command = [program, f"--dbname={setup.database_url}", f"--file={file}"]
    subprocess.run(command, check=True)
    assert "COPY public.journal" in file.read_text("utf-8")
