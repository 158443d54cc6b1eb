"""Counterparts: what a number in the record is called where the same case was told anew.

Checks, messages, tasks and the like are numbered in their order, and under another policy there may
be more or fewer of them. So they are known by what they are about and by the moment of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from domain.state import CaseState
from schemas.case import Task
from schemas.commands import Command
from schemas.vocabulary import TaskKind

Mark = TypeVar("Mark")

FIELDS = ("check", "message", "step", "version", "task")
"""Fields of commands that are numbers of things in a case."""


def readdressed(command: Command, record: CaseState, state: CaseState) -> Command | None:
    """Return a command of the record with the numbers of the other telling.

    None if it is about something that there is not, such as a message that was never released.
    """
    update: dict[str, object] = {}
    for field in FIELDS:
        number = getattr(command, field, None)
        if isinstance(number, int):
            update[field] = counterpart(field, number, record, state)
    return None if None in update.values() else command.model_copy(update=update)


def counterpart(field: str, number: int, record: CaseState, state: CaseState) -> int | None:
    """Return the number of the same thing in the other telling, if it is there."""
    return _found(number, _marks(field, record), _marks(field, state))


def _found(number: int, marks: Sequence[Mark], others: Sequence[Mark]) -> int | None:
    """Return the number of the same mark; of those that are alike, of the same one in order."""
    mark = marks[number - 1]
    alike = [place for place, other in enumerate(others, start=1) if other == mark]
    before = marks[: number - 1].count(mark)
    return alike[before] if before < len(alike) else None


def _marks(field: str, state: CaseState) -> list[object]:
    """Return by what each thing of a kind is known, in the order of their numbers."""
    match field:
        case "check":
            return [(each.department, each.requested_at) for each in state.checks]
        case "message":
            return [(each.purpose, each.released_at) for each in state.messages]
        case "version":
            return [each.proposed_at for each in state.proposals]
        case "step":
            return [state.proposals[each.version - 1].proposed_at for each in state.steps]
        case _:
            return [(each.kind, _subject(each, state)) for each in state.tasks]


def _subject(task: Task, state: CaseState) -> object:
    """Return by what the thing is known that a task is about."""
    fields = {
        TaskKind.DELIVER_MESSAGE: "message",
        TaskKind.ANSWER_DEPARTMENT: "check",
        TaskKind.CARRY_OUT_STEP: "step",
        TaskKind.CLEAR_PAYMENT: "step",
        TaskKind.CONFIRM_ACCEPTANCE: "version",
        TaskKind.ANSWER_OBJECTION: "version",
    }
    if task.subject is None:
        return None
    if task.kind is TaskKind.KEEP_PROMISE:
        return state.promises[task.subject - 1].promised_at
    return _marks(fields[task.kind], state)[task.subject - 1]
