"""The embedded Temporal development server: its settings, its memory, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from runtime.embedded.directory import temporary_directory
from runtime.embedded.errors import (
    DataDirectoryInUse,
    TemporalBinaryMissing,
    TemporalDidNotStart,
)
from runtime.embedded.patience import becomes_true
from runtime.embedded.ports import free_port, free_ports
from runtime.embedded.remnants import command_of
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer, find_temporal

pytestmark = pytest.mark.server

STAGE = SearchAttributeKey.for_keyword("Stage")


@pytest.fixture
def place() -> Iterator[Path]:
    with temporary_directory() as directory:
        yield directory


@pytest.fixture(scope="module")
async def shared() -> AsyncIterator[TemporalDevServer]:
    options = DevServerOptions(is_persistent=False, search_attributes={"Stage": "Keyword"})
    with temporary_directory() as parent:
        async with TemporalDevServer(parent / "temporal", options) as server:
            yield server


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    null = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=null, stderr=null) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_closed_cases_are_kept_for_ninety_days(shared: TemporalDevServer) -> None:
    client = await Client.connect(shared.address)
    request = DescribeNamespaceRequest(namespace="default")
    answer = await client.workflow_service.describe_namespace(request)
    assert answer.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=90)


async def test_search_attributes_serve_from_the_first_moment(shared: TemporalDevServer) -> None:
    client = await Client.connect(shared.address)
    stage = TypedSearchAttributes([SearchAttributePair(STAGE, "new")])
    handle = await client.start_workflow(
        "unserved", id="attributes", task_queue="nobody", search_attributes=stage
    )
    described = await handle.describe()
    assert described.typed_search_attributes[STAGE] == "new"
    await handle.terminate()


async def test_the_settings_are_given(shared: TemporalDevServer) -> None:
    command = command_of(shared.pid or 0)
    for setting in (
        "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2",
        "history.transferProcessorMaxPollRPS=200",
        "history.timerProcessorMaxPollRPS=200",
        # Without it, a timer of milliseconds fires a second late.
        'history.timerProcessorMaxTimeShift="10ms"',
    ):
        assert command[command.index(setting) - 1] == "--dynamic-config-value"
    assert "frontend.WorkflowTimeSkippingEnabled=true" not in command
    assert "--db-filename" not in command


async def test_the_terminal_does_not_reach_the_server(shared: TemporalDevServer) -> None:
    assert os.getsid(shared.pid or 0) == shared.pid


async def test_the_ui_answers_on_the_address_it_is_said_to(shared: TemporalDevServer) -> None:
    assert shared.ui_address == f"http://127.0.0.1:{shared.ui_port}"
    _, writer = await asyncio.open_connection("127.0.0.1", shared.ui_port)
    writer.close()
    await writer.wait_closed()


async def test_every_option_reaches_the_server(place: Path) -> None:
    port = free_port()
    options = DevServerOptions(
        has_time_skipping=True,
        retention=timedelta(days=40),
        port=port,
        is_headless=True,
        dynamic_config={"frontend.keepAliveMinTime": '"10s"'},
        sqlite_pragmas=["synchronous=OFF"],
    )
    async with TemporalDevServer(place, options) as server:
        command = command_of(server.pid or 0)
        client = await Client.connect(f"127.0.0.1:{port}")
        request = DescribeNamespaceRequest(namespace="default")
        answer = await client.workflow_service.describe_namespace(request)
    assert answer.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=40)
    assert server.ui_address is None
    assert "--headless" in command
    assert "frontend.WorkflowTimeSkippingEnabled=true" in command
    assert 'frontend.keepAliveMinTime="10s"' in command
    assert "synchronous=OFF" in command


async def test_open_cases_survive_a_kill_and_a_restart(place: Path) -> None:
    server = TemporalDevServer(place)
    client = await Client.connect(await server.start())
    await client.start_workflow("unserved", id="survivor", task_queue="nobody")
    before = server.address
    os.kill(server.pid or 0, signal.SIGKILL)
    assert await server.ended() == "signal SIGKILL"
    assert not server.is_running
    await server.stop()
    async with server:
        assert server.address == before
        described = await client.get_workflow_handle("survivor").describe()
        assert described.status is not None
        assert described.status.name == "RUNNING"


async def test_one_process_owns_a_directory(shared: TemporalDevServer) -> None:
    with pytest.raises(DataDirectoryInUse, match=f"process {os.getpid()}"):
        await TemporalDevServer(shared.directory).start()
    assert shared.is_running


async def test_a_left_over_server_is_ended_before_the_new_start(place: Path) -> None:
    server = TemporalDevServer(place)
    command = [str(find_temporal()), "server", "start-dev", "--headless", "--ip", "127.0.0.1"]
    command += ["--port", str(free_port()), "--db-filename", str(server.database)]
    with running(command) as remnant:
        assert await becomes_true(server.database.exists, 30)
        (place / "pid").write_text(str(remnant.pid))
        async with server:
            assert remnant.poll() is not None


async def test_a_recycled_pid_is_not_killed(place: Path) -> None:
    with running(["sleep", "600"]) as innocent:
        (place / "pid").write_text(str(innocent.pid))
        async with TemporalDevServer(place) as server:
            assert (place / "pid").read_text() == str(server.pid)
        assert innocent.poll() is None
    assert not (place / "pid").exists()


async def test_a_failed_start_shows_the_log_and_can_be_mended(place: Path) -> None:
    server = TemporalDevServer(place)
    server.database.write_text("no database at all, but long enough to be read as one\n" * 20)
    with pytest.raises(TemporalDidNotStart, match=r"status 1(.|\n)*not a database"):
        await server.start()
    server.database.unlink()
    async with server:
        assert server.is_running


async def test_a_port_lost_to_another_server_is_replaced(
    place: Path, shared: TemporalDevServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slow start gives the other server every chance to be taken for ours.
    slow = place / "temporal"
    slow.write_text(f'#!/bin/sh\nsleep 0.5\nexec {find_temporal()} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("REDRESS_TEMPORAL_BIN", str(slow))
    looks = iter([[shared.port, free_port()]])
    monkeypatch.setattr(
        "runtime.embedded.temporal_server.free_ports",
        lambda *preferred: next(looks, None) or free_ports(*preferred),
    )
    async with TemporalDevServer(place) as server:
        assert server.port != shared.port
        assert server.is_running


async def test_a_port_taken_by_the_server_itself_is_replaced(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([[free_port()] * 2])
    monkeypatch.setattr(
        "runtime.embedded.temporal_server.free_ports",
        lambda *preferred: next(looks, None) or free_ports(*preferred),
    )
    async with TemporalDevServer(place) as server:
        assert server.port != server.ui_port


def test_free_ports_differ() -> None:
    for _ in range(20):
        found = free_ports(*[None] * 200)
        assert len(set(found)) == len(found)


def test_the_given_program_is_taken(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = place / "temporal"
    program.touch(mode=0o755)
    monkeypatch.setenv("REDRESS_TEMPORAL_BIN", str(program))
    assert find_temporal() == program


def test_a_given_program_that_is_missing_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_TEMPORAL_BIN", str(place / "temporal"))
    with pytest.raises(TemporalBinaryMissing, match=f"looked in: {place}/temporal"):
        find_temporal()


def test_no_program_anywhere_is_explained(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDRESS_TEMPORAL_BIN", raising=False)
    monkeypatch.setattr("runtime.embedded.temporal_server.files", lambda _: [])
    monkeypatch.setenv("PATH", str(place))
    with pytest.raises(TemporalBinaryMissing, match="TEMPORAL_ADDRESS"):
        find_temporal()
