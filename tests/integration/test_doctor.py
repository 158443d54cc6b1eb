"""The doctor on broken set-ups: each names what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.worker import Worker

from cli.diagnosis import diagnose
from cli.diagnosis.finding import Finding, State
from runtime.embedded.directory import temporary_directory
from runtime.embedded.ports import free_port
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from runtime.kek import ensure_kek
from runtime.settings import load_settings
from runtime.temporal import connect
from schemas.attributes import DEPARTMENT_QUEUES, TASK_QUEUE
from store.pool import Pool
from store.register import Register
from store.sealing import Kek
from store.vault import Vault
from tests.contract.examples import POLICY, new_entry
from tests.support.eventually import eventually
from tests.support.postgres import Databases
from workflows.complaint import ComplaintWorkflow

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
async def temporal() -> AsyncIterator[str]:
    """A Temporal that nobody has prepared, and on which nobody works."""
    options = DevServerOptions(
        is_persistent=False, is_headless=True, retention=timedelta(days=2), log_level="error"
    )
    with temporary_directory() as directory:
        async with TemporalDevServer(directory, options) as server:
            yield server.address


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with a key."""
    for name in ("REDRESS_KEK", "REDRESS_DATABASE_URL", "TEMPORAL_ADDRESS", "REDRESS_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    ensure_kek(load_settings(data_dir=tmp_path))
    return tmp_path


async def findings(data_dir: Path) -> dict[str, Finding]:
    return {finding.part: finding async for finding in diagnose(data_dir)}


def failed(found: dict[str, Finding]) -> set[str]:
    return {part for part, finding in found.items() if finding.is_failed}


async def test_without_postgresql_the_rest_is_examined_all_the_same(
    data_dir: Path, temporal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", f"postgresql://x@127.0.0.1:{free_port()}/redress")
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal)
    found = await findings(data_dir)
    assert "PostgreSQL is away" in found["PostgreSQL"].what
    assert "schema" not in found
    assert found["Temporal"].state is State.OK
    assert found["clock of Temporal"].state is State.OK


async def test_an_unprepared_temporal_without_a_worker(
    data_dir: Path, dsn: str, temporal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", dsn)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal)
    found = await findings(data_dir)
    assert failed(found) == {
        "search attributes",
        *(f"worker on {queue}" for queue in (TASK_QUEUE, *DEPARTMENT_QUEUES.values())),
    }
    assert "does not know RedressStage" in found["search attributes"].what
    assert found["search attributes"].remedy == "Run `redress db migrate`"
    assert "redress worker" in found["worker on redress"].remedy
    assert (found["namespace"].state, "2 days" in found["namespace"].what) == (State.WARN, True)


async def test_a_worker_that_lags_behind(
    data_dir: Path, dsn: str, temporal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", dsn)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal)
    monkeypatch.setattr("cli.diagnosis.temporal.MUCH_WORK", -1)
    client = await connect(temporal)
    worker = Worker(client, task_queue=TASK_QUEUE, workflows=[ComplaintWorkflow])

    async def look() -> Finding:
        return (await findings(data_dir))[f"worker on {TASK_QUEUE}"]

    async with worker:
        found = await eventually(look, lambda finding: not finding.is_failed)
    assert found.state is State.WARN
    assert found.what == "busy, 0 tasks wait"


async def test_an_unmigrated_database(
    data_dir: Path, databases: Databases, temporal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with databases.fresh("template1") as dsn:
        monkeypatch.setenv("REDRESS_DATABASE_URL", dsn)
        monkeypatch.setenv("TEMPORAL_ADDRESS", temporal)
        found = await findings(data_dir)
    assert found["PostgreSQL"].state is State.OK
    assert "migrations are pending, the next is 0001_role.sql" in found["schema"].what
    assert found["schema"].remedy == "Run `redress db migrate`"
    assert "register" not in found


async def test_without_temporal(data_dir: Path, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", dsn)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    found = await findings(data_dir)
    assert failed(found) == {"Temporal"}
    assert "Start `redress up`, or set TEMPORAL_ADDRESS" in found["Temporal"].remedy
    assert found["register"].what == "0 complaints, without a gap"


async def test_complaints_that_wait_and_a_key_that_does_not_fit(
    data_dir: Path, dsn: str, pool: Pool, temporal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", dsn)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal)
    register = Register(pool)
    await register.save_policy(POLICY, "{}")
    await register.accept(new_entry(Vault(pool, Kek("another", b"k" * 32)), "1"))
    found = await findings(data_dir)
    assert "sealed under another" in found["stored keys"].what
    assert "REDRESS_KEK" in found["stored keys"].remedy
    assert found["dispatch queue"].state is State.WARN
    assert found["register"].what == "1 complaints, without a gap"


async def test_a_register_with_a_gap(
    data_dir: Path, dsn: str, pool: Pool, temporal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", dsn)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal)
    await pool.execute("UPDATE register_counter SET last_number = 3")
    found = await findings(data_dir)
    assert found["register"].what == "3 numbers were given and are not there, first 1"
    assert found["register"].is_failed
