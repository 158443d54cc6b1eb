"""Commands that fit a case: about what is there, by who was asked, with moments still ahead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.state import CaseState
from domain.tasks import open_tasks
from schemas.commands import Actor, Command
from schemas.vocabulary import Department, Finding, Role
from tests.support.commands import (
    ask_extension,
    complete_check,
    correct_finding,
    grant_extension,
    hand_over_check,
    proceed_without_check,
    request_check,
    return_check,
    withdraw_check,
)
from tests.support.policies import days
from tests.support.story import START, Story

ABOUT_CHECKS: list[Command] = [
    request_check(),
    request_check(Department.LOGISTICS),
    complete_check(),
    complete_check(finding=Finding.NOT_CONFIRMED),
    correct_finding(finding=Finding.INCONCLUSIVE),
    return_check(),
    hand_over_check(),
    ask_extension(START + days(3)),
    grant_extension(START + days(5)),
    withdraw_check(),
    proceed_without_check(),
]
"""Of whoever asks and answers several departments at once."""


def fitted(story: Story, command: Command, which: int) -> Command:
    """Return the command about one of the things that it may be about; moments count from now."""
    found = {name: getattr(command, name) for name in type(command).model_fields}
    chosen = {
        name: numbers[which % len(numbers)]
        for name, numbers in _numbers(story.state).items()
        if name in found and numbers
    }
    ahead = {
        name: story.now + (value - START)
        for name, value in found.items()
        if isinstance(value, datetime) and value > START and name != "received_at"
    }
    update: dict[str, Any] = {**chosen, **ahead}
    if "check" in chosen and command.actor.role is Role.DEPARTMENT:
        update["actor"] = _asked(story.state, chosen["check"])
    return command.model_copy(update=update)


def _numbers(state: CaseState) -> dict[str, list[int]]:
    """Return what there is by the name of the field that may name it; of versions the last."""
    return {
        "check": [check.number for check in state.checks],
        "version": [proposal.version for proposal in state.proposals][-1:],
        "step": [step.number for step in state.steps],
        "task": [task.number for task in open_tasks(state)],
    }


def _asked(state: CaseState, number: int) -> Actor:
    department = state.checks[number - 1].department
    return Actor(id=f"{department}-1", role=Role.DEPARTMENT, department=department)
