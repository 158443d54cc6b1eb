"""Logs of a process: ours and those of libraries in one form, once, and without personal data.

JSON for machines, columns for people at a terminal. Exceptions are told by runtime.fault, because
their texts may quote what a customer wrote.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from runtime.fault import trace_of, without_texts
from runtime.settings import LogFormat, LogLevel

CORE = "temporalio.core"
# These write a line for every request, address included.
TALKATIVE = ("httpx", "httpcore", "asyncio")
# What the core says beside its message; other fields may hold failures with their texts.
CORE_FIELDS = ("namespace", "task_queue", "workflow_id", "run_id", "workflow_type", "attempt")


def configure_logs(
    level: LogLevel = "info", style: LogFormat = "auto", file: Path | None = None
) -> None:
    """Send all logs of this process to a file or else to stderr, in place of earlier set-ups."""
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.addFilter(_is_first_time)
    handler.setFormatter(_formatter(style, is_terminal=file is None and sys.stderr.isatty()))
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(handlers=[handler], level=number, force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    # What Temporal would append to each message arrives as fields of its own.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False


def core_runtime() -> Runtime:
    """Return a Temporal runtime whose own log lines arrive here; one per process is enough."""
    forwarding = LogForwardingConfig(
        logger=logging.getLogger(CORE),
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    )
    level = TelemetryFilter(core_level="WARN", other_level="ERROR")
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=level, forwarding=forwarding))
    return Runtime(telemetry=telemetry)


def log_loop_errors(loop: asyncio.AbstractEventLoop) -> None:
    """Let the event loop report lost exceptions without their texts, which it would quote."""
    loop.set_exception_handler(_log_loop_error)


def with_temporal_context(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Add which case a line is about, where it is written within a workflow or activity."""
    if workflow.in_workflow():
        event.setdefault("workflow_id", workflow.info().workflow_id)
        event["workflow_time"] = workflow.now().isoformat()
        if update := workflow.current_update_info():
            event["update"] = update.name
    elif activity.in_activity():
        info = activity.info()
        event.setdefault("workflow_id", info.workflow_id)
        event.update(activity=info.activity_type, attempt=info.attempt)
    return event


def without_values(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Tell an exception by kind, code and place; a stack would show code, which says no more."""
    event.pop("stack_info", None)
    error = _error_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = trace_of(error)
    # Libraries also write the text of the exception in hand into their messages.
    if quoted := error or sys.exception():
        event["event"] = without_texts(str(event["event"]), quoted)
    return event


def with_core_fields(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Add the harmless fields of a line of Temporal's core."""
    entry = getattr(event["_record"], "temporal_log", None)
    fields: Mapping[str, Any] = entry.fields if entry is not None else {}
    event.update({name: fields[name] for name in CORE_FIELDS if name in fields})
    return event


def _is_first_time(_record: logging.LogRecord) -> bool:
    """Tell whether a line is new: a replay runs the code of a workflow again."""
    return not (workflow.in_workflow() and workflow.unsafe.is_replaying_history_events())


def _shared() -> list[Processor]:
    return [
        with_temporal_context,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_values,
    ]


def _formatter(style: LogFormat, *, is_terminal: bool) -> logging.Formatter:
    is_for_people = style == "console" or (style == "auto" and is_terminal)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), with_core_fields],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(colors=is_terminal)
            if is_for_people
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _error_of(given: object) -> BaseException | None:
    """Return the exception behind an `exc_info`, in any of the forms that callers use."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exception() if given else None


def _log_loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    logging.getLogger("asyncio").error("%s", context.get("message"), exc_info=error)
