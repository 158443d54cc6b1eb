"""Abuses 17 to 22: who tries to answer what others were asked, or at another time than now."""

from __future__ import annotations

from datetime import datetime

import pytest

from schemas.commands import Actor, Command
from schemas.events import CheckCorrected, ClockEnded
from schemas.refusals import RefusalCode
from schemas.vocabulary import CallbackResult, Department, Finding, Role, Stage, Verdict
from tests.support.actors import AGENT, CUSTOMER, LOGISTICS, MANAGER, WAREHOUSE
from tests.support.commands import (
    APOLOGY,
    accept_option,
    callback,
    claim_check,
    complete_check,
    hand_over_check,
    opening,
    propose,
    reopen,
    reply,
    request_check,
    return_check,
    withdraw,
)
from tests.support.expectations import accepted, clock, happened, never, refused, stage
from tests.support.intruders import written
from tests.support.policies import days, hours, policy, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story
from workflows.inputs import Unread, read_command


def opened() -> Story:
    return Story().opened().triaged()


def asked() -> Story:
    return opened().given(request_check())


# ---- Whose check --------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [claim_check(), complete_check(), return_check()])
def test_17_another_departments_check(answer: Command) -> None:
    story = asked().when(answer.model_copy(update={"actor": LOGISTICS}))
    story.then(refused(RefusalCode.NOT_YOUR_CHECK))


@pytest.mark.parametrize("by", [AGENT, MANAGER, CUSTOMER], ids=lambda by: by.role)
def test_17_somebody_else_who_claims_to_be_of_the_department(by: Actor) -> None:
    claiming = by.model_copy(update={"department": Department.WAREHOUSE})
    asked().when(complete_check(by=claiming)).then(refused(RefusalCode.NOT_ALLOWED))


def test_17_a_department_that_is_none() -> None:
    nobody = Actor(id="picker-1", role=Role.DEPARTMENT)
    asked().when(complete_check(by=nobody)).then(refused(RefusalCode.NOT_YOUR_CHECK))


def test_17_a_department_that_has_handed_its_check_over() -> None:
    story = asked().given(hand_over_check(department=Department.LOGISTICS))
    story.when(complete_check(1)).then(refused(RefusalCode.CHECK_NOT_OPEN))
    story.when(complete_check(2)).then(refused(RefusalCode.NOT_YOUR_CHECK))
    story.when(complete_check(2, by=LOGISTICS)).then(accepted())


ACTOR = '{"command_id": "c-1", "actor": {"id": "a-1", "role": "agent"}, "department": "police", '
SEALED = f'{{"field": "text", "box": "Ym94", "digest": "{"0" * 64}"}}'


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("request_check", f'"question": {SEALED}'),
        ("hand_over_check", '"check": 1'),
        ("record_note", f'"text": {SEALED}'),
    ],
)
def test_18_a_department_that_does_not_exist(name: str, fields: str) -> None:
    text = f"{ACTOR}{fields}}}"
    read = read_command(name, [written(text)], signal=False)
    assert read == Unread(RefusalCode.UNDECODABLE, "department")
    known = text.replace("police", "legal")
    assert not isinstance(read_command(name, [written(known)], signal=False), Unread)


@pytest.mark.parametrize(
    "command",
    [request_check(Department.LEGAL), hand_over_check(department=Department.LEGAL)],
    ids=["asked", "handed over to"],
)
def test_18_a_department_that_the_case_does_not_know(command: Command) -> None:
    checks = {d: hours(24) for d in Department if d is not Department.LEGAL}
    story = Story(rules=policy(checks=checks)).opened().triaged().given(request_check())
    story.when(command).then(refused(RefusalCode.DEPARTMENT_UNKNOWN))


# ---- Which answer -------------------------------------------------------------------------------


def test_19_a_check_completed_twice_keeps_the_first_verdict() -> None:
    story = asked().given(complete_check()).wait(days(2))
    story.when(complete_check(references=("another",)))
    story.then(never(ClockEnded), clock("check.1", Verdict.MET))


