"""Compensation: taking a step back that took effect, or giving up one that did not (rule 13)."""

from __future__ import annotations

from domain import remedies, tasks, unwinding
from domain.decision import Decision, require
from domain.state import open_steps
from schemas.commands import CompensateStep, RecordReversal
from schemas.events import (
    CompensationStarted,
    NothingChanged,
    StepCompensated,
    StepNotCompensated,
)
from schemas.refusals import RefusalCode
from schemas.remedy_codes import NOT_CARRIED_OUT
from schemas.vocabulary import Stage, StepStatus, TaskKind


def compensate_step(decision: Decision, command: CompensateStep) -> None:
    """Have a service take back what it has done; what never took effect is given up at once.

    So a step that failed keeps the case open no longer, also that of a withdrawn complaint. One
    that may have acted unheard is given up only once its service denies it, lest the customer
    be given the same again.
    """
    step = remedies.addressed(decision, command.version, command.step)
    if step.reversing or step.status is StepStatus.COMPENSATED:
        decision.record(NothingChanged(command="compensate_step"))
    elif step in open_steps(decision.state) and not step.unheard:
        remedies.expect_witness(decision, step)
        decision.record(
            StepCompensated(step=step.number, by=decision.actor.id, reason=command.reason)
        )
        tasks.withdraw_about(decision, TaskKind.CARRY_OUT_STEP, step.number)
        remedies.finish(decision)
    else:
        by_service = step.remedy.kind in remedies.AUTOMATIC
        require(by_service, RefusalCode.STEP_NOT_REVERSIBLE)
        decision.record(
            CompensationStarted(step=step.number, by=decision.actor.id, reason=command.reason)
        )


def record_reversal(decision: Decision, command: RecordReversal) -> None:
    """Take note of whether the service took the step back; if not, it stays as it is."""
    step = decision.state.steps[command.step - 1]
    if not step.reversing or decision.state.completed:
        decision.record(NothingChanged(command="record_reversal"))
        return
    never_acted = step.status is StepStatus.FAILED and command.code == NOT_CARRIED_OUT
    if command.reference is not None or never_acted:
        tasks.withdraw_about(decision, TaskKind.CARRY_OUT_STEP, step.number)
        by, reference = decision.actor.id, command.reference
        decision.record(StepCompensated(step=step.number, by=by, reference=reference))
    else:
        code = command.code or "unknown"
        kept = unwinding.is_wanted(decision.state)
        decision.record(StepNotCompensated(step=step.number, code=code, kept=kept))
    stage = decision.state.stage
    undone = decision.state.steps[command.step - 1].status is StepStatus.COMPENSATED
    if stage is Stage.REMEDYING or (undone and stage is Stage.FOLLOWING_UP):
        remedies.finish(decision)
