"""A Temporal of the operator's own, in another namespace, reached by a profile as everywhere."""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from demo.records import RETURN_ORDER
from demo.stand_in import StandIn
from runtime.embedded.directory import temporary_directory
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from runtime.main import Exit
from runtime.queues import CASES
from schemas.vocabulary import Department
from tests.support.certificates import SERVER_NAME, make_authority, make_identity, serving_only
from tests.support.eventually import eventually
from tests.support.postgres import Databases
from tests.support.proxy import Proxy
from tests.support.redress_up import Redress

pytestmark = pytest.mark.server

NAMESPACE = "complaints"
PROFILE = "office"
KEK = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
LONG = 60.0
"""Seconds: each look is a process of its own."""


class Cluster(TemporalDevServer):
    """A server with a namespace beside its own, as an operator brings it."""

    def _flags(self) -> Iterator[str]:
        yield from super()._flags()
        yield from ("--namespace", NAMESPACE)


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """A server for each test: in an empty database complaints begin at number 1 again."""
    options = DevServerOptions(is_persistent=False, is_headless=True)
    with temporary_directory() as directory:
        async with Cluster(directory, options) as server:
            yield server


@asynccontextmanager
async def office(directory: Path, database_url: str, profile: str) -> AsyncIterator[Redress]:
    """Lend the program in an environment that names a profile, and nothing else of Temporal."""
    file = directory / "temporal.toml"
    file.write_text(profile)
    yield Redress(
        directory / "data",
        {
            "REDRESS_DATABASE_URL": database_url,
            "REDRESS_KEK": KEK,
            "TEMPORAL_CONFIG_FILE": str(file),
            "TEMPORAL_PROFILE": PROFILE,
        },
    )


@asynccontextmanager
async def working(redress: Redress, *words: str, **settings: str) -> AsyncIterator[str]:
    """Run a worker until the block ends, which it must survive; lend what it says at its start."""
    process = await redress.start("worker", *words, **settings)
    try:
        yield await said_at_start(process)
        assert process.returncode is None
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()
    assert process.returncode == 0, err.decode()


