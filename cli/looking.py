"""redress list, show and inbox: looking at cases, without changing anything."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.case_page import case_page, moment, next_deadline, timeline
from cli.door import Door, open_door
from cli.options import DataDir, Output, person
from cli.present import present
from cli.program import carry_out
from cli.terminal import Format, say, show_json, table
from cli.terminal import show as show_data
from cli.unsealing import NOTHING_OPENED, Texts, document, opened, text_of
from schemas.commands import OpenComplaint
from schemas.errors import RedressError
from schemas.events import Envelope
from schemas.views import CaseView
from schemas.vocabulary import Category, Channel, Department, Outcome, Severity, Stage
from starter.errors import ComplaintUnknown
from store.read_model import CaseFilter
from store.register import Entry
from store.rows import CheckRow

Due = Annotated[
    datetime | None,
    typer.Option(
        metavar="TIME",
        formats=["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"],
        help="Only cases with a deadline before this: 2026-03-01T09:30+08:00",
    ),
]


Completed = Annotated[
    bool | None, typer.Option("--completed/--running", help="Only with or without ended runs")
]
WithSuggestions = Annotated[
    bool | None,
    typer.Option("--suggestions/--no-suggestions", help="Only with or without suggestions"),
]

SECRETS = ("question", "token")
"""What an inbox shows on demand; with the token a department may answer past the doors."""

SIBLINGS = 20
"""As many complaints about one order are named."""


@dataclass(eq=False)
class NotStarted(RedressError):
    """Complaint {number} is accepted, and its case waits to be started by a worker.

    That takes seconds; see `redress doctor` if it takes longer.
    """

    code = "not_started"
    number: int


def list_cases(
    *,
    stage: Annotated[Stage | None, typer.Option(help="Only cases in this stage")] = None,
    category: Annotated[Category | None, typer.Option(help="Only of this category")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only of this severity")] = None,
    owner: Annotated[str | None, typer.Option(help="Only of this owner")] = None,
    store: Annotated[str | None, typer.Option(help="Only of this store")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only by this channel")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only with this outcome")] = None,
    overdue: Annotated[
        bool | None, typer.Option("--overdue/--on-time", help="Only with or without overdue clocks")
    ] = None,
    completed: Completed = None,
    due_before: Due = None,
    order: Annotated[str | None, typer.Option(help="Only about this order")] = None,
    suggestions: WithSuggestions = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many")] = 50,
    after: Annotated[int, typer.Option(min=0, help="Only numbers above this one")] = 0,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """List cases by number, as the read model has them.

    Example: redress list --owner agent-07 --overdue
    """
    where = CaseFilter(
        stage=stage,
        category=category,
        severity=severity,
        owner=owner,
        store=store,
        channel=channel,
        outcome=outcome,
        overdue=overdue,
        completed=completed,
        due_before=due_before,
        order=order,
        suggestions=suggestions,
    )
    carry_out(_list(where, limit, after, data_dir, output))


def show(
    number: Annotated[int, typer.Argument(min=1, help="The number of the complaint")],
    with_timeline: Annotated[
        bool, typer.Option("--timeline", help="Add everything that has happened")
    ] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Open personal data; it is recorded who did")
    ] = False,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Show a case: its clocks, checks, proposals and who it waits for.

    Example: redress show 17 --timeline
    """
    carry_out(_show(number, data_dir, output, with_timeline=with_timeline, reveal=reveal))


def inbox(
    department: Annotated[Department, typer.Argument(help="Whose checks")],
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Open questions and tokens; it is recorded who did")
    ] = False,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """List the checks that a department has to answer.

    The earliest due comes first.

    Example: redress inbox warehouse
    """
    carry_out(_inbox(department, data_dir, output, reveal=reveal))


async def _list(
    where: CaseFilter, limit: int, after: int, data_dir: Path | None, output: Format | None
) -> None:
    async with open_door(data_dir) as door:
        views = await door.client.cases(where, limit=limit, after=after)
    if output is Format.JSON:
        show_json([document(view, NOTHING_OPENED) for view in views])
        return
    headings = ("number", "stage", "category", "severity", "owner", "received", "next deadline")
    show_data(table(headings, map(_row, views)))
    if len(views) == limit:
        say(f"There may be more: add --after {views[-1].number}, or a higher --limit.")


