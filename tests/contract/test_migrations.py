"""The migration runner: forward only, each file once and unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from store.errors import (
    MigrationChanged,
    MigrationFailed,
    MigrationMissing,
    MigrationUnknown,
    SchemaMissing,
    StoreRefused,
    StoreUnavailable,
)
from store.migrate import MIGRATIONS, migrate, read_migrations, status
from store.pool import open_pool
from store.register import Register
from tests.support.postgres import Databases, running_postgres, with_database

ALL = [migration.name for migration in read_migrations(MIGRATIONS)]
FIRST, SECOND = "0001_first.sql", "0002_second.sql"


@pytest.fixture
async def empty(databases: Databases) -> AsyncIterator[str]:
    """The address of a database that was never migrated."""
    async with databases.fresh("template1") as dsn:
        yield dsn


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / FIRST).write_text("CREATE TABLE first (id bigint); CREATE TABLE also (id bigint);")
    (tmp_path / SECOND).write_text("ALTER TABLE first ADD COLUMN name text;")
    (tmp_path / "notes.sql").write_text("not a migration")
    return tmp_path


async def test_an_empty_database_is_migrated_once(empty: str) -> None:
    assert await migrate(empty) == ALL
    assert await migrate(empty) == []


async def test_status_tells_what_is_applied_and_what_is_pending(empty: str) -> None:
    assert [(state.name, state.applied_at) for state in await status(empty)] == [
        (name, None) for name in ALL
    ]
    await migrate(empty)
    states = await status(empty)
    assert [(state.number, state.name) for state in states] == list(enumerate(ALL, start=1))
    assert all(state.applied_at for state in states)


async def test_a_dry_run_changes_nothing(empty: str) -> None:
    assert await migrate(empty, dry_run=True) == ALL
    assert await tables(empty) == set()
    assert await migrate(empty) == ALL


async def test_two_runners_side_by_side_apply_each_file_once(empty: str) -> None:
    applied = await asyncio.gather(migrate(empty), migrate(empty))
    assert sorted(applied, key=len) == [[], ALL]


@pytest.mark.server
async def test_databases_of_a_new_server_can_be_migrated_side_by_side() -> None:
    async with running_postgres() as server:
        fresh = Databases(server.address).fresh
        async with fresh("template1") as one, fresh("template1") as other:
            assert list(await asyncio.gather(migrate(one), migrate(other))) == [ALL, ALL]


async def test_only_what_is_new_is_applied(empty: str, directory: Path) -> None:
    await migrate(empty, directory=directory)
    (directory / "0003_third.sql").write_text("CREATE TABLE third (id bigint);")
    assert await migrate(empty, directory=directory) == ["0003_third.sql"]
    assert await tables(empty) == {"first", "also", "third", "schema_migration"}


async def test_a_changed_file_is_named_and_nothing_is_applied(empty: str, directory: Path) -> None:
    await migrate(empty, directory=directory)
    (directory / FIRST).write_text("CREATE TABLE other (id bigint);")
    (directory / "0003_third.sql").write_text("CREATE TABLE third (id bigint);")
    for attempt in (migrate, status):
        with pytest.raises(MigrationChanged, match=FIRST):
            await attempt(empty, directory=directory)
    assert "third" not in await tables(empty)


async def test_a_gap_in_the_files_is_named(empty: str, directory: Path) -> None:
    (directory / SECOND).rename(directory / "0003_second.sql")
    with pytest.raises(MigrationMissing, match="0002"):
        await migrate(empty, directory=directory)
    assert await tables(empty) == set()


async def test_two_files_with_one_number_are_named(empty: str, directory: Path) -> None:
    (directory / "0002_twin.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationMissing, match="0003"):
        await migrate(empty, directory=directory)


async def test_a_gap_in_what_was_applied_is_named(empty: str, directory: Path) -> None:
    await migrate(empty, directory=directory)
    await execute(empty, "DELETE FROM schema_migration WHERE number = 1")
    with pytest.raises(MigrationMissing, match="0001"):
        await migrate(empty, directory=directory)


async def test_a_database_newer_than_the_program_is_left_alone(empty: str, directory: Path) -> None:
    await migrate(empty, directory=directory)
    (directory / SECOND).unlink()
    with pytest.raises(MigrationUnknown, match=SECOND):
        await migrate(empty, directory=directory)


async def test_a_file_that_fails_leaves_no_trace(empty: str, directory: Path) -> None:
    (directory / SECOND).write_text("CREATE TABLE second (id bigint); SELECT * FROM nowhere;")
    with pytest.raises(MigrationFailed, match=f'{SECOND} failed.*"nowhere" does not exist'):
        await migrate(empty, directory=directory)
    assert await tables(empty) == {"first", "also", "schema_migration"}
    (directory / SECOND).write_text("CREATE TABLE second (id bigint);")
    assert await migrate(empty, directory=directory) == [SECOND]


async def test_a_failure_does_not_quote_rows(empty: str, directory: Path) -> None:
    (directory / SECOND).write_text(
        "INSERT INTO first VALUES (4711), (4711); CREATE UNIQUE INDEX ON first (id);"
    )
    with pytest.raises(MigrationFailed) as failed:
        await migrate(empty, directory=directory)
    assert "4711" not in f"{failed.value} {failed.value.__cause__}"


async def test_a_statement_that_cannot_run_in_a_transaction_can_be_marked(
    empty: str, directory: Path
) -> None:
    text = "CREATE INDEX CONCURRENTLY IF NOT EXISTS first_id ON first (id);"
    (directory / SECOND).write_text(text)
    with pytest.raises(MigrationFailed, match="transaction"):
        await migrate(empty, directory=directory)
    (directory / SECOND).write_text(f"-- no-transaction\n{text}")
    assert await migrate(empty, directory=directory) == [SECOND]


async def test_a_database_that_does_not_exist_is_refused(empty: str) -> None:
    for attempt in (migrate, status, open_pool):
        with pytest.raises(StoreRefused, match="InvalidCatalogNameError"):
            await attempt(with_database(empty, "nowhere"))


async def test_a_wrong_password_is_refused_without_repeating_it(empty: str) -> None:
    wrong = empty.replace("postgresql://postgres:", "postgresql://postgres:wrong-")
    with pytest.raises(StoreRefused) as refused:
        await open_pool(wrong)
    assert "wrong-" not in str(refused.value)


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(StoreRefused):
        await open_pool("http://127.0.0.1/redress")


async def test_nobody_listening_is_unavailable(unused_tcp_port: int) -> None:
    dsn = f"postgresql://postgres@127.0.0.1:{unused_tcp_port}/redress"
    for attempt in (migrate, status, open_pool):
        with pytest.raises(StoreUnavailable):
            await attempt(dsn)


async def test_a_database_without_tables_asks_to_be_migrated(empty: str, dsn: str) -> None:
    # The role exists already, because the other database of this server is migrated.
    pool = await open_pool(empty)
    with pytest.raises(SchemaMissing, match="redress db migrate"):
        await Register(pool).count()
    await pool.close()


async def tables(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(statement)
    await connection.close()
