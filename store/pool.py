"""Connections to PostgreSQL, and the one way in which their failure is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from store.errors import CommitsNotDurable, SchemaMissing, StoreRefused, StoreUnavailable
from store.sql import query

ROLE = "redress_app"
PATIENCE = 1.0
"""Seconds for connecting, for a free connection, a lock and a statement, each on its own."""

LONG = timedelta(hours=6).total_seconds()
"""How many seconds a sweep over a whole table may take."""

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = PoolConnectionProxy

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
)
"""Failures that pass by themselves: the same call may succeed later."""

REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
)
"""Failures of a wrong address, name or password."""

SETTINGS = {
    "application_name": "redress",
    "role": ROLE,
    "timezone": "UTC",
    "lock_timeout": f"{PATIENCE}s",
    "statement_timeout": f"{PATIENCE}s",
    "idle_in_transaction_session_timeout": "60s",
}


async def open_pool(dsn: str, *, size: int = 10) -> Pool:
    """Return connections that act as the role of the application; close the pool at the end.

    Raises StoreUnavailable, StoreRefused, SchemaMissing or CommitsNotDurable.
    """
    pool = asyncpg.create_pool(
        dsn,
        # Without a floor nothing tries to restore one, loudly, while PostgreSQL is away.
        min_size=0,
        max_size=size,
        timeout=PATIENCE,
        command_timeout=PATIENCE,
        init=_expect_durable_commits,
        reset=_leave_as_it_is,
        server_settings=SETTINGS,
    )
    with connecting():
        await pool
        try:
            async with pool.acquire(timeout=PATIENCE):
                return pool
        except BaseException:
            pool.terminate()
            raise


async def _leave_as_it_is(_connection: asyncpg.Connection) -> None:
    """Save a round trip on every call: no query changes its session beyond its transaction."""


@contextmanager
def connecting() -> Iterator[None]:
    """Tell the failures of making a connection as errors of the store."""
    try:
        yield
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
        raise SchemaMissing from error
    except AWAY as error:
        raise StoreUnavailable(type(error).__name__) from error
    except REFUSED as error:
        raise StoreRefused(type(error).__name__) from error


@asynccontextmanager
async def borrowed(pool: Pool) -> AsyncIterator[Connection]:
    """Lend a connection; every failure that may pass becomes StoreUnavailable."""
    try:
        async with pool.acquire(timeout=PATIENCE) as connection:
            yield connection
    except asyncpg.UndefinedTableError as error:
        raise SchemaMissing from error
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
        await connection.execute(query("lift_limits"))
        yield connection


async def _expect_durable_commits(connection: asyncpg.Connection) -> None:
    if await connection.fetchval(query("durability")) == "off":
        raise CommitsNotDurable
