"""Every line of a process has one form, whoever writes it, and quotes no exception."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from temporalio import activity, workflow
from temporalio.testing import ActivityEnvironment

from runtime.logs import configure_logs, log_loop_errors
from runtime.settings import LogFormat

PERSONAL = "Mei Lin, 138-0013-8000"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    workflow.logger.workflow_info_on_message = True
    activity.logger.activity_info_on_message = True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "redress.log"
    configure_logs("info", "json", file)
    return file


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def fail() -> None:
    raise ValueError(PERSONAL)


def test_ours_and_those_of_libraries_look_alike(file: Path) -> None:
    structlog.get_logger("ours").info("投诉 received", number=17)
    logging.getLogger("library").warning("pool of %s is full", 10)
    ours, theirs = lines(file)
    assert (ours["event"], ours["number"], ours["level"]) == ("投诉 received", 17, "info")
    assert (theirs["event"], theirs["level"]) == ("pool of 10 is full", "warning")
    assert (ours["logger"], theirs["logger"]) == ("ours", "library")
    assert all(line["timestamp"].endswith("Z") for line in (ours, theirs))


def test_an_exception_is_told_without_its_text(file: Path) -> None:
    try:
        fail()
    except ValueError as error:
        structlog.get_logger("ours").exception("one")
        logging.getLogger("library").exception("two")
        structlog.get_logger("ours").error("three", exc_info=error)
        logging.getLogger("library").warning("four", exc_info=error)
    assert PERSONAL not in file.read_text("utf-8")
    for line in lines(file):
        first, *places = line["exception"].splitlines()
        assert first == "ValueError"
        assert any("test_logs fail, line" in place for place in places)


def test_an_exception_within_a_message_is_replaced(file: Path) -> None:
    try:
        fail()
    except ValueError as error:
        logging.getLogger("library").warning(f"gave up: {error}")  # noqa: G004 - As libraries do.
    assert lines(file)[0]["event"] == "gave up: ValueError"


def test_a_line_without_an_exception_says_so_by_silence(file: Path) -> None:
    logging.getLogger("library").error("no exception", exc_info=True)  # noqa: LOG014 - Seen in libraries.
    logging.getLogger("library").error("a stack", stack_info=True)
    for line in lines(file):
        assert {"exception", "stack_info", "exc_info"}.isdisjoint(line)


def test_a_lost_exception_of_the_event_loop_is_not_quoted(file: Path) -> None:
    async def lose() -> None:
        loop = asyncio.get_running_loop()
        log_loop_errors(loop)
        error = ValueError(PERSONAL)
        context = {"message": "Task exception was never retrieved", "exception": error}
        loop.call_exception_handler({**context, "future": f"<Task {error!r}>"})

    asyncio.run(lose())
    (line,) = lines(file)
    assert line["event"] == "Task exception was never retrieved"
    assert line["exception"] == "ValueError"
    assert PERSONAL not in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("style", "stream", "is_json"),
    [
        ("auto", io.StringIO, True),
        ("auto", Terminal, False),
        ("json", Terminal, True),
        ("console", io.StringIO, False),
    ],
)
def test_people_at_a_terminal_get_columns_and_machines_get_json(
    monkeypatch: pytest.MonkeyPatch, style: LogFormat, stream: type[io.StringIO], is_json: bool
) -> None:
    stderr = stream()
    monkeypatch.setattr("sys.stderr", stderr)
    configure_logs("info", style)
    structlog.get_logger("ours").info("received", number=17)
    text = stderr.getvalue()
    assert text.startswith("{") is is_json
    assert "received" in text
    assert ("\x1b[" in text) is (stream is Terminal and not is_json)


def test_an_exception_is_not_quoted_at_a_terminal_either(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    configure_logs()
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception("failed")
    assert PERSONAL not in terminal.getvalue()
    assert "ValueError" in terminal.getvalue()


def test_the_level_holds_for_everybody(tmp_path: Path) -> None:
    file = tmp_path / "redress.log"
    configure_logs("warning", "json", file)
    for name in ("ours", "library"):
        structlog.get_logger(name).info("quiet")
        logging.getLogger(name).info("quiet")
        logging.getLogger(name).warning("loud")
    assert [line["event"] for line in lines(file)] == ["loud", "loud"]


def test_addresses_of_requests_are_not_logged(file: Path) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET http://127.0.0.1/%s", PERSONAL)
    assert lines(file) == []


def test_setting_up_again_replaces_what_was(file: Path, tmp_path: Path) -> None:
    configure_logs("info", "json", tmp_path / "other.log")
    structlog.get_logger("ours").info("received")
    assert lines(file) == []
    assert len(lines(tmp_path / "other.log")) == 1


async def test_a_line_of_an_activity_names_it(file: Path) -> None:
    @activity.defn(name="triage_complaint")
    async def work() -> None:
        structlog.get_logger("ours").info("ours")
        activity.logger.info("theirs")

    await ActivityEnvironment().run(work)
    for line in lines(file):
        assert line["workflow_id"] == "test"
        assert line["activity"] == "unknown"
        assert line["attempt"] == 1
        assert line["event"] in {"ours", "theirs"}


def test_of_a_line_of_the_core_only_harmless_fields_are_kept(file: Path) -> None:
    entry = SimpleNamespace(fields={"run_id": "r-1", "failure": PERSONAL})
    logging.getLogger("temporalio.core").warning("Failing task", extra={"temporal_log": entry})
    (line,) = lines(file)
    assert line["run_id"] == "r-1"
    assert PERSONAL not in file.read_text("utf-8")
