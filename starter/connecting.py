"""Building a ComplaintClient from its parts: the one place where a door's dependencies meet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from runtime.config import Config, load_config
from runtime.kek import load_kek
from runtime.run_file import find_setup
from runtime.settings import Settings, load_settings
from runtime.temporal import connect_when_needed
from starter.client import ComplaintClient, Parts
from starter.composing import Clock, Composer, Sign, real_time
from starter.intake import Intake
from starter.letters import Letters
from starter.policies import Policies
from starter.sending import Sending
from starter.signing import choose_key
from store.door_keys import DoorKeys
from store.health import expect_kek
from store.journal import Journal
from store.late_refusals import LateRefusals
from store.outbox import Outbox
from store.pool import Pool, open_pool
from store.read_model import ReadModel
from store.register import Register
from store.sealing import Kek
from store.vault import Vault


@asynccontextmanager
async def connect(data_dir: Path | None = None) -> AsyncIterator[ComplaintClient]:
    """Open a client on the running set-up: the environment's, else that of the data directory.

    Raises NothingRunning, StoreUnavailable and what is wrong with settings, each with its remedy.
    Temporal may be away: complaints are accepted all the same (rule 25).
    """
    settings = load_settings(data_dir=data_dir)
    setup = find_setup(settings)
    config = load_config(settings.config_dir)
    temporal = await connect_when_needed(setup.temporal, identity=settings.identity)
    pool = await open_pool(setup.database_url)
    try:
        await expect_kek(pool, load_kek(settings).id)
        key = await choose_key(settings, DoorKeys(pool))
        yield make_client(temporal, pool, settings, config, sign=key.signed)
    finally:
        await pool.close()


def make_client(
    temporal: Client,
    pool: Pool,
    settings: Settings,
    config: Config,
    clock: Clock = real_time,
    sign: Sign | None = None,
) -> ComplaintClient:
    """Build a client on connections that are open already.

    `sign` is that of a key in force: only cases from before there were keys believe it without.
    """
    kek = load_kek(settings)
    register, vault = Register(pool), Vault(pool, Kek(kek.id, kek.secret))
    journal, read_model = Journal(pool), ReadModel(pool)
    policies = Policies(register, config.policy)
    parts = Parts(
        temporal,
        Intake(temporal, register, vault, policies, config.law),
        Composer(register, vault, config.phrases, policies, clock, sign),
        Sending(temporal, register, journal, read_model, LateRefusals(pool)),
        Letters(register, vault, Outbox(pool)),
        journal,
        read_model,
    )
    return ComplaintClient(parts)
