"""Processes that an earlier run may have left over, and how to know them for ours."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from runtime.embedded.patience import becomes_true

PROC = Path("/proc")
STOP_SECONDS = 15.0


def command_of(pid: int) -> list[str]:
    """Return the command line of a process; empty if it is gone or a zombie."""
    if PROC.exists():
        try:
            words = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        except OSError:
            return []
        return [os.fsdecode(word) for word in words if word]
    listing = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout.split()


def pid_in(file: Path) -> int | None:
    """Return the number on the first line of a PID file, or None if there is none."""
    try:
        pid = int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    # Zero and negative numbers would name whole process groups.
    return pid if pid > 1 else None


def processes_within(directory: Path) -> list[int]:
    """Return the PIDs of all processes whose working directory is `directory` (Linux only)."""
    found = directory.resolve()
    return [pid for pid in _all_pids() if _working_directory(pid) == found]


async def end_remnant(
    pid: int, is_ours: Callable[[int], bool], signals: Sequence[signal.Signals]
) -> None:
    """Send one signal after the other until the process `pid` is ours no more."""
    for number in signals:
        # Asked again each time, because the number may be recycled between two signals.
        if is_ours(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            await becomes_true(lambda: not is_ours(pid), STOP_SECONDS)


def _all_pids() -> list[int]:
    if not PROC.exists():
        return []
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()]


def _working_directory(pid: int) -> Path | None:
    try:
        return (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None
