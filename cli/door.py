"""The connections of a command to the running set-up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.config import load_config
from runtime.kek import load_kek
from runtime.run_file import find_setup
from runtime.settings import load_settings
from runtime.temporal import connect_when_needed
from starter.client import ComplaintClient
from starter.connecting import make_client
from starter.signing import choose_key
from store.door_keys import DoorKeys
from store.health import expect_kek
from store.pool import open_pool
from store.register import Register
from store.sealing import Kek
from store.vault import Vault


@dataclass(frozen=True)
class Door:
    """What commands work with; `vault` opens personal data, which is recorded."""

    client: ComplaintClient
    register: Register
    vault: Vault


@asynccontextmanager
async def open_door(data_dir: Path | None) -> AsyncIterator[Door]:
    """Open every connection, and close each at the end; raises what is wrong with the set-up."""
    settings = load_settings(data_dir=data_dir)
    setup = find_setup(settings)
    config = load_config(settings.config_dir)
    kek = load_kek(settings)
    temporal = await connect_when_needed(setup.temporal, identity=settings.identity)
    pool = await open_pool(setup.database_url, size=16)
    try:
        await expect_kek(pool, kek.id)
        key = await choose_key(settings, DoorKeys(pool))
        client = make_client(temporal, pool, settings, config, sign=key.signed)
        yield Door(client, Register(pool), Vault(pool, Kek(kek.id, kek.secret)))
    finally:
        await pool.close()
