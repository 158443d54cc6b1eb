"""The client has one typed method per command, and each sends what its command can read."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

from schemas.case import Answer
from schemas.commands import BY_DOORS, COMMANDS
from schemas.vocabulary import CallbackResult, Category, CommandStatus, Role, Severity, Stage
from starter.client import ComplaintClient
from starter.composing import MADE_HERE
from starter.followup_commands import FollowUpCommands
from starter.handling_commands import HandlingCommands
from starter.speaker import Sender
from tests.support.actors import AGENT
from tests.support.policies import days
from tests.support.story import START

ANSWER = Answer(status=CommandStatus.ACCEPTED, number=7, version=1, stage=Stage.RECEIVED)
TOMORROW = START + days(1)

GIVEN: Mapping[str, tuple[object, ...]] = {
    "assign_owner": ("agent-9",),
    "reply": ("text",),
    "record_note": ("text",),
    "link_duplicate": (3,),
    "merge_into": (3,),
    "undo_merge": (),
    "reclassify": (Category.SAFETY, "why"),
    "set_severity": (Severity.MAJOR,),
    "hold": ("which colour?", TOMORROW),
    "resume": (),
    "promise": (TOMORROW, "the repairer comes"),
    "escalate": (Role.MANAGER,),
    "migrate_policy": ("ab12",),
    "close_explained": ("how it works",),
    "close_unjustified": ("no fault found",),
    "complete_task": (1,),
    "record_callback_attempt": (CallbackResult.SATISFIED, START),
    "move_callback": (TOMORROW,),
    "record_suggestion": ("bigger boxes",),
    "sign_off": (),
    "answer_survey": (5,),
    "reopen": (),
}


class Recorder(HandlingCommands, FollowUpCommands):
    """Sends nothing, and keeps what was to be sent."""

    def __init__(self) -> None:
        self.sent: tuple[int, str, Sender] | None = None
        self.fields: dict[str, Any] = {}

    async def send(self, number: int, name: str, by: Sender, /, **fields: Any) -> Answer:
        self.sent, self.fields = (number, name, by), fields
        return ANSWER


def test_every_command_has_a_typed_method() -> None:
    methods = {name for name, _ in inspect.getmembers(ComplaintClient, inspect.isfunction)}
    assert set(COMMANDS) - set(BY_DOORS) <= methods


@pytest.mark.parametrize("name", GIVEN)
async def test_a_method_sends_its_command(name: str) -> None:
    recorder = Recorder()
    assert await getattr(recorder, name)(7, *GIVEN[name], by=AGENT) == ANSWER
    assert recorder.sent == (7, name, AGENT)
    model = COMMANDS[name]
    needed = {field for field, info in model.model_fields.items() if info.is_required()}
    assert needed - set(MADE_HERE) <= set(recorder.fields) <= set(model.model_fields)
    given = {value for value in recorder.fields.values() if value not in {None, False}}
    assert set(GIVEN[name]) == given


def test_every_method_of_the_two_groups_is_tried() -> None:
    methods = {name for name, _ in inspect.getmembers(Recorder, inspect.iscoroutinefunction)}
    assert methods - {"send"} == set(GIVEN)
