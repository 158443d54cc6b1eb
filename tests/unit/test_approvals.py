"""Rule 12 and H4: what is above anybody's own authority is decided by somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.commands import Actor, Command
from schemas.events import (
    CaseEscalated,
    ClockEnded,
    MessageReleased,
    OptionAccepted,
    ProposalApproved,
    ProposalDeclined,
    ProposalEnded,
    StageChanged,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Outcome, Purpose, Role, Stage, Verdict
from tests.support.actors import AGENT, MANAGER, SUPERVISOR
from tests.support.commands import (
    accept_option,
    approve_proposal,
    close_explained,
    confirm_acceptance,
    counter_demand,
    coupon,
    decline_proposal,
    propose,
    refund,
    refuse_proposal,
    request_check,
    sealed,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    closed,
    due,
    happened,
    never,
    refused,
    sent,
    stage,
)
from tests.support.policies import days, hours
from tests.support.story import START, Story

LATER = START + hours(6)
DEAR = propose(coupon(201), promised_at=LATER, text="we would give you more")


def opened() -> Story:
    return Story().opened().triaged()


def waiting() -> Story:
    """A case whose proposal awaits approval."""
    return opened().given(DEAR)


# ---- Asking for approval ------------------------------------------------------------------------


def test_what_is_above_the_limit_waits_before_the_customer_sees_it() -> None:
    story = opened().when(DEAR)
    story.then(
        accepted(),
        stage(Stage.AWAITING_APPROVAL),
        happened(StageChanged, times=1),
        sent(Purpose.PROMISE_MADE),
        due("approval.1", START + hours(4)),
        clock("solution", None),
    )
    proposal = story.state.proposals[0]
    assert (proposal.needs_approval, proposal.approved_by, proposal.delivered_at) == (
        True,
        None,
        None,
    )
    assert story.answer.created == 1


def test_the_reply_time_agreed_with_the_customer_is_a_promise() -> None:
    story = waiting()
    promises = [c for c in story.state.clocks if c.kind is ClockKind.PROMISE]
    assert [(c.started_at, c.due_at, c.verdict) for c in promises] == [(START, LATER, None)]
    story.given(approve_proposal())
    promises = [c for c in story.state.clocks if c.kind is ClockKind.PROMISE]
    assert [c.verdict for c in promises] == [Verdict.MET]


def test_without_a_promise_nobody_is_asked() -> None:
    opened().when(propose(refund())).then(refused(RefusalCode.PROMISE_MISSING))


@pytest.mark.parametrize("ahead", [timedelta(), -hours(1), days(4000)])
def test_a_promise_is_for_a_moment_that_people_can_mean(ahead: timedelta) -> None:
    story = opened().when(propose(refund(), promised_at=START + ahead))
    story.then(refused(RefusalCode.MOMENT_UNSUITABLE))


def test_what_is_within_the_limit_needs_neither() -> None:
    story = opened().when(propose(coupon(200), promised_at=LATER))
    story.then(stage(Stage.AWAITING_CONSENT))
    assert not story.state.proposals[0].needs_approval


def test_the_solution_clock_does_not_wait_for_the_approver() -> None:
    story = waiting().wait(hours(50))
    story.then(clock("solution", None))
    assert story.clock("solution").overdue_at == START + hours(48)
    assert story.clock("solution").due_at == START + hours(48)


# ---- Approving ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER], ids=lambda by: by.role)
def test_an_approved_proposal_goes_to_the_customer(by: Actor) -> None:
    story = waiting().when(approve_proposal(by=by), after=hours(2))
    story.then(
        accepted(),
        happened(ProposalApproved, version=1, by=by.id),
        clock("approval.1", Verdict.MET),
        sent(Purpose.PROPOSAL),
        stage(Stage.AWAITING_CONSENT),
        clock("reply", Verdict.MET),
        clock("solution", Verdict.MET),
    )
    assert story.clock("solution").answered_at == START + hours(2)
    released = next(e for e in story.events if isinstance(e, MessageReleased))
    assert released.message.text == sealed("we would give you more")
    story.when(accept_option()).then(happened(OptionAccepted), stage(Stage.FOLLOWING_UP))


def test_an_approval_that_was_received_in_time_counts_however_late_it_is_handled() -> None:
    story = waiting().when(approve_proposal(), after=hours(4), lag=hours(60))
    story.then(clock("approval.1", Verdict.MET), clock("solution", Verdict.MET))


@pytest.mark.parametrize("decision", [approve_proposal, decline_proposal])
@pytest.mark.parametrize(
    "proposer",
    [
        SUPERVISOR,
        SUPERVISOR.model_copy(update={"role": Role.AGENT}),
        SUPERVISOR.model_copy(update={"role": Role.MANAGER}),
        SUPERVISOR.model_copy(update={"id": "Supervisor-1"}),
    ],
    ids=["same role", "as agent", "as manager", "spelt otherwise"],
)
def test_nobody_decides_about_a_proposal_of_their_own(decision: object, proposer: Actor) -> None:
    assert callable(decision)
    story = opened().given(DEAR.model_copy(update={"actor": proposer}))
    story.when(decision()).then(refused(RefusalCode.OWN_PROPOSAL))
    story.when(decision(by=MANAGER)).then(accepted())


def test_a_manager_needs_another_person_too() -> None:
    story = opened().when(DEAR.model_copy(update={"actor": MANAGER}))
    story.then(stage(Stage.AWAITING_APPROVAL))
    story.when(approve_proposal(by=MANAGER)).then(refused(RefusalCode.OWN_PROPOSAL))
    story.when(approve_proposal(by=SUPERVISOR)).then(accepted())


def test_an_agent_approves_nothing() -> None:
    story = waiting().when(approve_proposal(by=AGENT.model_copy(update={"id": "agent-8"})))
    story.then(refused(RefusalCode.NOT_ALLOWED))


@pytest.mark.parametrize("version", [-1, 0, 2, 10**9])
def test_only_the_version_that_waits_can_be_decided(version: int) -> None:
    story = waiting()
    for command in (approve_proposal(version), decline_proposal(version)):
        story.when(command).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))


@pytest.mark.parametrize("command", [approve_proposal(), decline_proposal()])
def test_what_does_not_wait_cannot_be_decided(command: Command) -> None:
    opened().when(command).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    opened().given(propose()).when(command).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))
    waiting().given(approve_proposal()).when(command).then(
        refused(RefusalCode.APPROVAL_NOT_AWAITED)
    )


# ---- Declining ----------------------------------------------------------------------------------


def test_a_declined_proposal_returns_to_the_owner() -> None:
    story = waiting().when(decline_proposal(), after=hours(1))
    story.then(
        accepted(),
        happened(ProposalDeclined, version=1, by="supervisor-1", reason=sealed("no")),
        happened(ProposalEnded, version=1, ended="declined"),
        clock("approval.1", Verdict.MET),
        clock("solution", None),
        stage(Stage.DECIDING),
        sent(),
    )
    story.when(propose(coupon(20))).then(stage(Stage.AWAITING_CONSENT))
    story.when(accept_option(1)).then(refused(RefusalCode.PROPOSAL_SUPERSEDED))


def test_a_declined_version_can_be_answered_by_nobody() -> None:
    story = waiting().given(decline_proposal())
    story.when(accept_option()).then(refused(RefusalCode.NO_SUCH_PROPOSAL))


# ---- Meanwhile ----------------------------------------------------------------------------------

ANSWERS = [
    accept_option(),
    accept_option(objection="but"),
    confirm_acceptance(),
    refuse_proposal(),
    counter_demand(),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda command: type(command).__name__)
def test_what_the_customer_has_not_got_cannot_be_answered(answer: Command) -> None:
    waiting().when(answer).then(refused(RefusalCode.NOT_APPROVED))


def test_an_absent_approver_escalates_once() -> None:
    story = waiting().wait(hours(5))
    story.then(happened(CaseEscalated, to=Role.MANAGER, reason="approval_overdue"))
    story.then(clock("approval.1", None)).wait(hours(5)).then(
        never(CaseEscalated, reason="approval_overdue")
    )
    story.when(approve_proposal()).then(clock("approval.1", Verdict.BREACHED))


def test_a_new_version_takes_the_place_of_one_that_waits() -> None:
    story = waiting().when(propose(coupon(20)), after=hours(1))
    story.then(
        happened(ProposalEnded, version=1, ended="superseded"),
        happened(ClockEnded, key="approval.1", verdict=Verdict.WITHDRAWN),
        stage(Stage.AWAITING_CONSENT),
    )
    story.when(approve_proposal(1)).then(refused(RefusalCode.APPROVAL_NOT_AWAITED))


def test_a_second_version_may_wait_as_well() -> None:
    story = (
        waiting()
        .when(DEAR, after=hours(1))
        .then(stage(Stage.AWAITING_APPROVAL), due("approval.2", START + hours(5)))
    )
    story.when(approve_proposal(2)).then(stage(Stage.AWAITING_CONSENT))


def test_a_version_that_the_customer_holds_is_superseded_by_one_that_waits() -> None:
    story = opened().given(propose(coupon(20))).when(DEAR)
    story.then(stage(Stage.AWAITING_APPROVAL), clock("consent.1", Verdict.WITHDRAWN))
    story.then(clock("solution.2", None))
    story.when(accept_option(1)).then(refused(RefusalCode.PROPOSAL_SUPERSEDED))


def test_while_it_waits_nothing_else_is_decided() -> None:
    story = waiting().when(close_explained()).then(refused(RefusalCode.WRONG_STAGE))
    story.when(request_check()).then(refused(RefusalCode.PROPOSAL_STANDS))
    story.when(request_check(required=False)).then(accepted(), stage(Stage.AWAITING_APPROVAL))


def test_the_customer_may_withdraw_meanwhile() -> None:
    story = waiting().when(withdraw()).then(closed(Outcome.WITHDRAWN))
    story.then(clock("approval.1", Verdict.WITHDRAWN, cycle=1))
    story.when(approve_proposal()).then(refused(RefusalCode.CASE_CLOSED))