def test_19_a_check_completed_twice_keeps_the_first_finding() -> None:
    story = asked().given(complete_check()).when(complete_check(finding=Finding.NOT_CONFIRMED))
    story.then(happened(CheckCorrected, by=WAREHOUSE.id, finding=Finding.NOT_CONFIRMED))
    findings = story.state.checks[0].findings
    assert findings == (Finding.PACKING_FAULT, Finding.NOT_CONFIRMED)


def test_19_an_answer_by_another_department_corrects_nothing() -> None:
    story = asked().given(complete_check())
    story.when(complete_check(finding=Finding.NOT_CONFIRMED, by=LOGISTICS))
    story.then(refused(RefusalCode.NOT_YOUR_CHECK))
    assert story.state.checks[0].findings == (Finding.PACKING_FAULT,)


@pytest.mark.parametrize("check", [-1, 0, 1, 10**9])
def test_20_an_answer_before_the_question(check: int) -> None:
    opened().when(complete_check(check)).then(refused(RefusalCode.CHECK_UNKNOWN))


def test_20_an_answer_before_the_question_is_none_afterwards() -> None:
    early = complete_check().model_copy(update={"command_id": "early"})
    story = opened().when(early).given(request_check()).when(early)
    assert story.answer.code is RefusalCode.CHECK_UNKNOWN
    story.then(clock("check.1", None), stage(Stage.INVESTIGATING))


# ---- When ---------------------------------------------------------------------------------------


def test_21_a_back_dated_answer_saves_no_clock_that_has_its_verdict() -> None:
    story = asked().wait(days(2)).when(withdraw())
    story.when(stamped(complete_check(), START)).then(refused(RefusalCode.CASE_CLOSED))
    story.then(clock("check.1", Verdict.BREACHED, cycle=1))


@pytest.mark.parametrize(
    "end", [return_check(), hand_over_check()], ids=lambda command: type(command).__name__
)
def test_21_a_back_dated_answer_to_a_check_that_was_passed_on_late(end: Command) -> None:
    story = asked().wait(days(2)).given(end)
    story.when(stamped(complete_check(), START)).then(refused(RefusalCode.CHECK_NOT_OPEN))
    story.then(clock("check.1", Verdict.BREACHED))


@pytest.mark.parametrize("stamp", [START - days(9000), START - seconds(1), START], ids=str)
def test_21_nothing_is_answered_before_it_was_asked(stamp: datetime) -> None:
    story = opened().wait(hours(3)).given(request_check())
    story.when(stamped(complete_check(), stamp)).then(accepted())
    assert story.clock("check.1").answered_at == START + hours(3)
    assert story.journal[-1].occurred_at >= START


def test_22_a_stamp_from_the_future_buys_no_time() -> None:
    story = opened().given(propose(APOLOGY), accept_option(), callback()).wait(days(29))
    story.when(stamped(reopen(), START + days(900))).then(accepted())
    assert story.state.cycle.started_at == START + days(29)


def test_22_an_answer_from_the_future_is_one_of_now() -> None:
    story = asked().wait(hours(30)).when(stamped(complete_check(), START + days(900)))
    story.then(clock("check.1", Verdict.BREACHED))
    assert story.clock("check.1").answered_at == START + hours(30)


def test_22_a_reply_from_the_future_is_one_of_now() -> None:
    story = opened().when(stamped(reply(), START + days(900)))
    assert {envelope.occurred_at for envelope in story.journal} == {START}


@pytest.mark.parametrize("moment", [START + days(900), START - days(9000)], ids=str)
def test_22_when_it_happened_as_the_customer_says_moves_no_clock(moment: datetime) -> None:
    told, untold = Story().opened(opening(occurred_at=moment)), Story().opened()
    assert told.state.clocks == untold.state.clocks
    assert told.state.cycle.started_at == START


@pytest.mark.parametrize("result", CallbackResult)
def test_22_a_call_in_the_future(result: CallbackResult) -> None:
    story = opened().given(propose(APOLOGY), accept_option())
    story.when(callback(result, called_at=START + hours(1)))
    story.then(refused(RefusalCode.CALLBACK_IN_FUTURE), stage(Stage.FOLLOWING_UP))
