"""Remedies: carried out after consent, each step exactly once (H5, rule 13)."""

from __future__ import annotations

from domain import clocks, cycles, messaging, tasks
from domain.decision import Decision, require
from domain.followup import start_callback
from domain.state import open_steps
from schemas.case import Step
from schemas.commands import FailStep, SettleStep
from schemas.events import NothingChanged, StageChanged, StepFailed, StepSettled, StepStarted
from schemas.ids import step_key
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    ClockKind,
    Outcome,
    Purpose,
    RemedyKind,
    Role,
    Stage,
    StepStatus,
    TaskKind,
)

AUTOMATIC = (RemedyKind.RESEND,)
"""Remedies that an outside system carries out; others are work for a person."""

TOLD = (RemedyKind.EXPLANATION, RemedyKind.APOLOGY)
"""Remedies that are words: the proposal that was accepted has carried them out."""


def start(decision: Decision, version: int, option: Option) -> None:
    """Start every step of the accepted option at once (H5)."""
    decision.record(StageChanged(stage=Stage.REMEDYING))
    target = decision.state.policy.remedy
    clocks.start(decision, ClockKind.REMEDY, "remedy", decision.at, target)
    for index, remedy in enumerate(option.steps, start=1):
        _start_step(decision, version, index, remedy)
    if open_steps(decision.state):
        messaging.release(decision, Purpose.CONSENT_RECORDED, version=version)
    _finish(decision)


def settle_step(decision: Decision, command: SettleStep) -> None:
    """Take note that a step took effect; the last one ends the remedy."""
    step = _addressed(decision, command.version, command.step)
    if step.status is StepStatus.SETTLED:
        require(step.reference == command.reference, RefusalCode.STEP_NOT_OPEN)
        decision.record(NothingChanged(command="settle_step"))
        return
    _settle(decision, step, command.reference)
    tasks.complete_about(decision, TaskKind.CARRY_OUT_STEP, step.number)
    _finish(decision)


def fail_step(decision: Decision, command: FailStep) -> None:
    """Make a step that cannot be carried out as planned a task for a person (rule 13)."""
    step = _addressed(decision, command.version, command.step)
    require(step.status is not StepStatus.SETTLED, RefusalCode.STEP_NOT_OPEN)
    decision.record(StepFailed(step=step.number, reason=command.reason))
    tasks.create(decision, TaskKind.CARRY_OUT_STEP, step.number)


def _addressed(decision: Decision, version: int, number: int) -> Step:
    steps = decision.state.steps
    require(1 <= number <= len(steps), RefusalCode.STEP_UNKNOWN)
    step = steps[number - 1]
    require(step.version == version, RefusalCode.STEP_UNKNOWN)
    under_way = step.status is StepStatus.STARTED and step.remedy.kind in AUTOMATIC
    if under_way:  # A person who reported it meanwhile could make it happen twice.
        system = decision.actor.role is Role.SYSTEM
        require(system, RefusalCode.NOT_ALLOWED, "a system is carrying it out")
    return step


def _start_step(decision: Decision, version: int, index: int, remedy: RemedyStep) -> None:
    state = decision.state
    step = Step(
        number=len(state.steps) + 1,
        version=version,
        key=step_key(state.number, state.cycle.number, version, index),
        remedy=remedy,
    )
    decision.record(StepStarted(step=step))
    if remedy.kind in TOLD:
        _settle(decision, step, f"proposal:{version}")
    elif remedy.kind not in AUTOMATIC:
        tasks.create(decision, TaskKind.CARRY_OUT_STEP, step.number)


def _settle(decision: Decision, step: Step, reference: str) -> None:
    decision.record(StepSettled(step=step.number, reference=reference, by=decision.actor.id))


def _finish(decision: Decision) -> None:
    """Go on to the callback, or close what the customer has taken back meanwhile."""
    if open_steps(decision.state):
        return
    clocks.answer(decision, "remedy", decision.at, decision.proof)
    if decision.state.withdrawn:
        cycles.close(decision, Outcome.WITHDRAWN)
        return
    decision.record(StageChanged(stage=Stage.FOLLOWING_UP))
    messaging.release(decision, Purpose.REMEDY_DONE)
    start_callback(decision)
