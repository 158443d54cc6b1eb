"""PostgreSQL run by Redress itself, from any directory of its programs, on a directory of its own.

`BinDirPostgres` is safe to start after any kind of crash, of itself, of the server or of the
machine; what that takes is told where it is done, in cluster.py, process.py and directory.py.
"""

from __future__ import annotations

import signal
from pathlib import Path

from runtime.embedded.account import Account, barrier_for, hand_over, server_account
from runtime.embedded.cluster import (
    SUPERUSER,
    ClusterPlaces,
    clear_remnants,
    ensure_cluster,
    run_program,
)
from runtime.embedded.errors import DataDirectoryUnreadable, PostgresDidNotStart
from runtime.embedded.ports import LOOPBACK, free_ports
from runtime.embedded.postgres_binaries import find_bin_dir
from runtime.embedded.process import Launch, clean_environment
from runtime.embedded.server import EmbeddedServer

DATABASE = "redress"
DATABASE_SQL = Path(__file__).with_name("database.sql")
_STATUS_LINE = 7


class BinDirPostgres(EmbeddedServer):
    """A PostgreSQL server; its address is a DSN with the password, which is not for logs.

    `fsync=False` is for tests: a power cut may then lose the cluster. A `port` that is taken
    gives way to a free one.
    """

    name = "PostgreSQL"
    did_not_start = PostgresDidNotStart
    port_taken = "could not create any TCP/IP sockets"

    def __init__(self, directory: Path, *, port: int | None = None, fsync: bool = True) -> None:
        super().__init__(directory)
        self.places = ClusterPlaces(self.directory)
        self.port = port
        self._fsync = fsync
        self._account = server_account(self.places.cluster)
        self._bin_dir = Path()

    @property
    def address(self) -> str:
        password = self.places.password_file.read_text()
        return f"postgresql://{SUPERUSER}:{password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def _prepare_directory(self) -> None:
        prepare_directory(self.places, self._account)

    async def _start(self) -> None:
        self._bin_dir = find_bin_dir(self._account, self.directory)
        await clear_remnants(self.places)
        await ensure_cluster(self.places, self._bin_dir, self._account, fsync=self._fsync)
        await self._launch_until_ready()
        await self._ensure_database()

    def _choose_ports(self, *, anew: bool) -> None:
        (self.port,) = free_ports(None if anew else self.port)

    def _launch(self) -> Launch:
        settings = server_settings(self.places, fsync=self._fsync) | {"port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Launch(
            command=[str(self._bin_dir / "postgres"), "-D", str(self.places.cluster), *options],
            log=self.log,
            environment=clean_environment(),
            directory=Path("/"),
            account=self._account,
            # Fast shutdown; then immediate shutdown, which costs a recovery at the next start.
            partings=(signal.SIGINT, signal.SIGQUIT),
        )

    async def _is_ready(self) -> bool:
        """Read what pg_ctl reads: the server notes its PID and status in its PID file."""
        try:
            lines = self.places.pid_file.read_text().splitlines()
        except OSError:
            return False
        noted = lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else ""
        return noted == "ready" and lines[0] == str(self.pid)

    async def _ensure_database(self) -> None:
        address = {"PGHOST": LOOPBACK, "PGPORT": str(self.port), "PGUSER": SUPERUSER}
        secret = {"PGPASSWORD": self.places.password_file.read_text(), "PGCONNECT_TIMEOUT": "10"}
        command = [str(self._bin_dir / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        command += ["--dbname=postgres", f"--file={DATABASE_SQL}"]
        environment = clean_environment(**address, **secret)
        await run_program(Launch(command, self.log, environment, Path("/")))


def prepare_directory(places: ClusterPlaces, account: Account) -> None:
    """Make the directory for `account` alone. Raises DataDirectoryUnreadable."""
    directory = places.directory
    if (barrier := barrier_for(account, directory.parent)) is not None:
        raise _unreadable(directory, barrier, account)
    try:
        for path in (directory, *([places.sockets] if places.sockets else [])):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            hand_over(path, account)
    except PermissionError as refusal:
        barrier = Path(refusal.filename or directory)
        raise _unreadable(directory, barrier, account) from None


def server_settings(places: ClusterPlaces, *, fsync: bool) -> dict[str, str]:
    """Return the settings given at every start, whatever the cluster's own file says."""
    durable = "on" if fsync else "off"
    return {
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": str(places.sockets or ""),
        "unix_socket_permissions": "0700",
        "fsync": durable,
        "full_page_writes": durable,
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Details and statements of errors quote rows, and rows may hold what no log may show.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
    }


def _unreadable(directory: Path, barrier: Path, account: Account) -> DataDirectoryUnreadable:
    return DataDirectoryUnreadable(directory=directory, barrier=barrier, account=account.name)
