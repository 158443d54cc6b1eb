"""Carrying out remedy steps and taking them back, each at most once (rule 13)."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from gateways.ports import RemedyService
from schemas.activity_io import (
    CARRY_OUT_STEP,
    ENTER_PAYMENT,
    LOOK_UP_STEP,
    REVERSE_STEP,
    PaymentReceipt,
    StepReceipt,
)
from schemas.effects import CarryOutStep, EnterPayment, ReverseStep
from schemas.errors import RedressError
from schemas.ids import workflow_id
from schemas.remedy_codes import NOT_CARRIED_OUT
from schemas.remedy_order import BY_SERVICE, RemedyOrder
from schemas.vocabulary import RemedyKind

GONE = "gone"
"""Begins the reference of a reversal whose own reference was lost with its answer."""


@dataclass(eq=False)
class StepNotAutomatic(RedressError):
    """No outside system carries out a {kind}; a person has to do it and settle the step."""

    code = "step_not_automatic"
    retryable = False
    kind: RemedyKind


@dataclass(eq=False)
class StepNotCarriedOut(RedressError):
    """The service has nothing under the key {key} that it could take back."""

    code = NOT_CARRIED_OUT
    retryable = False
    key: str


class RemedyActivities:
    """Has remedies carried out by the service that can."""

    def __init__(self, service: RemedyService) -> None:
        self._service = service

    @activity.defn(name=CARRY_OUT_STEP)
    async def carry_out_step(self, effect: CarryOutStep) -> StepReceipt:
        """Carry out a step; a later try says the same under the same key, which acts once.

        So whoever carries it out compares the content: what somebody else has put there is
        refused, and never taken for ours.
        """
        if effect.remedy.kind not in BY_SERVICE:
            raise StepNotAutomatic(effect.remedy.kind)
        return StepReceipt(reference=await self._service.carry_out(order_of(effect)))

    @activity.defn(name=LOOK_UP_STEP)
    async def look_up_step(self, effect: CarryOutStep) -> StepReceipt | None:
        """Say whether this very step took effect, without carrying it out; None if it did not."""
        settled = await self._service.lookup(order_of(effect))
        return None if settled is None else StepReceipt(reference=settled)

    @activity.defn(name=REVERSE_STEP)
    async def reverse_step(self, effect: ReverseStep) -> StepReceipt:
        """Take back a step, as often as asked with one effect.

        What the service itself carried out and no longer knows after an earlier try has been taken
        back by that try. StepNotCarriedOut for what it does not know otherwise: a person did it, or
        nobody.
        """
        reference = await self._service.reverse(effect.key)
        if reference is not None:
            return StepReceipt(reference=reference)
        tried = effect.retried or activity.info().attempt > 1
        if effect.settled_as is None or not tried:
            raise StepNotCarriedOut(effect.key)
        return StepReceipt(reference=f"{GONE}:{effect.settled_as}")

    @activity.defn(name=ENTER_PAYMENT)
    async def enter_payment(self, effect: EnterPayment) -> PaymentReceipt:
        """Have what people paid back by hand counted, so that the order is not paid back again."""
        await self._service.enter_by_hand(order_of(effect.done), effect.payment)
        return PaymentReceipt()


def order_of(effect: CarryOutStep) -> RemedyOrder:
    """Return what a service is asked to do; without an order in the shop the case stands for it."""
    remedy = effect.remedy
    return RemedyOrder(
        key=effect.key,
        number=effect.number,
        order=effect.order or workflow_id(effect.number),
        kind=remedy.kind,
        item=remedy.item,
        quantity=remedy.quantity,
        amount=remedy.amount,
        requested_by=effect.requested_by,
        approved_by=effect.approved_by,
        needs_approval=effect.awaits_approval or effect.approved_by is not None,
    )
