"""Abuses 1 to 12 and 28 to 30: who tries to get more out of a case than anybody has granted."""

from __future__ import annotations

import pytest

from schemas.commands import INTERNAL, Actor, Command
from schemas.effects import CarryOutStep
from schemas.events import NothingChanged, ProposalApproved, StepStarted
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import CallbackResult, Outcome, RemedyKind, Role, Stage, StepStatus
from tests.support.actors import AGENT, CUSTOMER, MANAGER, SHOP, SUPERVISOR, WAREHOUSE
from tests.support.commands import (
    MANUAL,
    accept_option,
    approve_proposal,
    callback,
    compensate_step,
    coupon,
    fail_step,
    propose,
    refund,
    repair,
    resend,
    settle_step,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    closed,
    happened,
    never,
    nothing_happened,
    refused,
    stage,
)
from tests.support.intruders import believing_doors, signed, verdict, written
from tests.support.keys import DOOR, NEXT, STRANGE, arrive, trust_keys
from tests.support.policies import LIMIT, hours
from tests.support.reports import settled
from tests.support.story import START, Story
from workflows.inputs import Unread, read_command

FEN = 0.01
LATER = START + hours(6)


def opened(*, settles: bool = True) -> Story:
    return Story(settles=settles).opened().triaged()


def awaiting(by: Actor = AGENT, *, settles: bool = True) -> Story:
    """A case whose refund awaits approval."""
    return opened(settles=settles).given(propose(refund(), by=by, promised_at=LATER))


def paying() -> Story:
    """A case whose approved refund is on its way, and no service has reported yet."""
    return awaiting(settles=False).given(approve_proposal(), accept_option())


def payments(story: Story) -> list[str]:
    return [effect.key for effect in story.effects if isinstance(effect, CarryOutStep)]


# ---- Approvals ----------------------------------------------------------------------------------


def test_1_the_same_consent_twice_starts_one_remedy() -> None:
    story = opened().given(propose(MANUAL), accept_option()).when(accept_option())
    story.then(accepted(), happened(NothingChanged), never(StepStarted))
    assert len(story.state.steps) == 1


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER], ids=lambda by: by.role)
def test_1_the_same_refund_approved_twice_is_paid_once(by: Actor) -> None:
    story = awaiting().given(approve_proposal())
    story.when(approve_proposal(by=by)).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    story.given(accept_option())
    story.when(approve_proposal(by=by)).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    assert payments(story) == ["7:1:1:1"]


def test_1_the_same_approval_sent_again_is_the_first_one() -> None:
    approval = approve_proposal().model_copy(update={"command_id": "approval-1"})
    story = awaiting().given(approval, accept_option()).when(approval)
    story.then(nothing_happened(), accepted())
    assert payments(story) == ["7:1:1:1"]


def test_2_of_two_approvals_at_one_moment_one_counts() -> None:
    story = awaiting().when(approve_proposal(by=MANAGER)).then(happened(ProposalApproved))
    story.when(approve_proposal(by=SUPERVISOR)).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    assert story.state.proposals[0].approved_by == MANAGER.id


def test_2_two_consents_to_different_options_start_one_remedy() -> None:
    story = opened().given(propose(MANUAL, coupon()), accept_option())
    story.when(accept_option(option=2)).then(refused(RefusalCode.WRONG_STAGE))
    assert [s.remedy for s in story.state.steps] == [MANUAL]


def test_5_an_amount_above_the_authority_by_one_fen() -> None:
    limit = LIMIT / 100
    opened().when(propose(coupon(limit + FEN))).then(refused(RefusalCode.PROMISE_MISSING))
    opened().when(propose(coupon(limit))).then(accepted())


@pytest.mark.parametrize("by", [AGENT, SUPERVISOR, MANAGER], ids=lambda by: by.role)
def test_5_promising_an_answer_grants_nothing(by: Actor) -> None:
    story = opened().when(propose(coupon(LIMIT / 100 + FEN), by=by, promised_at=LATER))
    story.then(stage(Stage.AWAITING_APPROVAL))
    story.when(accept_option()).then(refused(RefusalCode.NOT_APPROVED))
    assert payments(story) == []


