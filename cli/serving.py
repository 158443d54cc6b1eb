"""redress up and worker: servers and worker, kept running until told to stop."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from temporalio.envconfig import ClientConnectConfig

from cli.options import DataDir, Output
from cli.program import carry_out
from cli.terminal import Format, say, show, show_json
from runtime.config import load_config
from runtime.embedded.directory import Hold
from runtime.embedded.postgres import BinDirPostgres
from runtime.embedded.temporal_server import NAMESPACE, DevServerOptions, TemporalDevServer
from runtime.kek import ensure_kek, load_kek
from runtime.queues import QUEUES
from runtime.run_file import announce
from runtime.settings import Settings, load_settings, temporal_from_environment
from runtime.supervisor import Supervisor
from runtime.temporal import connect, register_search_attributes
from schemas.attributes import SEARCH_ATTRIBUTES
from starter.serving import worker_child
from starter.signing import ensure_key
from store.door_keys import DoorKeys
from store.health import expect_kek, keys_in_use
from store.migrate import migrate
from store.pool import open_pool

PASSABLE = 0o711
"""Others may pass through the data directory, as PostgreSQL's account must, and read nothing."""

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Prefer this port for Temporal")]
UiPort = Annotated[int | None, typer.Option(min=1, max=65535, help="The same for its UI")]
PostgresPort = Annotated[int | None, typer.Option(min=1, max=65535, help="The same for PostgreSQL")]
Queues = Annotated[
    str | None, typer.Option(metavar="NAMES", help=f"Serve only some of: {', '.join(QUEUES)}")
]
TimeSkipping = Annotated[bool, typer.Option("--time-skipping", hidden=True)]


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    port: int | None
    ui_port: int | None
    postgres_port: int | None
    time_skipping: bool
    output: Format | None


@dataclass(frozen=True)
class Servers:
    """What runs here or was there already."""

    database_url: str = field(repr=False)
    temporal: ClientConnectConfig = field(repr=False)
    ui_address: str | None


def up(
    *,
    port: Port = None,
    ui_port: UiPort = None,
    postgres_port: PostgresPort = None,
    time_skipping: TimeSkipping = False,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Start servers and a worker, and keep them running until Ctrl-C.

    The servers are PostgreSQL and Temporal. Data stay in the data directory: the next start goes on
    with every open case. A server that REDRESS_DATABASE_URL or TEMPORAL_ADDRESS names is used, and
    not started.

    Example: redress up --data-dir /var/lib/redress
    """
    request = Request(port, ui_port, postgres_port, time_skipping, output)
    carry_out(_up(data_dir, request))


def worker(*, queues: Queues = None, data_dir: DataDir = None) -> None:
    """Run a worker on servers that run already.

    They are those of the environment, else those of the data directory. Without --queues it serves
    them all; a department may run a worker of its own.

    Example: REDRESS_DATABASE_URL=postgresql://… TEMPORAL_ADDRESS=temporal:7233 redress worker

    Example: redress worker --queues warehouse,legal
    """
    given = {} if data_dir is None else {"REDRESS_DATA_DIR": str(data_dir)}
    # The worker takes the place of this process, so that signals and exit code are its own.
    command = [sys.executable, "-m", "worker"]
    if queues is not None:
        command.append(f"--queues={queues}")
    os.execve(command[0], command, {**os.environ, **given})  # noqa: S606 - Made by us alone.


async def _up(data_dir: Path | None, request: Request) -> int:
    given = load_settings(data_dir=data_dir)
    directory = given.data_dir.expanduser().resolve()
    settings = given.model_copy(update={"data_dir": directory})
    load_config(settings.config_dir)
    directory.mkdir(mode=PASSABLE, parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.callback(Hold(directory).release)
        supervisor = Supervisor(say)

        async def bring_up() -> None:
            servers = await _start(supervisor, settings, request)
            stack.enter_context(
                announce(
                    directory,
                    servers.database_url,
                    servers.temporal,
                    ui_address=servers.ui_address,
                    started_at=datetime.now(UTC),
                )
            )
            show_places(servers, directory, request.output)

        ending = await supervisor.run(bring_up)
    say(str(ending))
    return ending.exit_code


async def _start(supervisor: Supervisor, settings: Settings, request: Request) -> Servers:
    """Start what is missing, prepare it, and put the worker to work."""
    database_url = await _database(supervisor, settings, request)
    applied = await migrate(database_url)
    if applied:
        say(f"Applied {len(applied)} migrations")
    await _expect_keys(settings, database_url)
    temporal, server = temporal_from_environment(), None
    if temporal is None:
        server = await _start_temporal(supervisor, settings, request)
        temporal = ClientConnectConfig(target_host=server.address, namespace=NAMESPACE)
    client = await connect(temporal, identity=settings.identity)
    await register_search_attributes(client)
    environment = worker_environment(os.environ, database_url, server.address if server else None)
    await supervisor.start(worker_child(settings.data_dir, client, environment))
    return Servers(database_url, temporal, server.ui_address if server else None)


async def _database(supervisor: Supervisor, settings: Settings, request: Request) -> str:
    """Return the address of the database that is given, else of one started here."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return await supervisor.start(
        BinDirPostgres(settings.data_dir / "postgres", port=request.postgres_port)
    )


