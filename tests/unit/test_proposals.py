"""Rule 11: what is offered, superseded, refused and delivered, version by version."""

from __future__ import annotations

import pytest

from domain.tasks import open_tasks
from schemas.commands import Command
from schemas.events import (
    CaseEscalated,
    ClockEnded,
    ClockStarted,
    NothingChanged,
    ProposalDelivered,
    ProposalEnded,
    ProposalMade,
    ProposalRefused,
    StageChanged,
    TaskWithdrawn,
)
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    Purpose,
    Role,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.commands import (
    MANUAL,
    accept_option,
    close_explained,
    complete_task,
    coupon,
    propose,
    refuse_proposal,
    reopen,
    reply,
    resend,
    settle_step,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    due,
    happened,
    never,
    refused,
    sent,
    stage,
    to_do,
)
from tests.support.policies import hours
from tests.support.reports import delivered, given_up
from tests.support.story import START, Story


def opened() -> Story:
    return Story().opened().triaged()


def offered(*options: RemedyStep) -> Story:
    return opened().given(propose(*options))


def undelivered() -> Story:
    """A proposal that is on its way to the customer."""
    return Story(delivers=False).opened().triaged().given(propose())


# ---- Proposing -----------------------------------------------------------------------------------


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
    story = offered(MANUAL).when(propose(resend()), after=hours(1))
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
    story = undelivered().when(propose(MANUAL), after=hours(1)).given(delivered(2))
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
    story = offered(MANUAL).given(accept_option())
    story.when(propose()).then(refused(RefusalCode.WRONG_STAGE))
    story.given(settle_step()).when(propose()).then(refused(RefusalCode.WRONG_STAGE))


# ---- Refusing ------------------------------------------------------------------------------------


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


# ---- Delivery and answers ------------------------------------------------------------------------


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


def test_an_answer_proves_the_delivery_of_the_proposal_alone() -> None:
    story = undelivered().given(reply()).when(accept_option())
    assert [m.purpose for m in story.state.messages if m.delivered_at] == [Purpose.PROPOSAL]


def test_a_new_version_leaves_the_tasks_about_other_messages() -> None:
    story = undelivered().given(reply(), given_up(3), given_up(2))
    story.when(propose()).then(to_do(TaskKind.DELIVER_MESSAGE))
    assert [t.subject for t in open_tasks(story.state)] == [3]


def test_an_explanation_ends_a_proposal_that_is_still_on_its_way() -> None:
    story = undelivered().when(close_explained())
    story.then(happened(ProposalEnded, ended="explained"), stage(Stage.FOLLOWING_UP))
    story.given(delivered(2)).then(never(ProposalDelivered), clock("solution", None))


def test_an_explanation_is_no_answer_to_a_customer_who_decides() -> None:
    offered().when(close_explained()).then(refused(RefusalCode.WRONG_STAGE))


def test_withdrawing_ends_the_proposal() -> None:
    story = offered().when(withdraw()).then(happened(ProposalEnded, version=1, ended="withdrawn"))
    story.when(accept_option()).then(refused(RefusalCode.CASE_CLOSED))
