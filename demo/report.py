"""Showing what came of the demonstration: timelines and a closing table, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from demo.script import DemoCase
from demo.tally import Tally
from domain.narration import narrate
from schemas.case import Clock
from schemas.events import Envelope
from schemas.ledger import Waiting
from schemas.views import CaseRecord
from schemas.vocabulary import Party

WIDE = 140
"""Columns of a table that no terminal bounds."""


@dataclass(frozen=True)
class Played:
    """A case that was played to its end."""

    case: DemoCase
    record: CaseRecord
    timeline: Sequence[Envelope]
    tally: Tally
    replayed: bool

    @property
    def is_as_told(self) -> bool:
        """Whether the outcome is the one the script names, and the replay agrees."""
        return self.replayed and self.record.view.outcome is self.case.outcome


def show(played: Sequence[Played], *, as_json: bool) -> None:
    """Print the result on standard output."""
    if as_json:
        document = {"cases": [_document(one) for one in played]}
        print(json.dumps(document, ensure_ascii=False, indent=2))  # noqa: T201 - The output.
        return
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    for one in played:
        console.print(_timeline(one))
    console.print(_closing(played))


def _document(one: Played) -> dict[str, object]:
    view = one.record.view
    return {
        "number": one.case.number,
        "title": one.case.title,
        "complaint": view.number,
        "category": view.category,
        "outcome": view.outcome,
        "cycles": len(view.cycles),
        "verdicts": {clock.key: clock.verdict for clock in _clocks(one)},
        "waiting": {_who(w): w.total.total_seconds() for w in view.waiting},
        "history_events": one.tally.events,
        "history_bytes": one.tally.bytes,
        "actions": one.tally.actions,
        "journal_head": one.record.head,
        "replayed": one.replayed,
    }


def _timeline(one: Played) -> Table:
    table = Table(title=f"Case {one.case.number} · {one.case.title}", title_justify="left")
    for heading in ("time (UTC)", "who", "what", "clock"):
        table.add_column(heading, no_wrap=heading == "time (UTC)")
    for envelope in one.timeline:
        line = narrate(envelope)
        table.add_row(f"{line.at:%d %b %H:%M:%S}", line.who, line.what, line.clock)
    return table


def _closing(played: Sequence[Played]) -> Table:
    table = Table(title="How it ended", title_justify="left")
    headings = ("no.", "category", "outcome", "cycles", "verdicts", "waiting", "events", "replay")
    for heading in headings:
        table.add_column(heading)
    for one in played:
        view = one.record.view
        table.add_row(
            str(view.number),
            view.category,
            view.outcome or "",
            str(len(view.cycles)),
            "\n".join(f"{clock.key} {clock.verdict}" for clock in _clocks(one)),
            "\n".join(
                f"{_who(w)} {_length(w.total)}" for w in view.waiting if w.party is not Party.NOBODY
            ),
            str(one.tally.events),
            "same" if one.replayed else "DIFFERS",
        )
    return table


def _clocks(one: Played) -> list[Clock]:
    return [clock for cycle in one.record.view.cycles for clock in cycle.clocks]


def _who(waited: Waiting) -> str:
    """Return whose the time was: departments each by name (rule 21)."""
    return waited.department or waited.party


def _length(time: timedelta) -> str:
    """Return the two largest units, such as "3 d 4 h" or "0 s"."""
    seconds = round(time.total_seconds())
    parts = (
        (seconds // 86400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "min"),
        (seconds % 60, "s"),
    )
    told = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(told[:2]) or "0 s"
