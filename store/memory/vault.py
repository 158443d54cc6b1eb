"""The twin of the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from store.errors import KeyUnknown
from store.key_cache import KeyCache
from store.memory.tables import Memory
from store.sealing import Kek
from store.vault import Opening, StoredKey, Vault


class MemoryVault(Vault):
    """Seals and opens as the vault does, with keys kept in memory."""

    def __init__(self, memory: Memory, kek: Kek, cache: KeyCache | None = None) -> None:
        self._memory = memory
        self._kek = kek
        self._cache = cache or KeyCache()

    async def openings(self, complaint_id: str) -> list[Opening]:
        self._memory.reach()
        return list(self._memory.openings.get(complaint_id, []))

    async def _stored(self, complaint_id: str) -> StoredKey:
        self._memory.reach()
        if complaint_id not in self._memory.keys:
            raise KeyUnknown(complaint_id)
        return self._memory.keys[complaint_id]

    async def _record_opening(
        self, complaint_id: str, fields: Sequence[str], who: str, purpose: str
    ) -> None:
        self._memory.reach()
        opening = Opening(who, tuple(fields), purpose, self._memory.now())
        self._memory.openings.setdefault(complaint_id, []).append(opening)

    async def _destroy(self, complaint_id: str) -> None:
        stored = await self._stored(complaint_id)
        self._memory.keys[complaint_id] = replace(stored, wrapped=None)
