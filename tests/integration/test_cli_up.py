"""`redress up` on real servers: started, used, stopped, started again, crashed."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded.directory import temporary_directory
from runtime.embedded.remnants import command_of
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from runtime.main import Exit
from tests.support.eventually import eventually
from tests.support.imports import EXAMPLES
from tests.support.postgres import Databases
from tests.support.redress_up import Redress, Up

pytestmark = pytest.mark.server

LONG = 60.0
"""Seconds: each look is a process of its own."""

Document = dict[str, Any]
WAREHOUSE = ["--as", "department:warehouse:wh-3"]


@asynccontextmanager
async def somewhere(**settings: str) -> AsyncIterator[Redress]:
    with temporary_directory() as directory:
        yield Redress(directory / "data", settings)


@pytest.fixture(scope="module")
async def redress() -> AsyncIterator[Redress]:
    """A set-up that runs while the tests of this module use it."""
    async with somewhere() as redress, redress.up() as up:
        await up.places()
        yield redress


async def case(redress: Redress, number: str) -> Document:
    document = await redress.data("show", number)
    found: Document = document["case"]
    return found


def is_acknowledged(found: Document) -> bool:
    return any(
        message["purpose"] == "acknowledgement" and message["delivered_at"]
        for message in found["messages"]
    )


# ---- A set-up in use ----------------------------------------------------------------------------


async def test_a_case_moves_from_the_command_line(redress: Redress) -> None:
    opened = await redress.data(
        "open", "--channel", "phone", "--content", "The charger is missing", "--name", "Li Lei"
    )
    number = str(opened["number"])

    await eventually(lambda: case(redress, number), is_acknowledged, seconds=LONG)
    question = "question=Was the charger packed?"
    asked = await redress.data("send", number, "request_check", "department=warehouse", question)
    assert (asked["status"], asked["created"]) == ("accepted", 1)

    await eventually(lambda: redress.data("inbox", "warehouse"), bool, seconds=LONG)
    claimed = await redress.data("send", number, "claim_check", "check=1", *WAREHOUSE)
    assert claimed["status"] == "accepted"
    sent = await redress.run(
        "send", number, "complete_check", "check=1", "finding=packing_fault", "summary=It lay here",
        "--signal", *WAREHOUSE,
    )  # fmt: skip
    assert sent.code == 0, sent

    await eventually(
        lambda: case(redress, number), lambda found: found["stage"] == "deciding", seconds=LONG
    )
    refused = await redress.run("send", number, "reopen")
    assert refused.code == Exit.CONFLICT
    assert "reopen is refused (case_not_closed)" in refused.err
    shown = await redress.run("show", number, "--timeline", "--reveal")
    for said in ("Li Lei", "It lay here", "check 1: packing_fault", "missing_or_wrong_items"):
        assert said in shown.out


async def test_an_import_makes_every_row_a_running_case(redress: Redress, tmp_path: Path) -> None:
    file = tmp_path / "comcast.csv"
    shutil.copy(EXAMPLES / "comcast.csv", file)
    words = ["import", str(file), "--mapping", str(EXAMPLES / "mappings" / "comcast.toml")]
    first = await redress.data(*words)
    assert (first["new"], first["known"], first["rejected"]) == (6, 0, 0)
    again = await redress.data(*words)
    assert (again["new"], again["known"], again["rejected"]) == (0, 6, 0)

    await eventually(
        lambda: redress.data("list", "--limit", "100"),
        lambda cases: len(cases) >= 6 and all(map(is_acknowledged, cases)),
        seconds=LONG,
    )


async def test_a_healthy_set_up_has_nothing_to_mend(redress: Redress) -> None:
    said = await redress.run("doctor", "-o", "json")
    failed = [row for row in said.data["findings"] if row["state"] == "fail"]
    assert (said.code, failed) == (0, [])
    parts = {row["part"] for row in said.data["findings"]}
    assert {
        "clock of Temporal",
        "register",
        "worker on redress",
        "worker on redress-warehouse",
    } <= parts


async def test_a_data_directory_has_one_set_up_at_a_time(redress: Redress) -> None:
    said = await redress.run("up")
    assert said.code == Exit.NOT_READY
    assert "is in use by the running process" in said.err
    assert said.out == ""


async def test_migrations_are_listed(redress: Redress) -> None:
    rows = await redress.data("db", "status")
    assert all(row["applied_at"] for row in rows)
    assert await redress.data("db", "migrate") == {
        "applied": [],
        "registered": [],
        "dry_run": False,
    }


# ---- Stopping, starting again, crashing ---------------------------------------------------------


async def test_a_second_start_goes_on_with_every_open_case() -> None:
    async with somewhere() as redress:
        async with redress.up() as up:
            places = await up.places()
            assert places["temporal_ui"] is not None
            opened = await redress.data("open", "--channel", "web", "--content", "late")
            children = up.children()
            assert children.keys() == {"postgres", "temporal", "worker"}
            said = await up.stop(signal.SIGINT)
        assert said.code == 0
        assert "Stopped as asked." in said.err
        stops = [line for line in said.err.splitlines() if line.startswith("Stopping")]
        assert stops == ["Stopping worker", "Stopping Temporal", "Stopping PostgreSQL"]
        assert all(not command_of(pid) for pid in children.values())
        assert not (redress.directory / "run.json").exists()
        nothing = await redress.run("list")
        assert (nothing.code, "it has no run.json" in nothing.err) == (Exit.NOT_READY, True)
        async with redress.up() as up:
            await up.places()
            number = str(opened["number"])
            answer = await redress.data("send", number, "reply", "text=We look into it")
            assert answer["status"] == "accepted"


async def crash(up: Up, name: str) -> None:
    """Kill a child, and wait until there is another in its place."""
    crashed = up.children()[name]
    os.kill(crashed, signal.SIGKILL)

    async def present() -> int:
        return up.children().get(name, crashed)

    await eventually(present, lambda pid: pid != crashed, seconds=LONG)


async def test_a_crashed_child_is_started_again_where_it_was() -> None:
    async with somewhere() as redress, redress.up() as up:
        places = await up.places()
        opened = await redress.data("open", "--channel", "web", "--content", "late")
        number = str(opened["number"])
        await eventually(lambda: case(redress, number), is_acknowledged, seconds=LONG)
        for name in ("worker", "temporal", "postgres"):
            await crash(up, name)
        await eventually(lambda: redress.run("list"), lambda said: said.code == 0, seconds=LONG)
        answer = await redress.data("send", number, "reply", "text=We look into it")
        assert answer["status"] == "accepted"
        assert (await redress.data("doctor"))["healthy"]
        run = json.loads((redress.directory / "run.json").read_text())
        assert run["temporal_address"] == places["temporal"]
        said = await up.stop(signal.SIGINT)
        assert said.code == 0
        for name in ("worker", "Temporal", "PostgreSQL"):
            assert f"{name} ended with signal SIGKILL; it is started again in 1 s" in said.err
            assert f"{name} runs again" in said.err


async def test_a_set_up_that_cannot_start_says_why(tmp_path: Path) -> None:
    async with somewhere(REDRESS_CONFIG_DIR=str(tmp_path)) as redress, redress.up() as up:
        said = await up.ended()
        assert said.code == 1
        assert "does not exist or cannot be read" in said.err
        assert not redress.directory.exists()


# ---- Servers of one's own -----------------------------------------------------------------------


@pytest.fixture
async def own_servers(databases: Databases) -> AsyncIterator[dict[str, str]]:
    """An empty database and an empty Temporal, as an operator brings them."""
    options = DevServerOptions(is_persistent=False, is_headless=True)
    with temporary_directory() as directory:
        async with (
            TemporalDevServer(directory, options) as server,
            databases.fresh("template1") as dsn,
        ):
            yield {"REDRESS_DATABASE_URL": dsn, "TEMPORAL_ADDRESS": server.address}


async def test_servers_of_ones_own_are_prepared_and_left_running(
    own_servers: dict[str, str],
) -> None:
    async with somewhere(**own_servers) as redress:
        pending = await redress.run("db", "status")
        assert (pending.code, "pending" in pending.out) == (Exit.NOT_READY, True)
        planned = await redress.data("db", "migrate", "--dry-run")
        assert len(planned["applied"]) >= 6
        up: Up
        async with redress.up() as up:
            places = await up.places()
            assert places["temporal"] == own_servers["TEMPORAL_ADDRESS"]
            assert places["temporal_ui"] is None
            assert up.children().keys() == {"worker"}
            healthy = await redress.run("doctor")
            assert healthy.code == 0, healthy
            other = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
            await redress.data("open", "--channel", "web", "--content", "late")
            wrong = await redress.run("doctor", "-o", "json", REDRESS_KEK=other)
            [keys] = [row for row in wrong.data["findings"] if row["part"] == "stored keys"]
            assert (wrong.code, keys["state"]) == (Exit.NOT_READY, "fail")
            assert "Put the right key into REDRESS_KEK" in keys["remedy"]
        assert "Starting PostgreSQL" not in up.err
        assert "Stopping worker" in up.err
        left = await redress.data("list")
        assert len(left) == 1


async def test_a_cluster_can_be_prepared_by_hand(own_servers: dict[str, str]) -> None:
    async with somewhere(**own_servers) as redress:
        done = await redress.run("db", "migrate")
        assert done.code == 0
        assert "applied 0001_role.sql" in done.out
        assert "Registered with Temporal: RedressStage" in done.out
        again = await redress.run("db", "migrate")
        assert again.out == "The database is up to date.\n"
        status = await redress.run("db", "status")
        assert (status.code, "pending" in status.out) == (0, False)


async def test_a_database_alone_can_be_prepared(own_servers: dict[str, str]) -> None:
    database = {"REDRESS_DATABASE_URL": own_servers["REDRESS_DATABASE_URL"]}
    async with somewhere(**database) as redress:
        done = await redress.run("db", "migrate")
        assert done.code == 0
        assert "no search attributes were registered" in done.err
