"""With which key a door signs, and the first key of a set-up (architecture: who speaks)."""

from __future__ import annotations

from domain.signature import SigningKey
from runtime.errors import SigningKeyMissing
from runtime.settings import Settings
from runtime.signing_key import load_signing_keys, make_signing_key
from schemas.keys import PublicKey
from store.door_keys import DoorKeys
from store.errors import DoorKeyForeign
from store.pool import open_pool


async def choose_key(settings: Settings, keys: DoorKeys) -> SigningKey:
    """Return the oldest key of this door that is in force: cases know it for longest.

    Raises SigningKeyProblem, or DoorKeyForeign if it has none.
    """
    held = load_signing_keys(settings)
    in_force = [key.public.id for key in await keys.all() if key.is_in_force]
    chosen = next((key for key in held if key.public.id in in_force), None)
    if chosen is None:
        present = ", ".join(key.public.id for key in held)
        raise DoorKeyForeign(present, ", ".join(in_force) or "none")
    return chosen


async def ensure_key(settings: Settings, keys: DoorKeys) -> None:
    """Register a first key where there is none yet, made if need be.

    Elsewhere this door must have a key in force; raises as `choose_key`.
    """
    if await keys.all():
        await choose_key(settings, keys)
    else:
        await add_keys(settings, keys)


async def ensure_first_key(settings: Settings, database_url: str) -> None:
    """Do as `ensure_key` in a database to which there is no connection yet."""
    pool = await open_pool(database_url)
    try:
        await ensure_key(settings, DoorKeys(pool))
    finally:
        await pool.close()


async def add_keys(settings: Settings, keys: DoorKeys) -> list[PublicKey]:
    """Register what this door has and nobody knows yet, else a key made now; return the new ones.

    Nothing is made where the environment gives the keys. Raises SigningKeyProblem.
    """
    known = [key.public.id for key in await keys.all()]
    new = [key for key in _held(settings) if key.public.id not in known]
    if not new and settings.signing_key is None:
        new = [make_signing_key(settings)]
    for key in new:
        await keys.add(key.public)
    return [key.public for key in new]


def _held(settings: Settings) -> tuple[SigningKey, ...]:
    try:
        return load_signing_keys(settings)
    except SigningKeyMissing:
        return ()
