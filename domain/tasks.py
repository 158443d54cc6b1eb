"""Tasks: what a person must do before the case can go on as planned."""

from __future__ import annotations

from domain.decision import Decision
from domain.state import CaseState
from schemas.case import Task
from schemas.events import TaskCompleted, TaskCreated, TaskWithdrawn
from schemas.sealed import Sealed
from schemas.vocabulary import TaskKind


def open_tasks(state: CaseState, *kinds: TaskKind) -> tuple[Task, ...]:
    """Return the tasks not done yet, of these kinds or of every kind."""
    return tuple(t for t in state.tasks if t.ended_at is None and (not kinds or t.kind in kinds))


def create(decision: Decision, kind: TaskKind, subject: int | None = None) -> None:
    """Give a person something to do; the same task twice is one task."""
    waiting = open_tasks(decision.state, kind)
    if not any(task.subject == subject for task in waiting):
        task = Task(
            number=len(decision.state.tasks) + 1,
            kind=kind,
            subject=subject,
            created_at=decision.at,
        )
        decision.record(TaskCreated(task=task))


def complete(decision: Decision, task: Task, note: Sealed | None = None) -> None:
    """Take note that a person has done it."""
    decision.record(
        TaskCompleted(task=task.number, by=decision.actor.id, ended_at=decision.at, note=note)
    )


def complete_about(decision: Decision, kind: TaskKind, subject: int) -> None:
    """Complete the open task of this kind about this subject, if there is one."""
    for task in open_tasks(decision.state, kind):
        if task.subject == subject:
            complete(decision, task)


def withdraw_about(decision: Decision, kind: TaskKind, subject: int) -> None:
    """Take back the open task of this kind about this subject, if there is one."""
    for task in open_tasks(decision.state, kind):
        if task.subject == subject:
            decision.record(TaskWithdrawn(task=task.number, ended_at=decision.at))


def withdraw(decision: Decision, *kinds: TaskKind) -> None:
    """Take back the open tasks of these kinds, or of every kind."""
    for task in open_tasks(decision.state, *kinds):
        decision.record(TaskWithdrawn(task=task.number, ended_at=decision.at))
