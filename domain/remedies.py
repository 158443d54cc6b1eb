"""Remedies: carried out after consent, each step exactly once (H5, rule 13)."""

from __future__ import annotations

from domain import clocks, cycles, escalation, messaging, promises, tasks, unwinding
from domain.decision import Decision, require
from domain.followup import start_callback
from domain.state import open_steps, running
from schemas.case import Step
from schemas.commands import FailStep, RecordPayment, RecordStep, SettleStep
from schemas.events import (
    NothingChanged,
    PaymentEntered,
    StageChanged,
    StepFailed,
    StepSettled,
    StepStarted,
)
from schemas.ids import is_same_person, step_key
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.remedy_order import BY_SERVICE
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

AUTOMATIC = BY_SERVICE
"""Remedies that a service carries out; others are words, or work for a person."""

TOLD = (RemedyKind.EXPLANATION, RemedyKind.APOLOGY)
"""Remedies that are words: the proposal that was accepted has carried them out."""


COMPENSATED = "compensated"
"""Why a remedy's clock ends without the remedy: a step of it was given up or taken back."""


def start(decision: Decision, version: int, option: Option) -> None:
    """Start every step of the accepted option at once (H5)."""
    decision.record(StageChanged(stage=Stage.REMEDYING))
    target = decision.state.policy.remedy
    clocks.start(decision, ClockKind.REMEDY, _clock_key(decision, version), decision.at, target)
    for index, remedy in enumerate(option.steps, start=1):
        _start_step(decision, version, index, remedy)
    if open_steps(decision.state):
        messaging.release(decision, Purpose.CONSENT_RECORDED, version=version)
    finish(decision)


def settle_step(decision: Decision, command: SettleStep) -> None:
    """Take note that a person, or a system of its own accord, has carried out a step."""
    step = addressed(decision, command.version, command.step)
    if step.status is StepStatus.SETTLED:
        require(step.reference == command.reference, RefusalCode.STEP_NOT_OPEN)
        decision.record(NothingChanged(command="settle_step"))
        return
    require(step.status is not StepStatus.COMPENSATED, RefusalCode.STEP_NOT_OPEN)
    require(not step.reversing, RefusalCode.STEP_UNDER_WAY)
    expect_witness(decision, step)
    _take_effect(decision, step, command.reference, by_hand=_is_by_hand(decision, step))


def fail_step(decision: Decision, command: FailStep) -> None:
    """Make a step that cannot be carried out as planned a task for a person (rule 13)."""
    step = addressed(decision, command.version, command.step)
    require(step in open_steps(decision.state), RefusalCode.STEP_NOT_OPEN)
    require(not step.reversing, RefusalCode.STEP_UNDER_WAY)
    _fail(decision, step, command.reason)


def record_step(decision: Decision, command: RecordStep) -> None:
    """Take note of what our own service reports about a step that it was asked to carry out."""
    step = decision.state.steps[command.step - 1]
    if step not in open_steps(decision.state):
        decision.record(NothingChanged(command="record_step"))
    elif command.reference is not None:
        _take_effect(decision, step, command.reference)
    else:
        _fail(decision, step, command.code or "unknown")


def addressed(decision: Decision, version: int, number: int) -> Step:
    """Return the step with this number of this version, unless a service is at work on it.

    Whoever reported it meanwhile could make it happen twice; the service reports by itself.
    """
    steps = decision.state.steps
    require(1 <= number <= len(steps), RefusalCode.STEP_UNKNOWN)
    step = steps[number - 1]
    require(step.version == version, RefusalCode.STEP_UNKNOWN)
    started = step.status is StepStatus.STARTED and step.remedy.kind in AUTOMATIC
    require(not started, RefusalCode.STEP_UNDER_WAY)
    return step


def expect_witness(decision: Decision, step: Step) -> None:
    """Let nobody report by hand what became of money or things which they proposed themselves.

    Else one person could give it to themselves: no service knows anything of it.
    """
    proposer = decision.state.proposals[step.version - 1].proposed_by
    own = is_same_person(proposer, decision.actor.id)
    require(not (own and _is_by_hand(decision, step)), RefusalCode.OWN_REMEDY)


def record_payment(decision: Decision, command: RecordPayment) -> None:
    """Take note that the ledger knows what was paid back by hand.

    The money has moved, so that the step stays as it is; if it was too much, people must know.
    """
    if decision.state.completed:
        decision.record(NothingChanged(command="record_payment"))
        return
    decision.record(PaymentEntered(step=command.step, code=command.code))
    if command.code is not None:
        escalation.raise_to(decision, Role.MANAGER, command.code)
        if not decision.state.is_closed:
            tasks.create(decision, TaskKind.CLEAR_PAYMENT, command.step)


def finish(decision: Decision) -> None:
    """Go on once every step has ended: to the callback, or back to the owner.

    A remedy of which a step was given up is not what the customer agreed to: the owner offers
    something else. What the customer has taken back meanwhile is closed.
    """
    state = decision.state
    if open_steps(state) or any(step.reversing for step in state.steps):
        return
    if unwinding.go_back(decision):
        return
    state = decision.state
    version = state.proposals[-1].version
    steps = [step for step in state.steps if step.version == version]
    kept = all(step.status is StepStatus.SETTLED for step in steps)
    for clock in running(state, ClockKind.REMEDY):
        if kept:
            clocks.answer(decision, clock.key, decision.at, decision.proof)
        else:
            clocks.end_unanswered(decision, clock, COMPENSATED)
    if state.withdrawn:
        cycles.close(decision, Outcome.WITHDRAWN)
    elif kept:
        decision.record(StageChanged(stage=Stage.FOLLOWING_UP))
        messaging.release(decision, Purpose.REMEDY_DONE)
        start_callback(decision)
    else:
        # What was done is not done any more: there is nothing yet to call about.
        promises.withdraw_about(decision, ClockKind.CALLBACK, COMPENSATED)
        for clock in running(state, ClockKind.CALLBACK):
            clocks.end_unanswered(decision, clock, COMPENSATED)
        decision.record(StageChanged(stage=Stage.DECIDING))
        clocks.start_revision(decision, version + 1)


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


def _is_by_hand(decision: Decision, step: Step) -> bool:
    """Tell whether what a person reports about a step is reported instead of by a service."""
    return decision.state.policy.authority.witnessed and step.remedy.kind in AUTOMATIC


def _take_effect(decision: Decision, step: Step, reference: str, *, by_hand: bool = False) -> None:
    _settle(decision, step, reference, by_hand=by_hand)
    tasks.complete_about(decision, TaskKind.CARRY_OUT_STEP, step.number)
    finish(decision)


def _settle(decision: Decision, step: Step, reference: str, *, by_hand: bool = False) -> None:
    by = decision.actor.id
    decision.record(StepSettled(step=step.number, reference=reference, by=by, by_hand=by_hand))


def _fail(decision: Decision, step: Step, reason: str) -> None:
    decision.record(StepFailed(step=step.number, reason=reason))
    tasks.create(decision, TaskKind.CARRY_OUT_STEP, step.number)


def _clock_key(decision: Decision, version: int) -> str:
    """Return the key of the remedy's clock: a second remedy of a cycle adds its version."""
    known = [clock for clock in decision.state.clocks if clock.kind is ClockKind.REMEDY]
    return f"remedy.{version}" if known else "remedy"
