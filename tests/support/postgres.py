"""A PostgreSQL server for the tests of one process, and a migrated database for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from runtime.embedded.directory import temporary_directory
from runtime.embedded.postgres import BinDirPostgres
from store.migrate import migrate

TEMPLATE = "redress_template"


@asynccontextmanager
async def running_postgres() -> AsyncIterator[BinDirPostgres]:
    """Run a server of our own in a temporary directory; it need not survive a power cut."""
    with temporary_directory() as directory:
        async with BinDirPostgres(directory / "postgres", fsync=False) as server:
            yield server


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
