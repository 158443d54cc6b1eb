"""What each construct costs in the history of a case: `.venv/bin/python -m bench.history_costs`.

It counts the golden histories of `tests/replay`, so it needs no server. Bytes are those of the
serialised history, each event on its own. Every workflow task and what goes with it is one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from demo.tally import tally
from tests.replay.golden import load, names

CONSTRUCTS: Mapping[str, str] = MappingProxyType(
    {
        "WORKFLOW_TASK": "workflow tasks",
        "WORKFLOW_EXECUTION_UPDATE": "updates",
        "WORKFLOW_EXECUTION_SIGNALED": "signals",
        "ACTIVITY_TASK": "remote activities",
        "MARKER_RECORDED": "local activities",
        "TIMER": "timers",
        "UPSERT": "search attributes",
        "WORKFLOW_EXECUTION_TIME_SKIPPING": "skipping time",
        "WORKFLOW_EXECUTION_OPTIONS_UPDATED": "skipping time",
    }
)
"""The beginning of an event's name, and the construct that it belongs to."""

OTHER = "start and end"


def construct(event: HistoryEvent) -> str:
    """Return what an event was written for."""
    name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
    return next((what for begin, what in CONSTRUCTS.items() if name.startswith(begin)), OTHER)


def main() -> None:
    """Print events and bytes by construct, one column per case."""
    columns = [*dict.fromkeys(CONSTRUCTS.values()), OTHER]
    shown = Table("case", "events", "bytes", "actions", *columns, title="Events (bytes)")
    for name in names():
        events = [event for run in load(name).runs for event in run.history.events]
        counts, sizes = Counter(map(construct, events)), Counter[str]()
        for event in events:
            sizes[construct(event)] += event.ByteSize()
        tallies = [tally(run.history) for run in load(name).runs]
        totals = (sum(t.events for t in tallies), sum(t.bytes for t in tallies))
        actions = sum(t.actions for t in tallies)
        cells = [f"{counts[each]} ({sizes[each]:,})" for each in columns]
        shown.add_row(name, str(totals[0]), f"{totals[1]:,}", str(actions), *cells)
    Console(width=200).print(shown)


if __name__ == "__main__":
    main()
