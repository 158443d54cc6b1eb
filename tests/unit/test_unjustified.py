"""A complaint without ground is closed on a finding of legal or quality, by a superior."""

from __future__ import annotations

import pytest

from domain.effects import effects
from schemas.commands import Actor, Command
from schemas.effects import DeliverMessage
from schemas.events import MessageReleased, ProposalEnded
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Department,
    Finding,
    Outcome,
    Purpose,
    Role,
    Verdict,
)
from tests.support.actors import AGENT, LEGAL, MANAGER, SUPERVISOR
from tests.support.commands import (
    accept_option,
    callback,
    complete_check,
    propose,
    reopen,
    request_check,
    return_check,
    sealed,
    triage,
    withdraw,
    withdraw_check,
)
from tests.support.expectations import clock, closed, happened, refused, sent
from tests.support.handling import close_unjustified
from tests.support.policies import attentive, days, hours
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
