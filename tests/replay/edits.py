"""Forging golden histories: each edit is a lie that a check must find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from tests.replay.golden import Golden, Run

Edit = Callable[[Golden], Golden]


def rewritten(attributes: str, old: str, new: str) -> Edit:
    """Replace a text in the payloads of all events of a kind; it must occur."""

    def edit(golden: Golden) -> Golden:
        payloads = [
            payload
            for event in _events(golden)
            if event.WhichOneof("attributes") == f"{attributes}_event_attributes"
            for payload in _payloads(event)
        ]
        hits = [payload for payload in payloads if old.encode() in payload.data]
        assert hits, f"{golden.name} has no {old} in {attributes}"
        for payload in hits:
            payload.data = payload.data.replace(old.encode(), new.encode())
        return golden

    return edit


def delayed_timer(golden: Golden) -> Golden:
    """Let the first timer have been a second longer."""
    timers = (e for e in _events(golden) if e.HasField("timer_started_event_attributes"))
    next(timers).timer_started_event_attributes.start_to_fire_timeout.seconds += 1
    return golden


def dropped(attributes: str) -> Edit:
    """Drop the last event of a kind, and number the rest as if it had never been."""

    def edit(golden: Golden) -> Golden:
        *earlier, last = golden.runs
        events = list(last.history.events)
        kinds = [event.WhichOneof("attributes") for event in events]
        place = len(kinds) - 1 - kinds[::-1].index(f"{attributes}_event_attributes")
        kept = [*events[:place], *events[place + 1 :]]
        history = WorkflowHistory(last.history.workflow_id, kept)
        return replace(golden, runs=[*earlier, replace(last, history=history)])

    return edit


def misheard(golden: Golden) -> Golden:
    """Let the first local activity have been asked something else."""
    first, *others = golden.runs
    asked = {**first.asked, min(first.asked): "0" * 64}
    return replace(golden, runs=[Run(first.history, asked), *others])


def _events(golden: Golden) -> Iterator[HistoryEvent]:
    return (event for run in golden.runs for event in run.history.events)


def _payloads(message: object) -> Iterator[Payload]:
    """Yield all payloads within a message of the protocol."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        pass
