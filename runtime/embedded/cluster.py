"""The files of a PostgreSQL cluster: made whole or not at all, checked, cleared of stale locks."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from runtime.embedded.account import Account, hand_over
from runtime.embedded.errors import (
    ClusterNotMade,
    ClusterOfAnotherVersion,
    ClusterPasswordMissing,
    NotACluster,
)
from runtime.embedded.patience import becomes_true
from runtime.embedded.postgres_binaries import major_version
from runtime.embedded.process import Launch, Process, clean_environment, ending_of
from runtime.embedded.remnants import command_of, end_remnant, pid_in, processes_within

SUPERUSER = "postgres"
ORPHAN_SECONDS = 15.0
FIRST_WITH_BUILTIN_LOCALE = 17
# The system's limit for the path of a Unix socket.
SOCKET_PATH_BYTES = 107 if sys.platform == "linux" else 103
# Fast shutdown, then immediate shutdown; SIGKILL comes last and costs a recovery at next start.
SHUTDOWN_SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)


@dataclass(frozen=True)
class ClusterPlaces:
    """Where things lie within the directory of one embedded PostgreSQL."""

    directory: Path

    @property
    def cluster(self) -> Path:
        return self.directory / "cluster"

    @property
    def half_made(self) -> Path:
        return self.directory / "cluster.new"

    @property
    def pid_file(self) -> Path:
        return self.cluster / "postmaster.pid"

    @property
    def password_file(self) -> Path:
        return self.directory / "password"

    @property
    def sockets(self) -> Path | None:
        """The directory of Unix sockets, or None if its path is too long for one."""
        sockets = self.directory / "socket"
        longest = sockets / ".s.PGSQL.65535"
        return sockets if len(os.fsencode(longest)) <= SOCKET_PATH_BYTES else None


async def ensure_cluster(
    places: ClusterPlaces, bin_dir: Path, account: Account, *, fsync: bool
) -> None:
    """Check the cluster, or make it under another name and rename it when it is whole."""
    if _is_taken(places.cluster):
        _check_cluster(places, bin_dir)
    else:
        await _make_cluster(places, bin_dir, account, fsync=fsync)


async def clear_remnants(places: ClusterPlaces) -> None:
    """End a postmaster left over on this cluster, and remove lock files that nobody holds.

    A recorded PID counts only if that process is a postgres on our cluster: the number may have
    gone to an innocent process, or be a zombie that nobody reaps.
    """
    pid = pid_in(places.pid_file)
    if pid is not None:
        await end_remnant(pid, lambda suspect: is_postmaster(suspect, places), SHUTDOWN_SIGNALS)
    # Removing the lock files beneath a living backend would let two servers write one cluster.
    if await becomes_true(lambda: not _orphans(places.cluster), ORPHAN_SECONDS):
        _remove_lock_files(places)


def is_postmaster(pid: int, places: ClusterPlaces) -> bool:
    """Tell whether the process is a postgres whose data directory is our cluster."""
    command = command_of(pid)
    named = [Path(value) for flag, value in pairwise(command) if flag == "-D"]
    own = places.cluster.resolve()
    return _is_postgres(command) and any(path.resolve() == own for path in named)


async def run_program(launch: Launch) -> None:
    """Run a program to its end. Raises ClusterNotMade with what it printed."""
    process = Process(launch)
    try:
        status = await process.ended()
    finally:
        await process.stop()
    if status != 0:
        program = Path(launch.command[0]).name
        output = process.last_lines()
        raise ClusterNotMade(program=program, ending=ending_of(status), output=output)


def _is_taken(cluster: Path) -> bool:
    return cluster.exists() and any(cluster.iterdir())


def _check_cluster(places: ClusterPlaces, bin_dir: Path) -> None:
    version_file = places.cluster / "PG_VERSION"
    if not version_file.exists():
        raise NotACluster(cluster=places.cluster)
    found, needed = int(version_file.read_text()), major_version(bin_dir)
    if found != needed:
        raise ClusterOfAnotherVersion(
            cluster=places.cluster, found=found, needed=needed, bin_dir=bin_dir
        )
    if not places.password_file.exists():
        raise ClusterPasswordMissing(file=places.password_file)


async def _make_cluster(
    places: ClusterPlaces, bin_dir: Path, account: Account, *, fsync: bool
) -> None:
    shutil.rmtree(places.half_made, ignore_errors=True)
    places.half_made.mkdir(mode=0o700)
    hand_over(places.half_made, account)
    _write_password(places.password_file, account)
    command = (
        str(bin_dir / "initdb"),
        f"--pgdata={places.half_made}",
        f"--username={SUPERUSER}",
        f"--pwfile={places.password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        *_locale_options(bin_dir),
        *(() if fsync else ("--no-sync",)),
    )
    await run_program(
        Launch(command, places.directory / "server.log", clean_environment(), Path("/"), account)
    )
    places.half_made.rename(places.cluster)


def _locale_options(bin_dir: Path) -> tuple[str, ...]:
    # The builtin provider sorts alike everywhere, whatever the system's C library is.
    if major_version(bin_dir) < FIRST_WITH_BUILTIN_LOCALE:
        return ()
    return ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")


def _write_password(file: Path, account: Account) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(handle, secrets.token_urlsafe(24).encode())
    os.close(handle)
    hand_over(file, account)


def _orphans(cluster: Path) -> list[int]:
    """Return the backends that outlive their postmaster for a moment."""
    return [pid for pid in processes_within(cluster) if _is_postgres(command_of(pid))]


def _is_postgres(command: list[str]) -> bool:
    # A backend retitles itself, for instance to `postgres: checkpointer`.
    return bool(command) and Path(command[0].split(":")[0]).name == "postgres"


def _remove_lock_files(places: ClusterPlaces) -> None:
    places.pid_file.unlink(missing_ok=True)
    for file in places.sockets.glob(".s.PGSQL.*") if places.sockets else []:
        file.unlink(missing_ok=True)
