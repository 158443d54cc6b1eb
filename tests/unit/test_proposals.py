"""Rules 11 and 12: nothing is carried out that the customer did not agree to, version by version."""

from __future__ import annotations

import pytest

from domain.tasks import open_tasks
from schemas.commands import Actor, Command
from schemas.events import (
    AcceptanceHeld,
    CaseEscalated,
    ClockEnded,
    ClockStarted,
    NothingChanged,
    OptionAccepted,
    ProposalDelivered,
    ProposalEnded,
    ProposalMade,
    ProposalRefused,
    ReminderGiven,
    StageChanged,
    StepStarted,
    TaskWithdrawn,
)
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Outcome,
    Purpose,
    RemedyKind,
    Role,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import AGENT, MANAGER, SUPERVISOR
from tests.support.commands import (
    APOLOGY,
    accept_option,
    callback,
    close_explained,
    complete_task,
    coupon,
    propose,
    refuse_proposal,
    reopen,
    repair,
    resend,
    settle_step,
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
from tests.support.policies import days, hours, seconds, yuan
from tests.support.reports import delivered, given_up
from tests.support.story import START, Story


def opened() -> Story:
    return Story().opened().triaged()


def offered(*options: RemedyStep) -> Story:
    return opened().given(propose(*options))


def undelivered() -> Story:
    """A proposal that is on its way to the customer."""
    return Story(delivers=False).opened().triaged().given(propose())


# ---- Proposing ----------------------------------------------------------------------------------


def test_a_proposal_is_offered_once_it_is_delivered() -> None:
    story = undelivered().then(
        happened(ProposalMade), sent(Purpose.PROPOSAL), stage(Stage.DECIDING)
    )
    assert story.answer.created == 1
    story.sleep(hours(1)).delivers = True
    story.play().then(
        happened(ProposalDelivered, version=1, delivered_at=START + hours(1)),
        stage(Stage.AWAITING_CONSENT),
        due("consent.1", START + hours(73)),
    )


def test_a_proposal_answers_reply_and_solution() -> None:
    offered().then(clock("reply", Verdict.MET), clock("solution", Verdict.MET))


@pytest.mark.parametrize("count", [1, 5])
def test_one_to_five_options_may_be_offered(count: int) -> None:
    opened().when(propose(*[resend()] * count)).then(accepted())


@pytest.mark.parametrize(
    "options",
    [
        (),
        (Option(steps=(resend(),)),) * 6,
        (Option(steps=()),),
        (Option(steps=(resend(),)), Option(steps=(resend(1),) * 6)),
    ],
    ids=["no option", "six options", "no step", "six steps"],
)
def test_other_numbers_of_options_or_steps_are_refused(options: tuple[Option, ...]) -> None:
    command = propose().model_copy(update={"options": options})
    opened().when(command).then(refused(RefusalCode.OPTION_COUNT))


def test_a_new_version_supersedes_the_one_before() -> None:
    story = offered(repair()).when(propose(resend()), after=hours(1))
    story.then(
        happened(ProposalEnded, version=1, ended="superseded"),
        happened(ClockEnded, key="consent.1", verdict=Verdict.WITHDRAWN),
        stage(Stage.AWAITING_CONSENT),
        clock("consent.2", None),
        clock("solution.2", Verdict.MET),
    )
    assert story.answer.created == 2
    story.when(accept_option(version=1)).then(
        refused(RefusalCode.PROPOSAL_SUPERSEDED, "version 2 stands")
    )
    story.when(accept_option(version=2)).then(accepted())


def test_a_version_superseded_on_its_way_answers_but_does_not_solve() -> None:
    story = undelivered().when(propose(repair()), after=hours(1)).given(delivered(2))
    story.then(clock("reply", Verdict.MET), clock("solution", None), stage(Stage.DECIDING))
    story.given(delivered(3)).then(clock("solution", Verdict.MET), stage(Stage.AWAITING_CONSENT))


def test_a_version_superseded_before_its_delivery_is_nobodys_task() -> None:
    story = undelivered().given(given_up(2)).then(to_do(TaskKind.DELIVER_MESSAGE))
    story.when(propose()).then(happened(TaskWithdrawn), to_do())


def test_the_next_version_always_has_a_deadline() -> None:
    story = offered().when(refuse_proposal(), after=hours(5))
    story.then(happened(ClockStarted), due("solution.2", START + hours(29)), stage(Stage.DECIDING))
    story.when(propose(coupon())).then(clock("solution.2", Verdict.MET))


def test_after_consent_nothing_more_is_proposed() -> None:
    story = offered(repair()).given(accept_option())
    story.when(propose()).then(refused(RefusalCode.WRONG_STAGE))
    story.given(settle_step()).when(propose()).then(refused(RefusalCode.WRONG_STAGE))


# ---- Amounts and authority (rule 12) ------------------------------------------------------------

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
        RemedyStep(kind=RemedyKind.RESEND, item="A", cost=yuan(1), quantity=1000),
    ],
    ids=lambda step: step.kind,
)
def test_words_cost_nothing_and_everything_else_says_what_it_costs(step: RemedyStep) -> None:
    opened().when(propose(step)).then(accepted())


