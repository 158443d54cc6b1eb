"""The register: the gapless list of every complaint accepted (rule 19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from schemas.commands import OpenComplaint
from schemas.keys import PublicKey
from store.door_keys import DoorKey, as_door_keys
from store.errors import ComplaintIdTaken, PolicyUnknown
from store.pool import LONG, Pool, borrowed, sweep
from store.sql import query
from store.vault import NewKey

HEAD_START = timedelta(seconds=5)
"""For so long the dispatcher leaves a new entry to the door that accepted it."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A sealed complaint that asks to be accepted; its `request_hash` is keyed."""

    opening: OpenComplaint
    request_hash: str
    policy_version: str
    received_at: datetime
    key: NewKey


@dataclass(frozen=True, slots=True)
class Entry:
    """A complaint accepted; `accepted_at` is the database's own time."""

    number: int
    complaint_id: str
    opening: OpenComplaint
    request_hash: str
    policy_version: str
    received_at: datetime
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The entry under a source key, and whether this call made it."""

    entry: Entry
    is_new: bool


class Register:
    """Numbers complaints, keeps them, and remembers which are not started yet."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, source: str, source_key: str) -> Entry | None:
        """Return the complaint with this name in the system it comes from."""
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("find_entry"), source, source_key)
        return None if row is None else _entry(row)

    async def entry(self, number: int) -> Entry | None:
        """Return the complaint with this number."""
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("entry"), number)
        return None if row is None else _entry(row)

    async def accept(self, new: NewEntry, *, dispatch_after: timedelta = HEAD_START) -> Acceptance:
        """Accept a complaint in one transaction, or return the one that has its source key.

        Whether an entry found has the same body is for the caller to judge by its hash. Raises
        PolicyUnknown, or ComplaintIdTaken if the internal id belongs to another source key.
        """
        try:
            return Acceptance(await self._enter(new, dispatch_after), is_new=True)
        except asyncpg.ForeignKeyViolationError:
            raise PolicyUnknown(new.policy_version) from None
        except asyncpg.UniqueViolationError:
            standing = await self.find(new.opening.source, new.opening.source_key)
        if standing is None:
            raise ComplaintIdTaken(new.key.complaint_id)
        return Acceptance(standing, is_new=False)

    async def claim_due(self, limit: int, lease: timedelta) -> list[Entry]:
        """Take entries to start now; nobody else gets them until the lease has passed."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("claim_due"), limit, lease)
        return [_entry(row) for row in rows]

    async def dispatched(self, number: int) -> None:
        """Note that the workflow of this complaint runs."""
        async with borrowed(self._pool) as connection:
            await connection.execute(query("dispatched"), number)

    async def postpone(self, number: int, error_code: str, delay: timedelta) -> None:
        """Note why the workflow could not be started, and try again after a while."""
        async with borrowed(self._pool) as connection:
            await connection.execute(query("postpone"), number, error_code, delay)

    async def undispatched(self) -> int:
        """Return how many complaints are accepted and not known to be started."""
        async with borrowed(self._pool) as connection:
            return int(await connection.fetchval(query("undispatched")))

    async def count(self) -> int:
        """Return how many complaints were ever accepted."""
        async with sweep(self._pool) as connection:
            return int(await connection.fetchval(query("count_entries"), timeout=LONG))

    async def numbers_missing(self) -> list[int]:
        """Return up to 1,000 numbers that were given and are not in the register; none is right."""
        async with sweep(self._pool) as connection:
            rows = await connection.fetch(query("numbers_missing"), timeout=LONG)
        return [row["number"] for row in rows]

    async def save_policy(self, version: str, document: str) -> None:
        """Keep a policy (JSON) under its hash; saving it again changes nothing."""
        async with borrowed(self._pool) as connection:
            await connection.execute(query("save_policy"), version, document)

    async def policy(self, version: str) -> str | None:
        """Return the JSON of a policy by its hash."""
        async with borrowed(self._pool) as connection:
            document: str | None = await connection.fetchval(query("policy"), version)
        return document

    async def trusted_keys(self) -> tuple[PublicKey, ...]:
        """Return the door keys in force, which a case that starts now trusts."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("trusted_keys"))
        return tuple(PublicKey(id=row["id"], key=row["public_key"]) for row in rows)

    async def key_ring(self) -> list[DoorKey]:
        """Return every key that a door ever had, also those that are retired."""
        async with borrowed(self._pool) as connection:
            return as_door_keys(await connection.fetch(query("door_keys")))

    async def first_run(self, number: int) -> str | None:
        """Return the run with which this case began, if it is noted."""
        async with borrowed(self._pool) as connection:
            run_id: str | None = await connection.fetchval(query("first_run"), number)
        return run_id

    async def note_run(self, number: int, run_id: str) -> None:
        """Note the run with which this case began; the first one noted stands."""
        async with borrowed(self._pool) as connection:
            await connection.execute(query("note_run"), number, run_id)

    async def _enter(self, new: NewEntry, dispatch_after: timedelta) -> Entry:
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("accept"), *_columns(new), dispatch_after)
        assert row is not None  # noqa: S101 - The statement enters a row or raises.
        return Entry(
            row["number"],
            new.key.complaint_id,
            new.opening,
            new.request_hash,
            new.policy_version,
            new.received_at,
            row["accepted_at"],
        )


def _columns(new: NewEntry) -> tuple[object, ...]:
    key, opening = new.key, new.opening
    return (
        key.complaint_id,
        key.wrapped,
        key.kek_id,
        key.person_refs or None,
        opening.source,
        opening.source_key,
        new.request_hash,
        opening.model_dump_json(),
        new.policy_version,
        new.received_at,
    )


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(
        row["number"],
        str(row["complaint_id"]),
        OpenComplaint.model_validate_json(row["opening"]),
        row["request_hash"],
        row["policy_version"],
        row["received_at"],
        row["accepted_at"],
    )
