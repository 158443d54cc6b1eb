"""Abuse of the rules (assurance.md 6), as far as what is built can be abused."""

from __future__ import annotations

import pytest

from schemas.commands import Command
from schemas.events import ClockEnded, NothingChanged, StepStarted
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    Authenticity,
    CallbackResult,
    Outcome,
    RemedyKind,
    Stage,
    Verdict,
)
from tests.support.actors import LOGISTICS
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    answer_survey,
    callback,
    claim_check,
    close_explained,
    complete_check,
    coupon,
    propose,
    refuse_proposal,
    reopen,
    repair,
    request_check,
    resend,
    settle_step,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    happened,
    never,
    nothing_happened,
    refused,
    stage,
)
from tests.support.keys import DOOR, STRANGE, arrive
from tests.support.policies import LIMIT, days, hours, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story

FEN = 0.01


def opened() -> Story:
    return Story().opened().triaged()


def closed_case() -> Story:
    return opened().given(propose(APOLOGY), accept_option(), callback())


def test_1_the_same_consent_twice_starts_one_remedy() -> None:
    story = opened().given(propose(MANUAL), accept_option()).when(accept_option())
    story.then(accepted(), happened(NothingChanged), never(StepStarted))
    assert len(story.state.steps) == 1


def test_2_two_consents_to_different_options_start_one_remedy() -> None:
    story = opened().given(propose(MANUAL, coupon()), accept_option())
    story.when(accept_option(option=2)).then(refused(RefusalCode.WRONG_STAGE))
    assert [s.remedy for s in story.state.steps] == [MANUAL]


def test_5_an_amount_above_the_authority_by_one_fen() -> None:
    limit = LIMIT / 100
    opened().when(propose(coupon(limit + FEN))).then(refused(RefusalCode.PROMISE_MISSING))
    opened().when(propose(coupon(limit))).then(accepted())


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


def test_10_consent_to_a_version_that_was_changed_meanwhile() -> None:
    story = opened().given(propose(MANUAL), propose(coupon()))
    story.when(accept_option(version=1)).then(refused(RefusalCode.PROPOSAL_SUPERSEDED))


@pytest.mark.parametrize("minor", [-1, 0, -(10**30), 10**30])
@pytest.mark.parametrize("field", ["amount", "cost"])
def test_11_amounts_that_are_none(minor: int, field: str) -> None:
    money = Money(minor=minor, currency="CNY")
    step = RemedyStep(kind=RemedyKind.COUPON).model_copy(update={field: money})
    opened().when(propose(step)).then(refused(RefusalCode.STEP_INVALID))


@pytest.mark.parametrize("currency", ["USD", "cny", "", "XXX"])
def test_12_another_currency(currency: str) -> None:
    step = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=1, currency=currency))
    opened().when(propose(step)).then(refused(RefusalCode.PROMISE_MISSING))


@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_14_an_answer_after_withdrawal(answer: Command) -> None:
    story = opened().given(propose(), withdraw())
    story.when(answer).then(refused(RefusalCode.CASE_CLOSED), never(StepStarted))


def test_15_consent_to_a_proposal_of_an_earlier_cycle() -> None:
    story = opened().given(propose(), withdraw(), reopen(), propose(coupon()))
    story.when(accept_option(version=1)).then(refused(RefusalCode.PROPOSAL_SUPERSEDED))


def test_16_a_replayed_consent() -> None:
    consent = accept_option().model_copy(update={"command_id": "link-1"})
    story = opened().given(propose(MANUAL), consent)
    story.when(stamped(consent, START + days(1)), after=days(1)).then(nothing_happened())


@pytest.mark.parametrize("answer", [claim_check(), complete_check()])
def test_17_another_departments_check(answer: Command) -> None:
    story = opened().given(request_check())
    story.when(answer.model_copy(update={"actor": LOGISTICS}))
    story.then(refused(RefusalCode.NOT_YOUR_CHECK))


def test_19_a_check_completed_twice_keeps_the_first_verdict() -> None:
    story = opened().given(request_check(), complete_check()).wait(days(2))
    story.when(complete_check(references=("another",)))
    story.then(never(ClockEnded), clock("check.1", Verdict.MET))


