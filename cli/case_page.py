"""A case as people read it at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from rich.table import Table

from cli.terminal import table
from cli.unsealing import Texts, text_of
from domain.narration import narrate
from schemas.case import Check, Clock, Proposal, Step
from schemas.commands import OpenComplaint
from schemas.events import Envelope
from schemas.views import CaseView

Row = tuple[str, ...]


def case_page(view: CaseView, opening: OpenComplaint, texts: Texts) -> Iterator[Table]:
    """Yield the parts of the page that have something to say."""
    yield _facts(view, opening, texts)
    clocks = [clock for cycle in view.cycles[:-1] for clock in cycle.clocks] + [*view.clocks]
    parts: Iterable[tuple[str, Sequence[str], list[Row]]] = (
        ("Clocks", ("clock", "started", "due", "state", "ended"), list(map(_clock, clocks))),
        ("Checks", ("check", "department", "state", "finding", "question", "answer"),
         [_check(check, texts) for check in view.checks]),
        ("Proposals", ("version", "by", "options", "state"), list(map(_proposal, view.proposals))),
        ("Remedy", ("step", "what", "state", "reference"), list(map(_step, view.steps))),
        ("Tasks for people", ("task", "kind", "about", "state"),
         [(str(t.number), t.kind, str(t.subject or ""), "done" if t.ended_at else "open")
          for t in view.tasks]),
        ("Waiting", ("for", "altogether"),
         [(each.party, length(each.total)) for each in view.waiting]),
    )
    for title, headings, rows in parts:
        if rows:
            yield table(headings, rows, title)


def timeline(envelopes: Sequence[Envelope]) -> Table:
    """Return what has happened, in order."""
    lines = (narrate(envelope) for envelope in envelopes)
    rows = [(f"{line.at:%Y-%m-%d %H:%M:%S}", line.who, line.what, line.clock) for line in lines]
    return table(("time (UTC)", "who", "what", "clock"), rows, "Timeline")


def moment(at: datetime | None) -> str:
    """Return a moment in UTC to the minute."""
    return f"{at:%Y-%m-%d %H:%M}Z" if at else ""


def length(time: timedelta) -> str:
    """Return a duration to the minute."""
    minutes = round(time.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h {minutes % 60} min"


def next_deadline(view: CaseView) -> str:
    """Return what is due next and when."""
    deadline = view.next_deadline
    if deadline is None:
        return ""
    return f"{deadline.key} {moment(deadline.due_at)}{' OVERDUE' if deadline.overdue else ''}"
