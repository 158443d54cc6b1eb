"""A PostgreSQL server for the tests of one process, and a migrated database for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from runtime.embedded.directory import temporary_directory
from runtime.embedded.postgres import BinDirPostgres
from store.migrate import migrate

TEMPLATE = "redress_template"
MEMORY = Path("/dev/shm")  # noqa: S108 - The directory made there has a name of its own.
PLENTY = 4 * 2**30
"""Bytes; containers often have no more than 64 MiB there."""


@asynccontextmanager
async def running_postgres() -> AsyncIterator[BinDirPostgres]:
    """Run a server of our own in a temporary directory; it need not survive a power cut."""
    with fast_directory() as directory:
        async with BinDirPostgres(directory / "postgres", fsync=False) as server:
            yield server


@contextmanager
def fast_directory() -> Iterator[Path]:
    """Lend a directory in memory where there is plenty: databases are made ten times faster."""
    if not (MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY):
        with temporary_directory() as directory:
            yield directory
        return
    with tempfile.TemporaryDirectory(prefix="redress-test-", dir=MEMORY) as name:
        # The account of PostgreSQL has to pass through, which is another one under root.
        Path(name).chmod(0o711)
        yield Path(name)


class Databases:
    """Makes databases on a server by copying a migrated template, which takes milliseconds."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    async def make_template(self) -> None:
        await self._execute(f"CREATE DATABASE {TEMPLATE}")
        await migrate(with_database(self._dsn, TEMPLATE))

    @asynccontextmanager
    async def fresh(self, template: str = TEMPLATE) -> AsyncIterator[str]:
        """Lend a database of its own; `template1` gives one that was never migrated."""
        name = f"test_{uuid4().hex}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield with_database(self._dsn, name)
        finally:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(with_database(self._dsn, "postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def with_database(dsn: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
