"""Carrying out steps and taking them back: what an activity asks of a service, and how it fails."""

from __future__ import annotations

from dataclasses import replace

import pytest
from temporalio.testing import ActivityEnvironment

from activities.failures import as_failure
from activities.remedies import RemedyActivities, StepNotAutomatic, StepNotCarriedOut, order_of
from gateways.errors import OutcomeUnknown
from gateways.recording import Fault, RecordingRemedyService
from schemas.effects import CarryOutStep, ReverseStep
from schemas.offer import RemedyStep
from schemas.remedy_order import BY_SERVICE, RemedyOrder
from schemas.remedy_refusal import (
    REFUSALS,
    NotReversible,
    RemedyDiffers,
    RemedyRefused,
)
from schemas.vocabulary import RemedyKind
from tests.support.remedies import fen

KEY = "7:1:1:2"


def step(kind: RemedyKind = RemedyKind.PARTIAL_REFUND, order: str | None = "SO-1") -> CarryOutStep:
    offered = RemedyStep(kind=kind, item="LID-1", quantity=2, amount=fen(50), cost=fen(60))
    return CarryOutStep(
        key=KEY,
        number=7,
        version=1,
        step=2,
        remedy=offered,
        order=order,
        requested_by="agent-1",
        approved_by="supervisor-1",
    )


def reversal() -> ReverseStep:
    made = step(RemedyKind.COUPON)
    return ReverseStep(key=KEY, number=7, version=1, step=2, remedy=made.remedy, order=made.order)


async def carried_out(
    service: RecordingRemedyService, effect: CarryOutStep, attempt: int = 1
) -> str:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    return (await environment.run(RemedyActivities(service).carry_out_step, effect)).reference


async def taken_back(service: RecordingRemedyService) -> str:
    receipt = await ActivityEnvironment().run(RemedyActivities(service).reverse_step, reversal())
    return receipt.reference


@pytest.mark.parametrize("kind", BY_SERVICE)
async def test_money_and_things_are_carried_out_as_offered(kind: RemedyKind) -> None:
    service = RecordingRemedyService()
    reference = await carried_out(service, step(kind))
    assert reference == await service.lookup(KEY)
    assert service.done[KEY] == RemedyOrder(
        key=KEY,
        number=7,
        order="SO-1",
        kind=kind,
        item="LID-1",
        quantity=2,
        amount=fen(50),
        requested_by="agent-1",
        approved_by="supervisor-1",
    )


@pytest.mark.parametrize("kind", [kind for kind in RemedyKind if kind not in BY_SERVICE])
async def test_words_and_deeds_of_people_are_left_to_people(kind: RemedyKind) -> None:
    service = RecordingRemedyService()
    with pytest.raises(StepNotAutomatic, match=kind) as caught:
        await carried_out(service, step(kind))
    assert as_failure(caught.value).non_retryable
    assert service.calls == []


def test_without_an_order_the_case_stands_for_it() -> None:
    assert order_of(step(order=None)).order == "complaint-7"


@pytest.mark.parametrize(("fault", "calls"), [(Fault.ACT_THEN_FAIL, 1), (Fault.FAIL_FIRST, 2)])
async def test_a_later_try_asks_before_it_acts(fault: Fault, calls: int) -> None:
    service = RecordingRemedyService(faults=[fault])
    with pytest.raises(OutcomeUnknown) as caught:
        await carried_out(service, step())
    assert not as_failure(caught.value).non_retryable
    assert await carried_out(service, step(), attempt=2) == "RM-1"
    assert service.calls == [KEY] * calls


async def test_a_first_try_does_not_ask_but_still_acts_once() -> None:
    """After a new start of the run the attempts are counted from one again."""
    service = RecordingRemedyService()
    assert await carried_out(service, step()) == await carried_out(service, step())
    assert len(service.done) == 1
    with pytest.raises(RemedyDiffers):
        await carried_out(service, step(order="SO-2"))


async def test_a_last_look_acts_never() -> None:
    service = RecordingRemedyService(faults=[Fault.ACT_THEN_FAIL])
    look = RemedyActivities(service).look_up_step
    assert await ActivityEnvironment().run(look, step()) is None
    with pytest.raises(OutcomeUnknown):
        await carried_out(service, step())
    receipt = await ActivityEnvironment().run(look, step())
    assert receipt is not None
    assert receipt.reference == "RM-1"
    assert service.calls == [KEY]


async def test_taking_back_gives_one_reference_however_often_asked() -> None:
    service = RecordingRemedyService()
    await carried_out(service, step(RemedyKind.COUPON))
    assert await taken_back(service) == await taken_back(service) == "RV-1"
    assert service.reversed == [KEY]


async def test_what_cannot_be_taken_back_fails_for_good() -> None:
    service = RecordingRemedyService(irreversible=True)
    await carried_out(service, step())
    with pytest.raises(NotReversible) as caught:
        await taken_back(service)
    failure = as_failure(caught.value)
    assert (failure.type, failure.non_retryable) == ("not_reversible", True)


async def test_a_step_that_a_person_carried_out_is_taken_back_by_a_person() -> None:
    with pytest.raises(StepNotCarriedOut):
        await taken_back(RecordingRemedyService())


@pytest.mark.parametrize("refusal", [RemedyRefused, *REFUSALS])
def test_every_refusal_is_final_and_says_its_code_alone(refusal: type[RemedyRefused]) -> None:
    failure = as_failure(refusal(KEY, "reason"))
    assert (failure.type, failure.message, failure.non_retryable) == (
        refusal.code,
        refusal.code,
        True,
    )
    assert KEY in str(refusal(KEY))


def test_refusals_differ_by_code() -> None:
    assert {refusal.code for refusal in REFUSALS}.isdisjoint({RemedyRefused.code})
    assert len({refusal.code for refusal in REFUSALS}) == len(RemedyRefused.__subclasses__())
