"""The parent of what `redress up` runs: starts in order, starts again, stops in reverse order.

A caller gives `Supervisor.run` a coroutine that starts the children one by one, so that it can
use what one start returned (a DSN, an address) before the next, and then prints the `Ending`.
From then on a child that ends is started again, after a pause that grows with each quick crash.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
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
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each new start of a child that crashes again and again; after the last it ends."""
STEADY_SECONDS = 60.0
"""A child that has lived so long crashes for another reason than it did before."""

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
    """Why the run is over: a signal asked for it, or the child `crashed` ended by itself.

    It had been started again `restarts` times in a row.
    """

    signal: signal.Signals | None = None
    crashed: str | None = None
    manner: str = ""
    last_lines: str = ""
    restarts: int = 0

    @property
    def exit_code(self) -> int:
        return 1 if self.crashed else 0

    def __str__(self) -> str:
        if self.crashed is None:
            return "Stopped as asked."
        said = f" Its last lines:\n{self.last_lines}" if self.last_lines else ""
        tried = f" after {self.restarts} restarts in a row" if self.restarts else ""
        return f"{self.crashed} ended with {self.manner}{tried}, so all was stopped.{said}"


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
    """Runs children until a stop signal arrives or one crashes too often, then stops them all.

    To be made within the event loop that runs it. While they come up, one crash is too often.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        pauses: Sequence[float] = PAUSES,
        steady_seconds: float = STEADY_SECONDS,
    ) -> None:
        self._say = say
        self._pauses = pauses
        self._steady_seconds = steady_seconds
        self._is_up = False
        self._ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._stops = AsyncExitStack()
        self._watches: set[asyncio.Task[None]] = set()

    async def start(self, child: Child[Started]) -> Started:
        """Start a child and watch it from then on; what its `start` returns is returned."""
        self._say(f"Starting {child.name}")
        # Listed first, so that a start cut short is cleaned up too.
        self._stops.push_async_callback(self._stop, child)
        started = await child.start()
        self._watches.add(asyncio.create_task(self._watch(child, started)))
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
        rising = asyncio.create_task(self._rise(bring_up))
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

    async def _rise(self, bring_up: Callable[[], Coroutine[object, object, None]]) -> None:
        await bring_up()
        self._is_up = True

    async def _watch(self, child: Child[Started], started: Started) -> None:
        """Start a child again whenever it ends, until it does so too often."""
        clock = asyncio.get_running_loop()
        pauses = iter(self._pauses)
        while True:
            began = clock.time()
            manner, last_lines = await child.ended(), child.last_lines()
            if clock.time() - began >= self._steady_seconds:
                pauses = iter(self._pauses)
            pause = next(pauses, None) if self._is_up else None
            if pause is None:
                tries = len(self._pauses) if self._is_up else 0
                self._end(Ending(None, child.name, manner, last_lines, tries))
                return
            self._say(f"{child.name} ended with {manner}; it is started again in {pause:g} s")
            await asyncio.sleep(pause)
            await self._start_again(child, started)

    async def _start_again(self, child: Child[Started], started: Started) -> None:
        """Start a child anew; what keeps it from starting is said, and counts as a crash."""
        try:
            await child.stop()  # Lets go of the directory that a server has held.
            found = await child.start()
        except Exception as error:  # noqa: BLE001 - Whatever it is, the next try may succeed.
            self._say(f"{child.name} could not be started again. {error}")
            return
        if found == started:
            self._say(f"{child.name} runs again")
            return
        # The others know the first address only.
        self._say(f"{child.name} found its port taken")
        await child.stop()

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
