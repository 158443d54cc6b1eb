"""Carrying out remedy steps, each at most once (rule 13)."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from gateways.ports import ResendService
from schemas.activity_io import CARRY_OUT_STEP, StepReceipt
from schemas.effects import CarryOutStep
from schemas.errors import RedressError
from schemas.ids import workflow_id
from schemas.vocabulary import RemedyKind


@dataclass(eq=False)
class StepNotAutomatic(RedressError):
    """No outside system carries out a {kind}; a person has to do it and settle the step."""

    code = "step_not_automatic"
    retryable = False
    kind: RemedyKind


class RemedyActivities:
    """Has remedies carried out by the services that can."""

    def __init__(self, resends: ResendService) -> None:
        self._resends = resends

    @activity.defn(name=CARRY_OUT_STEP)
    async def carry_out_step(self, effect: CarryOutStep) -> StepReceipt:
        """Carry out a step; a try whose answer was lost is settled by asking, not by repeating."""
        if effect.remedy.kind is not RemedyKind.RESEND:
            raise StepNotAutomatic(effect.remedy.kind)
        if activity.info().attempt > 1:
            settled = await self._resends.lookup(effect.key)
            if settled is not None:
                return StepReceipt(reference=settled)
        order = effect.order or workflow_id(effect.number)
        item = effect.remedy.item or order
        reference = await self._resends.resend(effect.key, order, item, effect.remedy.quantity)
        return StepReceipt(reference=reference)
