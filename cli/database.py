"""redress db: the schema of the database, and what Temporal must know beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from temporalio.envconfig import ClientConnectConfig

from cli.options import DataDir, Output
from cli.program import carry_out
from cli.terminal import Format, say, show, show_json, table
from runtime.errors import NothingRunning
from runtime.main import Exit
from runtime.run_file import find_setup
from runtime.settings import Settings, load_settings
from runtime.temporal import connect, register_search_attributes
from starter.signing import ensure_first_key
from store import migrate as migrations

app = typer.Typer(name="db", no_args_is_help=True, help="Prepare and inspect the database.")


@dataclass(frozen=True)
class Places:
    """The servers to prepare; a database alone can be prepared too."""

    database_url: str = field(repr=False)
    temporal: ClientConnectConfig | None = field(repr=False)


@app.command()
def migrate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done")] = False,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Bring the database and Temporal's search attributes up to date.

    Harmless to repeat.

    Example: redress db migrate
    """
    carry_out(_migrate(data_dir, output, dry_run=dry_run))


@app.command()
def status(data_dir: DataDir = None, output: Output = None) -> None:
    """List the migrations; the exit code is 3 while one is pending.

    Example: redress db status
    """
    carry_out(_status(data_dir, output))


def find_places(settings: Settings) -> Places:
    """Return the servers, or the database alone if the environment names no Temporal.

    Raises NothingRunning or SetupMixed.
    """
    try:
        setup = find_setup(settings)
    except NothingRunning:
        if settings.database_url is None:
            raise
        return Places(settings.database_url.get_secret_value(), None)
    return Places(setup.database_url, setup.temporal)


async def _migrate(data_dir: Path | None, output: Format | None, *, dry_run: bool) -> None:
    settings = load_settings(data_dir=data_dir)
    places = find_places(settings)
    applied = await migrations.migrate(places.database_url, dry_run=dry_run)
    registered = [] if dry_run else await _register(places)
    if not dry_run:
        await _register_key(settings, places)
    if output is Format.JSON:
        show_json({"applied": applied, "registered": registered, "dry_run": dry_run})
        return
    for name in applied:
        show(f"{'would apply' if dry_run else 'applied'} {name}")
    if not applied:
        show("The database is up to date.")
    if registered:
        show(f"Registered with Temporal: {', '.join(registered)}")


async def _register(places: Places) -> list[str]:
    if places.temporal is None:
        say("TEMPORAL_ADDRESS is not set, so no search attributes were registered.")
        return []
    return await register_search_attributes(await connect(places.temporal))


async def _register_key(settings: Settings, places: Places) -> None:
    """Register the first door key if it is given; one made here might be lost with this process."""
    if settings.signing_key is not None:
        await ensure_first_key(settings, places.database_url)


async def _status(data_dir: Path | None, output: Format | None) -> int:
    places = find_places(load_settings(data_dir=data_dir))
    states = await migrations.status(places.database_url)
    pending = [state for state in states if state.applied_at is None]
    if output is Format.JSON:
        show_json(
            [
                {
                    "number": state.number,
                    "name": state.name,
                    "applied_at": state.applied_at.isoformat() if state.applied_at else None,
                }
                for state in states
            ]
        )
    else:
        rows = [
            (
                state.name,
                f"{state.applied_at:%Y-%m-%d %H:%M:%S}Z" if state.applied_at else "pending",
            )
            for state in states
        ]
        show(table(("migration", "applied"), rows))
    if pending:
        say(f"{len(pending)} pending; run `redress db migrate`.")
    return Exit.NOT_READY if pending else Exit.OK