@pytest.mark.parametrize(
    "parts",
    [
        Option(steps=(coupon(120), coupon(80 + FEN))),
        Option(steps=(repair(100), resend(100), coupon(FEN))),
        Option(
            steps=(
                RemedyStep(
                    kind=RemedyKind.COUPON,
                    amount=Money(minor=LIMIT, currency="CNY"),
                    cost=Money(minor=1, currency="CNY"),
                ),
            )
        ),
    ],
    ids=["two coupons", "three kinds", "amount and cost"],
)
def test_6_split_below_the_authority(parts: Option) -> None:
    opened().when(propose(parts)).then(refused(RefusalCode.PROMISE_MISSING))


def test_6_split_over_cycles() -> None:
    story = opened().given(propose(coupon(200)), accept_option())
    story.given(callback(CallbackResult.DISSATISFIED))
    story.when(propose(coupon(FEN))).then(refused(RefusalCode.PROMISE_MISSING))


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER], ids=lambda by: by.role)
def test_7_the_proposer_approves(by: Actor) -> None:
    awaiting(by).when(approve_proposal(by=by)).then(refused(RefusalCode.OWN_PROPOSAL))


def test_7_the_proposer_approves_a_copy_of_what_another_has_proposed() -> None:
    story = awaiting(AGENT).given(propose(refund(), by=SUPERVISOR, promised_at=LATER))
    story.when(approve_proposal(1, by=SUPERVISOR)).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    story.when(approve_proposal(2, by=SUPERVISOR)).then(refused(RefusalCode.OWN_PROPOSAL))
    story.then(stage(Stage.AWAITING_APPROVAL))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
@pytest.mark.parametrize("name", [AGENT.id, AGENT.id.upper(), AGENT.id.title()])
def test_8_the_proposer_approves_under_a_second_role(role: Role, name: str) -> None:
    again = Actor(id=name, role=role)
    story = awaiting(AGENT).when(approve_proposal(by=again))
    story.then(refused(RefusalCode.OWN_PROPOSAL), stage(Stage.AWAITING_APPROVAL))


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.SUPERVISOR, Role.MANAGER}])
def test_9_an_approver_who_has_lost_the_role(role: Role) -> None:
    demoted = SUPERVISOR.model_copy(update={"role": role})
    story = awaiting().when(approve_proposal(by=demoted))
    story.then(refused(RefusalCode.NOT_ALLOWED), stage(Stage.AWAITING_APPROVAL))


def test_9_an_approver_whose_door_has_lost_our_trust() -> None:
    story = believing_doors(awaiting())
    approval = signed(story, approve_proposal())
    assert verdict(story, approval) is None
    for command in (trust_keys(), trust_keys(NEXT.public)):
        key = DOOR if command.keys == (DOOR.public, NEXT.public) else NEXT
        changed = command.model_copy(update={"command_id": f"by-{key.public.id}"})
        handled = arrive(story.state, key.signed(story.state.number, changed), story.now)
        assert handled.answer.code is None
        story.state = handled.state
    assert verdict(story, approval) is RefusalCode.KEY_UNKNOWN


def test_10_an_approval_of_a_version_that_was_changed_meanwhile() -> None:
    story = awaiting().given(propose(refund(5000), promised_at=LATER))
    story.when(approve_proposal(1)).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    story.then(stage(Stage.AWAITING_APPROVAL))
    assert [each.approved_by for each in story.state.proposals] == [None, None]


def test_10_an_approval_of_a_version_that_is_still_to_come() -> None:
    approval = approve_proposal(2).model_copy(update={"command_id": "early"})
    story = awaiting().when(approval).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    story.given(propose(refund(5000), promised_at=LATER)).when(approval)
    story.then(nothing_happened(), stage(Stage.AWAITING_APPROVAL))


# ---- Amounts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("minor", [-1, 0, -(10**30), 10**30])
@pytest.mark.parametrize("field", ["amount", "cost"])
def test_11_amounts_that_are_none(minor: int, field: str) -> None:
    money = Money(minor=minor, currency="CNY")
    step = RemedyStep(kind=RemedyKind.COUPON).model_copy(update={field: money})
    opened().when(propose(step)).then(refused(RefusalCode.STEP_INVALID))


PROPOSAL = (
    '{"command_id": "c-1", "actor": {"id": "agent-1", "role": "agent"}, "options": [{"steps": '
    '[{"kind": "coupon", "amount": {"minor": AMOUNT, "currency": "CNY"}}]}]}'
)