async def said_at_start(process: Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(LONG):
        while line := (await process.stderr.readline()).decode():
            if "worker started" in line:
                return line
    raise AssertionError(f"the worker ended with {await process.wait()}")


def plain(cluster: Cluster) -> str:
    """Return a profile with a key and without encryption."""
    return f"""
        [profile.{PROFILE}]
        address = "{cluster.address}"
        namespace = "{NAMESPACE}"
        api_key = "not-looked-at"

        [profile.{PROFILE}.tls]
        disabled = true
    """


async def is_known(cluster: Cluster, namespace: str, number: int) -> bool:
    client = await Client.connect(cluster.address, namespace=namespace)
    try:
        await client.get_workflow_handle(f"complaint-{number}").describe()
    except RPCError:
        return False
    return True


async def states(redress: Redress) -> dict[str, str]:
    """Return the state of each part of the set-up."""
    said = await redress.run("doctor", "-o", "json")
    return {row["part"]: row["state"] for row in said.data["findings"]}


def has_acknowledged(document: dict[str, Any]) -> bool:
    return any(message["delivered_at"] for message in document["case"]["messages"])


async def test_a_profile_is_all_that_a_cluster_takes(
    cluster: Cluster, databases: Databases, tmp_path: Path
) -> None:
    async with (
        databases.fresh("template1") as dsn,
        office(tmp_path, dsn, plain(cluster)) as redress,
    ):
        unprepared = await redress.run("worker")
        assert unprepared.code == Exit.NOT_READY, unprepared
        prepared = await redress.data("db", "migrate")
        assert "RedressStage" in prepared["registered"]
        await redress.data("keys", "new")
        async with working(redress):
            receipt = await redress.data("open", "--channel", "web", "--content", "late")
            number = receipt["number"]
            await eventually(
                lambda: redress.data("show", str(number)), has_acknowledged, seconds=LONG
            )
            found = await redress.data("doctor")
            assert found["healthy"]
            [namespace] = [row for row in found["findings"] if row["part"] == "namespace"]
            assert namespace["what"].startswith(NAMESPACE)
        assert await is_known(cluster, NAMESPACE, number)
        assert not await is_known(cluster, "default", number)


async def test_a_department_has_a_worker_of_its_own(
    cluster: Cluster, databases: Databases, tmp_path: Path
) -> None:
    async with (
        databases.fresh("template1") as dsn,
        office(tmp_path, dsn, plain(cluster)) as redress,
        StandIn() as company,
    ):
        await redress.run("db", "migrate")
        await redress.data("keys", "new")
        own = {
            "REDRESS_LEGAL_URL": company.url_of(Department.LEGAL),
            "REDRESS_LEGAL_SECRET": company.secret,
        }
        async with (
            working(redress, "--queues", CASES) as cases,
            working(redress, "--queues", "legal,after_sales", **own) as departments,
        ):
            assert "redress-" not in cases
            assert all(queue in departments for queue in ("redress-legal", "redress-after-sales"))
            assert "redress-warehouse" not in departments
            complaint = ["--channel", "web", "--content", "sent back", "--order", RETURN_ORDER]
            number = str((await redress.data("open", *complaint))["number"])
            check = ["department=legal", "question=Does the rule apply?"]
            await redress.data("send", number, "request_check", *check)
            await eventually(
                lambda: redress.data("show", number),
                lambda found: found["case"]["stage"] == "deciding",
                seconds=LONG,
            )
        assert company.asked == [f"{number}:check:1"]


async def test_a_namespace_that_is_not_there_is_named(
    cluster: Cluster, databases: Databases, tmp_path: Path
) -> None:
    profile = plain(cluster).replace(NAMESPACE, "nowhere")
    async with databases.fresh("template1") as dsn, office(tmp_path, dsn, profile) as redress:
        said = await redress.run("db", "migrate")
        assert said.code == Exit.NOT_READY
        assert "it has no namespace nowhere" in said.err


# ---- Encrypted, by certificates of both sides ---------------------------------------------------


@asynccontextmanager
async def encrypted(cluster: Cluster, directory: Path) -> AsyncIterator[str]:
    """Put an end of TLS before the server, which speaks none itself, and lend a profile for it."""
    authority = make_authority(directory)
    server, client = make_identity(authority, SERVER_NAME), make_identity(authority, "client")
    async with Proxy(cluster.address, tls=serving_only(authority, server)) as proxy:
        yield f"""
            [profile.{PROFILE}]
            address = "{proxy.address}"
            namespace = "{NAMESPACE}"

            [profile.{PROFILE}.tls]
            server_name = "{SERVER_NAME}"
            server_ca_cert_path = "{authority.certificate}"
            client_cert_path = "{client.certificate}"
            client_key_path = "{client.key}"
        """


async def test_a_cluster_may_ask_for_certificates(
    cluster: Cluster, databases: Databases, tmp_path: Path
) -> None:
    async with (
        encrypted(cluster, tmp_path) as profile,
        databases.fresh("template1") as dsn,
        office(tmp_path, dsn, profile) as redress,
    ):
        assert (await redress.run("db", "migrate")).code == 0
        await redress.data("keys", "new")
        async with working(redress):
            receipt = await redress.data("open", "--channel", "web", "--content", "late")
            await eventually(
                lambda: redress.data("show", str(receipt["number"])),
                has_acknowledged,
                seconds=LONG,
            )
            assert (await states(redress))["Temporal"] == "ok"


async def test_who_has_no_certificate_is_not_let_in(
    cluster: Cluster, databases: Databases, tmp_path: Path
) -> None:
    async with encrypted(cluster, tmp_path) as profile, databases.fresh("template1") as dsn:
        bare = "\n".join(line for line in profile.splitlines() if "client_" not in line)
        async with office(tmp_path, dsn, bare) as redress:
            said = await redress.run("db", "migrate")
            assert said.code == Exit.NOT_READY
            assert "cannot be used" in said.err
