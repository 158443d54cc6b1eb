"""redress statistics: how much of the time of cases each department and party had."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from cli.case_page import length
from cli.door import Door, open_door
from cli.options import DataDir, Output
from cli.period import From, Period, To, aware
from cli.program import carry_out
from cli.terminal import Format, say, show, show_json, table
from domain.timesheet import Share, times, timesheet
from schemas.views import CaseView
from store.read_model import EVERY_CASE

PAGE = 1000
"""So many cases are read at once."""

HEADINGS = ("who", "cases", "altogether", "on average", "longest")

app = typer.Typer(name="statistics", no_args_is_help=True, help="Figures over many cases.")


@app.callback()
def statistics() -> None:
    """Figures over many cases, each traceable to these cases."""


@app.command()
def departments(
    since: From = None, until: To = None, data_dir: DataDir = None, output: Output = None
) -> None:
    """Show how long cases waited for each department, and for everybody else.

    Sums of the segments of ownership ledgers, as `redress show` has them case by case; of open
    cases up to now. A wait for several departments counts for the one that ended last.

    Example: redress statistics departments --from 2026-03-01 --to 2026-04-01
    """
    carry_out(_departments(Period(since, until), data_dir, output))


async def _departments(period: Period, data_dir: Path | None, output: Format | None) -> None:
    now = datetime.now(UTC)
    async with open_door(data_dir) as door:
        cases = [times(v, now) async for v in _views(door) if period.includes(v.received_at)]
    shares = timesheet(cases)
    if output is Format.JSON:
        show_json(_document(period, len(cases), shares))
    else:
        show(table(HEADINGS, map(_row, shares), f"Time of {len(cases)} cases"))
    if not shares:
        say("No case was received in that time.")


async def _views(door: Door) -> AsyncIterator[CaseView]:
    """Yield every case as the read model has it."""
    after, found = 0, PAGE
    while found == PAGE:
        views = await door.client.cases(EVERY_CASE, limit=PAGE, after=after)
        for view in views:
            yield view
            after = view.number
        found = len(views)


def _row(share: Share) -> tuple[str, ...]:
    spans = (share.total, share.mean, share.longest)
    who = share.department or share.party
    return str(who), str(share.cases), *map(length, spans)


def _document(period: Period, cases: int, shares: tuple[Share, ...]) -> dict[str, Any]:
    bounds = {"from": period.since, "to": period.until}
    told = {name: aware(at).isoformat() if at else None for name, at in bounds.items()}
    owners = [share.model_dump(mode="json") for share in shares]
    return {**told, "cases": cases, "owners": owners}
