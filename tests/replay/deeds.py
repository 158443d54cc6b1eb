"""What a run does, payload by payload: as its history says, and as the code does at replay.

The stock replayer compares kinds and ids of commands only. Values are compared here, in a form
without default values, so that a field added later with its default makes no difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_commands import ScheduleLocalActivity, WorkflowCommand

from domain.chain import digest, plain
from schemas import activity_io
from schemas.activity_io import Flush
from schemas.base import Wire
from schemas.case import Answer
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    EnterPayment,
    GatherEvidence,
    ReverseStep,
    TriageComplaint,
)
from schemas.views import CaseRecord
from tests.replay.golden import Run
from workflows.inputs import CaseStart

INPUTS: dict[str, type[Wire]] = {
    activity_io.RECORD_EVENTS: Flush,
    activity_io.TRIAGE_COMPLAINT: TriageComplaint,
    activity_io.DELIVER_MESSAGE: DeliverMessage,
    **dict.fromkeys(activity_io.GATHER_EVIDENCE.values(), GatherEvidence),
    activity_io.CARRY_OUT_STEP: CarryOutStep,
    activity_io.LOOK_UP_STEP: CarryOutStep,
    activity_io.REVERSE_STEP: ReverseStep,
    activity_io.ENTER_PAYMENT: EnterPayment,
}

ACTIVITY = "activity"
LOCAL_ACTIVITY = "local activity"
TIMER = "timer"
ATTRIBUTES = "search attributes"
ANSWER = "answer"
END = "end"

Commands: TypeAlias = Sequence[WorkflowCommand]
"""What the code says within one task."""

Deeds: TypeAlias = dict[tuple[str, str], object]
"""By kind, and by the id within the run."""


class Deed(NamedTuple):
    """One thing that a run does."""

    kind: str
    id: str
    what: object


def told(run: Run) -> Deeds:
    """Return what a run did, as its history says."""
    return _numbered(deed for event in run.history.events for deed in _told(event, run))


def done(tasks: Sequence[Commands]) -> Deeds:
    """Return what a run does by the commands of its tasks."""
    return _numbered(deed for commands in tasks for each in commands for deed in _done(each))


def unseen(tasks: Sequence[Commands]) -> set[tuple[str, str]]:
    """Return the deeds that need not reach a history.

    A timer that is given up in the task that has started it does not, nor does the answer of a
    local activity that begins in the very task that continues the run as new.
    """
    given_up = (c.cancel_timer for each in tasks for c in each if c.HasField("cancel_timer"))
    return {
        *((TIMER, str(timer.seq)) for timer in given_up),
        *((LOCAL_ACTIVITY, local.activity_id) for local in _local(tasks[-1:])),
    }


def flushes(tasks: Sequence[Commands]) -> list[Flush]:
    """Return the batches of the journal that a run hands over to be written."""
    return [
        Flush.model_validate_json(local.arguments[0].data)
        for local in _local(tasks)
        if local.activity_type == activity_io.RECORD_EVENTS
    ]


def heard(asked: object) -> str:
    """Return the digest of what a local activity was asked.

    How much of a batch was settled is left out: a slow task is completed in parts as it goes, of
    which its replay does not always know. Nothing that a case decides depends on it.
    """
    kept = {k: v for k, v in asked.items() if k != "settled"} if isinstance(asked, dict) else asked
    return digest(kept)


def value(model: type[Wire], payloads: Sequence[Payload]) -> object:
    """Return the one value of a payload without its defaults."""
    (payload,) = payloads
    return plain(model.model_validate_json(payload.data))


def _told(event: HistoryEvent, run: Run) -> Iterator[Deed]:
    match event.WhichOneof("attributes"):
        case "activity_task_scheduled_event_attributes":
            scheduled = event.activity_task_scheduled_event_attributes
            name = scheduled.activity_type.name
            asked = value(INPUTS[name], scheduled.input.payloads)
            yield Deed(ACTIVITY, scheduled.activity_id, (name, asked))
        case "marker_recorded_event_attributes":
            details = event.marker_recorded_event_attributes.details["data"].payloads[0].data
            local = json.loads(details)
            id_: str = local["activity_id"]
            yield Deed(LOCAL_ACTIVITY, id_, (local["activity_type"], run.asked.get(id_)))
        case "timer_started_event_attributes":
            timer = event.timer_started_event_attributes
            span: timedelta = timer.start_to_fire_timeout.ToTimedelta()
            yield Deed(TIMER, timer.timer_id, span)
        case "upsert_workflow_search_attributes_event_attributes":
            upsert = event.upsert_workflow_search_attributes_event_attributes
            yield Deed(ATTRIBUTES, "", _texts(upsert.search_attributes.indexed_fields))
        case "workflow_execution_update_completed_event_attributes":
            update = event.workflow_execution_update_completed_event_attributes
            answer = value(Answer, update.outcome.success.payloads)
            yield Deed(ANSWER, update.meta.update_id, answer)
        case "workflow_execution_completed_event_attributes":
            completed = event.workflow_execution_completed_event_attributes
            yield Deed(END, "", value(CaseRecord, completed.result.payloads))
        case "workflow_execution_continued_as_new_event_attributes":
            continued = event.workflow_execution_continued_as_new_event_attributes
            yield Deed(END, "", value(CaseStart, continued.input.payloads))
        case _:
            pass


def _done(command: WorkflowCommand) -> Iterator[Deed]:
    match command.WhichOneof("variant"):
        case "schedule_activity":
            activity = command.schedule_activity
            asked = value(INPUTS[activity.activity_type], activity.arguments)
            yield Deed(ACTIVITY, activity.activity_id, (activity.activity_type, asked))
        case "schedule_local_activity":
            local = command.schedule_local_activity
            asked = value(INPUTS[local.activity_type], local.arguments)
            yield Deed(LOCAL_ACTIVITY, local.activity_id, (local.activity_type, heard(asked)))
        case "start_timer":
            timer = command.start_timer
            span: timedelta = timer.start_to_fire_timeout.ToTimedelta()
            yield Deed(TIMER, str(timer.seq), span)
        case "upsert_workflow_search_attributes":
            upsert = command.upsert_workflow_search_attributes
            yield Deed(ATTRIBUTES, "", _texts(upsert.search_attributes.indexed_fields))
        case "update_response" if command.update_response.HasField("completed"):
            update = command.update_response
            yield Deed(ANSWER, update.protocol_instance_id, value(Answer, [update.completed]))
        case "complete_workflow_execution":
            completed = command.complete_workflow_execution
            yield Deed(END, "", value(CaseRecord, [completed.result]))
        case "continue_as_new_workflow_execution":
            continued = command.continue_as_new_workflow_execution
            yield Deed(END, "", value(CaseStart, continued.arguments))
        case _:
            pass


def _local(tasks: Sequence[Commands]) -> list[ScheduleLocalActivity]:
    commands = (command for each in tasks for command in each)
    scheduled = (c for c in commands if c.HasField("schedule_local_activity"))
    return [command.schedule_local_activity for command in scheduled]


def _texts(fields: Any) -> dict[str, str]:
    return {name: payload.data.decode() for name, payload in fields.items()}


def _numbered(deeds: Iterator[Deed]) -> Deeds:
    """Key the deeds; those without an id of their own are counted."""
    found: Deeds = {}
    for deed in deeds:
        count = sum(kind == deed.kind for kind, _ in found)
        found[deed.kind, deed.id or str(count + 1)] = deed.what
    return found
