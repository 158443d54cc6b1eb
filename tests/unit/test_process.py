"""What a child process has said, as its supervisor asks."""

from __future__ import annotations

import sys
from pathlib import Path

from runtime.embedded.process import LAST_LINES, Launch, Process, clean_environment

TALKING = f"""
print('ready for work')
for line in range({2 * LAST_LINES}):
    print('warning', line)
"""


async def test_what_was_said_long_ago_counts(tmp_path: Path) -> None:
    child = await ended(tmp_path, TALKING)
    assert "ready for work" not in child.last_lines()
    assert child.has_said("ready for work")


async def test_what_an_earlier_process_said_does_not_count(tmp_path: Path) -> None:
    await ended(tmp_path, TALKING)
    later = await ended(tmp_path, "print('starting')")
    assert later.has_said("starting")
    assert not later.has_said("ready for work")


async def ended(directory: Path, program: str) -> Process:
    """Run a program to its end, with the log of those before it."""
    child = Process(Launch([sys.executable, "-c", program], directory / "log", clean_environment()))
    assert await child.ended() == 0
    return child
