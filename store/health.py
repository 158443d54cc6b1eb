"""What a look at the database tells about its health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from store.errors import KekForeign
from store.pool import LONG, PATIENCE, Pool, connecting, sweep
from store.sql import query


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """The version of PostgreSQL, and its clock in UTC."""

    version: str
    now: datetime


async def server_facts(dsn: str) -> ServerFacts:
    """Ask a server that need not be migrated. Raises StoreUnavailable or StoreRefused."""
    with connecting():
        connection = await asyncpg.connect(dsn, timeout=PATIENCE, command_timeout=PATIENCE)
        try:
            row = await connection.fetchrow(query("server_facts"))
        finally:
            await connection.close(timeout=PATIENCE)
    assert row is not None  # noqa: S101 - A select without a table gives one row.
    return ServerFacts(row["version"], row["now"])


async def keys_in_use(pool: Pool) -> list[str]:
    """Return the ids of the key-encryption keys that are needed to read what is stored."""
    async with sweep(pool) as connection:
        rows = await connection.fetch(query("keys_in_use"), timeout=LONG)
    return [row["kek_id"] for row in rows]


async def expect_kek(pool: Pool, kek_id: str) -> None:
    """Raise KekForeign if complaints were accepted under another key-encryption key.

    A door with a wrong key would accept what nobody can ever read.
    """
    foreign = [needed for needed in await keys_in_use(pool) if needed != kek_id]
    if foreign:
        raise KekForeign(", ".join(foreign), kek_id)
