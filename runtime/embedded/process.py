"""One child process: started apart from the terminal, watched, and ended by its own PID."""

from __future__ import annotations

import ctypes
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.account import Account
from runtime.embedded.patience import becomes_true

STOP_SECONDS = 15.0
LAST_LINES = 20
_TAIL_BYTES = 16_384
_KEPT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
_PR_SET_PDEATHSIG = 1
# PyDLL keeps the interpreter's lock, which a forked child must not give up before exec.
_LIBC = ctypes.PyDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Launch:
    """What to run, in which complete environment, and the signals that end it, politest first."""

    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    directory: Path | None = None
    account: Account | None = None
    partings: Sequence[signal.Signals] = (signal.SIGTERM,)
    pid_file: Path | None = None


class Process:
    """A child in a session of its own, so that the terminal's Ctrl-C does not reach it.

    On Linux the kernel sends it the first of `partings` when the thread that started it ends, even
    by kill -9; elsewhere the next start finds what was left over.
    """

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self._log_start = launch.log.stat().st_size if launch.log.exists() else 0
        self._child = _spawn(launch)
        if launch.pid_file:
            launch.pid_file.write_text(str(self.pid))

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def status(self) -> int | None:
        """The exit status, negative for a signal, or None while it runs."""
        return self._child.poll()

    @property
    def has_ended(self) -> bool:
        return self.status is not None

    async def ended(self) -> int:
        """Wait until the process ends, and return its exit status."""
        await becomes_true(lambda: self.has_ended, math.inf)
        return self._child.returncode

    async def stop(self) -> None:
        """Send one parting signal after the other, with time between, and SIGKILL at last."""
        for number in (*self.launch.partings, signal.SIGKILL):
            if self.has_ended:
                break
            self._child.send_signal(number)
            await becomes_true(lambda: self.has_ended, STOP_SECONDS)
        if self.launch.pid_file:
            self.launch.pid_file.unlink(missing_ok=True)

    def last_lines(self) -> str:
        """Return the end of what this process, not an earlier one, wrote to its log."""
        return last_lines(self.launch.log, self._log_start)

    def has_said(self, words: str) -> bool:
        """Tell whether this process, not an earlier one, wrote these words to its log.

        They may be far from its end: a server that is started again under load says much else.
        """
        with self.launch.log.open("rb") as file:
            file.seek(self._log_start)
            return words.encode() in file.read()


def clean_environment(**more: str) -> dict[str, str]:
    """Return an environment without settings and secrets of ours, in one locale and zone."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC", **more}


def last_lines(log: Path, start: int = 0) -> str:
    """Return the last lines of the file after the byte `start`; none if somebody removed it."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(start, log.stat().st_size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-LAST_LINES:])


def ending_of(status: int) -> str:
    """Say an exit status in words: `status 3`, or `signal SIGKILL`."""
    return f"status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"


def _spawn(launch: Launch) -> subprocess.Popen[bytes]:
    # A pipe in place of the file would stay open in a left-over child and hang its reader.
    log = os.open(launch.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    other = launch.account if launch.account and not launch.account.is_own else None
    try:
        return subprocess.Popen(
            launch.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=launch.directory,
            env=launch.environment,
            start_new_session=True,
            umask=0o077,
            user=other.uid if other else None,
            group=other.gid if other else None,
            extra_groups=[] if other else None,
            preexec_fn=_end_with_parent(launch.partings[0]),  # noqa: PLW1509 - see _LIBC.
        )
    finally:
        os.close(log)


def _end_with_parent(parting: signal.Signals) -> Callable[[], None] | None:
    libc = _LIBC
    if libc is None:
        return None
    parent = os.getpid()

    def bind_to_parent() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(parting))
        # The parent may have died before the call, and then no signal will ever come.
        if os.getppid() != parent:
            os._exit(1)

    return bind_to_parent
