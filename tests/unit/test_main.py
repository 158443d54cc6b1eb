"""A process ends with an exit code that says why, and with words that say how to mend it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from collections.abc import Iterator

import pytest
import structlog

import cli.clocks
import cli.keys
import cli.looking
import domain.errors
import gateways.errors
import runtime.embedded.errors
import runtime.supervisor
import starter.errors
import starter.hygiene
import store.errors
import worker
from gateways.errors import SecretUnusable
from runtime.embedded.errors import EmbeddedServerError
from runtime.errors import ConfigError, ConfigMissing, NothingRunning, WiringError
from runtime.main import CODES, Exit, exit_code, explain, run
from schemas.refusals import RefusalCode

PERSONAL = "Mei Lin, 138-0013-8000"
# Known to the doors, which are built on top of this.


@pytest.fixture(autouse=True)
def _process_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in os.environ:
        if name.startswith("REDRESS_"):
            monkeypatch.delenv(name)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


class Odd(Exception):
    """An error of ours that the table does not know."""

    code = "odd"


def raising(error: BaseException) -> int:
    async def main(_: asyncio.Event) -> None:
        raise error

    return run(main)


def leaves(error: type[Exception]) -> set[type[Exception]]:
    below = error.__subclasses__()
    return set().union(*map(leaves, below)) if below else {error}


def test_a_program_that_ends_well_ends_with_zero() -> None:
    async def main(stop: asyncio.Event) -> None:
        assert not stop.is_set()

    assert run(main) == 0


def test_a_program_may_choose_its_code() -> None:
    async def main(_: asyncio.Event) -> int:
        return Exit.NOT_FOUND

    assert run(main) == 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_the_program_to_stop(number: signal.Signals) -> None:
    async def main(stop: asyncio.Event) -> int:
        os.kill(os.getpid(), number)
        await stop.wait()
        return 7

    assert run(main) == 7


def test_a_second_signal_does_not_wait() -> None:
    async def main(stop: asyncio.Event) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await stop.wait()
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.get_running_loop().create_future()

    assert run(main) == Exit.INTERRUPTED


def test_signals_mean_what_they_did_before() -> None:
    before = signal.getsignal(signal.SIGINT)

    async def main(_: asyncio.Event) -> None:
        assert signal.getsignal(signal.SIGINT) is not before

    run(main)
    assert signal.getsignal(signal.SIGINT) is before


def test_what_was_under_way_has_a_moment_to_settle() -> None:
    settled: list[bool] = []

    async def main(_: asyncio.Event) -> None:
        asyncio.get_running_loop().call_later(0.02, settled.append, True)

    run(main)
    assert settled == [True]


def test_logs_are_set_up_for_the_program_and_for_its_loop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDRESS_LOG_FORMAT", "json")

    async def main(_: asyncio.Event) -> None:
        error = ValueError(PERSONAL)
        context = {"message": "lost", "exception": error, "future": f"<Future {error!r}>"}
        asyncio.get_running_loop().call_exception_handler(context)

    run(main)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["exception"]) == ("lost", "ValueError")


def test_an_error_is_told_with_its_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: os.PathLike[str]
) -> None:
    code = raising(NothingRunning(data_dir=tmp_path, reason="it is empty"))  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert code == Exit.NOT_READY
    assert said.out == ""
    assert said.err.startswith("redress: No running set-up was found")
    assert "redress up" in said.err


def test_a_bug_is_told_by_its_place_and_quotes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert raising(ValueError(PERSONAL)) == Exit.FAILED
    said = capsys.readouterr().err
    assert "test_main raising" in said
    assert PERSONAL not in said


def test_wrong_settings_are_a_mistake_of_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDRESS_LOG_LEVEL", "loud")

    async def main(_: asyncio.Event) -> None:
        pytest.fail("The program must not begin.")

    assert run(main) == Exit.USAGE
    assert "REDRESS_LOG_LEVEL" in capsys.readouterr().err


def test_an_error_of_the_system_is_told_in_its_words() -> None:
    assert explain(PermissionError(13, "Permission denied", ".redress")) == (
        "Permission denied: .redress"
    )
    assert explain(OSError(28, "No space left on device")) == "No space left on device"


def test_an_error_that_the_table_does_not_know_is_a_failure() -> None:
    assert exit_code(Odd()) == Exit.FAILED


def test_every_error_of_set_up_is_in_the_table() -> None:
    listed = frozenset().union(*CODES.values())
    for error in leaves(WiringError) | leaves(EmbeddedServerError):
        if error.__module__.startswith("runtime.") and not issubclass(error, ConfigError):
            assert getattr(error, "code", None) in listed, error


def test_a_wrong_data_file_is_a_failure() -> None:
    assert exit_code(ConfigMissing(file=None)) == Exit.FAILED  # type: ignore[arg-type]


def test_the_table_lists_only_codes_that_exist() -> None:
    own = (runtime.errors, runtime.embedded.errors, runtime.supervisor)
    doors = (starter.errors, starter.hygiene, cli.clocks, cli.keys, cli.looking)
    modules = (*own, *doors, domain.errors, gateways.errors, store.errors, worker)
    existing = {
        code
        for module in modules
        for each in vars(module).values()
        if isinstance(code := getattr(each, "code", None), str)
    }
    existing |= {code.value for code in RefusalCode}
    assert frozenset().union(*CODES.values()) <= existing


def test_no_code_ends_in_two_ways() -> None:
    codes = [code for listed in CODES.values() for code in listed]
    assert len(codes) == len(set(codes))
    assert exit_code(SecretUnusable()) == Exit.USAGE
