"""Reading 2: an answer that reached us in time counts, also once its case has closed without it."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.rerun import rerun
from schemas.commands import Command
from schemas.events import CycleStarted, OptionAccepted, ProposalReinstated
from schemas.refusals import RefusalCode
from schemas.vocabulary import CallbackResult, CycleCause, Outcome, Severity, Stage, Verdict
from tests.support import reports
from tests.support.actors import AGENT
from tests.support.commands import (
    MANUAL,
    accept_option,
    callback,
    confirm_acceptance,
    counter_demand,
    propose,
    refuse_proposal,
    settle_step,
    triage,
    withdraw,
)
from tests.support.expectations import accepted, clock, closed, due, happened, refused, stage
from tests.support.policies import attentive, days, hours, seconds
from tests.support.story import START, Story

IN_TIME = START + hours(72)
"""The last moment at which the offer could be answered."""


def silent(**changes: object) -> Story:
    """A case that has closed without an answer, some hours ago."""
    story = Story(rules=attentive(**changes)).opened().triaged().given(propose(MANUAL))
    return story.wait(hours(80)).then(closed(Outcome.NO_ANSWER))


def answered(command: Command, at: datetime = IN_TIME) -> Story:
    return silent().when(reports.stamped(command, at))


def test_a_consent_received_in_time_counts_after_the_case_has_closed() -> None:
    story = answered(accept_option()).then(
        accepted(),
        happened(CycleStarted, cycle=2, cause=CycleCause.ANSWERED),
        happened(ProposalReinstated, version=1, received_at=IN_TIME),
        happened(OptionAccepted, version=1, option=1),
        stage(Stage.REMEDYING),
        clock("consent.1", Verdict.MET),
    )
    assert [step.remedy for step in story.state.steps] == [MANUAL]


def test_the_cycle_that_closed_stays_as_it_was() -> None:
    before = silent().state.cycles[0]
    after = answered(accept_option()).state.cycles[0]
    assert after == before
    assert after.outcome is Outcome.NO_ANSWER


def test_the_remedy_has_its_time_from_the_closing() -> None:
    story = answered(accept_option())
    story.then(due("remedy", START + hours(96))).audited()


def test_a_consent_received_a_moment_too_late_does_not_count() -> None:
    answered(accept_option(), IN_TIME + seconds(1)).then(refused(RefusalCode.CASE_CLOSED))


def test_only_a_stamp_proves_receipt() -> None:
    story = silent().when(accept_option(), unstamped=True)
    story.then(refused(RefusalCode.CASE_CLOSED))


def test_a_refusal_received_in_time_returns_the_case_to_its_owner() -> None:
    story = answered(refuse_proposal())
    story.then(accepted(), stage(Stage.DECIDING), clock("consent.1", Verdict.MET))
    story.then(due("solution.2", START + hours(96))).audited()


def test_so_does_a_counter_demand() -> None:
    answered(counter_demand()).then(accepted(), stage(Stage.DECIDING))


def test_an_acceptance_with_an_objection_is_held() -> None:
    story = answered(accept_option(objection="but"))
    story.then(accepted(), stage(Stage.AWAITING_CONSENT), clock("consent.1", None))
    story.wait(days(9)).then(stage(Stage.AWAITING_CONSENT))
    story.given(confirm_acceptance()).then(stage(Stage.REMEDYING))


@pytest.mark.parametrize("command", [accept_option(), refuse_proposal()])
def test_the_same_answer_again_changes_nothing(command: Command) -> None:
    named = command.model_copy(update={"command_id": "late"})
    story = answered(named)
    seen = story.state
    story.when(reports.stamped(named, IN_TIME))
    assert story.state == seen


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (accept_option(version=2), RefusalCode.CASE_CLOSED),
        (accept_option(option=2), RefusalCode.OPTION_UNKNOWN),
        (accept_option(by=AGENT), RefusalCode.EVIDENCE_MISSING),
        (confirm_acceptance(), RefusalCode.CASE_CLOSED),
    ],
    ids=["another version", "another option", "no evidence", "nothing held"],
)
def test_what_would_have_been_refused_then_leaves_the_case_closed(
    command: Command, code: RefusalCode
) -> None:
    answered(command).then(refused(code), closed(Outcome.NO_ANSWER))


def test_a_case_that_closed_otherwise_is_reopened_by_its_customer_only() -> None:
    story = Story().opened().triaged().given(propose(MANUAL), accept_option(), settle_step())
    story.given(callback()).when(reports.stamped(accept_option(), START))
    story.then(refused(RefusalCode.CASE_CLOSED), closed(Outcome.SATISFIED))


def test_a_case_without_any_proposal_has_nothing_to_answer() -> None:
    story = Story().opened().triaged().given(withdraw())
    story.when(reports.stamped(accept_option(), START)).then(refused(RefusalCode.CASE_CLOSED))


def test_the_answer_costs_the_customer_no_further_cycle() -> None:
    """Policy allows two; that an answer was handled late is no fault of the customer's."""
    story = answered(accept_option()).given(settle_step(1))
    story.when(callback(CallbackResult.DISSATISFIED), after=hours(1))
    story.then(happened(CycleStarted, cycle=3, cause=CycleCause.CALLBACK))


def test_a_serious_case_is_raised_again() -> None:
    story = Story(rules=attentive()).opened().triaged(triage(severity=Severity.MAJOR))
    story.given(propose(MANUAL)).wait(hours(80)).when(reports.stamped(refuse_proposal(), IN_TIME))
    assert [each.reason for each in story.state.escalations] == ["serious"]


def test_told_anew_the_answer_counts_again() -> None:
    story = answered(accept_option())
    telling = rerun(story.journal, story.state.policy, story.now)
    assert (telling.not_taken, telling.state.cycles) == ((), story.state.cycles)
    assert telling.state.stage is Stage.REMEDYING
