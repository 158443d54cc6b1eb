"""The running set-up: what `redress up` tells the other commands, in DATA_DIR/run.json.

The file holds the password of the database, so only its owner may read it. It counts only while
the process that wrote it lives: a crash leaves the file behind, and its number may be recycled.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, TypeAdapter, ValidationError
from temporalio.envconfig import ClientConnectConfig

from runtime.embedded.remnants import command_of
from runtime.errors import NothingRunning, SetupMixed
from runtime.private_file import write_private
from runtime.settings import Settings, temporal_from_environment

RUN_FILE = "run.json"
DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True)
class RunFile:
    """A set-up as written by the process `pid`, which was started with `command`."""

    database_url: str = field(repr=False)
    temporal_address: str
    namespace: str
    ui_address: str | None
    pid: int
    command: tuple[str, ...]
    started_at: AwareDatetime

    @property
    def is_live(self) -> bool:
        """Tell whether its writer still runs, and not another process under its number."""
        return bool(self.command) and tuple(command_of(self.pid)) == self.command


FORM = TypeAdapter(RunFile)


@dataclass(frozen=True)
class Setup:
    """The servers to use; neither password nor API key shows in its repr."""

    database_url: str = field(repr=False)
    temporal: ClientConnectConfig = field(repr=False)
    ui_address: str | None = None
    pid: int | None = None


@contextmanager
def announce(
    data_dir: Path,
    database_url: str,
    temporal: ClientConnectConfig,
    *,
    started_at: datetime,
    ui_address: str | None = None,
) -> Iterator[RunFile]:
    """Tell other processes about these servers until the block ends."""
    run = RunFile(
        database_url=database_url,
        temporal_address=temporal["target_host"],
        namespace=temporal.get("namespace", DEFAULT_NAMESPACE),
        ui_address=ui_address,
        pid=os.getpid(),
        command=tuple(command_of(os.getpid())),
        started_at=started_at,
    )
    file = data_dir / RUN_FILE
    write_private(file, FORM.dump_json(run, indent=2))
    try:
        yield run
    finally:
        if read_run_file(data_dir) == run:
            file.unlink(missing_ok=True)


def read_run_file(data_dir: Path) -> RunFile | None:
    """Return what the file says, whether or not its writer lives; None if there is no such file."""
    try:
        return FORM.validate_json((data_dir / RUN_FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def find_setup(settings: Settings) -> Setup:
    """Return the servers that the environment names, else those of a live `redress up`.

    Raises NothingRunning, or SetupMixed where the two contradict each other.
    """
    database = settings.database_url.get_secret_value() if settings.database_url else None
    temporal = temporal_from_environment()
    if database is not None and temporal is not None:
        return Setup(database, temporal)
    run = _live_run(settings.data_dir)
    if database is not None and database != run.database_url:
        raise SetupMixed(data_dir=settings.data_dir, what="database")
    if temporal is not None and _place(temporal) != (run.temporal_address, run.namespace):
        raise SetupMixed(data_dir=settings.data_dir, what="Temporal server")
    return Setup(run.database_url, temporal or _connection(run), run.ui_address, run.pid)


def _live_run(data_dir: Path) -> RunFile:
    run = read_run_file(data_dir)
    if run is None:
        there = (data_dir / RUN_FILE).exists()
        reason = f"its {RUN_FILE} cannot be read" if there else f"it has no {RUN_FILE}"
        raise NothingRunning(data_dir=data_dir, reason=reason)
    if not run.is_live:
        reason = f"process {run.pid}, which started it, has ended"
        raise NothingRunning(data_dir=data_dir, reason=reason)
    return run


def _place(temporal: ClientConnectConfig) -> tuple[str | None, str]:
    return temporal.get("target_host"), temporal.get("namespace", DEFAULT_NAMESPACE)


def _connection(run: RunFile) -> ClientConnectConfig:
    return ClientConnectConfig(target_host=run.temporal_address, namespace=run.namespace)
