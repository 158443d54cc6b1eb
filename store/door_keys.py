"""The public keys of our doors: registered once, retired once, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from schemas.keys import PublicKey
from store.errors import DoorKeyLast, DoorKeyUnknown
from store.pool import Pool, borrowed
from store.sql import query


@dataclass(frozen=True, slots=True)
class DoorKey:
    """A registered key; new cases trust it until it is retired. Moments in UTC."""

    public: PublicKey
    created_at: datetime
    retired_at: datetime | None = None

    @property
    def is_in_force(self) -> bool:
        return self.retired_at is None


class DoorKeys:
    """Every key that was ever registered. Cases read those in force from the register."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self) -> list[DoorKey]:
        """Return the keys, the oldest first."""
        async with borrowed(self._pool) as connection:
            return as_door_keys(await connection.fetch(query("door_keys")))

    async def add(self, key: PublicKey) -> bool:
        """Register a key, and tell whether it was new."""
        async with borrowed(self._pool) as connection:
            return bool(await connection.fetchval(query("add_door_key"), key.id, key.key))

    async def retire(self, key_id: str) -> None:
        """Retire a key; again is harmless. Raises DoorKeyUnknown or DoorKeyLast."""
        async with borrowed(self._pool) as connection:
            retired = await connection.fetchval(query("retire_door_key"), key_id)
        if not retired:
            expect_retired(await self.all(), key_id)


def as_door_keys(rows: Iterable[asyncpg.Record]) -> list[DoorKey]:
    """Return rows of the table of keys as what they say."""
    return [DoorKey(PublicKey(id=row[0], key=row[1]), row[2], row[3]) for row in rows]


def expect_retired(keys: list[DoorKey], key_id: str) -> None:
    """Raise for a key that could not be retired, unless it is retired already."""
    found = next((key for key in keys if key.public.id == key_id), None)
    if found is None:
        raise DoorKeyUnknown(key_id)
    if found.is_in_force:
        raise DoorKeyLast(key_id)
