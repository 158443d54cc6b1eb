"""`redress up` as a process of its own, and other commands beside it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.embedded.remnants import command_of

PROGRAM = [sys.executable, "-m", "cli.app"]
PATIENCE = 120.0
STRANGE = ("REDRESS_", "TEMPORAL_")


@dataclass(frozen=True)
class Said:
    """What a command wrote, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass
class Redress:
    """The program on one data directory, in an environment with nothing but what a test sets."""

    directory: Path
    settings: Mapping[str, str]

    async def run(self, *words: str, **settings: str) -> Said:
        """Run a command to its end."""
        process = await self.start(*words, **settings)
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    async def data(self, *words: str, **settings: str) -> Any:
        """Run a command that must succeed, and return the JSON that it prints."""
        said = await self.run(*words, "-o", "json", **settings)
        assert said.code == 0, said
        return said.data

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Up]:
        """Run `redress up` until the block ends."""
        up = Up(await self.start("up", "-o", "json"))
        try:
            yield up
        finally:
            await up.stop(signal.SIGTERM)

    async def start(self, *words: str, **settings: str) -> Process:
        strange = {name for name in os.environ if name.startswith(STRANGE)}
        clean = {name: value for name, value in os.environ.items() if name not in strange}
        return await asyncio.create_subprocess_exec(
            *PROGRAM,
            "--data-dir",
            str(self.directory),
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env={**clean, **self.settings, **settings},
            # The test's own Ctrl-C is not for it.
            start_new_session=True,
        )


class Up:
    """A running set-up."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.err = ""

    async def places(self) -> dict[str, str | None]:
        """Wait until it runs, and return the addresses that it prints."""
        assert self._process.stdout is not None
        lines: list[bytes] = []
        async with asyncio.timeout(PATIENCE):
            while line := await self._process.stdout.readline():
                lines.append(line)
                if line.rstrip() == b"}":
                    found: dict[str, str | None] = json.loads(b"".join(lines))
                    return found
        raise AssertionError((await self.ended()).err)

    def children(self) -> dict[str, int]:
        """Return the PIDs of its children by a word of their command."""
        file = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        commands = {pid: command_of(pid) for pid in map(int, file.read_text().split())}
        words = {"postgres": "postgres", "temporal": "start-dev", "worker": "worker"}
        return {
            name: pid
            for name, word in words.items()
            for pid, command in commands.items()
            if any(part.endswith(word) for part in command)
        }

    async def stop(self, number: signal.Signals) -> Said:
        """Send a signal, unless it has ended already, and wait for the end."""
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self.ended()

    async def ended(self) -> Said:
        async with asyncio.timeout(PATIENCE):
            out, err = await self._process.communicate()
        self.err += err.decode()
        assert self._process.returncode is not None
        return Said(self._process.returncode, out.decode(), self.err)
