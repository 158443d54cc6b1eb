"""Rule 11 and reading 7: consent names version and option, and silence is never consent."""

from __future__ import annotations

from typing import Any

import pytest

from domain.rerun import rerun
from domain.tasks import open_tasks
from schemas.commands import Actor, Command, Demand
from schemas.events import (
    AcceptanceHeld,
    NothingChanged,
    ObjectionRaised,
    OptionAccepted,
    ProposalRefused,
    ReminderGiven,
    StepStarted,
    TaskCompleted,
    TaskWithdrawn,
)
from schemas.offer import RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    Outcome,
    Purpose,
    RefusalReason,
    RemedyKind,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import AGENT, MANAGER, SUPERVISOR
from tests.support.commands import (
    MANUAL,
    accept_option,
    complete_task,
    confirm_acceptance,
    counter_demand,
    coupon,
    propose,
    refuse_proposal,
    reopen,
    repair,
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
    to_do,
)
from tests.support.policies import days, hours, seconds
from tests.support.story import START, Story


def opened() -> Story:
    return Story().opened().triaged()


def offered(*options: RemedyStep) -> Story:
    return opened().given(propose(*options))


# ---- Accepting -----------------------------------------------------------------------------------


def test_the_customer_agrees_to_one_option_of_one_version() -> None:
    story = offered(repair(), MANUAL).when(accept_option(option=2), after=hours(3))
    story.then(
        happened(OptionAccepted, version=1, option=2, by="customer"),
        clock("consent.1", Verdict.MET),
        stage(Stage.REMEDYING),
        due("remedy", START + hours(27)),
        sent(Purpose.CONSENT_RECORDED),
    )
    assert [step.remedy for step in story.state.steps] == [MANUAL]


def test_the_same_acceptance_again_changes_nothing() -> None:
    story = offered(repair(), coupon()).given(accept_option())
    story.when(accept_option()).then(accepted(), happened(NothingChanged, command="accept_option"))
    story.when(accept_option(option=2)).then(refused(RefusalCode.WRONG_STAGE))
    assert len(story.state.steps) == 1


def test_the_same_acceptance_again_is_no_matter_of_expiry() -> None:
    story = offered(repair()).given(accept_option()).when(accept_option(), after=days(9))
    story.then(accepted(), happened(NothingChanged, command="accept_option"))


@pytest.mark.parametrize("option", [-1, 0, 3])
def test_an_unknown_option_is_refused(option: int) -> None:
    story = offered(repair(), coupon()).when(accept_option(option=option))
    story.then(refused(RefusalCode.OPTION_UNKNOWN))


@pytest.mark.parametrize("version", [-1, 0, 2, 10**9])
@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_an_unknown_version_is_refused(answer: Command, version: int) -> None:
    story = offered().when(answer.model_copy(update={"version": version}))
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL))


@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_without_a_proposal_there_is_nothing_to_answer(answer: Command) -> None:
    opened().when(answer).then(refused(RefusalCode.NO_SUCH_PROPOSAL))


@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_a_refused_version_cannot_be_answered_again(answer: Command) -> None:
    story = offered().given(refuse_proposal()).when(answer)
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL))


@pytest.mark.parametrize("by", [AGENT, SUPERVISOR, MANAGER], ids=lambda by: by.role)
def test_consent_recorded_for_the_customer_names_its_evidence(by: Actor) -> None:
    story = offered().when(accept_option(by=by)).then(refused(RefusalCode.EVIDENCE_MISSING))
    story.when(accept_option(by=by, evidence="call:77"))
    story.then(happened(OptionAccepted, by=by.id, evidence="call:77"))


def test_a_proposal_from_before_the_case_was_reopened_cannot_be_accepted() -> None:
    story = offered().given(withdraw(), reopen()).when(accept_option())
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL))


# ---- Expiry (reading 7) --------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_an_answer_received_in_time_counts_however_late_it_is_handled(answer: Command) -> None:
    story = offered().wait(hours(71)).when(answer, after=hours(1), lag=hours(9))
    story.then(accepted(), clock("consent.1", Verdict.MET))


