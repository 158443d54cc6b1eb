"""What each command costs in events, with all that follows from it until the next one.

`.venv/bin/python -m bench.command_costs` counts the golden histories of `tests/replay`, so it
needs no server. An alarm is a command of the case itself; what time skipping writes is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from tests.replay.golden import load, names

ALARM = "(an alarm)"
TASK = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
)
SKIPPING = ("TIME_SKIPPING", "OPTIONS_UPDATED")


def cause(event: HistoryEvent) -> str | None:
    """Return the command that an event brings, if it brings one."""
    match event.WhichOneof("attributes"):
        case "workflow_execution_update_accepted_event_attributes":
            accepted = event.workflow_execution_update_accepted_event_attributes
            return str(accepted.accepted_request.input.name)
        case "workflow_execution_signaled_event_attributes":
            return str(event.workflow_execution_signaled_event_attributes.signal_name)
        case "timer_fired_event_attributes":
            return ALARM
        case _:
            return None


def segments(events: Iterable[HistoryEvent]) -> Iterator[tuple[str, Sequence[HistoryEvent]]]:
    """Yield each command with its events; the task that takes an update comes before it."""
    name, since = "open", list[HistoryEvent]()
    for event in events:
        if any(word in EventType.Name(event.event_type) for word in SKIPPING):
            continue
        found = cause(event)
        if found is not None:
            own: list[HistoryEvent] = []
            while since and since[-1].event_type in TASK:
                own.insert(0, since.pop())
            yield name, since
            name, since = found, own
        since.append(event)
    yield name, since


def timers(events: Iterable[HistoryEvent]) -> int:
    """Return how many timers these events start: the alarm was armed anew so often."""
    return sum(event.event_type == EventType.EVENT_TYPE_TIMER_STARTED for event in events)


def main() -> None:
    """Print a row for each command."""
    found: dict[str, list[Sequence[HistoryEvent]]] = defaultdict(list)
    for case in names():
        for run in load(case).runs:
            for name, events in segments(run.history.events):
                found[name].append(events)
    shown = Table("command", "times", "events (median)", "at most", "timers started (median)")
    for name, each in sorted(found.items()):
        sizes = [len(events) for events in each]
        armed = median(map(timers, each))
        shown.add_row(name, str(len(each)), f"{median(sizes):g}", str(max(sizes)), f"{armed:g}")
    commands = sum(map(len, found.values()))
    total = sum(len(events) for each in found.values() for events in each)
    rearmed = sum(timers(events) for each in found.values() for events in each)
    Console(width=120).print(shown)
    each_costs = f"{total / commands:.1f} events and {rearmed / commands:.2f} timers each"
    Console(width=120).print(f"{commands} commands, {each_costs}")


if __name__ == "__main__":
    main()