async def _expect_keys(settings: Settings, database_url: str) -> None:
    """Make keys for a new database only; an old one needs those it has."""
    pool = await open_pool(database_url)
    try:
        kek = load_kek(settings) if await keys_in_use(pool) else ensure_kek(settings)
        await expect_kek(pool, kek.id)
        await ensure_key(settings, DoorKeys(pool))
    finally:
        await pool.close()


async def _start_temporal(
    supervisor: Supervisor, settings: Settings, request: Request
) -> TemporalDevServer:
    options = DevServerOptions(
        search_attributes=SEARCH_ATTRIBUTES,
        has_time_skipping=request.time_skipping,
        port=request.port,
        ui_port=request.ui_port,
    )
    server = TemporalDevServer(settings.data_dir / "temporal", options)
    await supervisor.start(server)
    return server


def worker_environment(
    own: Mapping[str, str], database_url: str, embedded: str | None
) -> dict[str, str]:
    """Return what the worker is to know: our settings, and where its servers are.

    What the environment says of Temporal concerns a server of somebody else's, and not ours.
    """
    prefixes = ("REDRESS_", "HOME") if embedded else ("REDRESS_", "HOME", "TEMPORAL_")
    kept = {name: value for name, value in own.items() if name.startswith(prefixes)}
    kept.pop("REDRESS_DATA_DIR", None)
    if embedded is not None:
        kept |= {"TEMPORAL_ADDRESS": embedded, "TEMPORAL_CONFIG_FILE": os.devnull}
    return {**kept, "REDRESS_DATABASE_URL": database_url}


def show_places(servers: Servers, directory: Path, output: Format | None) -> None:
    database = urlsplit(servers.database_url)
    places = {
        "temporal_ui": servers.ui_address,
        "temporal": servers.temporal["target_host"],
        "namespace": servers.temporal.get("namespace", NAMESPACE),
        "postgresql": f"{database.hostname}:{database.port or 5432}{database.path}",
        "data_dir": str(directory),
        "worker_log": str(directory / "worker.log"),
    }
    if output is Format.JSON:
        show_json(places)
        return
    show("Redress is running. Ctrl-C stops it; the data stay.")
    for name, place in places.items():
        if place:
            show(f"  {name.replace('_', ' '):<12} {place}")
    show("", "Try this in another terminal:", f"  {first_thing_to_try(directory)}")


def first_thing_to_try(directory: Path) -> str:
    """Return a command that works as it stands, from here."""
    program = "redress" if shutil.which("redress") else sys.argv[0]
    is_usual = directory == Path(Settings.model_fields["data_dir"].default).resolve()
    place = "" if is_usual else f" --data-dir {shlex.quote(str(directory))}"
    return f'{program}{place} open --channel phone --content "The charger is missing"'
