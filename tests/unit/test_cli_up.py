"""What `redress up` tells the worker and the person; on real servers it is tried elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from temporalio.envconfig import ClientConnectConfig

from cli import serving
from cli.serving import Servers, first_thing_to_try, worker_environment
from cli.terminal import Format

OWN = {
    "PATH": "/bin",
    "HOME": "/home/li",
    "REDRESS_KEK": "key",
    "REDRESS_DATA_DIR": "elsewhere",
    "TEMPORAL_API_KEY": "secret",
    "TEMPORAL_ADDRESS": "cloud:7233",
}


def test_a_worker_on_servers_of_ours_knows_no_other_temporal() -> None:
    assert worker_environment(OWN, "postgresql://x", "127.0.0.1:1") == {
        "HOME": "/home/li",
        "REDRESS_KEK": "key",
        "REDRESS_DATABASE_URL": "postgresql://x",
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }


def test_a_worker_on_servers_of_others_knows_how_to_reach_them() -> None:
    found = worker_environment(OWN, "postgresql://x", None)
    assert found["TEMPORAL_API_KEY"] == "secret"
    assert found["TEMPORAL_ADDRESS"] == "cloud:7233"
    assert "REDRESS_DATA_DIR" not in found


def test_what_to_try_works_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/redress")
    usual = first_thing_to_try(tmp_path / ".redress")
    assert usual == 'redress open --channel phone --content "The charger is missing"'
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("sys.argv", [".venv/bin/redress"])
    assert first_thing_to_try(Path("/srv/my data")).startswith(
        ".venv/bin/redress --data-dir '/srv/my data' open"
    )


def test_addresses_are_told_without_the_password(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    servers = Servers(
        "postgresql://li:hush@db.example/redress", ClientConnectConfig(target_host="t:7233"), None
    )
    serving.show_places(servers, tmp_path, Format.TABLE)
    said = capsys.readouterr().out
    assert "Ctrl-C stops it" in said
    assert "postgresql   db.example:5432/redress" in said
    assert "temporal     t:7233" in said
    assert "temporal ui" not in said
    assert "Try this in another terminal:" in said
    assert "hush" not in said + repr(servers)
