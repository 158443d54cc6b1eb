"""What is carried out, and what people have to do."""

from __future__ import annotations

from typing import assert_never

from domain.evolve.numbered import change
from domain.state import CaseState
from schemas.events import (
    CompensationStarted,
    PaymentEntered,
    RemedyEvent,
    StepCompensated,
    StepFailed,
    StepNotCompensated,
    StepSettled,
    StepStarted,
    TaskCompleted,
    TaskCreated,
    TaskWithdrawn,
)
from schemas.remedy_codes import OUTCOME_UNKNOWN
from schemas.vocabulary import StepStatus


def evolve_remedies(state: CaseState, event: RemedyEvent) -> CaseState:
    match event:
        case StepStarted():
            return state.model_copy(update={"steps": (*state.steps, event.step)})
        case StepSettled():
            done = {"reference": event.reference, "by_hand": event.by_hand}
            return _step(state, event.step, status=StepStatus.SETTLED, **done)
        case PaymentEntered():
            return state
        case StepFailed():
            unheard = event.reason == OUTCOME_UNKNOWN or state.steps[event.step - 1].unheard
            failed = {"status": StepStatus.FAILED, "reason": event.reason}
            return _step(state, event.step, **failed, unheard=unheard)
        case CompensationStarted():
            return _step(state, event.step, reversing=True)
        case StepCompensated():
            return _step(state, event.step, status=StepStatus.COMPENSATED, reversing=False)
        case StepNotCompensated():
            return _step(state, event.step, reason=event.code, reversing=False, kept=event.kept)
        case TaskCreated():
            return state.model_copy(update={"tasks": (*state.tasks, event.task)})
        case TaskCompleted() | TaskWithdrawn():
            tasks = change(state.tasks, event.task, ended_at=event.ended_at)
            return state.model_copy(update={"tasks": tasks})
        case _:
            assert_never(event)


def _step(state: CaseState, step: int, **changes: object) -> CaseState:
    return state.model_copy(update={"steps": change(state.steps, step, **changes)})
