"""What the embedded servers have in common: one owner, a checked start, an orderly stop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from runtime.embedded.directory import Hold
from runtime.embedded.errors import ServerDidNotStart
from runtime.embedded.patience import is_answered
from runtime.embedded.process import Launch, Process, ending_of

START_SECONDS = 60.0
START_ATTEMPTS = 3


class EmbeddedServer(ABC):
    """One server on 127.0.0.1 that belongs to this process from `start` to `stop`."""

    name: ClassVar[str]
    did_not_start: ClassVar[type[ServerDidNotStart]]
    # What the server's log says if somebody took its port between our look and its own.
    port_taken: ClassVar[str]

    def __init__(self, directory: Path) -> None:
        self.directory = directory.expanduser().resolve()
        self.log = self.directory / "server.log"
        self._hold: Hold | None = None
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and not self._process.has_ended

    @property
    @abstractmethod
    def address(self) -> str:
        """Where clients find the server."""

    async def start(self) -> str:
        """Return the address of the server, once it answers. Raises EmbeddedServerError."""
        self._prepare_directory()
        self._hold = Hold(self.directory)
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self.address

    async def stop(self) -> None:
        """Ask the server to end, and wait until its process is gone; harmless if it never ran."""
        if self._process is not None:
            await self._process.stop()
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    async def ended(self) -> str:
        """Wait until the server ends, and say how it did."""
        if self._process is None:
            return "no start at all"
        return ending_of(await self._process.ended())

    def last_lines(self) -> str:
        return self._process.last_lines() if self._process else ""

    def has_said(self, words: str) -> bool:
        """Tell whether the log of this start holds these words."""
        return self._process is not None and self._process.has_said(words)

    @abstractmethod
    def _prepare_directory(self) -> None: ...

    @abstractmethod
    async def _start(self) -> None:
        """Clear what an earlier run left, then `_launch_until_ready`."""

    @abstractmethod
    def _choose_ports(self, *, anew: bool) -> None:
        """Take the ports given or used before if they are free, or `anew` any others."""

    @abstractmethod
    def _launch(self) -> Launch:
        """Say what to run."""

    @abstractmethod
    async def _is_ready(self) -> bool: ...

    async def _launch_until_ready(self) -> None:
        for attempt in range(1, START_ATTEMPTS + 1):
            self._choose_ports(anew=attempt > 1)
            self._process = Process(self._launch())
            if await is_answered(self._is_settled, START_SECONDS) and self.is_running:
                return
            if attempt == START_ATTEMPTS or not self.has_said(self.port_taken):
                raise self._failure(self._process)

    async def _is_settled(self) -> bool:
        return not self.is_running or await self._is_ready()

    def _failure(self, process: Process) -> ServerDidNotStart:
        status = process.status
        reason = "it took too long" if status is None else f"it ended with {ending_of(status)}"
        return self.did_not_start(reason=reason, log=self.log, last_lines=self.last_lines())
