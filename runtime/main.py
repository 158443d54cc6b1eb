"""How a process runs: signals ask it to stop, errors become words and an exit code."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from enum import IntEnum
from types import MappingProxyType

from runtime.fault import code_of, message_of, trace_of
from runtime.logs import configure_logs, log_loop_errors
from runtime.settings import load_settings

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
SETTLING_SECONDS = 0.1

Main = Callable[[asyncio.Event], Coroutine[object, object, int | None]]


class Exit(IntEnum):
    """What the exit code of a process says."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_READY = 3
    NOT_FOUND = 4
    CONFLICT = 5
    INTERRUPTED = 130


CODES: Mapping[Exit, frozenset[str]] = MappingProxyType(
    {
        Exit.USAGE: frozenset(
            """
            settings_invalid queue_unknown secret_unusable input_rejected forbidden_phrase
            days_estimated country_unknown
            """.split()
        ),
        Exit.NOT_READY: frozenset(
            """
            nothing_running setup_mixed temporal_unavailable search_attributes_unusable
            search_attributes_missing
            kek_missing kek_file_unusable kek_exposed kek_invalid kek_differs kek_malformed
            signing_key_missing signing_key_unusable door_key_foreign
            temporarily_unavailable schema_missing commits_not_durable policy_unknown
            migration_missing migration_changed migration_unknown migration_failed
            postgres_binaries_missing temporal_binary_missing server_account_missing
            data_directory_unreadable data_directory_in_use not_a_cluster
            cluster_of_another_version cluster_password_missing cluster_not_made
            postgres_did_not_start temporal_did_not_start child_did_not_start
            department_unavailable outcome_unknown not_started
            """.split()
        ),
        Exit.NOT_FOUND: frozenset(
            """
            complaint_unknown linked_complaint_unknown key_unknown key_destroyed door_key_unknown
            clock_unknown calendar_unknown calendar_year_unknown rule_unknown
            """.split()
        ),
        Exit.CONFLICT: frozenset(
            """
            source_conflict complaint_id_taken journal_fork paid_conflict command_id_reused
            stale_version door_key_last cases_stranded
            """.split()
        ),
    }
)
"""The one table of which error ends a process how; an error not listed is a failure."""


def run(main: Main) -> int:
    """Run a program to its end, with its logs set up, and return its exit code.

    The event given to it is set by SIGINT or SIGTERM; a second such signal cancels it.
    """
    try:
        settings = load_settings()
        configure_logs(settings.log_level, settings.log_format)
        return asyncio.run(_run(main))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - The edge of the process: nobody else is left.
        print(f"redress: {explain(error)}", file=sys.stderr)  # noqa: T201 - For the person.
        return exit_code(error)


def exit_code(error: BaseException) -> int:
    """Return the code with which this error ends a process."""
    code = code_of(error)
    return next((ending for ending, codes in CODES.items() if code in codes), Exit.FAILED)


def explain(error: BaseException) -> str:
    """Say what happened, why and how to mend it; of a bug, where it is."""
    if code_of(error) is not None:
        return message_of(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    report = "This is a fault of Redress or of its surroundings; please report the lines above."
    return f"{trace_of(error)}\n\n{report}"


async def _run(main: Main) -> int:
    log_loop_errors(asyncio.get_running_loop())
    stop = asyncio.Event()
    task = asyncio.ensure_future(main(stop))
    _take_signals(stop, task)
    try:
        return await task or Exit.OK
    finally:
        # Threads of Temporal's core that finish a request while the interpreter ends abort the
        # process in one of five cases (sdk-python issue 300); they are done after this moment.
        await asyncio.sleep(SETTLING_SECONDS)


def _take_signals(stop: asyncio.Event, task: asyncio.Future[int | None]) -> None:
    """Let signals stop the task until the loop is closed."""

    def ask() -> None:
        if stop.is_set():
            task.cancel()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, ask)