def _row(view: CaseView) -> tuple[str, ...]:
    stage = f"{view.stage}, {view.outcome}" if view.outcome else view.stage
    received, deadline = moment(view.received_at), next_deadline(view)
    number = str(view.number)
    return number, stage, view.category, view.severity, view.owner, received, deadline


async def _show(
    number: int, data_dir: Path | None, output: Format | None, *, with_timeline: bool, reveal: bool
) -> None:
    async with open_door(data_dir) as door:
        entry, view = await _case(door, number)
        happened = await door.client.timeline(number)
        policy = await door.register.policy(entry.policy_version)
        siblings = await _same_order(door, view)
        shown = [entry.opening, view, *(happened if with_timeline else ())]
        texts = NOTHING_OPENED
        if reveal:
            texts = await opened(door.vault, entry.complaint_id, shown, person())
    told = present(happened, policy, datetime.now(UTC))
    if output is Format.JSON:
        kept = happened if with_timeline else []
        more = {**told.model_dump(mode="json"), "same_order": siblings}
        show_json(_document(entry.opening, view, kept, texts) | more)
    else:
        show_data(*case_page(view, entry.opening, texts, siblings, told))
        if with_timeline:
            show_data(timeline(happened))


async def _case(door: Door, number: int) -> tuple[Entry, CaseView]:
    """Return entry and view; raises ComplaintUnknown, or NotStarted while there is no view."""
    entry = await door.register.entry(number)
    if entry is None:
        raise ComplaintUnknown(number)
    try:
        return entry, await door.client.view(number)
    except ComplaintUnknown:
        raise NotStarted(number) from None


async def _same_order(door: Door, view: CaseView) -> list[int]:
    """Return other complaints about the same order; whether they are one matter, people judge."""
    if view.order is None:
        return []
    views = await door.client.cases(CaseFilter(order=view.order), limit=SIBLINGS, after=0)
    return [each.number for each in views if each.number != view.number]


def _document(
    opening: OpenComplaint, view: CaseView, happened: list[Envelope], texts: Texts
) -> dict[str, Any]:
    shown = {"complaint": document(opening, texts), "case": document(view, texts)}
    if happened:
        shown["timeline"] = [document(envelope, texts) for envelope in happened]
    return shown


async def _inbox(
    department: Department, data_dir: Path | None, output: Format | None, *, reveal: bool
) -> None:
    async with open_door(data_dir) as door:
        checks = await door.client.inbox(department)
        secrets = [await _secrets(door, check) if reveal else {} for check in checks]
    if output is Format.JSON:
        plain = [{k: _plain(v) for k, v in asdict(check).items()} for check in checks]
        show_json([{**row, **secret} for row, secret in zip(plain, secrets, strict=True)])
        return
    rows = [
        (
            str(check.number),
            str(check.check),
            check.status,
            "required" if check.required else "optional",
            moment(check.due_at),
            check.claimed_by or "",
            f"no answer: {check.unavailable}" if check.unavailable else "",
        )
        for check in checks
    ]
    headings = ("complaint", "check", "state", "", "due", "claimed by", "own system")
    full = [(*row, *secret.values()) for row, secret in zip(rows, secrets, strict=True)]
    show_data(table((*headings, *SECRETS) if reveal else headings, full))
    if not rows:
        say(f"Nothing waits for {department}.")


async def _secrets(door: Door, row: CheckRow) -> dict[str, str]:
    """Open what only the department is to know of a check, which is recorded."""
    view = await door.client.case(row.number)
    check = view.checks[row.check - 1]
    shown = (check.question, check.token)
    texts = await opened(door.vault, view.complaint_id, shown, person())
    return dict(zip(SECRETS, (text_of(sealed, texts) for sealed in shown), strict=True))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
