"""Handling: naming the owner, answering the customer, noting what matters (H8, H20, H21)."""

from __future__ import annotations

from domain import checks, clocks, cycles, deliveries, messaging, promises, tasks
from domain.decision import Decision, require
from domain.followup import start_callback
from domain.state import blocking_checks, open_steps
from schemas.commands import (
    AssignOwner,
    CloseExplained,
    CompleteTask,
    Promise,
    RecordNote,
    Reply,
    Withdraw,
)
from schemas.events import (
    ComplaintExplained,
    ComplaintWithdrawn,
    NoteRecorded,
    NothingChanged,
    OwnerAssigned,
    StageChanged,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Outcome, Purpose, Stage, TaskKind

FIRST_CONTACT = (Stage.RECEIVED, Stage.INVESTIGATING, Stage.DECIDING)


def assign_owner(decision: Decision, command: AssignOwner) -> None:
    """Name the person who is responsible from now on (H21), on the rota or not.

    The rota names who takes new complaints; who may own one, the company's own systems know.
    """
    if command.owner == decision.state.owner:
        decision.record(NothingChanged(command="assign_owner"))
    else:
        decision.record(OwnerAssigned(owner=command.owner))


def reply(decision: Decision, command: Reply) -> None:
    """Answer the customer; the reply clock ends when the answer arrives (readings 3 and 4).

    Later, in a category that wants progress, it is a word about how it goes (H10).
    """
    first = clocks.keys_of(decision.state, ClockKind.REPLY)
    later = clocks.keys_of(decision.state, ClockKind.PROGRESS)
    purpose = Purpose.PROGRESS if later and not first else Purpose.REPLY
    messaging.release(decision, purpose, answers=(*first, *later), text=command.text)


def promise(decision: Decision, command: Promise) -> None:
    """Give the customer a date: a holding message, a clock and a task (reading 3, rule 15)."""
    promised_at = promises.check_ahead(decision, command.promised_at)
    number = promises.give(decision, promised_at)
    decision.created = number
    tasks.create(decision, TaskKind.KEEP_PROMISE, number)
    messaging.announce(decision, promised_at, command.text)


def record_note(decision: Decision, command: RecordNote) -> None:
    """Keep a note; with a department it appears in that department's inbox."""
    decision.record(NoteRecorded(text=command.text, department=command.department))


def close_explained(decision: Decision, command: CloseExplained) -> None:
    """Explain a misunderstanding at first contact; a callback follows (H20)."""
    state = decision.state
    require(state.stage in FIRST_CONTACT, RefusalCode.WRONG_STAGE)
    require(not blocking_checks(state), RefusalCode.CHECKS_OPEN)
    messaging.end_standing(decision, "explained")
    decision.record(ComplaintExplained())
    decision.record(StageChanged(stage=Stage.FOLLOWING_UP))
    answers = clocks.keys_of(state, *clocks.ANSWERED_BY_SOLUTION)
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
    require(task.kind is not TaskKind.SIGN_OFF, RefusalCode.SIGN_OFF_INSTEAD)
    tasks.complete(decision, task, command.note)
    subject = task.subject or 0  # Only a sign-off, which has a command of its own, is about none.
    if task.kind is TaskKind.DELIVER_MESSAGE:
        deliveries.deliver_by_hand(decision, decision.state.messages[subject - 1])
    elif task.kind is TaskKind.KEEP_PROMISE:
        promises.keep(decision, subject)
    elif task.kind is TaskKind.ANSWER_DEPARTMENT:
        # What it asked is seen to, so that its check blocks no proposal any more.
        checks.go_on(decision)
