"""Whole lives of cases, among them those that the demonstration plays (docs/requirements.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from schemas.events import CaseCompleted, CaseEscalated, StepStarted
from schemas.evidence import Evidence, PackingRecord
from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Department,
    Finding,
    Outcome,
    Party,
    Purpose,
    Severity,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import AGENT, CUSTOMER, OTHER_AGENT
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    add_information,
    answer_survey,
    callback,
    close_explained,
    complete_check,
    coupon,
    propose,
    record_note,
    refuse_proposal,
    reply,
    request_check,
    resend,
    settle_step,
    triage,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    closed,
    happened,
    never,
    refused,
    stage,
    to_do,
)
from tests.support.handling import sign_off
from tests.support.policies import days, hours, minutes
from tests.support.reports import failed
from tests.support.story import START, Story

PACKING = Evidence(
    system="wms",
    finding=Finding.PACKING_FAULT,
    reference="PS-17",
    packing=PackingRecord(parcel="P-17", ordered=("TV", "LID-1"), packed=("TV",)),
)
NOT_REACHED = callback(CallbackResult.NOT_REACHED)
UNHAPPY = callback(CallbackResult.DISSATISFIED)


def verdicts(story: Story, cycle: int = 1) -> dict[str, Verdict | None]:
    return {c.key: c.verdict for c in story.state.cycles[cycle - 1].clocks}


@pytest.fixture(autouse=True)
def every_life_is_audited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Check the journal of every story that this file tells, from nothing."""
    told: list[Story] = []
    begin = Story.opened

    def remember(story: Story, *args: object, **fields: object) -> Story:
        told.append(story)
        return begin(story, *args, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(Story, "opened", remember)
    yield
    for story in told:
        story.audited()


def total(story: Story, party: Party) -> timedelta:
    """Return how long a party owned the time of a finished case."""
    spans = pairwise(story.state.ledger)
    return sum((b.since - a.since for a, b in spans if a.party is party), hours(0))


def test_case_1_missing_parts() -> None:
    story = (
        Story(judges=triage(), finds=PACKING)
        .opened()
        .when(reply(), after=hours(1))
        .when(request_check(), after=minutes(10))
        .then(stage(Stage.DECIDING), clock("check.1", Verdict.MET))
        .given(record_note(department=Department.WAREHOUSE))
        .when(propose(resend(5)), after=minutes(20))
        .when(accept_option(), after=hours(3))
        .then(stage(Stage.FOLLOWING_UP))
        .when(callback(), after=days(5))
        .then(closed(Outcome.SATISFIED))
        .when(answer_survey(5), after=days(1))
        .wait(days(30))
        .then(happened(CaseCompleted))
    )
    assert set(verdicts(story).values()) == {Verdict.MET}
    assert [s.reference for s in story.state.steps] == ["parcel-1"]
    assert total(story, Party.CUSTOMER) == hours(3)
    assert total(story, Party.CALLBACK) == days(5)
    assert [m.purpose for m in story.state.messages] == [
        Purpose.ACKNOWLEDGEMENT,
        Purpose.REPLY,
        Purpose.PROPOSAL,
        Purpose.CONSENT_RECORDED,
        Purpose.REMEDY_DONE,
        Purpose.SURVEY,
    ]


def test_case_7_misunderstood_function() -> None:
    story = (
        Story(judges=triage(Category.PRODUCT_QUALITY, Severity.MINOR))
        .opened()
        .when(close_explained(), after=hours(2))
        .when(callback(CallbackResult.NEUTRAL), after=days(6))
        .then(closed(Outcome.EXPLAINED))
        .wait(days(31))
    )
    assert story.state.completed
    assert set(verdicts(story).values()) == {Verdict.MET}
    assert not any(isinstance(e.event, StepStarted) for e in story.journal)


def test_case_8_silence() -> None:
    story = Story(judges=triage()).opened().when(propose(resend()), after=hours(5))
    story.wait(days(3)).then(closed(Outcome.NO_ANSWER)).wait(days(31))
    assert story.state.completed
    assert verdicts(story)["consent.1"] is Verdict.BREACHED
    assert [m.purpose for m in story.state.messages][-3:] == [
        Purpose.PROPOSAL_REMINDER,
        Purpose.PROPOSAL_REMINDER,
        Purpose.NO_ANSWER_CLOSED,
    ]
    assert story.state.steps == ()


def test_a_customer_who_refuses_twice_and_agrees_to_the_third_version() -> None:
    story = (
        Story(judges=triage())
        .opened()
        .given(propose(coupon(10)))
        .when(refuse_proposal(1), after=hours(4))
        .given(propose(coupon(20)))
        .when(refuse_proposal(2), after=hours(4))
        .then(happened(CaseEscalated))
        .given(propose(coupon(50), MANUAL))
        .when(accept_option(3, option=2), after=hours(1))
        .when(settle_step(version=3), after=hours(2))
        .when(callback(), after=days(2))
        .then(closed(Outcome.SATISFIED))
    )
    assert [p.ended for p in story.state.proposals] == ["refused", "refused", None]
    assert set(verdicts(story)) == {
        "reply",
        "solution",
        "consent.1",
        "solution.2",
        "consent.2",
        "solution.3",
        "consent.3",
        "remedy",
        "callback",
    }


def test_two_cycles_and_a_manager_who_signs_off() -> None:
    story = (
        Story(judges=triage())
        .opened()
        .given(propose(APOLOGY), accept_option())
        .when(NOT_REACHED, after=days(1))
        .when(NOT_REACHED, after=days(1) + hours(2))
        .when(UNHAPPY, after=days(1))
        .given(propose(MANUAL), accept_option(2), settle_step(2, 2))
        .when(UNHAPPY, after=days(1))
        .then(to_do(TaskKind.SIGN_OFF))
    )
    story.when(sign_off(), after=hours(2))
    story.then(closed(Outcome.DISSATISFIED_EXHAUSTED))
    assert [c.outcome for c in story.state.cycles] == ["dissatisfied", "dissatisfied_exhausted"]


def test_a_customer_who_comes_back_by_the_survey() -> None:
    story = (
        Story(judges=triage())
        .opened()
        .given(propose(APOLOGY), accept_option(), callback())
        .when(answer_survey(1), after=days(3))
        .then(stage(Stage.INVESTIGATING))
        .given(reply(), propose(coupon()), accept_option(2), callback())
        .when(answer_survey(4), after=days(1))
        .then(closed(Outcome.SATISFIED))
    )
    assert [c.score for c in story.state.cycles] == [1, 4]


def test_a_customer_who_takes_it_back_while_the_warehouse_looks() -> None:
    story = Story(judges=triage()).opened().given(request_check())
    story.when(add_information(CUSTOMER), after=hours(1)).when(withdraw(), after=hours(1))
    story.then(closed(Outcome.WITHDRAWN)).when(complete_check())
    story.then(refused(RefusalCode.CASE_CLOSED)).wait(days(31))
    assert story.state.completed
    assert set(verdicts(story).values()) == {Verdict.WITHDRAWN}


def test_a_remedy_of_several_hands_one_of_which_fails() -> None:
    mixed = Option(steps=(APOLOGY, resend(), MANUAL))
    story = Story(judges=triage(), settles=False).opened().given(propose(mixed), accept_option())
    story.when(failed(story.pending[-1])).then(  # type: ignore[arg-type]
        to_do(TaskKind.CARRY_OUT_STEP, TaskKind.CARRY_OUT_STEP)
    )
    story.when(settle_step(3), after=hours(30)).then(clock("remedy", None))
    story.when(settle_step(2, reference="by hand", by=OTHER_AGENT)).then(
        accepted(), clock("remedy", Verdict.BREACHED), stage(Stage.FOLLOWING_UP)
    )


def test_nobody_at_home_for_weeks() -> None:
    # Everything that was missed rings once, late, and the case is as it would have been.
    story = Story(judges=triage()).opened().given(propose()).sleep(days(90)).wake()
    story.then(stage(Stage.AWAITING_CONSENT)).wait(hours(24)).then(closed(Outcome.NO_ANSWER))
    story.sleep(days(90)).wake().then(happened(CaseCompleted), never(CaseEscalated))


def test_a_critical_complaint_is_halved_and_still_one_case() -> None:
    story = Story(judges=triage(Category.SAFETY, Severity.CRITICAL)).opened()
    story.when(reply(by=AGENT), after=hours(13))
    story.then(clock("reply", Verdict.BREACHED))
    assert story.clock("reply").breached_at == START + hours(12)
