"""Door keys, on PostgreSQL and in memory: registered once, retired once, never changed."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg
import pytest

from store.door_keys import DoorKeys
from store.errors import DoorKeyLast, DoorKeyUnknown
from store.memory import MemoryDoorKeys
from store.memory.tables import Memory
from store.pool import Pool
from store.register import Register
from tests.contract.stores import Stores
from tests.support.keys import DOOR, NEXT, STRANGE


@dataclass(frozen=True)
class Doors:
    """The keys, and the register that tells new cases which of them are in force."""

    keys: DoorKeys
    register: Register


@pytest.fixture
def doors(stores: Stores) -> Doors:
    base = stores.base
    keys = MemoryDoorKeys(base) if isinstance(base, Memory) else DoorKeys(base)
    return Doors(keys, stores.register)


async def test_a_key_is_registered_once(doors: Doors) -> None:
    assert await doors.keys.all() == []
    assert await doors.keys.add(DOOR.public)
    assert not await doors.keys.add(DOOR.public)
    (key,) = await doors.keys.all()
    assert (key.public, key.is_in_force) == (DOOR.public, True)


async def test_new_cases_trust_the_keys_in_force_the_oldest_first(doors: Doors) -> None:
    assert await doors.register.trusted_keys() == ()
    for key in (NEXT, DOOR, STRANGE):
        await doors.keys.add(key.public)
    await doors.keys.retire(DOOR.public.id)
    assert await doors.register.trusted_keys() == (NEXT.public, STRANGE.public)


async def test_a_retired_key_stays_known_and_retired(doors: Doors) -> None:
    for key in (DOOR, NEXT):
        await doors.keys.add(key.public)
    await doors.keys.retire(DOOR.public.id)
    retired = await doors.keys.all()
    await doors.keys.retire(DOOR.public.id)
    assert not await doors.keys.add(DOOR.public)
    assert await doors.keys.all() == retired
    assert [key.is_in_force for key in retired] == [False, True]


async def test_the_last_key_in_force_stays(doors: Doors) -> None:
    await doors.keys.add(DOOR.public)
    with pytest.raises(DoorKeyLast, match="redress keys new"):
        await doors.keys.retire(DOOR.public.id)
    assert await doors.register.trusted_keys() == (DOOR.public,)


async def test_a_key_that_nobody_knows_cannot_be_retired(doors: Doors) -> None:
    await doors.keys.add(DOOR.public)
    with pytest.raises(DoorKeyUnknown, match="redress keys list"):
        await doors.keys.retire(NEXT.public.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE door_key SET public_key = 'ed25519:x'",
        "UPDATE door_key SET id = 'x'",
        "UPDATE door_key SET created_at = now()",
        "DELETE FROM door_key",
        "TRUNCATE door_key",
        "ALTER TABLE door_key DISABLE TRIGGER ALL",
    ],
)
async def test_a_key_can_be_retired_and_nothing_else(pool: Pool, statement: str) -> None:
    await DoorKeys(pool).add(DOOR.public)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)
