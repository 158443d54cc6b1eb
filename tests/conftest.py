"""Fixtures for every test: a real PostgreSQL, started once per process when a test asks for it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator

import pytest

from store.pool import Pool, open_pool
from tests.support.postgres import Databases, running_postgres


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PostgreSQL, so that nobody has to remember it."""
    for item in items:
        if "databases" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)


@pytest.fixture(scope="session")
async def databases() -> AsyncIterator[Databases]:
    async with running_postgres() as server:
        databases = Databases(server.address)
        await databases.make_template()
        yield databases


@pytest.fixture
async def dsn(databases: Databases) -> AsyncIterator[str]:
    """The address of a migrated database that this test has for itself."""
    async with databases.fresh() as address:
        yield address


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    pool = await open_pool(dsn)
    yield pool
    await pool.close()


def pytest_collection_finish() -> None:
    """Let the garbage collector leave the thousands of collected tests alone."""
    gc.collect()
    gc.freeze()
