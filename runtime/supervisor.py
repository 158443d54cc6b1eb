"""The parent of what `redress up` runs: starts in order, watches, stops in reverse order.

A caller gives `Supervisor.run` a coroutine that starts the children one by one, so that it can
use what one start returned (a DSN, an address) before the next, and then prints the `Ending`.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from runtime.embedded.errors import EmbeddedServerError
from runtime.embedded.patience import is_answered
from runtime.embedded.process import Launch, Process, ending_of

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_SECONDS = 60.0
CRASH_SECONDS = 0.2

Started = TypeVar("Started")
Started_co = TypeVar("Started_co", covariant=True)


class Child(Protocol[Started_co]):
    """What a supervisor can run; `stop` may be called at any time, and again."""

    @property
    def name(self) -> str: ...

    async def start(self) -> Started_co:
        """Return once the child is ready for work."""
        ...

    async def stop(self) -> None: ...

    async def ended(self) -> str:
        """Wait until the child ends by itself, and say how it did."""
        ...

    def last_lines(self) -> str: ...


@dataclass(frozen=True)
class Ending:
    """Why the run is over: a signal asked for it, or the child `crashed` ended by itself."""

    signal: signal.Signals | None = None
    crashed: str | None = None
    manner: str = ""
    last_lines: str = ""

    @property
    def exit_code(self) -> int:
        return 1 if self.crashed else 0

    def __str__(self) -> str:
        if self.crashed is None:
            return "Stopped as asked."
        said = f" Its last lines:\n{self.last_lines}" if self.last_lines else ""
        return f"{self.crashed} ended with {self.manner}, so all was stopped.{said}"


@dataclass(eq=False)
class ChildDidNotStart(EmbeddedServerError):
    """{child} did not become ready: {reason}. The last lines of {log}:

    {last_lines}
    """  # noqa: D415 - The colon introduces the lines.

    code = "child_did_not_start"
    child: str
    reason: str
    log: Path
    last_lines: str


class SubprocessChild:
    """Any program as a child; `is_ready` is asked again and again until it says so."""

    def __init__(
        self, name: str, launch: Launch, is_ready: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        self.name = name
        self._launch = launch
        self._is_ready = is_ready
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Raise ChildDidNotStart if the program ends, or is not ready within a minute."""
        self._process = Process(self._launch)
        if self._is_ready is None:
            return
        try:
            await self._until_ready(self._process, self._is_ready)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        if self._process is not None:
            await self._process.stop()

    async def ended(self) -> str:
        if self._process is None:
            return "no start at all"
        return ending_of(await self._process.ended())

    def last_lines(self) -> str:
        return self._process.last_lines() if self._process else ""

    async def _until_ready(self, process: Process, is_ready: Callable[[], Awaitable[bool]]) -> None:
        async def is_settled() -> bool:
            return process.has_ended or await is_ready()

        if not await is_answered(is_settled, READY_SECONDS):
            raise self._failure("it took too long")
        if process.status is not None:
            raise self._failure(f"it ended with {ending_of(process.status)}")

    def _failure(self, reason: str) -> ChildDidNotStart:
        return ChildDidNotStart(
            child=self.name, reason=reason, log=self._launch.log, last_lines=self.last_lines()
        )


class Supervisor:
    """Runs children until one ends by itself or a stop signal arrives, then stops them all.

    To be made within the event loop that runs it.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._stops = AsyncExitStack()
        self._watches: set[asyncio.Task[None]] = set()

    async def start(self, child: Child[Started]) -> Started:
        """Start a child and watch it from then on; what its `start` returns is returned."""
        self._say(f"Starting {child.name}")
        # Listed first, so that a start cut short is cleaned up too.
        self._stops.push_async_callback(self._stop, child)
        started = await child.start()
        self._watches.add(asyncio.create_task(self._watch(child)))
        return started

    async def run(self, bring_up: Callable[[], Coroutine[object, object, None]]) -> Ending:
        """Bring up, wait for the end, stop everything; then raise what `bring_up` raised."""
        with self._signals_taken():
            async with self._stops:
                try:
                    return await self._until_ending(bring_up)
                finally:
                    await _cancelled(*self._watches)

    async def _until_ending(
        self, bring_up: Callable[[], Coroutine[object, object, None]]
    ) -> Ending:
        rising = asyncio.create_task(bring_up())
        try:
            await asyncio.wait((rising, self._ending), return_when=asyncio.FIRST_COMPLETED)
            if rising.done() and rising.exception() is not None:
                # If a child has just died, that explains the error better than the error does.
                await asyncio.wait((self._ending,), timeout=CRASH_SECONDS)
            if not self._ending.done() and rising.done():
                rising.result()
            return await self._ending
        finally:
            await _cancelled(rising)

    async def _watch(self, child: Child[object]) -> None:
        manner = await child.ended()
        self._end(Ending(crashed=child.name, manner=manner, last_lines=child.last_lines()))

    async def _stop(self, child: Child[object]) -> None:
        self._say(f"Stopping {child.name}")
        await child.stop()

    @contextmanager
    def _signals_taken(self) -> Iterator[None]:
        """Turn stop signals into an ending; they change nothing once the stopping has begun."""
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in _signals_to_take()}
        for number in before:
            loop.add_signal_handler(number, self._end, Ending(signal=number))
        try:
            yield
        finally:
            for number, handler in before.items():
                loop.remove_signal_handler(number)
                signal.signal(number, handler)

    def _end(self, ending: Ending) -> None:
        if not self._ending.done():
            self._ending.set_result(ending)


def _signals_to_take() -> list[signal.Signals]:
    # `nohup redress up` asks to live on when the terminal closes.
    is_nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [number for number in STOP_SIGNALS if not (is_nohup and number is signal.SIGHUP)]


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
