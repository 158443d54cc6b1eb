"""The vault: the keys under which personal data is sealed, and who opened what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.sealed import Sealed
from store import sealing
from store.errors import KekDiffers, KeyDestroyed, KeyUnknown
from store.key_cache import KeyCache
from store.pool import Pool, borrowed
from store.sealing import DataKey, Kek
from store.sql import query


@dataclass(frozen=True)
class NewKey:
    """The key of a complaint that is not accepted yet; the register stores it."""

    complaint_id: str
    key: DataKey
    wrapped: bytes = field(repr=False)
    kek_id: str
    person_refs: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class StoredKey:
    """A key as the vault keeps it; `wrapped` is None once it is destroyed."""

    wrapped: bytes | None = field(repr=False)
    kek_id: str


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody opened fields of a complaint; `opened_by` and `purpose` are codes."""

    opened_by: str
    fields: tuple[str, ...]
    purpose: str
    opened_at: datetime


class Vault:
    """Makes, finds, uses and destroys the keys of complaints."""

    def __init__(self, pool: Pool, kek: Kek, cache: KeyCache | None = None) -> None:
        self._pool = pool
        self._kek = kek
        self._cache = cache or KeyCache()

    def create(self, complaint_id: str, identifiers: Iterable[str] = ()) -> NewKey:
        """Make the key of a new complaint, to be stored by accepting the complaint.

        `identifiers` are contacts and member number in plain text: they are kept as keyed
        references, by which all complaints of a person can be found and erased (rule 28).
        """
        key = sealing.new_key()
        refs = {sealing.person_ref(self._kek, identifier): None for identifier in identifiers}
        wrapped = sealing.wrap(self._kek, complaint_id, key)
        return NewKey(complaint_id, key, wrapped, self._kek.id, tuple(refs))

    async def key_of(self, complaint_id: str) -> DataKey:
        """Return the key of a complaint, or raise KeyUnknown, KeyDestroyed or KekDiffers."""
        known = self._cache.get(complaint_id)
        if known is not None:
            return known
        key = self._unwrapped(complaint_id, await self._stored(complaint_id))
        self._cache.put(complaint_id, key)
        return key

    async def seal(self, complaint_id: str, field: str, text: str) -> Sealed:
        """Seal a text under the key of an accepted complaint; raises as `key_of`."""
        return sealing.seal(await self.key_of(complaint_id), complaint_id, field, text)

    async def open(
        self, complaint_id: str, sealed: Sequence[Sealed], *, who: str, purpose: str
    ) -> tuple[str, ...]:
        """Return the plain texts and record who opened which fields and why; codes, not names.

        Raises as `key_of`, or SealBroken; what cannot be recorded is not opened.
        """
        if not sealed:
            return ()
        key = await self.key_of(complaint_id)
        texts = tuple(sealing.unseal(key, complaint_id, value) for value in sealed)
        await self._record_opening(complaint_id, [value.field for value in sealed], who, purpose)
        return texts

    async def openings(self, complaint_id: str) -> list[Opening]:
        """Return who opened what of a complaint, the earliest first."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("openings"), complaint_id)
        return [Opening(by, tuple(fields), purpose, at) for by, fields, purpose, at in rows]

    async def destroy(self, complaint_id: str) -> None:
        """Destroy a key for ever; KeyUnknown if there never was one.

        Other processes may still read with it as long as their caches keep it.
        """
        await self._destroy(complaint_id)
        self._cache.forget(complaint_id)

    def _unwrapped(self, complaint_id: str, stored: StoredKey) -> DataKey:
        if stored.wrapped is None:
            raise KeyDestroyed(complaint_id)
        if stored.kek_id != self._kek.id:
            raise KekDiffers(complaint_id, self._kek.id)
        return sealing.unwrap(self._kek, complaint_id, stored.wrapped)

    async def _stored(self, complaint_id: str) -> StoredKey:
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("stored_key"), complaint_id)
        if row is None:
            raise KeyUnknown(complaint_id)
        return StoredKey(row["wrapped_key"], row["kek_id"])

    async def _record_opening(
        self, complaint_id: str, fields: Sequence[str], who: str, purpose: str
    ) -> None:
        async with borrowed(self._pool) as connection:
            await connection.execute(query("record_opening"), who, complaint_id, fields, purpose)

    async def _destroy(self, complaint_id: str) -> None:
        async with borrowed(self._pool) as connection:
            if not await connection.fetchval(query("destroy_key"), complaint_id):
                raise KeyUnknown(complaint_id)
