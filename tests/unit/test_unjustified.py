"""A complaint without ground is closed on a finding of legal or quality, by a superior."""

from __future__ import annotations

import pytest

from domain.effects import effects
from schemas.commands import Actor, Command
from schemas.effects import DeliverMessage
from schemas.events import MessageReleased, NothingChanged, ProposalEnded
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Department,
    Finding,
    Outcome,
    Purpose,
    Role,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import AGENT, LEGAL, MANAGER, SUPERVISOR
from tests.support.commands import (
    accept_option,
    callback,
    close_explained,
    complete_check,
    complete_task,
    coupon,
    propose,
    reopen,
    request_check,
    return_check,
    sealed,
    triage,
    withdraw,
    withdraw_check,
)
from tests.support.expectations import (
    accepted,
    clock,
    closed,
    due,
    happened,
    refused,
    sent,
    stage,
    to_do,
)
from tests.support.handling import close_unjustified
from tests.support.policies import attentive, days, hours, policy
from tests.support.reports import delivered, given_up
from tests.support.story import START, Story

INSPECTOR = Actor(id="inspector-1", role=Role.DEPARTMENT, department=Department.QUALITY)
DENIAL = complete_check(1, Finding.ABUSE, by=LEGAL)


def asked(department: Department = Department.LEGAL) -> Story:
    return Story().opened().triaged().given(request_check(department))


def denied() -> Story:
    return asked().given(DENIAL)


def not_confirmed() -> Story:
    return asked().given(complete_check(1, Finding.NOT_CONFIRMED, by=LEGAL))


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER])
def test_a_superior_closes_it_and_the_customer_is_told_why(by: Actor) -> None:
    story = denied().when(close_unjustified(by=by), after=hours(5))
    story.then(closed(Outcome.UNJUSTIFIED), sent(Purpose.UNJUSTIFIED_CLOSED, Purpose.SURVEY))
    told = next(m for m in story.state.messages if m.purpose is Purpose.UNJUSTIFIED_CLOSED)
    assert told.text == sealed("no fault found")


def test_it_answers_reply_and_solution() -> None:
    story = denied().when(close_unjustified(), after=hours(5))
    story.then(clock("reply", Verdict.MET, cycle=1), clock("solution", Verdict.MET, cycle=1))


def test_it_answers_late_what_was_late() -> None:
    story = denied().when(close_unjustified(), after=hours(30))
    story.then(clock("reply", Verdict.BREACHED, cycle=1), clock("solution", Verdict.MET, cycle=1))


def test_it_answers_progress_too() -> None:
    story = Story(rules=attentive()).opened().triaged(triage(Category.LOGISTICS))
    story.given(request_check(Department.LEGAL), DENIAL).when(close_unjustified())
    story.then(clock("progress.1", Verdict.MET, cycle=1))


def test_the_customer_learns_until_when_to_come_back() -> None:
    story = denied().when(close_unjustified(), after=hours(5))
    released = next(e for e in story.events if isinstance(e, MessageReleased))
    (effect,) = effects(story.state, released)
    assert isinstance(effect, DeliverMessage)
    assert effect.answer_until == START + hours(5) + days(30)


def test_an_agent_may_not() -> None:
    denied().when(close_unjustified(by=AGENT)).then(refused(RefusalCode.NOT_ALLOWED))


@pytest.mark.parametrize(
    "finding",
    [
        Finding.NOT_CONFIRMED,
        Finding.CUSTOMER_ERROR,
        Finding.RULE_NOT_APPLICABLE,
        Finding.ABUSE,
    ],
)
def test_these_findings_of_quality_say_so_too(finding: Finding) -> None:
    story = asked(Department.QUALITY).given(complete_check(1, finding, by=INSPECTOR))
    story.when(close_unjustified()).then(closed(Outcome.UNJUSTIFIED))


