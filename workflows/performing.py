"""Carrying out effects through activities, and reporting back what came of them as commands."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from temporalio import workflow
from temporalio.exceptions import FailureError

from domain.carry_out import REDRESS
from schemas import activity_io
from schemas.activity_io import Delivery, PaymentReceipt, StepReceipt
from schemas.attributes import DEPARTMENT_QUEUES
from schemas.commands import (
    Command,
    RecordDelivery,
    RecordEvidence,
    RecordPayment,
    RecordReversal,
    RecordStep,
    RecordTriage,
)
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    Effect,
    EnterPayment,
    GatherEvidence,
    ReverseStep,
    TriageComplaint,
)
from schemas.evidence import Evidence
from schemas.policy import Policy
from schemas.remedy_codes import NOT_CARRIED_OUT, OUTCOME_UNKNOWN
from schemas.triage import Triage
from schemas.vocabulary import Category, Severity
from workflows.clock import CaseClock
from workflows.lane import Lane, code_of, is_final
from workflows.options import LAST_LOOK, OUTSIDE_TIMEOUT, PATIENT, pauses

UNTRIAGED = Triage(
    category=Category.OTHER,
    severity=Severity.MODERATE,
    confidence=0,
    certain=False,
    rule_version="none",
)
"""For a complaint that can never be read again, because its key was destroyed."""


async def perform(effect: Effect, policy: Policy, lane: Lane, clock: CaseClock) -> Command | None:
    """Carry out an effect under its key and return the command that reports it, if any.

    It never raises for what outside systems do: their failures are reports too.
    """
    if isinstance(effect, TriageComplaint):
        return await _triage(effect, lane, clock)
    if isinstance(effect, DeliverMessage):
        return await _deliver(effect, policy.delivery_gives_up_after, clock)
    if isinstance(effect, GatherEvidence):
        return await _gather(effect, policy.evidence_gives_up_after, clock)
    if isinstance(effect, CarryOutStep):
        return await _carry_out_step(effect, policy.remedy, clock)
    if isinstance(effect, ReverseStep):
        return await _reverse_step(effect, policy.remedy, clock)
    if isinstance(effect, EnterPayment):
        return await _enter_payment(effect, policy.remedy, clock)
    assert_never(effect)


async def _triage(effect: TriageComplaint, lane: Lane, clock: CaseClock) -> Command:
    """Judge the complaint in one local step; only a destroyed key leaves it unjudged."""
    triage = UNTRIAGED
    for pause in pauses():
        try:
            triage = await lane.run(activity_io.TRIAGE_COMPLAINT, effect, Triage, "triage")
            break
        except FailureError as error:
            if is_final(error):
                break
        await workflow.sleep(pause, summary="triage failed, trying again")
        clock.tick()
    return RecordTriage(command_id=_new_id(), actor=REDRESS, triage=triage)


async def _deliver(effect: DeliverMessage, gives_up_after: timedelta, clock: CaseClock) -> Command:
    """Deliver by a remote activity: it begins only once what the message tells is history."""
    report = RecordDelivery(command_id=_new_id(), actor=REDRESS, message=effect.message)
    try:
        delivery = await workflow.execute_activity(
            activity_io.DELIVER_MESSAGE,
            effect,
            result_type=Delivery,
            summary=f"{effect.purpose} to the customer",
            start_to_close_timeout=OUTSIDE_TIMEOUT,
            schedule_to_close_timeout=gives_up_after,
            retry_policy=PATIENT,
        )
        told: dict[str, object] = {"channel": delivery.channel}
    except FailureError as error:
        told = {"reason": code_of(error)}
    clock.tick()
    return report.model_copy(update=told)


async def _gather(
    effect: GatherEvidence, gives_up_after: timedelta, clock: CaseClock
) -> Command | None:
    try:
        evidence = await workflow.execute_activity(
            activity_io.GATHER_EVIDENCE[effect.department],
            effect,
            result_type=Evidence | None,  # type: ignore[arg-type]  # A union is no class.
            task_queue=DEPARTMENT_QUEUES[effect.department],
            summary=f"check {effect.check}: ask the {effect.department} system",
            start_to_close_timeout=OUTSIDE_TIMEOUT,
            schedule_to_close_timeout=gives_up_after,
            retry_policy=PATIENT,
        )
    except FailureError as error:
        evidence = Evidence(system=effect.department, unavailable=code_of(error))
    clock.tick()
    if evidence is None:
        return None  # The department has taken the question; people or a later signal answer it.
    return RecordEvidence(
        command_id=_new_id(), actor=REDRESS, check=effect.check, evidence=evidence
    )


async def _carry_out_step(
    effect: CarryOutStep, gives_up_after: timedelta, clock: CaseClock
) -> Command:
    """Have a step carried out; only what the service denies at the very end has failed."""
    told: dict[str, object]
    try:
        receipt = await _ask_service(activity_io.CARRY_OUT_STEP, effect, gives_up_after)
        told = {"reference": receipt.reference}
    except FailureError as error:
        # Also a refusal for good may come after a try that acted without being heard.
        told = await _look_up(effect)
        if not told:
            told = {"code": code_of(error) if is_final(error) else NOT_CARRIED_OUT}
    clock.tick()
    report = RecordStep(
        command_id=_new_id(), actor=REDRESS, version=effect.version, step=effect.step
    )
    return report.model_copy(update=told)


async def _look_up(effect: CarryOutStep) -> dict[str, object]:
    """Ask what became of a step whose last try may have acted without being heard.

    Nothing is told if the service denies it.
    """
    try:
        found: StepReceipt | None = await workflow.execute_activity(
            activity_io.LOOK_UP_STEP,
            effect,
            result_type=StepReceipt | None,  # type: ignore[arg-type]  # A union is no class.
            summary=f"step {effect.step}: did it happen?",
            start_to_close_timeout=OUTSIDE_TIMEOUT,
            schedule_to_close_timeout=LAST_LOOK,
            retry_policy=PATIENT,
        )
    except FailureError as error:
        # Something else under our key is no step of ours; whatever else leaves it open is silence.
        return {"code": code_of(error) if is_final(error) else OUTCOME_UNKNOWN}
    return {} if found is None else {"reference": found.reference}


async def _reverse_step(
    effect: ReverseStep, gives_up_after: timedelta, clock: CaseClock
) -> Command:
    told: dict[str, object]
    try:
        receipt = await _ask_service(activity_io.REVERSE_STEP, effect, gives_up_after)
        told = {"reference": receipt.reference}
    except FailureError as error:
        told = {"code": code_of(error)}
    clock.tick()
    report = RecordReversal(
        command_id=_new_id(), actor=REDRESS, version=effect.version, step=effect.step
    )
    return report.model_copy(update=told)


async def _enter_payment(
    effect: EnterPayment, gives_up_after: timedelta, clock: CaseClock
) -> Command:
    """Have money counted that people have paid back; what does not add up is told with its code."""
    code = None
    try:
        await workflow.execute_activity(
            activity_io.ENTER_PAYMENT,
            effect,
            result_type=PaymentReceipt,
            summary=f"step {effect.done.step}: count what was paid by hand",
            start_to_close_timeout=OUTSIDE_TIMEOUT,
            schedule_to_close_timeout=gives_up_after,
            retry_policy=PATIENT,
        )
    except FailureError as error:
        code = code_of(error)
    clock.tick()
    version, step = effect.done.version, effect.done.step
    return RecordPayment(command_id=_new_id(), actor=REDRESS, version=version, step=step, code=code)


async def _ask_service(
    name: str, effect: CarryOutStep | ReverseStep, gives_up_after: timedelta
) -> StepReceipt:
    undoes = "take back " if isinstance(effect, ReverseStep) else ""
    receipt: StepReceipt = await workflow.execute_activity(
        name,
        effect,
        result_type=StepReceipt,
        summary=f"step {effect.step}: {undoes}{effect.remedy.kind}",
        start_to_close_timeout=OUTSIDE_TIMEOUT,
        schedule_to_close_timeout=gives_up_after,
        retry_policy=PATIENT,
    )
    return receipt


def _new_id() -> str:
    return f"redress:{workflow.uuid4()}"
