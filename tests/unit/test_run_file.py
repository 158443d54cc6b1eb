"""The running set-up is found by the environment first, else by a live run.json."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.envconfig import ClientConnectConfig

from runtime.errors import NothingRunning, SetupMixed
from runtime.run_file import announce, find_setup, read_run_file
from runtime.settings import Settings, load_settings

PASSWORD = "s3cr3t-of-nobody"
DATABASE = f"postgresql://postgres:{PASSWORD}@127.0.0.1:5432/redress"
TEMPORAL = ClientConnectConfig(target_host="127.0.0.1:7233", namespace="default")
STARTED = datetime(2026, 11, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("REDRESS_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    with announce(
        tmp_path, DATABASE, TEMPORAL, started_at=STARTED, ui_address="http://127.0.0.1:8233"
    ):
        yield tmp_path / "run.json"


def rewritten(file: Path, **changes: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_a_running_set_up_is_found(running: Path, settings: Settings) -> None:
    setup = find_setup(settings)
    assert setup.database_url == DATABASE
    assert setup.temporal == TEMPORAL
    assert setup.ui_address == "http://127.0.0.1:8233"
    assert setup.pid == os.getpid()


def test_only_its_owner_may_read_the_file(running: Path) -> None:
    assert stat.S_IMODE(running.stat().st_mode) == 0o600


def test_the_password_does_not_show(running: Path, settings: Settings) -> None:
    run = read_run_file(running.parent)
    assert PASSWORD in running.read_text()
    assert PASSWORD not in repr(run) + repr(find_setup(settings))


def test_a_set_up_that_ended_is_not_found(settings: Settings, tmp_path: Path) -> None:
    with announce(tmp_path, DATABASE, TEMPORAL, started_at=STARTED):
        pass
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NothingRunning, match=r"it has no run\.json"):
        find_setup(settings)


def test_the_file_of_a_successor_is_left_alone(running: Path, tmp_path: Path) -> None:
    with announce(tmp_path, DATABASE, TEMPORAL, started_at=STARTED):
        rewritten(running, pid=1)
    assert running.exists()


def test_the_file_of_a_dead_process_does_not_count(running: Path, settings: Settings) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    rewritten(running, pid=process.pid)
    with pytest.raises(NothingRunning, match=f"process {process.pid}, which started it, has ended"):
        find_setup(settings)


def test_a_recycled_process_number_does_not_count(running: Path, settings: Settings) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        rewritten(running, pid=other.pid)
        with pytest.raises(NothingRunning, match="has ended"):
            find_setup(settings)


def test_a_damaged_file_is_named_and_not_quoted(running: Path, settings: Settings) -> None:
    running.write_text(f'{{"database_url": "{DATABASE}"')
    with pytest.raises(NothingRunning, match=r"its run\.json cannot be read") as caught:
        find_setup(settings)
    assert PASSWORD not in str(caught.value)


def test_the_error_says_how_to_mend_it(settings: Settings) -> None:
    with pytest.raises(NothingRunning) as caught:
        find_setup(settings)
    for remedy in ("redress up", "--data-dir", "REDRESS_DATABASE_URL", "TEMPORAL_ADDRESS"):
        assert remedy in str(caught.value)


def test_the_environment_counts_before_the_file(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql://elsewhere/redress")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "elsewhere:7233")
    setup = find_setup(load_settings(data_dir=running.parent))
    assert setup.database_url == "postgresql://elsewhere/redress"
    assert setup.temporal["target_host"] == "elsewhere:7233"
    assert setup.pid is None


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("REDRESS_DATABASE_URL", "postgresql://elsewhere/redress", "database"),
        ("TEMPORAL_ADDRESS", "elsewhere:7233", "Temporal server"),
    ],
)
def test_half_of_another_set_up_is_refused(
    running: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, what: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SetupMixed, match=f"names another {what} than the set-up"):
        find_setup(load_settings(data_dir=running.parent))


@pytest.mark.parametrize(
    ("variable", "value"),
    [("REDRESS_DATABASE_URL", DATABASE), ("TEMPORAL_ADDRESS", TEMPORAL["target_host"])],
)
def test_half_of_the_same_set_up_is_completed_from_the_file(
    running: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    setup = find_setup(load_settings(data_dir=running.parent))
    assert setup.database_url == DATABASE
    assert setup.temporal["target_host"] == TEMPORAL["target_host"]
