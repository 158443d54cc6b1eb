"""A worker serves the queues that an operator names, and is told which there are."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import worker
from runtime.errors import QueueUnknown
from runtime.main import Exit, exit_code
from runtime.queues import CASES, QUEUES, parse_queues
from schemas.attributes import DEPARTMENT_QUEUES
from schemas.vocabulary import Department

TREE = Path(__file__).parents[2]


def test_a_worker_serves_everything_unless_told_otherwise() -> None:
    assert parse_queues(None) == QUEUES == (CASES, *Department)


@pytest.mark.parametrize(
    ("text", "queues"),
    [
        ("warehouse", ("warehouse",)),
        ("legal,warehouse", ("warehouse", "legal")),
        (" cases , legal ", ("cases", "legal")),
        ("legal,legal", ("legal",)),
    ],
)
def test_queues_are_named_with_commas(text: str, queues: tuple[str, ...]) -> None:
    assert parse_queues(text) == queues


@pytest.mark.parametrize("text", ["garage", "", "warehouse,", "warehouse;legal", "redress-legal"])
def test_an_unknown_queue_is_told_with_those_there_are(text: str) -> None:
    with pytest.raises(QueueUnknown, match="cases, warehouse, logistics, quality") as caught:
        parse_queues(text)
    assert exit_code(caught.value) == Exit.USAGE


async def test_a_worker_looks_at_its_queues_before_anything_else() -> None:
    with pytest.raises(QueueUnknown, match="There is no queue 'garage'"):
        await worker.main(asyncio.Event(), "cases,garage")


@pytest.mark.parametrize("program", [["-m", "worker"], ["-m", "cli.app", "worker"]])
def test_either_program_ends_with_wrong_usage(program: list[str]) -> None:
    command = [sys.executable, *program, "--queues", "warehouse,garage"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=TREE, check=False)
    assert said.returncode == Exit.USAGE
    assert "There is no queue 'garage'; name some of these" in said.stderr


def test_every_department_has_a_queue_and_an_activity() -> None:
    assert set(DEPARTMENT_QUEUES) == set(worker.GATHERERS) == set(Department)
