"""redress import: complaints from a CSV file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.door import open_door
from cli.options import DataDir, Output
from cli.progress import duration, telling
from cli.terminal import Format, say, show, show_json
from runtime.duration import parse_duration
from runtime.law_file import load_law
from runtime.logs import configure_logs
from runtime.main import Exit, run
from runtime.settings import load_settings
from starter.importing import DryRun, ImportJob, Opens, Tally, import_file
from starter.mapping import load_mapping
from starter.outage import Patience

MappingFile = Annotated[
    Path,
    typer.Option(metavar="MAP.toml", help="Which columns make which fields; see examples/mappings"),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only so many rows from the top")]
AsReceived = Annotated[
    bool,
    typer.Option("--as-received", help="Start the clocks of a row at its own time, not at import"),
]
DryRunOnly = Annotated[
    bool, typer.Option("--dry-run", help="Only read and check the rows; needs no servers")
]
PatienceOption = Annotated[
    str, typer.Option(metavar="TIME", help="How long to wait while PostgreSQL is away")
]


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    file: Path
    mapping: Path
    limit: int | None
    as_received: bool
    dry_run: bool
    patience: timedelta
    data_dir: Path | None
    output: Format | None


def import_complaints(
    *,
    file: Annotated[Path, typer.Argument(help="The CSV file")],
    mapping: MappingFile,
    limit: Limit = None,
    as_received: AsReceived = False,
    dry_run: DryRunOnly = False,
    patience: PatienceOption = "5m",
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Open one complaint for each row of a CSV file.

    A row is known by its source key, so an import may be stopped with Ctrl-C and repeated: what is
    there already is only counted. While Temporal is away rows are accepted, and started later. Rows
    that cannot be taken are listed with the reason in FILE.rejected.csv, which each run writes
    anew; mend them there and import that file.

    Example: redress import examples/shop.csv --mapping examples/mappings/shop.toml
    """
    try:
        wait = parse_duration(patience)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    request = Request(file, mapping, limit, as_received, dry_run, wait, data_dir, output)
    raise typer.Exit(run(lambda stop: _import(request, stop)))


async def _import(request: Request, stop: asyncio.Event) -> int:
    # A warning for every row that waits for Temporal would bury the progress.
    configure_logs("error")
    job = ImportJob(request.file, load_mapping(request.mapping), request.limit, request.as_received)
    tally, started = Tally(), time.monotonic()
    try:
        async with _door(request) as door, telling(tally) as tell:
            patience = Patience(request.patience, tell, stop)
            await import_file(job, door, tally, patience, stop)
    finally:
        _summarize(request, job, tally, time.monotonic() - started)
    return Exit.OK if tally.is_finished else Exit.INTERRUPTED


@asynccontextmanager
async def _door(request: Request) -> AsyncIterator[Opens]:
    if request.dry_run:
        settings = load_settings(data_dir=request.data_dir)
        yield DryRun(load_law(settings.config_dir))
        return
    async with open_door(request.data_dir) as door:
        yield door.client


def _summarize(request: Request, job: ImportJob, tally: Tally, seconds: float) -> None:
    """Tell what came of it, also when it was cut short."""
    rate = tally.done / max(seconds, 0.001)
    if request.output is Format.JSON:
        show_json(
            {
                "file": str(job.file),
                "rows": tally.done,
                "new": tally.new,
                "known": tally.known,
                "rejected": tally.rejected,
                "rejected_file": str(job.rejected_file) if tally.rejected else None,
                "seconds": round(seconds, 3),
                "rows_per_second": round(rate, 1),
                "finished": tally.is_finished,
                "dry_run": request.dry_run,
            }
        )
    elif tally.done or tally.is_finished:
        counts = f"{tally.new:,} new, {tally.known:,} known, {tally.rejected:,} rejected"
        taken = f"{duration(seconds)}, {rate:,.0f} a second"
        show(f"{tally.done:,} rows{' (dry run)' * request.dry_run}: {counts}; {taken}.")
    if tally.rejected:
        say(f"The rejected rows and the reasons are in {job.rejected_file}.")
    if not tally.is_finished and tally.done:
        say("It did not get to the end; the same command goes on where it stopped.")