@pytest.mark.parametrize(
    "before",
    [
        (),
        (complete_check(1, Finding.CONFIRMED, by=LEGAL),),
        (complete_check(1, Finding.INCONCLUSIVE, by=LEGAL),),
        (withdraw_check(),),
    ],
    ids=["nothing yet", "confirmed", "inconclusive", "withdrawn"],
)
def test_other_findings_or_none_do_not(before: tuple[Command, ...]) -> None:
    check = request_check(Department.LEGAL, required=False)
    story = Story().opened().triaged().given(check, *before)
    story.when(close_unjustified()).then(refused(RefusalCode.FINDING_MISSING))


def test_another_department_cannot_say_so() -> None:
    story = asked(Department.WAREHOUSE).given(complete_check(1, Finding.NOT_CONFIRMED))
    story.when(close_unjustified()).then(refused(RefusalCode.FINDING_MISSING))


def test_the_last_word_of_a_check_counts() -> None:
    story = denied().given(complete_check(1, Finding.CONFIRMED, by=LEGAL))
    story.when(close_unjustified()).then(refused(RefusalCode.FINDING_MISSING))


def test_a_check_that_was_returned_is_no_finding() -> None:
    story = Story().opened().triaged().given(request_check(Department.LEGAL, required=False))
    story.given(return_check(1, by=LEGAL))
    story.when(close_unjustified()).then(refused(RefusalCode.FINDING_MISSING))


def test_required_checks_come_first() -> None:
    story = denied().given(request_check())
    story.when(close_unjustified()).then(refused(RefusalCode.CHECKS_OPEN))


def test_a_proposal_that_stands_is_taken_back() -> None:
    story = not_confirmed().given(propose()).when(close_unjustified())
    story.then(closed(Outcome.UNJUSTIFIED), happened(ProposalEnded, version=1))


def test_what_was_begun_is_finished_first() -> None:
    story = not_confirmed()
    story.settles = False
    story.given(propose(), accept_option()).when(close_unjustified())
    story.then(refused(RefusalCode.STEPS_OPEN))


def test_a_customer_who_comes_back_is_looked_at_anew() -> None:
    story = denied().given(close_unjustified()).wait(days(1)).given(reopen())
    story.when(close_unjustified()).then(refused(RefusalCode.FINDING_MISSING))


def test_nobody_passes_by_a_manager_who_has_to_sign_off() -> None:
    unhappy = callback(CallbackResult.DISSATISFIED)
    story = Story().opened().triaged().given(propose(), accept_option(), unhappy)
    story.given(propose(), accept_option(2), unhappy)
    story.when(close_unjustified()).then(refused(RefusalCode.SIGN_OFF_INSTEAD))


def test_a_withdrawn_case_stays_withdrawn() -> None:
    story = denied().given(withdraw()).when(close_unjustified())
    story.then(refused(RefusalCode.CASE_CLOSED), happened(MessageReleased, times=0))


# ---- Closed once the customer knows (reading 4) -------------------------------------------------


def on_its_way(*before: Command, **rules: object) -> Story:
    """A case of which the customer is being told that it is without ground."""
    story = Story(rules=policy(**rules), delivers=False).opened().triaged()
    story.given(request_check(Department.LEGAL), complete_check(1, Finding.NOT_CONFIRMED, by=LEGAL))
    return story.given(*before).when(close_unjustified(), after=hours(5))


def last_word(story: Story) -> int:
    found = [m for m in story.state.messages if m.purpose is Purpose.UNJUSTIFIED_CLOSED]
    return found[-1].number


def test_the_case_closes_when_the_message_arrives_and_is_judged_by_its_release() -> None:
    story = on_its_way().then(accepted(), stage(Stage.DECIDING), clock("solution", None))
    story.wait(hours(60)).when(delivered(last_word(story))).then(
        closed(Outcome.UNJUSTIFIED),
        clock("reply", Verdict.MET, cycle=1),
        clock("solution", Verdict.MET, cycle=1),
    )
    assert story.state.closed_at == START + hours(65)
    assert story.clock("solution", cycle=1).answered_at == START + hours(5)