@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_an_answer_after_the_time_to_accept_is_refused(answer: Command) -> None:
    story = offered().wait(hours(71)).sleep(hours(1) + seconds(1)).when(answer)
    story.then(refused(RefusalCode.PROPOSAL_EXPIRED))


def test_an_expired_version_of_an_earlier_cycle_is_refused_as_expired() -> None:
    story = offered().wait(hours(72)).then(closed(Outcome.NO_ANSWER)).given(reopen())
    story.when(accept_option()).then(refused(RefusalCode.PROPOSAL_EXPIRED))


def test_nothing_is_carried_out_in_silence() -> None:
    story = offered().wait(days(60))
    assert not any(isinstance(e.event, StepStarted) for e in story.journal)
    assert story.state.outcome is Outcome.NO_ANSWER


# ---- Acceptance together with an objection -------------------------------------------------------


def test_acceptance_with_an_objection_is_held_for_confirmation() -> None:
    story = offered().when(accept_option(objection="but it was blue"))
    story.then(
        accepted(),
        happened(AcceptanceHeld, version=1, option=1),
        never(OptionAccepted),
        never(StepStarted),
        to_do(TaskKind.CONFIRM_ACCEPTANCE),
        clock("consent.1", None),
        stage(Stage.AWAITING_CONSENT),
    )


def test_a_second_objection_makes_no_second_task() -> None:
    story = offered().given(accept_option(objection="a"), accept_option(objection="b"))
    story.then(to_do(TaskKind.CONFIRM_ACCEPTANCE))


@pytest.mark.parametrize(
    ("answer", "next_stage"),
    [
        (accept_option(by=AGENT, evidence="call:9"), Stage.REMEDYING),
        (refuse_proposal(by=AGENT, evidence="call:9"), Stage.DECIDING),
        (propose(coupon()), Stage.AWAITING_CONSENT),
    ],
    ids=["confirmed", "refused", "superseded"],
)
def test_what_settles_a_held_acceptance_ends_its_task(answer: Command, next_stage: Stage) -> None:
    story = offered(MANUAL).given(accept_option(objection="but")).when(answer)
    story.then(accepted(), happened(TaskWithdrawn), stage(next_stage))
    assert not open_tasks(story.state, TaskKind.CONFIRM_ACCEPTANCE)


def test_the_customer_stands_by_an_acceptance_that_is_held() -> None:
    story = offered(repair(), coupon()).given(accept_option(option=2, objection="but"))
    story.when(confirm_acceptance(option=2), after=hours(1)).then(
        accepted(),
        happened(TaskCompleted),
        happened(OptionAccepted, version=1, option=2, by="customer"),
        clock("consent.1", Verdict.MET),
        to_do(),
    )
    story.when(confirm_acceptance(option=2))
    story.then(accepted(), happened(NothingChanged, command="confirm_acceptance"))
    story.when(confirm_acceptance(option=1)).then(refused(RefusalCode.WRONG_STAGE))


def test_only_the_option_that_is_held_can_be_confirmed() -> None:
    story = offered(repair(), coupon()).given(accept_option(option=1, objection="but"))
    story.when(confirm_acceptance(option=2, by=AGENT, evidence="call:9"))
    story.then(refused(RefusalCode.ACCEPTANCE_DIFFERS, "option 1 is held"))
    story.given(accept_option(option=2, objection="or rather"))
    story.when(confirm_acceptance(option=1)).then(refused(RefusalCode.ACCEPTANCE_DIFFERS))
    story.when(confirm_acceptance(option=2)).then(happened(OptionAccepted, option=2))


def test_staff_confirm_with_evidence_of_the_call() -> None:
    story = offered().given(accept_option(objection="but")).when(confirm_acceptance(by=AGENT))
    story.then(refused(RefusalCode.EVIDENCE_MISSING))
    story.when(confirm_acceptance(by=AGENT, evidence="call:9"))
    story.then(happened(OptionAccepted, by="agent-1", evidence="call:9"))


