"""The twin of the door keys."""

from __future__ import annotations

from dataclasses import replace

from schemas.keys import PublicKey
from store.door_keys import DoorKey, DoorKeys, expect_retired
from store.memory.tables import Memory


class MemoryDoorKeys(DoorKeys):
    """Keeps keys as the table does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def all(self) -> list[DoorKey]:
        self._memory.reach()
        return list(self._memory.door_keys.values())

    async def add(self, key: PublicKey) -> bool:
        self._memory.reach()
        is_new = key.id not in self._memory.door_keys
        self._memory.door_keys.setdefault(key.id, DoorKey(key, self._memory.now()))
        return is_new

    async def retire(self, key_id: str) -> None:
        keys = await self.all()
        found = self._memory.door_keys.get(key_id)
        if found is not None and any(k.is_in_force for k in keys if k is not found):
            retired_at = found.retired_at or self._memory.now()
            self._memory.door_keys[key_id] = replace(found, retired_at=retired_at)
        else:
            expect_retired(keys, key_id)