def test_a_message_that_is_given_up_is_a_task_and_answers_nothing() -> None:
    story = on_its_way()
    story.when(given_up(last_word(story)), after=hours(24)).then(
        to_do(TaskKind.DELIVER_MESSAGE),
        clock("reply", None),
        clock("solution", None),
        stage(Stage.DECIDING),
    )
    story.when(complete_task(), after=hours(1)).then(
        closed(Outcome.UNJUSTIFIED),
        clock("reply", Verdict.BREACHED, cycle=1),
        clock("solution", Verdict.MET, cycle=1),
    )


def test_what_the_customer_holds_is_taken_back_and_the_owner_has_a_deadline() -> None:
    story = on_its_way(propose(), delivered(2)).then(
        happened(ProposalEnded, version=1, ended="unjustified"),
        clock("consent.1", Verdict.WITHDRAWN),
        due("solution.2", START + hours(29)),
        stage(Stage.DECIDING),
    )
    story.when(accept_option()).then(refused(RefusalCode.NO_SUCH_PROPOSAL))
    story.when(delivered(last_word(story))).then(closed(Outcome.UNJUSTIFIED))


def test_an_offer_that_is_on_its_way_itself_is_taken_back() -> None:
    story = on_its_way(propose()).then(happened(ProposalEnded), stage(Stage.DECIDING))
    story.given(delivered(2)).then(stage(Stage.DECIDING), clock("solution", None))
    story.when(delivered(last_word(story))).then(closed(Outcome.UNJUSTIFIED))


def test_saying_so_twice_is_once() -> None:
    (
        on_its_way()
        .when(close_unjustified())
        .then(accepted(), happened(NothingChanged, command="close_unjustified"))
    )


@pytest.mark.parametrize(
    "otherwise",
    [
        (propose(coupon()),),
        (propose(coupon()), accept_option()),
        (close_explained(),),
        (request_check(),),
        (complete_check(1, Finding.CONFIRMED, by=LEGAL),),
    ],
    ids=["an offer", "an agreement", "an explanation", "a question", "another finding"],
)
def test_what_was_decided_otherwise_meanwhile_keeps_the_case_open(
    otherwise: tuple[Command, ...],
) -> None:
    story = on_its_way().given(*otherwise)
    before = story.state.stage
    story.when(delivered(last_word(story)))
    assert (story.state.outcome, story.state.stage) == (None, before)


def test_it_can_be_said_again_after_nobody_could_be_told() -> None:
    story = on_its_way().given(given_up(last_word(on_its_way())), close_unjustified())
    story.when(delivered(last_word(story))).then(closed(Outcome.UNJUSTIFIED))


def test_it_can_be_said_again_after_an_offer() -> None:
    story = on_its_way().given(propose(coupon()), close_unjustified())
    story.when(delivered(last_word(story))).then(closed(Outcome.UNJUSTIFIED))


def test_a_message_of_an_earlier_cycle_closes_nothing() -> None:
    story = on_its_way().given(withdraw(), reopen())
    story.when(delivered(last_word(story))).then(stage(Stage.INVESTIGATING))


def test_during_the_follow_up_the_callback_is_its_deadline() -> None:
    story = on_its_way(close_explained()).then(stage(Stage.FOLLOWING_UP))
    story.when(delivered(last_word(story))).then(
        closed(Outcome.UNJUSTIFIED), clock("callback", Verdict.WITHDRAWN, cycle=1)
    )


def test_under_a_policy_from_before_the_case_closes_at_once() -> None:
    story = on_its_way(closes_when_told=False).then(closed(Outcome.UNJUSTIFIED))
    story.then(clock("solution", Verdict.MET, cycle=1))
    story.when(delivered(last_word(story))).then(closed(Outcome.UNJUSTIFIED))