def test_the_limit_itself_may_be_granted() -> None:
    opened().when(propose(coupon(200))).then(accepted())


def test_one_fen_more_may_not() -> None:
    opened().when(propose(coupon(200.01))).then(refused(RefusalCode.ABOVE_AUTHORITY))


def test_every_option_counts_by_itself() -> None:
    opened().when(propose(coupon(150), repair(200))).then(accepted())


def test_the_dearest_option_decides() -> None:
    opened().when(propose(coupon(5), repair(200.01))).then(refused(RefusalCode.ABOVE_AUTHORITY))


def test_the_steps_of_an_option_are_summed() -> None:
    within = Option(steps=(coupon(100), repair(100)))
    above = Option(steps=(coupon(100), repair(100.01)))
    opened().when(propose(within)).then(accepted())
    opened().when(propose(above)).then(refused(RefusalCode.ABOVE_AUTHORITY))


def test_another_currency_has_a_limit_of_its_own() -> None:
    dollar = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=1, currency="USD"))
    opened().when(propose(dollar)).then(refused(RefusalCode.ABOVE_AUTHORITY))


def test_a_remedy_that_agents_may_not_give_is_above_their_authority() -> None:
    refund = RemedyStep(kind=RemedyKind.REFUND, amount=yuan(1))
    opened().when(propose(refund)).then(refused(RefusalCode.ABOVE_AUTHORITY))


def test_what_the_case_was_granted_in_an_earlier_cycle_counts_too() -> None:
    story = offered(repair(150)).given(accept_option(), settle_step())
    story.given(callback(CallbackResult.DISSATISFIED)).then(stage(Stage.INVESTIGATING))
    story.when(propose(coupon(50.01))).then(refused(RefusalCode.ABOVE_AUTHORITY))
    story.when(propose(coupon(50))).then(accepted())


def test_what_was_only_offered_does_not_count() -> None:
    offered(repair(150)).given(refuse_proposal()).when(propose(coupon(200))).then(accepted())


def test_a_superior_has_no_higher_limit_before_there_is_approval() -> None:
    opened().when(propose(coupon(201), by=MANAGER)).then(refused(RefusalCode.ABOVE_AUTHORITY))


# ---- Accepting ----------------------------------------------------------------------------------


def test_the_customer_agrees_to_one_option_of_one_version() -> None:
    story = offered(repair(), coupon()).when(accept_option(option=2), after=hours(3))
    story.then(
        happened(OptionAccepted, version=1, option=2, by="customer"),
        clock("consent.1", Verdict.MET),
        stage(Stage.REMEDYING),
        due("remedy", START + hours(27)),
        sent(Purpose.CONSENT_RECORDED),
    )
    assert [step.remedy for step in story.state.steps] == [coupon()]


def test_the_same_acceptance_again_changes_nothing() -> None:
    story = offered(repair(), coupon()).given(accept_option())
    story.when(accept_option()).then(accepted(), happened(NothingChanged, command="accept_option"))
    story.when(accept_option(option=2)).then(refused(RefusalCode.WRONG_STAGE))
    story.when(refuse_proposal()).then(refused(RefusalCode.WRONG_STAGE))
    assert len(story.state.steps) == 1


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


# ---- Expiry (reading 7) -------------------------------------------------------------------------


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


