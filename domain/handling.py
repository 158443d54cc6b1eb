"""Handling: naming the owner, answering the customer, noting what matters (H8, H20, H21)."""

from __future__ import annotations

from domain import clocks, cycles, messaging, tasks
from domain.decision import Decision, require
from domain.followup import SIGN_OFF_KEY, start_callback
from domain.state import open_steps, required_checks
from schemas.commands import AssignOwner, CloseExplained, CompleteTask, RecordNote, Reply, Withdraw
from schemas.events import (
    ComplaintExplained,
    ComplaintWithdrawn,
    NoteRecorded,
    NothingChanged,
    OwnerAssigned,
    StageChanged,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Outcome, Purpose, Role, Stage, TaskKind

FIRST_CONTACT = (Stage.RECEIVED, Stage.INVESTIGATING, Stage.DECIDING)


def assign_owner(decision: Decision, command: AssignOwner) -> None:
    """Name the person who is responsible from now on (H21)."""
    if command.owner == decision.state.owner:
        decision.record(NothingChanged(command="assign_owner"))
    else:
        decision.record(OwnerAssigned(owner=command.owner))


def reply(decision: Decision, command: Reply) -> None:
    """Answer the customer; the reply clock ends when the answer arrives (readings 3 and 4)."""
    answers = clocks.keys_of(decision.state, ClockKind.REPLY)
    messaging.release(decision, Purpose.REPLY, answers=answers, text=command.text)


def record_note(decision: Decision, command: RecordNote) -> None:
    """Keep a note; with a department it appears in that department's inbox."""
    decision.record(NoteRecorded(text=command.text, department=command.department))


def close_explained(decision: Decision, command: CloseExplained) -> None:
    """Explain a misunderstanding at first contact; a callback follows (H20)."""
    state = decision.state
    require(state.stage in FIRST_CONTACT, RefusalCode.WRONG_STAGE)
    require(not required_checks(state), RefusalCode.CHECKS_OPEN)
    messaging.end_standing(decision, "explained")
    decision.record(ComplaintExplained())
    decision.record(StageChanged(stage=Stage.FOLLOWING_UP))
    answers = clocks.keys_of(state, ClockKind.REPLY, ClockKind.SOLUTION)
    messaging.release(decision, Purpose.EXPLANATION, answers=answers, text=command.explanation)
    start_callback(decision)


def withdraw(decision: Decision, command: Withdraw) -> None:
    """Let the customer take the complaint back; open remedy steps end first (H15, rule 13)."""
    if decision.state.withdrawn:
        decision.record(NothingChanged(command="withdraw"))
        return
    decision.record(ComplaintWithdrawn(reason=command.reason))
    if not open_steps(decision.state):
        cycles.close(decision, Outcome.WITHDRAWN)


def complete_task(decision: Decision, command: CompleteTask) -> None:
    """Take note that a person did a task, and do what waited for it."""
    found = [t for t in tasks.open_tasks(decision.state) if t.number == command.task]
    require(found, RefusalCode.TASK_UNKNOWN)
    task = found[0]
    require(task.kind is not TaskKind.CARRY_OUT_STEP, RefusalCode.STEP_STILL_OPEN)
    require(task.kind is not TaskKind.CONFIRM_ACCEPTANCE, RefusalCode.ACCEPTANCE_HELD)
    if task.kind is TaskKind.SIGN_OFF:
        require(decision.actor.role is Role.MANAGER, RefusalCode.NOT_ALLOWED)
    tasks.complete(decision, task, command.note)
    if task.kind is TaskKind.SIGN_OFF:
        clocks.answer(decision, SIGN_OFF_KEY, decision.at, decision.proof)
        cycles.close(decision, Outcome.DISSATISFIED_EXHAUSTED)
    elif task.kind is TaskKind.DELIVER_MESSAGE and task.subject is not None:
        messaging.deliver_by_hand(decision, decision.state.messages[task.subject - 1])
