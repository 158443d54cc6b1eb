"""Forward-only migrations: `migrations/NNNN_name.sql`, applied once each and in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

import asyncpg

from store.errors import MigrationChanged, MigrationFailed, MigrationMissing, MigrationUnknown
from store.pool import connecting
from store.sql import query

MIGRATIONS = Path(__file__).parent / "migrations"
NO_TRANSACTION = "-- no-transaction"
"""First line of a file with one statement that cannot run in a transaction.

A crash may leave it done but not noted, so the statement must be harmless to repeat.
"""

SETTINGS = {"application_name": "redress db migrate", "timezone": "UTC", "lock_timeout": "10s"}
CONNECT_SECONDS = 10.0

Connection = asyncpg.Connection


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered file."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash by which a later change of the file is noticed."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Applied:
    """What the database remembers of a migration."""

    number: int
    name: str
    sha256: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class MigrationState:
    """A migration and when it was applied; None if that is still to be done."""

    number: int
    name: str
    applied_at: datetime | None


async def migrate(dsn: str, *, dry_run: bool = False, directory: Path = MIGRATIONS) -> list[str]:
    """Apply what is pending, as the owner of the database; return the names of the files.

    With `dry_run` only say what would be applied. Runs side by side wait for each other. Raises
    MigrationProblem, StoreUnavailable or StoreRefused; files before a failed one stay applied.
    """
    files = read_migrations(directory)
    async with _connected(dsn) as connection:
        await connection.execute(query("lock_migrations"))
        pending = pending_migrations(files, await _applied(connection))
        if not dry_run:
            await _apply_all(connection, pending)
    return [migration.name for migration in pending]


async def status(dsn: str, *, directory: Path = MIGRATIONS) -> list[MigrationState]:
    """Return every migration, applied or pending; raises as `migrate`."""
    files = read_migrations(directory)
    async with _connected(dsn) as connection:
        applied = await _applied(connection)
    pending_migrations(files, applied)
    dates = {done.number: done.applied_at for done in applied}
    return [MigrationState(file.number, file.name, dates.get(file.number)) for file in files]


def read_migrations(directory: Path) -> list[Migration]:
    """Return the files in order; MigrationMissing names a number that is left out."""
    found = [
        Migration(int(file.name[:4]), file.name, file.read_text(encoding="utf-8"))
        for file in sorted(directory.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]
    _expect_gapless(migration.number for migration in found)
    return found


def pending_migrations(files: Sequence[Migration], applied: Sequence[Applied]) -> list[Migration]:
    """Return what is still to be applied.

    MigrationChanged, MigrationUnknown or MigrationMissing if what was applied are not the first
    of these very files.
    """
    known = {file.number: file for file in files}
    for done in applied:
        if done.number not in known:
            raise MigrationUnknown(done.name)
        if known[done.number].sha256 != done.sha256:
            raise MigrationChanged(done.name)
    _expect_gapless(done.number for done in applied)
    return list(files[len(applied) :])


def _expect_gapless(numbers: Iterable[int]) -> None:
    for expected, number in zip(count(1), numbers, strict=False):
        if number != expected:
            raise MigrationMissing(f"{expected:04d}")


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[Connection]:
    with connecting():
        connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, server_settings=SETTINGS)
        try:
            yield connection
        finally:
            await connection.close()


async def _applied(connection: Connection) -> list[Applied]:
    if not await connection.fetchval(query("have_migrations")):
        return []
    rows = await connection.fetch(query("applied_migrations"))
    return [Applied(**row) for row in rows]


async def _apply_all(connection: Connection, pending: Sequence[Migration]) -> None:
    if not await connection.fetchval(query("have_migrations")):
        await connection.execute(query("create_migrations"))
    for migration in pending:
        try:
            await _apply(connection, migration)
        except asyncpg.PostgresError as error:
            # Only the first part of the message: the details may quote rows.
            raise MigrationFailed(migration.name, str(error.args[0])) from None


async def _apply(connection: Connection, migration: Migration) -> None:
    alone = migration.text.startswith(NO_TRANSACTION)
    async with nullcontext() if alone else connection.transaction():
        await connection.execute(migration.text)
        await connection.execute(
            query("record_migration"), migration.number, migration.name, migration.sha256
        )
