"""Rule 12: what makes sense to offer at all, and what an agent may grant alone (H4)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.authority import PIECES
from schemas.commands import Actor
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Department,
    Finding,
    RemedyKind,
    Role,
    Stage,
)
from tests.support.actors import MANAGER
from tests.support.commands import (
    APOLOGY,
    accept_option,
    callback,
    compensate_step,
    complete_check,
    correct_finding,
    coupon,
    propose,
    refuse_proposal,
    repair,
    request_check,
    resend,
)
from tests.support.expectations import (
    accepted,
    refused,
    stage,
)
from tests.support.policies import policy, unwitnessed, yuan
from tests.support.story import Story


def opened() -> Story:
    return Story().opened().triaged()


def offered(*options: RemedyStep) -> Story:
    return opened().given(propose(*options))


AMOUNTS = {
    "a negative cost": RemedyStep(kind=RemedyKind.REPAIR, cost=yuan(-1)),
    "a cost of nothing": RemedyStep(kind=RemedyKind.REPAIR, cost=yuan(0)),
    "no cost at all": RemedyStep(kind=RemedyKind.REPAIR),
    "a negative amount": RemedyStep(kind=RemedyKind.COUPON, amount=yuan(-5)),
    "a refund without amount": RemedyStep(kind=RemedyKind.PARTIAL_REFUND, cost=yuan(5)),
    "an amount beyond all ledgers": RemedyStep(
        kind=RemedyKind.COUPON, amount=Money(minor=10**12 + 1, currency="CNY")
    ),
    "an amount of 4,000 digits": RemedyStep(
        kind=RemedyKind.COUPON, amount=Money(minor=10**4000, currency="CNY")
    ),
    "a good amount beside a bad cost": RemedyStep(
        kind=RemedyKind.COUPON, amount=yuan(5), cost=yuan(-5)
    ),
    "no piece": RemedyStep(kind=RemedyKind.RESEND, item="A", cost=yuan(1), quantity=0),
    "minus one piece": RemedyStep(kind=RemedyKind.RESEND, item="A", cost=yuan(1), quantity=-1),
    "a thousand and one pieces": RemedyStep(
        kind=RemedyKind.RESEND, item="A", cost=yuan(1), quantity=1001
    ),
    "a resend of nothing": resend(item=None),
}


@pytest.mark.parametrize("step", AMOUNTS.values(), ids=AMOUNTS.keys())
def test_a_step_that_makes_no_sense_is_refused(step: RemedyStep) -> None:
    opened().when(propose(resend(), step)).then(refused(RefusalCode.STEP_INVALID))


@pytest.mark.parametrize(
    "step",
    [
        APOLOGY,
        RemedyStep(kind=RemedyKind.EXPLANATION),
        RemedyStep(kind=RemedyKind.CHANGE_OF_STAFF),
        RemedyStep(kind=RemedyKind.GIFT, item="G", cost=yuan(10)),
        RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(0.01)),
        RemedyStep(kind=RemedyKind.RESEND, item="A", cost=yuan(20), quantity=10),
        RemedyStep(kind=RemedyKind.REPAIR, cost=yuan(0.01)),
    ],
    ids=lambda step: step.kind,
)
def test_words_cost_nothing_and_everything_else_says_what_it_costs(step: RemedyStep) -> None:
    opened().when(propose(step)).then(accepted())


def test_the_limit_itself_may_be_granted() -> None:
    opened().when(propose(coupon(200))).then(accepted())


def pieces(kind: RemedyKind, quantity: int, each: float) -> RemedyStep:
    """Return so many pieces; what a coupon is worth it says, of others we know what they cost."""
    worth = "amount" if kind is RemedyKind.COUPON else "cost"
    named: dict[str, Any] = {worth: yuan(each), "item": "A"}
    return RemedyStep(kind=kind, quantity=quantity, **named)


@pytest.mark.parametrize("kind", PIECES)
def test_every_piece_counts(kind: RemedyKind) -> None:
    opened().when(propose(pieces(kind, 10, 20))).then(accepted())
    for above in (pieces(kind, 10, 20.01), pieces(kind, 1000, 0.5)):
        opened().when(propose(above)).then(refused(RefusalCode.PROMISE_MISSING))


def test_what_is_declared_to_cost_next_to_nothing_is_given_in_few_pieces() -> None:
    ten = pieces(RemedyKind.RESEND, 10, 0.01)
    one = pieces(RemedyKind.GIFT, 1, 0.01)
    opened().when(propose(ten)).then(accepted())
    for above in ((pieces(RemedyKind.RESEND, 11, 0.01),), (ten, one)):
        story = opened().when(propose(Option(steps=above)))
        story.then(refused(RefusalCode.PROMISE_MISSING))
    story = offered(ten).given(accept_option(), callback(CallbackResult.DISSATISFIED))
    story.when(propose(one)).then(refused(RefusalCode.PROMISE_MISSING))


def test_a_coupon_is_worth_what_it_says_and_not_what_it_costs() -> None:
    unnamed = RemedyStep(kind=RemedyKind.COUPON, cost=yuan(0.01))
    opened().when(propose(unnamed)).then(refused(RefusalCode.PROMISE_MISSING))
    named = RemedyStep(kind=RemedyKind.COUPON, amount=yuan(20), cost=yuan(0.01))
    opened().when(propose(named)).then(accepted())


def test_a_refund_is_its_amount_for_however_many_pieces_it_is() -> None:
    three = RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(200), quantity=30)
    opened().when(propose(three)).then(accepted())


def test_a_policy_from_before_counts_no_pieces() -> None:
    for step in (
        pieces(RemedyKind.COUPON, 1000, 200),
        RemedyStep(kind=RemedyKind.COUPON, cost=yuan(0.01)),
    ):
        Story(rules=unwitnessed()).opened().triaged().when(propose(step)).then(accepted())


def test_one_fen_more_may_not() -> None:
    opened().when(propose(coupon(200.01))).then(refused(RefusalCode.PROMISE_MISSING))


def test_the_dearest_amount_that_makes_sense_is_a_matter_of_authority() -> None:
    dearest = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=10**12, currency="CNY"))
    opened().when(propose(dearest)).then(refused(RefusalCode.PROMISE_MISSING))


def test_every_option_counts_by_itself() -> None:
    opened().when(propose(coupon(150), repair(200))).then(accepted())


def test_the_dearest_option_decides() -> None:
    opened().when(propose(coupon(5), repair(200.01))).then(refused(RefusalCode.PROMISE_MISSING))


def test_the_steps_of_an_option_are_summed() -> None:
    within = Option(steps=(coupon(100), repair(100)))
    above = Option(steps=(coupon(100), repair(100.01)))
    opened().when(propose(within)).then(accepted())
    opened().when(propose(above)).then(refused(RefusalCode.PROMISE_MISSING))


def test_a_currency_without_a_limit_is_granted_by_nobody_alone() -> None:
    dollar = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=1, currency="USD"))
    opened().when(propose(dollar)).then(refused(RefusalCode.PROMISE_MISSING))


def test_a_remedy_that_agents_may_not_give_is_above_their_authority() -> None:
    refund = RemedyStep(kind=RemedyKind.REFUND, amount=yuan(1))
    opened().when(propose(refund)).then(refused(RefusalCode.PROMISE_MISSING))


def test_what_the_case_was_granted_in_an_earlier_cycle_counts_too() -> None:
    story = offered(repair(150)).given(accept_option())
    story.given(callback(CallbackResult.DISSATISFIED)).then(stage(Stage.INVESTIGATING))
    story.when(propose(coupon(50.01))).then(refused(RefusalCode.PROMISE_MISSING))
    story.when(propose(coupon(50))).then(accepted())


def test_what_was_only_offered_does_not_count() -> None:
    offered(repair(150)).given(refuse_proposal()).when(propose(coupon(200))).then(accepted())


def test_a_second_currency_does_not_double_the_limit() -> None:
    limits = (Money(minor=200_00, currency="CNY"), Money(minor=30_00, currency="USD"))
    authority = policy().authority.model_copy(update={"agent_limits": limits})
    story = Story(rules=policy(authority=authority)).opened().triaged()
    half = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=15_00, currency="USD"))
    cent = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=1, currency="USD"))
    story.when(propose(Option(steps=(coupon(100), half)))).then(accepted())
    above = Option(steps=(coupon(100), half, cent))
    story.when(propose(above)).then(refused(RefusalCode.PROMISE_MISSING))


def test_what_was_taken_back_does_not_count() -> None:
    story = offered(repair(150)).given(accept_option(), compensate_step())
    story.when(propose(coupon(200))).then(accepted())


def test_nobody_grants_anything_alone_where_legal_found_an_abuse() -> None:
    legal = Actor(id="counsel-1", role=Role.DEPARTMENT, department=Department.LEGAL)
    story = opened().given(request_check(Department.LEGAL))
    story.given(complete_check(finding=Finding.ABUSE, by=legal))
    story.when(propose(APOLOGY)).then(refused(RefusalCode.PROMISE_MISSING))
    story.given(correct_finding(finding=Finding.CONFIRMED, by=legal))
    story.when(propose(APOLOGY)).then(accepted())


def test_another_department_has_no_say_about_abuse() -> None:
    story = opened().given(request_check(), complete_check(finding=Finding.ABUSE))
    story.when(propose(APOLOGY)).then(accepted())


def test_a_superior_has_no_higher_limit_of_their_own() -> None:
    opened().when(propose(coupon(201), by=MANAGER)).then(refused(RefusalCode.PROMISE_MISSING))