@pytest.mark.parametrize(
    "literal",
    ["1e400", "1e2", "NaN", "Infinity", "-Infinity", "0.5", "1.0", "true", '"12"', "null", "[1]"],
)
def test_11_amounts_that_are_no_whole_number_of_fen(literal: str) -> None:
    read = read_command("propose", [written(PROPOSAL.replace("AMOUNT", literal))], signal=False)
    assert isinstance(read, Unread)
    assert read.code is RefusalCode.UNDECODABLE
    good = read_command("propose", [written(PROPOSAL.replace("AMOUNT", "12"))], signal=False)
    assert not isinstance(good, Unread)


def test_11_an_amount_that_is_given_twice() -> None:
    twice = written(PROPOSAL.replace("AMOUNT", '1, "minor": 99999'))
    read = read_command("propose", [twice], signal=False)
    assert isinstance(read, Unread)
    assert read.code is RefusalCode.UNDECODABLE


@pytest.mark.parametrize("currency", ["USD", "cny", "", "XXX"])
def test_12_another_currency(currency: str) -> None:
    step = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=1, currency=currency))
    opened().when(propose(step)).then(refused(RefusalCode.PROMISE_MISSING))


# ---- Reports of payment -------------------------------------------------------------------------


def test_28_success_reported_by_somebody_who_is_no_door_of_ours() -> None:
    story = believing_doors(opened().given(propose(MANUAL), accept_option()))
    forged = settle_step().model_copy(update={"command_id": "forged"})
    elsewhere = signed(story, settle_step(), complaint=story.state.number + 1)
    codes = [
        verdict(story, each) for each in (forged, signed(story, settle_step(), STRANGE), elsewhere)
    ]
    assert codes == [
        RefusalCode.UNSIGNED,
        RefusalCode.KEY_UNKNOWN,
        RefusalCode.SIGNATURE_INVALID,
    ]


@pytest.mark.parametrize("signal", [True, False])
@pytest.mark.parametrize("name", INTERNAL)
def test_28_nobody_reports_in_the_name_of_the_case(name: str, *, signal: bool) -> None:
    report = settled(_payment(paying())).model_dump_json()
    read = read_command(name, [written(report)], signal=signal)
    assert read == Unread(RefusalCode.INTERNAL_COMMAND)


def _payment(story: Story) -> CarryOutStep:
    (effect,) = (each for each in story.effects if isinstance(each, CarryOutStep))
    return effect


@pytest.mark.parametrize("by", [AGENT, MANAGER, SHOP], ids=lambda by: by.role)
@pytest.mark.parametrize("report", [settle_step(), fail_step()])
def test_28_a_payment_under_way_is_reported_by_its_service_alone(
    report: Command, by: Actor
) -> None:
    story = paying().when(report.model_copy(update={"actor": by}))
    story.then(refused(RefusalCode.STEP_UNDER_WAY), stage(Stage.REMEDYING))


@pytest.mark.parametrize("by", [CUSTOMER, WAREHOUSE], ids=lambda by: by.role)
def test_28_who_is_paid_or_asked_reports_no_success(by: Actor) -> None:
    story = opened().given(propose(MANUAL), accept_option()).when(settle_step(by=by))
    story.then(refused(RefusalCode.NOT_ALLOWED), stage(Stage.REMEDYING))


def test_29_a_step_reported_under_another_reference() -> None:
    story = opened().given(propose(Option(steps=(MANUAL, MANUAL))), accept_option())
    story.given(settle_step(1, reference="R-1")).when(settle_step(1, reference="R-2"))
    story.then(refused(RefusalCode.STEP_NOT_OPEN))


# ---- Stopping while money moves -----------------------------------------------------------------


def test_30_withdrawing_while_paying_waits_for_the_payment() -> None:
    story = paying().when(withdraw()).then(accepted(), stage(Stage.REMEDYING))
    story.when(withdraw()).then(accepted(), never(StepStarted))
    story.when(settled(_payment(story))).then(closed(Outcome.WITHDRAWN))
    assert [step.status for step in story.state.steps] == [StepStatus.SETTLED]
    assert payments(story) == ["7:1:1:1"]


def test_30_taking_back_what_is_being_paid() -> None:
    story = paying().when(compensate_step())
    story.then(refused(RefusalCode.STEP_UNDER_WAY), stage(Stage.REMEDYING))


@pytest.mark.parametrize("answer", [propose(), callback()])
def test_30_going_on_as_if_nothing_were_being_paid(answer: Command) -> None:
    paying().when(answer).then(refused(RefusalCode.WRONG_STAGE), stage(Stage.REMEDYING))
