"""Connections, and what a store says when PostgreSQL is away (rule 25)."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from runtime.embedded.postgres import BinDirPostgres
from runtime.embedded.remnants import processes_within
from schemas.sealed import Sealed
from schemas.vocabulary import Department, Purpose
from store.errors import CommitsNotDurable, SchemaMissing, StoreUnavailable
from store.memory import Memory
from store.migrate import migrate
from store.pool import Pool, open_pool
from tests.contract.examples import BOX, POLICY, chained, flush, folded, new_entry, owners
from tests.contract.stores import Stores, memory_stores, postgres_stores
from tests.contract.test_outbound import refusal
from tests.support.postgres import running_postgres
from tests.support.remedies import PAID, refund

NOTICED = 5.0
"""Seconds: one for the answer that never comes, one to give up, the rest for a busy machine."""


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[BinDirPostgres]:
    """A server that these tests may stop."""
    async with running_postgres() as server:
        await migrate(server.address)
        yield server


@pytest.fixture
async def own_pool(server: BinDirPostgres) -> AsyncIterator[Pool]:
    pool = await open_pool(server.address, size=2)
    yield pool
    pool.terminate()


SEALED = Sealed(field="name", box="YQ==", digest="0" * 64)


def every_call(stores: Stores) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return a call of each public method that reaches for the store."""
    new = new_entry(stores.vault, "row-1")
    batch = flush(chained(1, owners("a")))
    hour = timedelta(hours=1)
    unknown = str(uuid4())

    async def stream() -> None:
        async for _ in stores.journal.stream_all():
            pass

    return {
        "Register.find": lambda: stores.register.find("a", "b"),
        "Register.entry": lambda: stores.register.entry(1),
        "Register.accept": lambda: stores.register.accept(new),
        "Register.claim_due": lambda: stores.register.claim_due(1, hour),
        "Register.dispatched": lambda: stores.register.dispatched(1),
        "Register.postpone": lambda: stores.register.postpone(1, "code", hour),
        "Register.undispatched": stores.register.undispatched,
        "Register.count": stores.register.count,
        "Register.numbers_missing": stores.register.numbers_missing,
        "Register.trusted_keys": stores.register.trusted_keys,
        "Register.key_ring": stores.register.key_ring,
        "Register.first_run": lambda: stores.register.first_run(1),
        "Register.note_run": lambda: stores.register.note_run(1, "run-1"),
        "Register.save_policy": lambda: stores.register.save_policy(POLICY, "{}"),
        "Register.policy": lambda: stores.register.policy(POLICY),
        "Vault.key_of": lambda: stores.vault.key_of(unknown),
        "Vault.seal": lambda: stores.vault.seal(unknown, "name", "text"),
        "Vault.open": lambda: stores.vault.open(unknown, [SEALED], who="a", purpose="b"),
        "Vault.openings": lambda: stores.vault.openings(unknown),
        "Vault.destroy": lambda: stores.vault.destroy(unknown),
        "Journal.append": lambda: stores.journal.append(batch),
        "Journal.read": lambda: stores.journal.read(1),
        "Journal.stream_all": stream,
        "ReadModel.case": lambda: stores.read_model.case(1),
        "ReadModel.cases": stores.read_model.cases,
        "ReadModel.inbox": lambda: stores.read_model.inbox(Department.LEGAL),
        "ReadModel.notices": lambda: stores.read_model.notices("a"),
        "ReadModel.clear": stores.read_model.clear,
        "ReadModel.rows_digest": stores.read_model.rows_digest,
        "ReadModel.rebuild": lambda: stores.read_model.rebuild(folded),
        "Outbox.put": lambda: stores.outbox.put("k", 1, Purpose.REPLY, BOX),
        "Outbox.collect": lambda: stores.outbox.collect(1),
        "OrderBalances.enter_paid": lambda: stores.balances.enter_paid("o", PAID),
        "OrderBalances.paid": lambda: stores.balances.paid("o"),
        "RemedyLedger.carry_out": lambda: stores.remedies.carry_out(refund()),
        "RemedyLedger.lookup": lambda: stores.remedies.lookup(refund()),
        "RemedyLedger.enter_by_hand": lambda: stores.remedies.enter_by_hand(refund(), "BANK-1"),
        "RemedyLedger.reverse": lambda: stores.remedies.reverse("k"),
        "LateRefusals.record": lambda: stores.late_refusals.record(refusal("c-1")),
        "LateRefusals.of": lambda: stores.late_refusals.of(1),
    }