def test_only_an_acceptance_that_is_held_can_be_confirmed() -> None:
    story = offered().when(confirm_acceptance()).then(refused(RefusalCode.ACCEPTANCE_NOT_HELD))
    story.given(accept_option(objection="but")).when(confirm_acceptance(option=2))
    story.then(refused(RefusalCode.OPTION_UNKNOWN))
    story.given(refuse_proposal()).when(confirm_acceptance())
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL))


def test_a_held_acceptance_can_be_confirmed_however_late() -> None:
    story = offered().given(accept_option(objection="but")).wait(days(9))
    story.when(confirm_acceptance()).then(accepted(), clock("consent.1", Verdict.BREACHED))


def test_a_held_acceptance_is_no_silence() -> None:
    story = offered().when(accept_option(objection="but"), after=hours(2)).wait(days(9))
    story.then(never(ReminderGiven), stage(Stage.AWAITING_CONSENT), clock("consent.1", None))
    story.when(accept_option(by=AGENT, evidence="call:9")).then(
        accepted(), clock("consent.1", Verdict.BREACHED)
    )


def test_a_held_acceptance_is_settled_by_an_answer_and_not_by_ticking_it_off() -> None:
    """Otherwise a customer's yes would turn into no answer (reading 7)."""
    story = offered().given(accept_option(objection="but")).wait(hours(100))
    task = open_tasks(story.state)[0]
    story.when(complete_task(task.number)).then(refused(RefusalCode.ACCEPTANCE_HELD))
    story.wait(days(9)).then(stage(Stage.AWAITING_CONSENT))


def test_a_refusal_that_staff_record_needs_evidence_of_the_call() -> None:
    story = offered().when(refuse_proposal(by=AGENT))
    story.then(refused(RefusalCode.EVIDENCE_MISSING), stage(Stage.AWAITING_CONSENT))
    story.when(refuse_proposal(by=AGENT, evidence="call:9")).then(accepted())


# ---- Objections after the agreement --------------------------------------------------------------

OBJECTIONS = [
    (accept_option(objection="not so"), {"option": 1, "text": sealed("not so")}),
    (accept_option(option=2, objection="the other"), {"option": 2, "text": sealed("the other")}),
    (refuse_proposal(), {"reason": RefusalReason.TOO_LITTLE}),
    (counter_demand(), {"demand": Demand(remedy=RemedyKind.REFUND)}),
]


@pytest.mark.parametrize(("objection", "kept"), OBJECTIONS)
def test_an_objection_after_the_agreement_is_kept_and_a_person_asks(
    objection: Command, kept: dict[str, Any]
) -> None:
    story = offered(MANUAL, coupon()).given(accept_option()).when(objection)
    story.then(
        accepted(),
        happened(ObjectionRaised, version=1, by="customer", **kept),
        to_do(TaskKind.CARRY_OUT_STEP, TaskKind.ANSWER_OBJECTION),
        stage(Stage.REMEDYING),
        never(ProposalRefused),
    )
    assert story.state.demand is None
    (task,) = open_tasks(story.state, TaskKind.ANSWER_OBJECTION)
    story.when(complete_task(task.number)).then(to_do(TaskKind.CARRY_OUT_STEP))


def test_an_objection_that_staff_record_needs_evidence_too() -> None:
    story = offered(MANUAL).given(accept_option()).when(refuse_proposal(by=AGENT))
    story.then(refused(RefusalCode.EVIDENCE_MISSING))


def test_an_objection_during_the_follow_up_is_kept_as_well() -> None:
    story = offered(coupon()).given(accept_option()).then(stage(Stage.FOLLOWING_UP))
    story.when(refuse_proposal()).then(to_do(TaskKind.ANSWER_OBJECTION))


@pytest.mark.parametrize("objection", [objection for objection, _ in OBJECTIONS])
def test_told_anew_the_objection_is_raised_again(objection: Command) -> None:
    story = offered(MANUAL, coupon()).given(accept_option(), objection)
    story.given(complete_task(open_tasks(story.state, TaskKind.ANSWER_OBJECTION)[0].number))
    telling = rerun(story.journal, story.state.policy, story.now)
    assert telling.not_taken == ()
    assert telling.state.tasks == story.state.tasks
