"""redress import: what it prints, and how it ends."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import pytest

from cli import progress
from cli.progress import duration, progress_line, telling
from runtime.main import Exit
from schemas.commands import Actor
from starter.complaint import NewComplaint
from starter.importing import Tally
from starter.intake import Receipt
from tests.support.imports import EXAMPLES, PLAIN_MAPPING
from tests.support.program import Program


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "complaints.csv"
    found.write_text("id,text\n1,late\n2,\n3,broken\n")
    (tmp_path / "map.toml").write_text(PLAIN_MAPPING)
    return found


@pytest.fixture
def words(file: Path) -> list[str]:
    return ["import", str(file), "--mapping", str(file.with_name("map.toml"))]


def test_an_import_sums_up(program: Program, words: list[str], file: Path) -> None:
    result = program.run(*words)
    assert result.exit_code == 0
    assert "3 rows: 2 new, 0 known, 1 rejected; 0 s, " in result.stdout
    rejected = file.with_name("complaints.rejected.csv")
    assert f"The rejected rows and the reasons are in {rejected}." in result.stderr
    assert len(program.twin.memory.register) == 2


def test_the_summary_is_data(program: Program, words: list[str], file: Path) -> None:
    program.run(*words)
    found = program.json(*words)
    assert found.pop("seconds") >= 0
    assert found.pop("rows_per_second") > 0
    assert found == {
        "file": str(file),
        "rows": 3,
        "new": 0,
        "known": 2,
        "rejected": 1,
        "rejected_file": str(file.with_name("complaints.rejected.csv")),
        "finished": True,
        "dry_run": False,
    }


def test_a_dry_run_opens_nothing(program: Program, words: list[str]) -> None:
    result = program.run(*words, "--dry-run")
    assert result.exit_code == 0
    assert "3 rows (dry run): 2 new, 0 known, 1 rejected" in result.stdout
    assert program.twin.memory.register == {}


def test_a_limit_and_a_way_of_dating_are_passed_on(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "comcast.csv"
    file.write_bytes((EXAMPLES / "comcast.csv").read_bytes())
    mapping = str(EXAMPLES / "mappings" / "comcast.toml")
    result = program.run("import", str(file), "--mapping", mapping, "--limit", "2", "--as-received")
    assert result.exit_code == 0
    assert "2 rows: 2 new" in result.stdout
    received = {entry.received_at.year for entry in program.twin.memory.register.values()}
    assert received == {2015}


@pytest.mark.parametrize(
    ("content", "mapping", "said"),
    [
        ("id,words\n", PLAIN_MAPPING, "the file has no column 'text'"),
        ("id,text\n", PLAIN_MAPPING.replace("web", "fax"), "'fax' is no channel"),
        ("id,text\n", "[", "cannot be understood"),
    ],
)
def test_what_does_not_fit_is_told_before_the_first_row(
    program: Program, words: list[str], file: Path, content: str, mapping: str, said: str
) -> None:
    file.write_text(content)
    file.with_name("map.toml").write_text(mapping)
    result = program.run(*words)
    assert result.exit_code == Exit.FAILED
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_an_import_that_fails_says_how_far_it_got(
    program: Program, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_or_fail(
        complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        if complaint.source_key == "3":
            program.twin.memory.away = True
        return await program.twin.open(complaint, by=by, received_at=received_at)

    monkeypatch.setattr(program.client, "open", open_or_fail)
    result = program.run(*words, "--patience", "1s")
    assert result.exit_code == Exit.NOT_READY
    assert "2 rows: 1 new, 0 known, 1 rejected" in result.stdout
    assert "the same command goes on where it stopped" in result.stderr
    assert "PostgreSQL is away" in result.stderr


def test_ctrl_c_ends_an_import_in_order(
    program: Program, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_and_stop(
        complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        os.kill(os.getpid(), signal.SIGINT)
        # The event loop takes the signal before this row is done.
        await asyncio.sleep(0.05)
        return await program.twin.open(complaint, by=by, received_at=received_at)

    monkeypatch.setattr(program.client, "open", open_and_stop)
    monkeypatch.setattr("starter.importing.IN_FLIGHT", 1)
    result = program.run(*words)
    assert result.exit_code == Exit.INTERRUPTED
    assert "1 rows: 1 new, 0 known, 0 rejected" in result.stdout
    assert "the same command goes on where it stopped" in result.stderr


# ---- Progress -----------------------------------------------------------------------------------


def tally_at(share: float, new: int = 100, rejected: int = 0) -> Tally:
    tally = Tally()
    tally.new, tally.rejected = new, rejected
    tally.measure = lambda: share
    return tally


@pytest.mark.parametrize(
    ("tally", "seconds", "said"),
    [
        (tally_at(0), 10, "100 rows, 10 a second"),
        (tally_at(0.25), 10, "100 rows, 10 a second, 25%, about 30 s left"),
        (
            tally_at(0.5, 1500, 3),
            90,
            "1,503 rows, 17 a second, 50%, about 1 min 30 s left, 3 rejected",
        ),
        (tally_at(1), 10, "100 rows, 10 a second"),
    ],
)
def test_progress_in_one_line(tally: Tally, seconds: float, said: str) -> None:
    assert progress_line(tally, seconds) == said


def test_durations_are_told_to_the_second() -> None:
    assert [duration(seconds) for seconds in (0.4, 59.6, 200)] == ["0 s", "1 min 0 s", "3 min 20 s"]


async def test_a_log_gets_a_plain_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LOGGED", 0.001)
    told = asyncio.Event()

    def line(_tally: Tally, _seconds: float) -> str:
        told.set()
        return "a line"

    monkeypatch.setattr(progress, "progress_line", line)
    async with telling(tally_at(0.5)) as tell:
        await told.wait()
        tell("a word in between")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert {"a line", "a word in between"} == set(captured.err.splitlines())
    assert "\x1b" not in captured.err


class Screen(io.StringIO):
    """A terminal that keeps everything; a real one would block once nobody reads it."""

    def isatty(self) -> bool:
        return True


async def test_at_a_terminal_a_bar_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    tally, screen = tally_at(0.5), Screen()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", screen)
        patch.setenv("TERM", "xterm")
        patch.delenv("NO_COLOR", raising=False)
        async with telling(tally) as tell:
            tell("a [word] in between")
            tally.new = 250
    seen = screen.getvalue()
    assert "a [word] in between" in seen
    assert "250 rows" in seen
    assert "\x1b[" in seen