def public_methods(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")}


def reals(stores: Stores) -> list[type]:
    classes = (type(value) for name, value in vars(stores).items() if name != "base")
    return [kind.__mro__[-2] for kind in classes]


def test_the_calls_tried_here_are_all_there_are() -> None:
    stores = memory_stores()
    methods = {f"{kind.__name__}.{name}" for kind in reals(stores) for name in public_methods(kind)}
    assert set(every_call(stores)) == methods - {"Vault.create"}


@pytest.mark.server
async def test_without_postgresql_every_call_says_so(
    server: BinDirPostgres, own_pool: Pool
) -> None:
    calls = every_call(postgres_stores(own_pool))
    await server.stop()
    try:
        for name, call in calls.items():
            with pytest.raises(StoreUnavailable) as away:
                await call()
            assert away.value.code == "temporarily_unavailable", name
    finally:
        await server.start()


async def test_the_twin_can_be_away_too() -> None:
    stores = memory_stores()
    assert isinstance(stores.base, Memory)
    stores.base.away = True
    for call in every_call(stores).values():
        with pytest.raises(StoreUnavailable):
            await call()


@pytest.mark.server
async def test_a_pool_goes_on_after_postgresql_was_away(
    server: BinDirPostgres, own_pool: Pool
) -> None:
    stores = postgres_stores(own_pool)
    await stores.register.save_policy("before", "{}")
    await server.stop()
    with pytest.raises(StoreUnavailable):
        await stores.register.policy("before")
    await server.start()
    assert await stores.register.policy("before") == "{}"


@pytest.mark.server
async def test_a_postgresql_that_hangs_is_noticed_soon(
    server: BinDirPostgres, own_pool: Pool
) -> None:
    stores = postgres_stores(own_pool)
    await stores.register.undispatched()
    with frozen(server):
        async with asyncio.timeout(NOTICED):
            with pytest.raises(StoreUnavailable):
                await stores.register.undispatched()
    assert await stores.register.undispatched() == 0


@contextmanager
def frozen(server: BinDirPostgres) -> Iterator[None]:
    processes = processes_within(server.places.cluster)
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def test_a_lock_that_is_not_released_is_noticed(pool: Pool, dsn: str) -> None:
    stores = postgres_stores(pool)
    await stores.register.save_policy(POLICY, "{}")
    holder = await asyncpg.connect(dsn)
    async with holder.transaction():
        await holder.execute("SELECT * FROM register_counter FOR UPDATE")
        with pytest.raises(StoreUnavailable):
            await stores.register.accept(new_entry(stores.vault, "row-1"))
    await holder.close()
    assert (await stores.register.accept(new_entry(stores.vault, "row-1"))).entry.number == 1


async def test_a_closed_pool_is_unavailable(dsn: str) -> None:
    pool = await open_pool(dsn)
    await pool.close()
    with pytest.raises(StoreUnavailable):
        await postgres_stores(pool).register.undispatched()


async def test_our_own_mistake_is_not_called_an_outage(pool: Pool) -> None:
    with pytest.raises(asyncpg.DataError):
        await postgres_stores(pool).register.entry("one")  # type: ignore[arg-type]


async def test_connections_act_as_the_role_of_the_application(pool: Pool) -> None:
    settings = await pool.fetchrow(
        "SELECT current_user, current_setting('application_name') AS name,"
        " current_setting('statement_timeout') AS statement,"
        " current_setting('lock_timeout') AS lock, current_setting('timezone') AS zone"
    )
    assert settings is not None
    assert tuple(settings) == ("redress_app", "redress", "1s", "1s", "UTC")


async def test_a_sweep_may_take_long_and_leaves_the_limits_as_they_were(pool: Pool) -> None:
    await postgres_stores(pool).register.count()
    assert await pool.fetchval("SHOW statement_timeout") == "1s"


async def test_commits_that_a_crash_may_lose_are_refused(dsn: str) -> None:
    owner = await asyncpg.connect(dsn)
    name = await owner.fetchval("SELECT current_database()")
    await owner.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await owner.close()
    with pytest.raises(CommitsNotDurable, match="synchronous_commit"):
        await open_pool(dsn)


async def test_a_user_without_the_role_is_told_to_migrate(dsn: str) -> None:
    owner = await asyncpg.connect(dsn)
    await owner.execute("CREATE ROLE stranger LOGIN PASSWORD 'known'")
    try:
        host = dsn.split("@")[1]
        with pytest.raises(SchemaMissing):
            await open_pool(f"postgresql://stranger:known@{host}")
    finally:
        await owner.execute("DROP ROLE stranger")
        await owner.close()


@pytest.mark.server
async def test_a_server_that_never_saw_redress_asks_to_be_migrated() -> None:
    async with running_postgres() as server:
        with pytest.raises(SchemaMissing, match="redress db migrate"):
            await open_pool(server.address)