# ---- Acceptance together with an objection ------------------------------------------------------


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
        (refuse_proposal(by=AGENT), Stage.DECIDING),
        (propose(coupon()), Stage.AWAITING_CONSENT),
    ],
    ids=["confirmed", "refused", "superseded"],
)
def test_what_settles_a_held_acceptance_ends_its_task(answer: Command, next_stage: Stage) -> None:
    story = offered(repair()).given(accept_option(objection="but")).when(answer)
    story.then(accepted(), happened(TaskWithdrawn), stage(next_stage))
    assert not open_tasks(story.state, TaskKind.CONFIRM_ACCEPTANCE)


def test_a_held_acceptance_is_no_silence() -> None:
    story = offered().when(accept_option(objection="but"), after=hours(2)).wait(days(9))
    story.then(never(ReminderGiven), stage(Stage.AWAITING_CONSENT), clock("consent.1", None))
    story.when(accept_option(by=AGENT, evidence="call:9")).then(
        accepted(), clock("consent.1", Verdict.BREACHED)
    )


def test_once_the_task_is_done_without_an_answer_silence_counts_again() -> None:
    story = offered().given(accept_option(objection="but")).wait(hours(100))
    task = open_tasks(story.state)[0]
    story.given(complete_task(task.number)).wake()
    story.then(happened(ReminderGiven, times=2)).wait(hours(24)).then(closed(Outcome.NO_ANSWER))


# ---- Refusing -----------------------------------------------------------------------------------


def test_a_refusal_returns_the_case_to_the_agent() -> None:
    story = offered().when(refuse_proposal(), after=hours(1))
    story.then(
        happened(ProposalRefused, version=1),
        happened(ProposalEnded, version=1, ended="refused"),
        happened(StageChanged, stage=Stage.DECIDING),
        clock("consent.1", Verdict.MET),
        never(CaseEscalated),
    )


def test_after_the_configured_number_of_refusals_the_case_escalates_once() -> None:
    story = offered().given(refuse_proposal(), propose())
    story.when(refuse_proposal(2)).then(
        happened(CaseEscalated, to=Role.SUPERVISOR, reason="proposals_refused")
    )
    story.given(propose()).when(refuse_proposal(3)).then(never(CaseEscalated))


def test_refusals_count_by_cycle() -> None:
    story = offered().given(refuse_proposal(), withdraw(), reopen(), propose())
    story.when(refuse_proposal(2)).then(never(CaseEscalated))


# ---- Delivery and answers -----------------------------------------------------------------------


@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_whoever_answers_a_proposal_holds_it(answer: Command) -> None:
    story = (
        undelivered()
        .when(answer, after=hours(5))
        .then(
            accepted(),
            happened(ProposalDelivered, version=1),
            clock("solution", Verdict.MET),
            clock("consent.1", Verdict.MET),
        )
    )
    assert story.clock("solution").answered_at == START
    story.given(delivered(2)).then(happened(NothingChanged, command="record_delivery"))


def test_an_answer_ends_the_task_to_deliver_the_proposal_by_hand() -> None:
    story = undelivered().given(given_up(2)).then(to_do(TaskKind.DELIVER_MESSAGE))
    story.when(accept_option()).then(accepted(), to_do())


def test_a_proposal_told_by_hand_starts_the_time_for_consent() -> None:
    story = undelivered().given(given_up(2)).when(complete_task(), after=hours(4))
    story.then(due("consent.1", START + hours(76)), clock("solution", Verdict.MET))
    assert story.clock("solution").answered_at == START + hours(4)


def test_an_explanation_ends_a_proposal_that_is_still_on_its_way() -> None:
    story = undelivered().when(close_explained())
    story.then(happened(ProposalEnded, ended="explained"), stage(Stage.FOLLOWING_UP))
    story.given(delivered(2)).then(never(ProposalDelivered), clock("solution", None))


def test_an_explanation_is_no_answer_to_a_customer_who_decides() -> None:
    offered().when(close_explained()).then(refused(RefusalCode.WRONG_STAGE))


def test_withdrawing_ends_the_proposal() -> None:
    story = offered().when(withdraw()).then(happened(ProposalEnded, version=1, ended="withdrawn"))
    story.when(accept_option()).then(refused(RefusalCode.CASE_CLOSED))
