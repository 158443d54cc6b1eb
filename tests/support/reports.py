"""What the world outside reports back about effects."""

from __future__ import annotations

from datetime import datetime

from domain.carry_out import REDRESS
from schemas.commands import (
    Command,
    RecordDelivery,
    RecordEvidence,
    RecordPayment,
    RecordReversal,
    RecordStep,
    RecordTriage,
    Wake,
)
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    EnterPayment,
    GatherEvidence,
    ReverseStep,
)
from schemas.evidence import Evidence
from schemas.triage import Triage
from schemas.vocabulary import Channel
from tests.support.commands import UNNAMED


def alarm() -> Wake:
    return Wake(command_id="redress:alarm", actor=REDRESS)


def judged(triage: Triage) -> RecordTriage:
    return RecordTriage(command_id=UNNAMED, actor=REDRESS, triage=triage)


def delivered(message: DeliverMessage | int, channel: Channel | None = Channel.PHONE) -> Command:
    number = message if isinstance(message, int) else message.message
    return RecordDelivery(command_id=UNNAMED, actor=REDRESS, message=number, channel=channel)


def given_up(message: DeliverMessage | int) -> Command:
    number = message if isinstance(message, int) else message.message
    return RecordDelivery(command_id=UNNAMED, actor=REDRESS, message=number, reason="timed_out")


def found(check: GatherEvidence | int, evidence: Evidence) -> RecordEvidence:
    number = check if isinstance(check, int) else check.check
    return RecordEvidence(command_id=UNNAMED, actor=REDRESS, check=number, evidence=evidence)


def settled(effect: CarryOutStep, reference: str | None = None) -> RecordStep:
    return RecordStep(
        command_id=UNNAMED,
        actor=REDRESS,
        version=effect.version,
        step=effect.step,
        reference=reference or f"parcel-{effect.step}",
    )


def failed(effect: CarryOutStep, code: str = "timed_out") -> RecordStep:
    return RecordStep(
        command_id=UNNAMED,
        actor=REDRESS,
        version=effect.version,
        step=effect.step,
        code=code,
    )


def reversed_(effect: ReverseStep) -> RecordReversal:
    return RecordReversal(
        command_id=UNNAMED,
        actor=REDRESS,
        version=effect.version,
        step=effect.step,
        reference=f"reversal-{effect.step}",
    )


def not_reversed(effect: ReverseStep, code: str = "not_reversible") -> RecordReversal:
    return RecordReversal(
        command_id=UNNAMED,
        actor=REDRESS,
        version=effect.version,
        step=effect.step,
        code=code,
    )


def counted(effect: EnterPayment, code: str | None = None) -> RecordPayment:
    """Report that the ledger knows what was paid by hand, or what is wrong with it."""
    return RecordPayment(
        command_id=UNNAMED,
        actor=REDRESS,
        version=effect.done.version,
        step=effect.done.step,
        code=code,
    )


def stamped(command: Command, received_at: datetime) -> Command:
    """Return the command as if our door had stamped it at that moment."""
    return command.model_copy(update={"received_at": received_at})
