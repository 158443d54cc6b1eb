"""Questions to the history of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent

from runtime.converter import REDRESS_CONVERTER

FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
SIGNALED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
TIMER_STARTED = EventType.EVENT_TYPE_TIMER_STARTED
TIMER_ENDS = (EventType.EVENT_TYPE_TIMER_FIRED, EventType.EVENT_TYPE_TIMER_CANCELED)
HARMLESS = (WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,)
"""A message came while the run was ending; the server lets the task be done again."""


def of(events: Iterable[HistoryEvent], *kinds: EventType.ValueType) -> list[HistoryEvent]:
    """Return the events of these kinds."""
    return [event for event in events if event.event_type in kinds]


def failures(events: Iterable[HistoryEvent]) -> list[str]:
    """Return what workflow tasks have failed of, by our own fault."""
    causes = (event.workflow_task_failed_event_attributes for event in of(events, FAILED))
    return [cause.failure.message for cause in causes if cause.cause not in HARMLESS]


def signal_names(events: Iterable[HistoryEvent]) -> list[str]:
    signals = of(events, SIGNALED)
    return [event.workflow_execution_signaled_event_attributes.signal_name for event in signals]


def summary(event: HistoryEvent) -> str:
    """Return what the Temporal UI shows beside an event."""
    return _text(event.user_metadata.summary)


def pending_timers(events: Sequence[HistoryEvent]) -> list[str]:
    """Return the summaries of the timers that have neither fired nor been cancelled."""
    return [summary(event) for event in started_timers(events) if not _has_ended(event, events)]


def started_timers(events: Iterable[HistoryEvent]) -> list[HistoryEvent]:
    return of(events, TIMER_STARTED)


def timer_ends_at(event: HistoryEvent) -> datetime:
    """Return the moment, without zone in UTC, at which a timer is to fire."""
    span: timedelta = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
    return event.event_time.ToDatetime() + span


def texts(events: Iterable[HistoryEvent]) -> Iterator[str]:
    """Yield all that a history holds, event by event, with payloads in the clear."""
    for event in events:
        yield str(event)


def _has_ended(started: HistoryEvent, events: Iterable[HistoryEvent]) -> bool:
    return any(
        started.event_id
        in {
            event.timer_fired_event_attributes.started_event_id,
            event.timer_canceled_event_attributes.started_event_id,
        }
        for event in of(events, *TIMER_ENDS)
    )


def _text(payload: Payload) -> str:
    if not payload.data:
        return ""
    decoded: str = REDRESS_CONVERTER.payload_converter.from_payload(payload, str)
    return decoded
