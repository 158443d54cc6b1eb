"""Carrying out steps and taking them back: what an activity asks of a service, and how it fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.failures import as_failure
from activities.remedies import RemedyActivities, StepNotAutomatic, StepNotCarriedOut, order_of
from gateways.errors import OutcomeUnknown
from gateways.recording import Fault, RecordingRemedyService
from schemas.effects import CarryOutStep, EnterPayment, ReverseStep
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


def reversal(**fields: Any) -> ReverseStep:
    made = step(RemedyKind.COUPON)
    return ReverseStep(
        key=KEY, number=7, version=1, step=2, remedy=made.remedy, order=made.order, **fields
    )


async def carried_out(
    service: RecordingRemedyService, effect: CarryOutStep, attempt: int = 1
) -> str:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    return (await environment.run(RemedyActivities(service).carry_out_step, effect)).reference


async def taken_back(
    service: RecordingRemedyService, effect: ReverseStep | None = None, attempt: int = 1
) -> str:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    asked = effect or reversal()
    return (await environment.run(RemedyActivities(service).reverse_step, asked)).reference


@pytest.mark.parametrize("kind", BY_SERVICE)
async def test_money_and_things_are_carried_out_as_offered(kind: RemedyKind) -> None:
    service = RecordingRemedyService()
    reference = await carried_out(service, step(kind))
    assert reference == await service.lookup(order_of(step(kind)))
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
        needs_approval=True,
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


@pytest.mark.parametrize("fault", Fault)
async def test_a_later_try_says_the_same_again_and_acts_once(fault: Fault) -> None:
    service = RecordingRemedyService(faults=[fault])
    with pytest.raises(OutcomeUnknown) as caught:
        await carried_out(service, step())
    assert not as_failure(caught.value).non_retryable
    assert await carried_out(service, step(), attempt=2) == "RM-1"
    assert list(service.done) == [KEY]


async def test_what_stands_under_our_key_with_another_content_is_never_taken_for_ours() -> None:
    service = RecordingRemedyService()
    service.done[KEY] = order_of(step()).model_copy(update={"amount": fen(5000)})
    for attempt in (1, 2):
        with pytest.raises(RemedyDiffers):
            await carried_out(service, step(), attempt)
    with pytest.raises(RemedyDiffers) as caught:
        await ActivityEnvironment().run(RemedyActivities(service).look_up_step, step())
    assert as_failure(caught.value).non_retryable


def test_an_order_says_that_it_needs_approval_and_who_approved() -> None:
    assert order_of(step()).needs_approval
    free = step().model_copy(update={"approved_by": None})
    assert not order_of(free).needs_approval
    assert order_of(free.model_copy(update={"awaits_approval": True})).needs_approval


async def test_a_first_try_after_a_new_start_still_acts_once() -> None:
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


@pytest.mark.parametrize(("attempt", "retried"), [(2, False), (1, True)])
async def test_what_an_earlier_try_has_taken_back_unheard_is_taken_back(
    attempt: int, *, retried: bool
) -> None:
    effect = reversal(settled_as="CP-1", retried=retried)
    assert await taken_back(RecordingRemedyService(), effect, attempt) == "gone:CP-1"


@pytest.mark.parametrize(("settled_as", "attempt"), [(None, 2), ("CP-1", 1)])
async def test_what_is_not_there_was_taken_back_only_if_it_was_done_and_that_was_tried(
    settled_as: str | None, attempt: int
) -> None:
    with pytest.raises(StepNotCarriedOut):
        await taken_back(RecordingRemedyService(), reversal(settled_as=settled_as), attempt)


async def test_what_was_paid_by_hand_is_entered_under_the_key_of_its_step() -> None:
    service = RecordingRemedyService()
    effect = EnterPayment(key=f"{KEY}:by-hand", done=step(), payment="BANK-1")
    await ActivityEnvironment().run(RemedyActivities(service).enter_payment, effect)
    assert (service.by_hand, service.done) == ({KEY: "BANK-1"}, {})


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
