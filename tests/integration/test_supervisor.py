"""How the children of `redress up` are started, watched and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded.patience import becomes_true
from runtime.embedded.process import Launch, clean_environment
from runtime.embedded.remnants import command_of
from runtime.supervisor import ChildDidNotStart, Ending, SubprocessChild, Supervisor

TREE = Path(__file__).parents[2]
SHELL = "/bin/sh"


class Twin:
    """A child without a process, which writes down what is done to it."""

    def __init__(self, name: str, told: list[str]) -> None:
        self.name = name
        self.told = told
        self.end = asyncio.Event()

    async def start(self) -> str:
        self.told.append(f"start {self.name}")
        return f"address of {self.name}"

    async def stop(self) -> None:
        self.told.append(f"stop {self.name}")

    async def ended(self) -> str:
        await self.end.wait()
        return "status 3"

    def last_lines(self) -> str:
        return f"last words of {self.name}"


class SlowTwin(Twin):
    """A child that is never ready."""

    async def start(self) -> str:
        await super().start()
        await asyncio.Event().wait()
        return ""


class StubbornTwin(Twin):
    """A child that cannot be stopped."""

    async def stop(self) -> None:
        await super().stop()
        message = "will not stop"
        raise OSError(message)


class CrashingTwin(Twin):
    """A child that ends right after each of its first `crashes` starts."""

    def __init__(self, name: str, told: list[str], crashes: int) -> None:
        super().__init__(name, told)
        self.crashes = crashes
        self.starts = 0
        self.lives_on = asyncio.Event()

    async def start(self) -> str:
        self.starts += 1
        self.end = asyncio.Event()
        if self.starts <= self.crashes:
            self.end.set()
        else:
            self.lives_on.set()
        return await super().start()

    async def stop(self) -> None:
        await super().stop()
        self.end.set()


class WanderingTwin(CrashingTwin):
    """A child that is somewhere else after every start."""

    async def start(self) -> str:
        return f"{await super().start()}, start {self.starts}"


class FailingTwin(CrashingTwin):
    """A child that crashes once, and then cannot start."""

    async def start(self) -> str:
        address = await super().start()
        if self.starts > 1:
            message = "no room left"
            raise OSError(message)
        return address


Then = Callable[[], Awaitable[None] | None]


async def run(*children: Twin, then: Then = lambda: None, **options: Any) -> Ending:
    """Bring children up, by a supervisor that starts none again unless a test says so."""
    supervisor = Supervisor(**{"say": lambda _: None, "pauses": (), **options})

    async def bring_up() -> None:
        for child in children:
            await supervisor.start(child)
        if waiting := then():
            await waiting

    return await supervisor.run(bring_up)


def interrupt_when(event: asyncio.Event) -> Then:
    """Return what lets the children come up, and interrupts them after the event."""

    async def interrupt_later() -> None:
        await event.wait()
        interrupt()

    waiting: list[asyncio.Task[None]] = []

    def begin() -> None:
        waiting.append(asyncio.create_task(interrupt_later()))

    return begin


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


async def test_children_stop_in_reverse_order_after_ctrl_c() -> None:
    told: list[str] = []
    ending = await run(Twin("a", told), Twin("b", told), Twin("c", told), then=interrupt)
    assert told == ["start a", "start b", "start c", "stop c", "stop b", "stop a"]
    assert ending == Ending(signal=signal.SIGINT)
    assert ending.exit_code == 0
    assert str(ending) == "Stopped as asked."


# Whoever starts the tests with hang-ups ignored, as nohup does, keeps them so for every child.
HEARD = [signal.SIGINT, signal.SIGTERM]
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
    HEARD.append(signal.SIGHUP)


@pytest.mark.parametrize("number", HEARD)
async def test_each_stop_signal_ends_the_run_and_is_given_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    ending = await run(Twin("a", []), then=lambda: os.kill(os.getpid(), number))
    assert ending.signal is number
    assert signal.getsignal(number) == before


async def test_a_closed_terminal_does_not_end_what_nohup_started() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:

        async def hang_up_then_interrupt() -> None:
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0)
            interrupt()

        ending = await run(Twin("a", []), then=hang_up_then_interrupt)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ending.signal is signal.SIGINT


async def test_a_crashed_child_is_started_again_and_the_rest_are_left_alone() -> None:
    told: list[str] = []
    said: list[str] = []
    crashing = CrashingTwin("worker", told, crashes=1)
    ending = await run(
        Twin("a", told),
        crashing,
        then=interrupt_when(crashing.lives_on),
        say=said.append,
        pauses=(0,),
    )
    begun, again = ["start a", "start worker"], ["stop worker", "start worker"]
    assert told == [*begun, *again, "stop worker", "stop a"]
    assert ending == Ending(signal=signal.SIGINT)
    assert "worker ended with status 3; it is started again in 0 s" in said
    assert "worker runs again" in said


async def test_a_child_that_crashes_too_often_in_a_row_stops_the_rest() -> None:
    told: list[str] = []
    crashing = CrashingTwin("worker", told, crashes=9)
    ending = await run(Twin("a", told), crashing, pauses=(0, 0, 0))
    assert crashing.starts == 4
    assert told[-2:] == ["stop worker", "stop a"]
    assert (ending.crashed, ending.restarts, ending.exit_code) == ("worker", 3, 1)
    assert str(ending).startswith(
        "worker ended with status 3 after 3 restarts in a row, so all was stopped."
    )


async def test_a_child_that_has_lived_long_enough_may_crash_anew() -> None:
    crashing = CrashingTwin("worker", [], crashes=5)
    then = interrupt_when(crashing.lives_on)
    ending = await run(crashing, then=then, pauses=(0,), steady_seconds=0)
    assert (crashing.starts, ending.signal) == (6, signal.SIGINT)


async def test_a_child_that_cannot_start_again_says_why_until_it_is_too_often() -> None:
    said: list[str] = []
    failing = FailingTwin("Temporal", [], crashes=9)
    ending = await run(failing, say=said.append, pauses=(0, 0))
    assert failing.starts == 3
    assert said.count("Temporal could not be started again. no room left") == 2
    assert ending.crashed == "Temporal"


async def test_a_child_at_another_address_is_no_help_to_the_others() -> None:
    said: list[str] = []
    ending = await run(WanderingTwin("PostgreSQL", [], crashes=1), say=said.append, pauses=(0,))
    assert "PostgreSQL found its port taken" in said
    assert (ending.crashed, ending.restarts) == ("PostgreSQL", 1)


async def test_a_crash_on_the_way_up_is_the_end_at_once() -> None:
    told: list[str] = []
    crashing = CrashingTwin("database", told, crashes=1)
    ending = await run(crashing, SlowTwin("slow", told), pauses=(0, 0))
    assert (ending.crashed, ending.restarts, crashing.starts) == ("database", 0, 1)


async def test_ctrl_c_does_not_wait_for_a_child_that_is_to_start_again() -> None:
    crashing = CrashingTwin("worker", [], crashes=1)

    def say(line: str) -> None:
        if "started again" in line:
            interrupt()

    ending = await run(crashing, say=say, pauses=(600,))
    assert (ending.signal, crashing.starts) == (signal.SIGINT, 1)


async def test_a_crashed_child_that_is_given_up_stops_the_rest_and_is_named() -> None:
    told: list[str] = []
    crashing = Twin("worker", told)
    ending = await run(Twin("a", told), crashing, Twin("b", told), then=crashing.end.set)
    assert told[-3:] == ["stop b", "stop worker", "stop a"]
    assert ending.exit_code == 1
    assert str(ending).startswith("worker ended with status 3, so all was stopped.")
    assert "last words of worker" in str(ending)


async def test_the_first_reason_stays_the_reason() -> None:
    first, second = Twin("first", []), Twin("second", [])

    async def one_after_the_other() -> None:
        first.end.set()
        await asyncio.sleep(0)
        second.end.set()
        interrupt()

    assert (await run(first, second, then=one_after_the_other)).crashed == "first"


async def test_a_start_hands_on_what_the_child_returns() -> None:
    supervisor = Supervisor(say=lambda _: None)
    found = []

    async def bring_up() -> None:
        found.append(await supervisor.start(Twin("a", [])))
        interrupt()

    await supervisor.run(bring_up)
    assert found == ["address of a"]


async def test_ctrl_c_cuts_a_start_short_and_cleans_up() -> None:
    told: list[str] = []
    asyncio.get_running_loop().call_later(0.05, interrupt)
    ending = await run(Twin("a", told), SlowTwin("slow", told), Twin("never", told))
    assert told == ["start a", "start slow", "stop slow", "stop a"]
    assert ending.signal is signal.SIGINT


async def test_an_error_on_the_way_up_stops_what_stands_and_is_raised() -> None:
    told: list[str] = []

    async def migrate() -> None:
        await asyncio.sleep(0)
        message = "no such table"
        raise LookupError(message)

    with pytest.raises(LookupError, match="no such table"):
        await run(Twin("a", told), then=migrate)
    assert told == ["start a", "stop a"]


async def test_a_crash_explains_an_error_on_the_way_up() -> None:
    database = Twin("database", [])

    async def migrate() -> None:
        asyncio.get_running_loop().call_later(0.05, database.end.set)
        message = "connection lost"
        raise ConnectionError(message)

    assert (await run(database, then=migrate)).crashed == "database"


async def test_a_failing_stop_does_not_spare_the_others() -> None:
    told: list[str] = []
    children = (Twin("a", told), StubbornTwin("stubborn", told), Twin("c", told))
    with pytest.raises(OSError, match="will not stop"):
        await run(*children, then=interrupt)
    assert told[-3:] == ["stop c", "stop stubborn", "stop a"]


async def test_progress_is_said() -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)

    async def bring_up() -> None:
        await supervisor.start(Twin("PostgreSQL", []))
        interrupt()

    await supervisor.run(bring_up)
    assert said == ["Starting PostgreSQL", "Stopping PostgreSQL"]


def shell(tmp_path: Path, script: str) -> Launch:
    return Launch([SHELL, "-c", script], tmp_path / "child.log", clean_environment())


async def test_a_program_that_crashes_is_another_process_afterwards(tmp_path: Path) -> None:
    said: list[str] = []
    sign = tmp_path / "crashed"
    script = f"test -e {sign} && exec sleep 600; touch {sign}; echo oops; exit 3"
    child = SubprocessChild("worker", shell(tmp_path, script))
    pids: list[int | None] = []

    def say(line: str) -> None:
        said.append(line)
        if line == "worker runs again":
            pids.append(child.pid)
            interrupt()

    supervisor = Supervisor(say, pauses=(0,))

    async def bring_up() -> None:
        await supervisor.start(child)
        pids.append(child.pid)

    ending = await supervisor.run(bring_up)
    assert ending.signal is signal.SIGINT
    assert len(set(pids)) == 2
    assert command_of(child.pid or 0) == []


async def test_a_program_is_started_watched_and_named_when_it_ends(tmp_path: Path) -> None:
    supervisor = Supervisor(say=lambda _: None, pauses=())
    (tmp_path / "child.log").write_text("words of an earlier run\n")
    child = SubprocessChild("worker", shell(tmp_path, "echo cannot go on >&2; exit 3"))

    async def bring_up() -> None:
        await supervisor.start(child)

    ending = await supervisor.run(bring_up)
    expected = Ending(crashed="worker", manner="status 3", last_lines="cannot go on")
    assert ending == expected


async def test_a_program_is_waited_for_until_it_is_ready(tmp_path: Path) -> None:
    sign = tmp_path / "ready"

    async def is_ready() -> bool:
        return sign.exists()

    child = SubprocessChild("worker", shell(tmp_path, f"touch {sign}; sleep 600"), is_ready)
    await child.start()
    assert sign.exists()
    await child.stop()
    assert await child.ended() == "signal SIGTERM"
    assert command_of(child.pid or 0) == []


async def test_a_program_that_ends_before_it_is_ready_is_an_error(tmp_path: Path) -> None:
    async def is_ready() -> bool:
        return False

    child = SubprocessChild("worker", shell(tmp_path, "echo bad settings; exit 2"), is_ready)
    with pytest.raises(ChildDidNotStart, match=r"worker .* status 2(.|\n)*bad settings"):
        await child.start()


async def test_a_program_that_never_gets_ready_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_ready() -> bool:
        return False

    monkeypatch.setattr("runtime.supervisor.READY_SECONDS", 0.1)
    child = SubprocessChild("worker", shell(tmp_path, "sleep 600"), is_ready)
    with pytest.raises(ChildDidNotStart, match="took too long"):
        await child.start()
    assert command_of(child.pid or 0) == []


async def test_a_program_deaf_to_the_polite_signal_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.embedded.process.STOP_SECONDS", 0.1)
    sign = tmp_path / "deaf"

    async def is_deaf() -> bool:
        return sign.exists()

    script = f"trap '' TERM; touch {sign}; while :; do sleep 1; done"
    child = SubprocessChild("worker", shell(tmp_path, script), is_deaf)
    await child.start()
    await child.stop()
    assert await child.ended() == "signal SIGKILL"


async def test_stopping_what_never_started_is_harmless(tmp_path: Path) -> None:
    child = SubprocessChild("worker", shell(tmp_path, "exit 0"))
    await child.stop()
    assert await child.ended() == "no start at all"


async def test_ctrl_c_in_the_terminal_reaches_the_parent_alone(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    with parent_of(log) as parent:
        child_pid = int(parent.stdout.readline() if parent.stdout else "0")
        os.killpg(parent.pid, signal.SIGINT)
        said, _ = parent.communicate(timeout=30)
    assert parent.returncode == 0
    assert said.splitlines()[-1] == "Stopped as asked."
    assert log.read_text() == "TERM\n"
    assert command_of(child_pid) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_a_child_ends_with_a_killed_parent(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    with parent_of(log) as parent:
        child_pid = int(parent.stdout.readline() if parent.stdout else "0")
        parent.kill()
    assert await becomes_true(lambda: command_of(child_pid) == [], 10)
    assert log.read_text() == "TERM\n"


def parent_of(log: Path) -> subprocess.Popen[str]:
    """Start a parent in a process group of its own, as a terminal would."""
    command = [sys.executable, "-c", PARENT, str(log)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=TREE, start_new_session=True
    )


PARENT = """
import asyncio, os, sys
from pathlib import Path
from runtime.embedded.process import Launch
from runtime.supervisor import SubprocessChild, Supervisor

SCRIPT = '''
trap 'echo INT' INT
trap 'echo TERM; exit 0' TERM
touch "$0.ready"
while :; do sleep 0.05; done
'''

async def main():
    log = Path(sys.argv[1])
    supervisor = Supervisor(say=lambda line: None)

    async def is_ready():
        return Path(f"{log}.ready").exists()

    async def bring_up():
        launch = Launch(["/bin/sh", "-c", SCRIPT, str(log)], log, dict(os.environ))
        child = SubprocessChild("child", launch, is_ready)
        await supervisor.start(child)
        print(child.pid, flush=True)

    ending = await supervisor.run(bring_up)
    print(ending)
    return ending.exit_code

sys.exit(asyncio.run(main()))
"""
