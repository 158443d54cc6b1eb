"""Abuses of money that the case lets through to the ledger, which knows what was paid.

Each is played from the proposal to the ledger, in memory and on PostgreSQL. What the ledger
refuses without the case is shown in test_remedies.py and test_balances.py, and what the case
refuses without a ledger in the unit tests.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from temporalio.testing import ActivityEnvironment

from activities.remedies import RemedyActivities, order_of
from schemas.effects import CarryOutStep
from schemas.money import Money
from schemas.offer import RemedyStep
from schemas.refusals import RefusalCode
from schemas.remedy_refusal import (
    PaidUnknown,
    RefundExceedsPaid,
    RemedyDiffers,
    RemedyRefused,
    SelfApproved,
)
from schemas.vocabulary import CallbackResult, Outcome, RemedyKind, Stage, StepStatus
from tests.contract.stores import Stores
from tests.support.actors import SUPERVISOR
from tests.support.commands import (
    accept_option,
    approve_proposal,
    callback,
    close_explained,
    propose,
    withdraw,
)
from tests.support.expectations import closed, refused, stage
from tests.support.policies import hours
from tests.support.remedies import ORDER, PAID, fen, refund
from tests.support.reports import failed, settled
from tests.support.story import Story

REST = "9:9:9:9"
"""The key of a refund that shows how much of the order can still be paid back."""


def paid_back(amount: Money, kind: RemedyKind = RemedyKind.REFUND) -> RemedyStep:
    return RemedyStep(kind=kind, amount=amount)


def granted(story: Story, step: RemedyStep) -> Story:
    """Have a refund proposed, approved by another person and accepted by the customer."""
    story.given(propose(step, promised_at=story.now + hours(6)))
    version = len(story.state.proposals)
    return story.given(approve_proposal(version), accept_option(version))


def opened(number: int = 7) -> Story:
    return Story(settles=False, number=number).opened(order=ORDER).triaged()


async def pay(stores: Stores, story: Story) -> Story:
    """Let the ledger carry out what the case asks for, and report as the activity would."""
    asked = [effect for effect in story.pending if isinstance(effect, CarryOutStep)]
    for effect in asked:
        story.pending.remove(effect)
        try:
            reference = await stores.remedies.carry_out(order_of(effect))
        except RemedyRefused as refusal:
            story.when(failed(effect).model_copy(update={"code": refusal.code}))
        else:
            story.when(settled(effect, reference))
    return story


async def left(stores: Stores, minor: int) -> bool:
    """Tell whether exactly so much of the order was not paid back."""
    with pytest.raises(RefundExceedsPaid):
        await stores.remedies.carry_out(refund(minor + 1, REST))
    return minor == 0 or bool(await stores.remedies.carry_out(refund(minor, REST)))


@pytest.fixture
async def known(stores: Stores) -> Stores:
    """Stores that know what was paid for the order."""
    await stores.balances.enter_paid(ORDER, PAID)
    return stores


def check_unpaid(story: Story, refusal: type[RemedyRefused]) -> None:
    """Check that the last step was refused, and that the case stays open with it."""
    step = story.state.steps[-1]
    assert (step.status, step.reason, step.reference) == (StepStatus.FAILED, refusal.code, None)
    for command in (callback(), close_explained()):
        story.when(command).then(refused(RefusalCode.WRONG_STAGE), stage(Stage.REMEDYING))


async def test_1_a_refund_that_is_approved_and_accepted_again_is_paid_once(known: Stores) -> None:
    story = await pay(known, granted(opened(), paid_back(fen(60_00))))
    story.when(approve_proposal()).when(accept_option())
    await pay(known, story)
    assert len(story.state.steps) == 1
    assert await left(known, 40_00)


async def test_3_a_refund_after_the_full_refund(known: Stores) -> None:
    story = await pay(known, granted(opened(), paid_back(PAID)))
    story.then(stage(Stage.FOLLOWING_UP)).given(callback(CallbackResult.DISSATISFIED))
    check_unpaid(await pay(known, granted(story, paid_back(PAID))), RefundExceedsPaid)
    assert await left(known, 0)


async def test_4_partial_refunds_that_are_more_than_was_paid(known: Stores) -> None:
    part = paid_back(fen(60_00), RemedyKind.PARTIAL_REFUND)
    story = await pay(known, granted(opened(), paid_back(fen(60_00))))
    story.given(callback(CallbackResult.DISSATISFIED))
    check_unpaid(await pay(known, granted(story, part)), RefundExceedsPaid)
    assert await left(known, 40_00)


async def test_4_partial_refunds_of_two_complaints_about_one_order(known: Stores) -> None:
    part = paid_back(fen(60_00), RemedyKind.REFUND)
    await pay(known, granted(opened(7), part))
    check_unpaid(await pay(known, granted(opened(8), part)), RefundExceedsPaid)
    assert await left(known, 40_00)


async def test_7_the_ledger_alone_stops_who_approves_for_themselves(known: Stores) -> None:
    story = granted(opened(), paid_back(fen(60_00)))
    (effect,) = (each for each in story.pending if isinstance(each, CarryOutStep))
    assert effect.approved_by == SUPERVISOR.id
    forged = effect.model_copy(update={"approved_by": effect.requested_by})
    with pytest.raises(SelfApproved):
        await known.remedies.carry_out(order_of(forged))
    assert await left(known, 100_00)


@pytest.mark.parametrize("currency", ["USD", "XXX", "cny"])
async def test_12_a_refund_in_another_currency_than_was_paid(known: Stores, currency: str) -> None:
    foreign = paid_back(Money(minor=1_00, currency=currency))
    check_unpaid(await pay(known, granted(opened(), foreign)), PaidUnknown)
    assert await left(known, 100_00)


async def test_29_a_payment_of_another_amount_under_our_key(known: Stores) -> None:
    await known.remedies.carry_out(refund(1_00))
    check_unpaid(await pay(known, granted(opened(), paid_back(fen(60_00)))), RemedyDiffers)
    assert await left(known, 99_00)


async def test_29_a_payment_of_another_amount_that_a_later_try_finds(known: Stores) -> None:
    await known.remedies.carry_out(refund(1_00))
    story = granted(opened(), paid_back(fen(60_00)))
    (effect,) = (each for each in story.pending if isinstance(each, CarryOutStep))
    later = ActivityEnvironment()
    later.info = replace(later.info, attempt=2)
    with pytest.raises(RemedyDiffers):
        await later.run(RemedyActivities(known.remedies).carry_out_step, effect)


async def test_30_a_complaint_that_is_withdrawn_while_its_refund_is_paid(known: Stores) -> None:
    story = granted(opened(), paid_back(fen(60_00))).given(withdraw())
    asked = list(story.pending)
    (await pay(known, story)).then(closed(Outcome.WITHDRAWN))
    for effect in asked:  # As a run that was terminated and reset would ask again.
        if isinstance(effect, CarryOutStep):
            again = await known.remedies.carry_out(order_of(effect))
            assert again == story.state.steps[0].reference
    assert await left(known, 40_00)
