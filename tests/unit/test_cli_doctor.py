"""What `redress doctor` makes of what it finds on this machine; servers are examined elsewhere."""

from __future__ import annotations

import json
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest

from cli.diagnosis import machine
from cli.diagnosis.finding import Finding, State, clock, examine, failure
from runtime.kek import ensure_kek
from runtime.main import Exit
from runtime.settings import load_settings
from starter.errors import ComplaintUnknown
from tests.support.program import Program

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - As shutil has it.


def test_a_healthy_part_needs_no_mending() -> None:
    assert machine.python().state is State.OK


def test_an_old_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "NEEDED_PYTHON", (99, 0))
    assert machine.python().remedy == "Install Python 3.11 or newer"


@pytest.mark.parametrize(
    ("free", "state"), [(100 * 2**30, State.OK), (2**30, State.WARN), (2**20, State.FAIL)]
)
def test_a_disk_that_fills_up_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(2**40, 0, free))
    assert machine.data_directory(load_settings(data_dir=tmp_path)).state is state


def test_a_data_directory_that_is_not_there_or_closed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = machine.data_directory(load_settings(data_dir=tmp_path / "none"))
    assert (missing.state, "does not exist" in missing.what) == (State.WARN, True)
    monkeypatch.setattr("os.access", lambda *_: False)
    closed = machine.data_directory(load_settings(data_dir=tmp_path))
    assert (closed.state, "cannot be written" in closed.what) == (State.FAIL, True)


def test_a_key_is_named_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDRESS_KEK", raising=False)
    settings = load_settings(data_dir=tmp_path)
    kek = ensure_kek(settings)
    found = machine.key(settings)
    assert found.what == f"{kek.id} in {tmp_path / 'kek'}, for its owner only"
    monkeypatch.setenv("REDRESS_KEK", (tmp_path / "kek").read_text().strip())
    assert machine.key(load_settings()).what == f"{kek.id} in REDRESS_KEK"


async def test_an_error_is_a_finding_with_its_remedy() -> None:
    def check() -> Finding:
        raise ComplaintUnknown(7)

    found = await examine("part", check)
    assert found == Finding(
        "part",
        State.FAIL,
        "There is no complaint 7",
        "check the number on the acknowledgement.",
    )


def test_a_message_is_taken_apart_into_what_and_remedy() -> None:
    assert failure("p", "It is away.\n\nStart it,\nand wait.").remedy == "Start it, and wait."
    assert failure("p", "It is away.") == Finding("p", State.FAIL, "It is away.")


@pytest.mark.parametrize(
    ("seconds", "state", "said"),
    [
        (0.1, State.OK, "0.1 s ahead of"),
        (-1.9, State.OK, "1.9 s behind"),
        (3, State.WARN, "3.0 s ahead of"),
        (-90, State.FAIL, "90.0 s behind"),
    ],
)
def test_clocks_that_differ_are_told(seconds: float, state: State, said: str) -> None:
    found = clock("clock", timedelta(seconds=seconds))
    assert found.state is state
    assert said in found.what
    assert bool(found.remedy) == (state is not State.OK)


def test_without_a_set_up_the_doctor_says_how_to_begin(program: Program) -> None:
    result = program.run("doctor", "-o", "json")
    assert result.exit_code == Exit.NOT_READY
    found = json.loads(result.stdout)
    assert found["healthy"] is False
    states = {each["part"]: each["state"] for each in found["findings"]}
    assert states == {
        "Python": "ok",
        "data directory": "warn",
        "configuration": "ok",
        "key-encryption key": "fail",
        "set-up": "fail",
    }
    [setup] = [each for each in found["findings"] if each["part"] == "set-up"]
    assert "Start one with `redress up`" in setup["remedy"]


def test_the_table_says_how_to_mend_and_sums_up(program: Program) -> None:
    result = program.run("doctor")
    assert result.exit_code == Exit.NOT_READY
    assert "how to mend" in result.stdout
    assert "Start one with `redress up`" in " ".join(result.stdout.split())
    assert result.stderr == "2 ok, 1 warn, 2 fail\n"
