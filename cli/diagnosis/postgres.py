"""PostgreSQL: the server, the schema, and what is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cli.diagnosis.finding import Finding, State, clock, examine
from runtime.errors import SigningKeyMissing
from runtime.kek import load_kek
from runtime.settings import Settings
from starter.signing import choose_key
from store.door_keys import DoorKeys
from store.health import ServerFacts, keys_in_use, server_facts
from store.migrate import status
from store.pool import Pool, open_pool
from store.register import Register


async def diagnose(dsn: str, settings: Settings) -> AsyncIterator[Finding]:
    """Examine the server; what is stored only once the schema is up to date."""
    clocks: list[Finding] = []

    async def server() -> Finding:
        facts = await server_facts(dsn)
        clocks.append(clock("clock of PostgreSQL", facts.now - datetime.now(UTC)))
        return _server(dsn, facts)

    found = await examine("PostgreSQL", server)
    yield found
    if found.is_failed:
        return
    yield clocks[0]
    schema = await examine("schema", lambda: _schema(dsn))
    yield schema
    if schema.is_failed:
        return
    pools: list[Pool] = []

    async def access() -> Finding:
        pools.append(await open_pool(dsn, size=1))
        return Finding("access", State.OK, "as the application's role, with durable commits")

    found = await examine("access", access)
    yield found
    if found.is_failed:
        return
    async for finding in _stored(pools[0], settings):
        yield finding


async def _stored(pool: Pool, settings: Settings) -> AsyncIterator[Finding]:
    try:
        yield await examine("stored keys", lambda: _keys(pool, settings))
        yield await examine("signing key", lambda: _signing_key(pool, settings))
        yield await examine("register", lambda: _register(Register(pool)))
        yield await examine("dispatch queue", lambda: _queue(Register(pool)))
    finally:
        await pool.close()


def _server(dsn: str, facts: ServerFacts) -> Finding:
    place = urlsplit(dsn)
    what = f"{facts.version} at {place.hostname}:{place.port or 5432}{place.path}"
    return Finding("PostgreSQL", State.OK, what)


async def _schema(dsn: str) -> Finding:
    states = await status(dsn)
    pending = [state.name for state in states if state.applied_at is None]
    if pending:
        what = f"{len(pending)} of {len(states)} migrations are pending, the next is {pending[0]}"
        return Finding("schema", State.FAIL, what, "Run `redress db migrate`")
    return Finding("schema", State.OK, f"{states[-1].name} is applied, none is pending")


async def _keys(pool: Pool, settings: Settings) -> Finding:
    present = load_kek(settings).id
    strange = [kek for kek in await keys_in_use(pool) if kek != present]
    if strange:
        what = f"complaints are sealed under {', '.join(strange)}, and {present} is given"
        remedy = "Put the right key into REDRESS_KEK, or back into DATA_DIR/kek"
        return Finding("stored keys", State.FAIL, what, remedy)
    return Finding("stored keys", State.OK, "the key-encryption key opens them all")


async def _signing_key(pool: Pool, settings: Settings) -> Finding:
    """Judge the key with which this door signs; raises SigningKeyUnusable or DoorKeyForeign."""
    part, keys = "signing key", DoorKeys(pool)
    if not await keys.all():
        what = "no door key is registered, so that new cases believe every sender"
        return Finding(part, State.WARN, what, "Run `redress keys new` where commands are sent")
    try:
        chosen = await choose_key(settings, keys)
    except SigningKeyMissing:
        what = "there is none here: a worker needs none, a door does"
        return Finding(part, State.WARN, what, "Run `redress keys new` if this is a door")
    return Finding(part, State.OK, f"{chosen.public.id} is registered and in force")


async def _register(register: Register) -> Finding:
    missing = await register.numbers_missing()
    if missing:
        what = f"{len(missing)} numbers were given and are not there, first {missing[0]}"
        remedy = "Restore PostgreSQL from a backup; nothing in Redress removes an entry"
        return Finding("register", State.FAIL, what, remedy)
    return Finding("register", State.OK, f"{await register.count()} complaints, without a gap")


async def _queue(register: Register) -> Finding:
    waiting = await register.undispatched()
    if waiting == 0:
        return Finding("dispatch queue", State.OK, "every complaint is started")
    what = f"{waiting} accepted complaints wait to be started"
    remedy = "A running worker starts them within seconds; see its log if the number stays"
    return Finding("dispatch queue", State.WARN, what, remedy)
