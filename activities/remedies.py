"""Carrying out remedy steps and taking them back, each at most once (rule 13)."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from gateways.ports import RemedyService
from schemas.activity_io import CARRY_OUT_STEP, LOOK_UP_STEP, REVERSE_STEP, StepReceipt
from schemas.effects import CarryOutStep, ReverseStep
from schemas.errors import RedressError
from schemas.ids import workflow_id
from schemas.remedy_codes import NOT_CARRIED_OUT
from schemas.remedy_order import BY_SERVICE, RemedyOrder
from schemas.vocabulary import RemedyKind


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
        """Carry out a step; a try whose answer was lost is settled by asking, not by repeating."""
        if effect.remedy.kind not in BY_SERVICE:
            raise StepNotAutomatic(effect.remedy.kind)
        if activity.info().attempt > 1:
            settled = await self._service.lookup(effect.key)
            if settled is not None:
                return StepReceipt(reference=settled)
        return StepReceipt(reference=await self._service.carry_out(order_of(effect)))

    @activity.defn(name=LOOK_UP_STEP)
    async def look_up_step(self, effect: CarryOutStep) -> StepReceipt | None:
        """Say whether a step took effect, without carrying it out; None if it did not."""
        settled = await self._service.lookup(effect.key)
        return None if settled is None else StepReceipt(reference=settled)

    @activity.defn(name=REVERSE_STEP)
    async def reverse_step(self, effect: ReverseStep) -> StepReceipt:
        """Take back a step, as often as asked with one effect.

        StepNotCarriedOut for one that the service does not know: a person did it, or nobody.
        """
        reference = await self._service.reverse(effect.key)
        if reference is None:
            raise StepNotCarriedOut(effect.key)
        return StepReceipt(reference=reference)


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
    )
