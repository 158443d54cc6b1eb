"""What people give by hand: another person reports it, and the ledger counts it (rules 12, 13)."""

from __future__ import annotations

import pytest

from schemas.commands import Actor, Command
from schemas.effects import CarryOutStep, EnterPayment, ReverseStep
from schemas.events import (
    CaseEscalated,
    NothingChanged,
    PaymentEntered,
    StepCompensated,
    StepSettled,
    TaskCreated,
)
from schemas.offer import Option, RemedyStep
from schemas.policy import Policy
from schemas.refusals import RefusalCode
from schemas.remedy_refusal import RefundExceedsPaid
from schemas.vocabulary import Outcome, RemedyKind, Role, Stage, TaskKind
from tests.support.actors import AGENT, MANAGER, OTHER_AGENT, SHOP, SUPERVISOR
from tests.support.commands import (
    MANUAL,
    accept_option,
    approve_proposal,
    callback,
    compensate_step,
    coupon,
    propose,
    refund,
    repair,
    resend,
    settle_step,
    withdraw,
)
from tests.support.expectations import accepted, closed, happened, never, refused, stage, to_do
from tests.support.policies import days, hours, policy, unwitnessed, yuan
from tests.support.reports import counted, failed, not_reversed, settled
from tests.support.story import Story

TOO_MUCH = RefundExceedsPaid.code
STEPS = {
    "refund": refund(),
    "partial_refund": RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(5)),
    "resend": resend(),
    "repair": repair(),
    "coupon": coupon(),
    "gift": RemedyStep(kind=RemedyKind.GIFT, cost=yuan(5)),
}


def unpaid(
    step: RemedyStep = STEPS["refund"], by: Actor = AGENT, rules: Policy | None = None
) -> Story:
    """A case of which the service has refused the one step, so that people have to see to it."""
    story = Story(settles=False, rules=rules or policy()).opened().triaged()
    story.given(propose(step, by=by, promised_at=story.now + hours(6)))
    if story.state.stage is Stage.AWAITING_APPROVAL:
        approver = MANAGER if by.id != MANAGER.id else SUPERVISOR
        story.given(approve_proposal(by=approver))
    story.given(accept_option())
    (effect,) = (each for each in story.pending if isinstance(each, CarryOutStep))
    story.pending.remove(effect)
    return story.given(failed(effect, TOO_MUCH)).then(to_do(TaskKind.CARRY_OUT_STEP))


def entry(story: Story) -> EnterPayment:
    (effect,) = (each for each in story.pending if isinstance(each, EnterPayment))
    return effect


# ---- By another person --------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_nobody_reports_that_they_gave_what_they_proposed(step: RemedyStep) -> None:
    story = unpaid(step).when(settle_step(reference="BANK-1"))
    story.then(refused(RefusalCode.OWN_REMEDY), stage(Stage.REMEDYING))
    story.when(settle_step(reference="BANK-1", by=OTHER_AGENT))
    story.then(accepted(), happened(StepSettled, by=OTHER_AGENT.id, by_hand=True))


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.SYSTEM])
@pytest.mark.parametrize("name", [AGENT.id, AGENT.id.upper(), AGENT.id.title()])
def test_another_role_or_spelling_makes_no_other_person(role: Role, name: str) -> None:
    story = unpaid().when(settle_step(by=Actor(id=name, role=role)))
    story.then(refused(RefusalCode.OWN_REMEDY), stage(Stage.REMEDYING))


def test_the_shops_own_system_reports_what_it_has_paid() -> None:
    unpaid().when(settle_step(by=SHOP)).then(accepted(), stage(Stage.FOLLOWING_UP))


def test_nobody_gives_up_by_hand_what_they_proposed() -> None:
    story = unpaid(by=SUPERVISOR).when(compensate_step(by=SUPERVISOR))
    story.then(refused(RefusalCode.OWN_REMEDY), stage(Stage.REMEDYING))
    story.when(compensate_step(by=MANAGER)).then(happened(StepCompensated), stage(Stage.DECIDING))


def test_a_service_takes_back_for_whoever_asks() -> None:
    story = Story().opened().triaged().given(propose(coupon(), by=SUPERVISOR), accept_option())
    story.when(compensate_step(by=SUPERVISOR)).then(happened(StepCompensated))


def test_what_is_neither_money_nor_thing_is_reported_by_whoever_did_it() -> None:
    story = Story().opened().triaged().given(propose(MANUAL), accept_option())
    story.when(settle_step()).then(happened(StepSettled, by_hand=False), never(PaymentEntered))