def test_20_an_answer_before_the_question() -> None:
    opened().when(complete_check()).then(refused(RefusalCode.CHECK_UNKNOWN))


def test_21_a_back_dated_answer_saves_no_clock_that_has_its_verdict() -> None:
    story = opened().given(request_check()).wait(days(2)).when(withdraw())
    story.when(stamped(complete_check(), START)).then(refused(RefusalCode.CASE_CLOSED))
    story.then(clock("check.1", Verdict.BREACHED, cycle=1))


def test_22_a_stamp_from_the_future_buys_no_time() -> None:
    story = closed_case().wait(days(29))
    story.when(stamped(reopen(), START + days(900))).then(accepted())
    assert story.state.cycle.started_at == START + days(29)


@pytest.mark.parametrize(
    "command", [request_check(), propose(), complete_check(), close_explained(), settle_step()]
)
def test_23_a_command_after_closing(command: Command) -> None:
    closed_case().when(command).then(refused(RefusalCode.CASE_CLOSED))


def test_24_reopening_after_the_end() -> None:
    closed_case().wait(days(30) + seconds(1)).when(reopen())
    late = closed_case().sleep(days(30) + seconds(1)).when(reopen())
    late.then(refused(RefusalCode.WINDOW_PASSED))


@pytest.mark.parametrize("command", [callback(), close_explained(), answer_survey(5)])
def test_25_closing_with_an_open_step(command: Command) -> None:
    story = opened().given(propose(MANUAL), accept_option()).when(command)
    assert story.answer.code in {RefusalCode.WRONG_STAGE, RefusalCode.CASE_NOT_CLOSED}
    story.then(stage(Stage.REMEDYING))


@pytest.mark.parametrize("hours_off", [-1, 1])
def test_26_a_callback_without_a_call(hours_off: int) -> None:
    # Before the remedy, or after its own report.
    called_at = START + (hours(hours_off) if hours_off < 0 else days(1) + hours(hours_off))
    story = opened().given(propose(APOLOGY), accept_option())
    story.when(callback(called_at=called_at), after=days(1))
    assert story.answer.code in {RefusalCode.CALLBACK_IN_FUTURE, RefusalCode.CALLBACK_TOO_EARLY}
    story.then(stage(Stage.FOLLOWING_UP))


def test_27_a_survey_twice_and_late() -> None:
    story = closed_case().given(answer_survey(5)).wait(days(2))
    story.when(answer_survey(1)).then(refused(RefusalCode.WINDOW_PASSED))
    assert story.state.cycles[0].score == 5
    late = closed_case().wait(days(15)).when(answer_survey(1))
    late.then(refused(RefusalCode.WINDOW_PASSED))
    assert late.state.outcome is Outcome.SATISFIED


def test_27_a_survey_of_an_earlier_cycle() -> None:
    story = closed_case().given(reopen()).when(answer_survey(1))
    story.then(refused(RefusalCode.CASE_NOT_CLOSED))


def test_28_success_reported_by_somebody_who_is_no_door_of_ours() -> None:
    story = opened().given(propose(MANUAL), accept_option())
    trusting = {"authenticity": Authenticity.SIGNED, "keys": (DOOR.public,)}
    state = story.state.model_copy(update=trusting)
    report = settle_step().model_copy(update={"command_id": "forged"})
    forged = (report, STRANGE.signed(state.number, report), DOOR.signed(state.number + 1, report))
    codes = [arrive(state, each, story.now).answer.code for each in forged]
    assert codes == [
        RefusalCode.UNSIGNED,
        RefusalCode.KEY_UNKNOWN,
        RefusalCode.SIGNATURE_INVALID,
    ]


def test_29_a_step_reported_under_another_reference() -> None:
    story = opened().given(propose(Option(steps=(MANUAL, MANUAL))), accept_option())
    story.given(settle_step(1, reference="R-1")).when(settle_step(1, reference="R-2"))
    story.then(refused(RefusalCode.STEP_NOT_OPEN))
