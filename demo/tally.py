"""Counting what a history costs: events, bytes and billable actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import WorkflowHistory

BILLED = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
)
"""Events that are one billable action each, as Temporal Cloud counts them."""

LOCAL_ACTIVITY = "core_local_activity"


class Tally(NamedTuple):
    """Events, bytes of the serialised history, and billable actions."""

    events: int
    bytes: int
    actions: int


def tally(history: WorkflowHistory) -> Tally:
    """Return what the history of a run amounts to."""
    events = list(history.events)
    billed = sum(event.event_type in BILLED for event in events)
    size = len(History(events=events).SerializeToString(deterministic=True))
    return Tally(len(events), size, billed + _local_activity_actions(events))


def _local_activity_actions(events: Sequence[HistoryEvent]) -> int:
    """All local activities of one workflow task are one action together."""
    tasks = {
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in events
        if event.marker_recorded_event_attributes.marker_name == LOCAL_ACTIVITY
    }
    return len(tasks)