def test_the_same_report_again_changes_nothing() -> None:
    story = unpaid().given(settle_step(by=OTHER_AGENT)).when(settle_step(by=OTHER_AGENT))
    story.then(happened(NothingChanged, command="settle_step"))


@pytest.mark.parametrize("report", [settle_step(), compensate_step(by=SUPERVISOR)])
def test_under_a_policy_from_before_one_person_was_enough(report: Command) -> None:
    story = unpaid(by=report.actor, rules=unwitnessed()).when(report).then(accepted())
    assert not any(isinstance(effect, EnterPayment) for effect in story.effects)


# ---- Counted ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["refund", "partial_refund"])
def test_what_was_paid_by_hand_is_counted_under_the_key_of_its_step(kind: str) -> None:
    story = unpaid(STEPS[kind]).given(settle_step(reference="BANK-1", by=OTHER_AGENT))
    effect = entry(story)
    (asked,) = (each for each in story.effects if isinstance(each, CarryOutStep))
    assert (effect.key, effect.done, effect.payment) == ("7:1:1:1:by-hand", asked, "BANK-1")
    story.when(counted(effect)).then(happened(PaymentEntered, step=1, code=None), to_do())


@pytest.mark.parametrize("kind", ["resend", "repair", "coupon", "gift"])
def test_things_are_no_payment(kind: str) -> None:
    story = unpaid(STEPS[kind]).given(settle_step(by=OTHER_AGENT))
    assert story.state.steps[0].by_hand
    assert not any(isinstance(effect, EnterPayment) for effect in story.effects)


def test_what_a_service_has_paid_is_counted_by_the_service() -> None:
    story = Story(settles=True).opened().triaged()
    story.given(propose(STEPS["partial_refund"]), accept_option())
    assert not any(isinstance(effect, EnterPayment) for effect in story.effects)
    assert not story.state.steps[0].by_hand


def test_too_much_stays_paid_and_people_are_told() -> None:
    story = unpaid().given(settle_step(by=OTHER_AGENT))
    story.when(counted(entry(story), TOO_MUCH)).then(
        happened(PaymentEntered, step=1, code=TOO_MUCH),
        happened(CaseEscalated, to=Role.MANAGER, reason=TOO_MUCH),
        to_do(TaskKind.CLEAR_PAYMENT),
        stage(Stage.FOLLOWING_UP),
    )
    assert story.state.tasks[-1].subject == 1


def test_of_a_case_that_is_closed_the_manager_hears() -> None:
    story = unpaid().given(withdraw(), settle_step(by=OTHER_AGENT))
    story.then(closed(Outcome.WITHDRAWN)).when(counted(entry(story), TOO_MUCH))
    story.then(happened(CaseEscalated, to=Role.MANAGER), never(TaskCreated))


def test_a_report_after_the_end_changes_nothing() -> None:
    story = unpaid().given(settle_step(by=OTHER_AGENT), callback()).wait(days(40))
    assert story.state.completed
    story.when(counted(entry(story), TOO_MUCH))
    story.then(happened(NothingChanged, command="record_payment"))


# ---- Taking back --------------------------------------------------------------------------------


def reversals(story: Story) -> list[tuple[str | None, bool]]:
    found = (each for each in story.effects if isinstance(each, ReverseStep))
    return [(each.settled_as, each.retried) for each in found]


def test_a_service_hears_what_it_has_done_itself_and_that_it_was_asked_before() -> None:
    story = Story().opened().triaged().given(propose(coupon()), accept_option())
    story.settles = False
    story.given(compensate_step())
    story.given(not_reversed(story.pending.pop(), "timed_out"), compensate_step())  # type: ignore[arg-type]
    assert reversals(story) == [("parcel-1", False), ("parcel-1", True)]


@pytest.mark.parametrize("rules", [policy(), unwitnessed()])
def test_nothing_is_said_of_what_people_did_or_may_have_done(rules: Policy) -> None:
    story = unpaid(coupon(), rules=rules).given(settle_step(by=OTHER_AGENT), compensate_step())
    assert reversals(story) == [(None, False)]


def test_a_late_report_of_the_service_is_none_of_people() -> None:
    story = Story(settles=False).opened().triaged()
    story.given(propose(Option(steps=(coupon(),))), accept_option())
    story.given(settled(story.pending.pop()))  # type: ignore[arg-type]
    assert not story.state.steps[0].by_hand
