"""Rule 2: what reaches us counts from its receipt, and what we write from when we write it.

Every command here is handled two hours after it reached us, because we were down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.state import CaseState
from schemas.commands import Command
from schemas.evidence import Evidence
from schemas.refusals import RefusalCode
from schemas.vocabulary import CallbackResult, Finding, Verdict
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    answer_survey,
    callback,
    close_explained,
    complete_check,
    complete_task,
    propose,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    return_check,
    settle_step,
    withdraw,
    withdraw_check,
)
from tests.support.expectations import accepted, clock, due, refused
from tests.support.handling import sign_off
from tests.support.policies import days, hours, seconds
from tests.support.reports import found, given_up, stamped
from tests.support.story import START, Story

LAG = hours(2)
RECEIVED = START + hours(1)
HANDLED = RECEIVED + LAG


def told(*before: Command, last: Command) -> Story:
    """A case to which the last command came an hour later and was handled two hours after that."""
    return Story().opened().triaged().given(*before).when(last, after=hours(1), lag=LAG)


def test_an_answer_is_dated_by_receipt_and_its_verdict_by_writing() -> None:
    ended = told(last=reply()).clock("reply")
    assert (ended.answered_at, ended.ended_at) == (RECEIVED, HANDLED)


def test_a_message_is_released_by_receipt_and_delivered_when_it_arrives() -> None:
    message = told(last=reply()).state.messages[-1]
    assert (message.released_at, message.delivered_at) == (RECEIVED, HANDLED)


def requested(state: CaseState) -> datetime | None:
    return state.checks[0].requested_at


def ended(state: CaseState) -> datetime | None:
    return state.checks[0].ended_at


def task_created(state: CaseState) -> datetime | None:
    return state.tasks[-1].created_at


def task_ended(state: CaseState) -> datetime | None:
    return state.tasks[-1].ended_at


def proposed(state: CaseState) -> datetime | None:
    return state.proposals[-1].proposed_at


def cycle_closed(state: CaseState) -> datetime | None:
    return state.closed_at


def cycle_started(state: CaseState) -> datetime | None:
    return state.cycle.started_at


def owned(state: CaseState) -> datetime | None:
    return state.ledger[-1].since


RETURNED = (request_check(), return_check())
FOLLOWED_UP = (propose(APOLOGY), accept_option())

Dated = tuple[tuple[Command, ...], Command, Callable[[CaseState], datetime | None]]
Started = tuple[tuple[Command, ...], Command, str, timedelta]
Answered = tuple[tuple[Command, ...], Command, str]

FROM_RECEIPT: dict[str, Dated] = {
    "asking": ((), request_check(), requested),
    "answering": ((request_check(),), complete_check(), ended),
    "returning": ((request_check(),), return_check(), ended),
    "taking a question back": ((request_check(),), withdraw_check(), ended),
    "a new task": ((request_check(),), return_check(), task_created),
    "a task that is done": (RETURNED, complete_task(), task_ended),
    "a task that is taken back": (RETURNED, withdraw(), task_ended),
    "a check that closing takes back": ((request_check(),), withdraw(), ended),
    "proposing": ((), propose(), proposed),
    "closing": ((), withdraw(), cycle_closed),
    "a further cycle": (FOLLOWED_UP, callback(CallbackResult.DISSATISFIED), cycle_started),
    "reopening": ((withdraw(),), reopen(), cycle_started),
    "owning the time": ((), request_check(), owned),
}


@pytest.mark.parametrize("case", FROM_RECEIPT.values(), ids=FROM_RECEIPT.keys())
def test_what_people_do_is_dated_by_receipt(case: Dated) -> None:
    before, last, moment = case
    assert moment(told(*before, last=last).state) == RECEIVED


CLOCKS: dict[str, Started] = {
    "a check": ((), request_check(), "check.1", hours(24)),
    "a revision": ((propose(),), refuse_proposal(), "solution.2", hours(24)),
    "another version": ((propose(),), propose(), "solution.2", hours(24)),
    "a remedy": ((propose(MANUAL),), accept_option(), "remedy", hours(24)),
    "a callback": ((propose(MANUAL), accept_option()), settle_step(), "callback", days(7)),
    "an explanation": ((), close_explained(), "callback", days(7)),
    "a reopened case": ((withdraw(),), reopen(), "solution", hours(48)),
}


@pytest.mark.parametrize("case", CLOCKS.values(), ids=CLOCKS.keys())
def test_a_clock_that_a_person_starts_runs_from_receipt(case: Started) -> None:
    before, last, key, target = case
    told(*before, last=last).then(due(key, RECEIVED + target))


def test_the_time_for_consent_runs_from_delivery() -> None:
    story = told(last=propose()).then(due("consent.1", HANDLED + hours(72)))
    assert story.state.proposals[0].delivered_at == HANDLED


ANSWERS: dict[str, Answered] = {
    "a finding": ((request_check(),), complete_check(), "check.1"),
    "a refusal": ((propose(),), refuse_proposal(), "consent.1"),
    "a consent": ((propose(),), accept_option(), "consent.1"),
    "the last step": ((propose(MANUAL), accept_option()), settle_step(), "remedy"),
}


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS.keys())
def test_every_answer_is_judged_by_receipt(case: Answered) -> None:
    before, last, key = case
    assert told(*before, last=last).clock(key).answered_at == RECEIVED


def test_a_sign_off_is_due_and_judged_from_receipt() -> None:
    unhappy = callback(CallbackResult.DISSATISFIED)
    story = told(*FOLLOWED_UP, unhappy, propose(APOLOGY), accept_option(2), last=unhappy)
    story.then(due("callback.sign_off", RECEIVED + hours(24)))
    story.when(stamped(sign_off(), RECEIVED + hours(24))).then(
        accepted(), clock("callback.sign_off", Verdict.MET, cycle=2)
    )


def test_a_message_told_by_hand_is_judged_by_receipt() -> None:
    story = Story(delivers=False).opened().triaged().given(reply(), given_up(2))
    story.when(complete_task(), after=hours(1), lag=LAG)
    assert story.clock("reply").answered_at == RECEIVED
    assert story.state.messages[1].delivered_at == HANDLED


def test_a_callback_is_judged_by_receipt() -> None:
    story = told(*FOLLOWED_UP, last=callback())
    assert story.clock("callback", cycle=1).answered_at == RECEIVED


def test_what_the_case_itself_reports_is_dated_by_handling() -> None:
    story = Story().opened().triaged().given(request_check()).sleep(hours(3))
    story.when(found(1, Evidence(system="wms", finding=Finding.CONFIRMED)), unstamped=True)
    assert story.state.checks[0].ended_at == HANDLED
    assert story.clock("check.1").answered_at == HANDLED


def test_a_survey_is_open_answered_and_changed_by_receipt() -> None:
    story = told(*FOLLOWED_UP, last=callback())
    assert story.state.survey is not None
    assert story.state.survey.until == RECEIVED + days(14)
    in_time = RECEIVED + days(14)
    story.sleep(days(15)).when(stamped(answer_survey(3), in_time)).then(accepted())
    story.when(stamped(answer_survey(4), in_time + seconds(1))).then(
        refused(RefusalCode.WINDOW_PASSED)
    )


def test_the_day_for_changing_a_score_runs_from_receipt() -> None:
    story = told(*FOLLOWED_UP, callback(), last=answer_survey(3))
    story.when(stamped(answer_survey(4), RECEIVED + hours(24)), lag=days(2)).then(accepted())
    story.when(stamped(answer_survey(5), RECEIVED + hours(24) + seconds(1)))
    story.then(refused(RefusalCode.WINDOW_PASSED))


def test_a_refusal_is_dated_by_receipt_and_recorded_when_it_is_handled() -> None:
    envelope = told(last=accept_option()).journal[-1]
    assert (envelope.occurred_at, envelope.recorded_at) == (RECEIVED, HANDLED)


def test_whether_a_clock_ends_late_unanswered_is_a_matter_of_receipt() -> None:
    story = Story().opened().triaged().when(withdraw(), after=hours(23), lag=LAG)
    assert story.clock("reply", cycle=1).verdict is Verdict.WITHDRAWN
    assert story.clock("reply", cycle=1).ended_at == START + hours(25)
