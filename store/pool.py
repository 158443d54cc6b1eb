"""Connections to PostgreSQL, and the one way in which their failure is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from store.errors import CommitsNotDurable, SchemaMissing, StoreUnavailable

ROLE = "redress_app"
PATIENCE = timedelta(seconds=1)
LONG = timedelta(hours=6).total_seconds()
"""How many seconds a sweep over a whole table may take."""

Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
Connection: TypeAlias = PoolConnectionProxy[asyncpg.Record]

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
)
"""Failures that pass by themselves: the same call may succeed later."""


async def open_pool(dsn: str, *, size: int = 10, patience: timedelta = PATIENCE) -> Pool:
    """Return connections that act as the role of the application, with short limits.

    Raises StoreUnavailable, SchemaMissing or CommitsNotDurable. `patience` bounds connecting,
    waiting for a free connection, a lock and a statement, each on its own.
    """
    seconds = patience.total_seconds()
    with_role = asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        timeout=seconds,
        command_timeout=seconds,
        init=_expect_durable_commits,
        server_settings=_settings(patience),
    )
    try:
        return await with_role
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
        raise SchemaMissing from error
    except AWAY as error:
        raise StoreUnavailable(type(error).__name__) from error


@asynccontextmanager
async def borrowed(pool: Pool, patience: timedelta = PATIENCE) -> AsyncIterator[Connection]:
    """Lend a connection; every failure that may pass becomes StoreUnavailable."""
    try:
        async with pool.acquire(timeout=patience.total_seconds()) as connection:
            yield connection
    except asyncpg.UndefinedTableError as error:
        raise SchemaMissing from error
    except asyncpg.DataError:
        raise
    except (*AWAY, asyncpg.InterfaceError) as error:
        raise StoreUnavailable(type(error).__name__) from error


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection inside one transaction, rolled back by any exception."""
    async with borrowed(pool) as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def sweep(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection inside one transaction that may take long (see `LONG`)."""
    async with transaction(pool) as connection:
        await connection.execute("SET LOCAL statement_timeout = 0")
        yield connection


def _settings(patience: timedelta) -> dict[str, str]:
    milliseconds = str(patience // timedelta(milliseconds=1))
    return {
        "application_name": "redress",
        "role": ROLE,
        "timezone": "UTC",
        "lock_timeout": milliseconds,
        "statement_timeout": milliseconds,
        "idle_in_transaction_session_timeout": "60000",
    }


async def _expect_durable_commits(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    if await connection.fetchval("SHOW synchronous_commit") == "off":
        raise CommitsNotDurable
