"""Abuses 13 to 16: who tries to have a customer agree to what the customer did not agree to."""

from __future__ import annotations

import pytest

from schemas.commands import Command
from schemas.events import StepStarted
from schemas.refusals import RefusalCode
from schemas.vocabulary import Stage
from tests.support.commands import (
    MANUAL,
    accept_option,
    answer_survey,
    approve_proposal,
    confirm_acceptance,
    counter_demand,
    coupon,
    decline_proposal,
    propose,
    refund,
    refuse_proposal,
    reopen,
    withdraw,
)
from tests.support.expectations import never, nothing_happened, refused, stage
from tests.support.intruders import believing_doors, signed, verdict
from tests.support.keys import arrive
from tests.support.policies import days, hours
from tests.support.reports import stamped
from tests.support.story import START, Story

DEAR = propose(refund(), promised_at=START + hours(6))


def opened() -> Story:
    return Story().opened().triaged()


def offered() -> Story:
    return opened().given(propose(coupon(), MANUAL))


# ---- Another complaint's consent ----------------------------------------------------------------


@pytest.mark.parametrize(
    "consent",
    [accept_option(), confirm_acceptance(), refuse_proposal(), counter_demand(), withdraw()],
    ids=lambda command: type(command).__name__,
)
def test_13_what_was_signed_for_another_complaint(consent: Command) -> None:
    story = believing_doors(offered())
    elsewhere = signed(story, consent, complaint=story.state.number + 1)
    assert verdict(story, elsewhere) is RefusalCode.SIGNATURE_INVALID
    assert verdict(story, signed(story, consent)) is not RefusalCode.SIGNATURE_INVALID


@pytest.mark.parametrize(
    "change", [{"option": 2}, {"version": 2}, {"command_id": "again"}, {"received_at": START}]
)
def test_13_consent_that_was_changed_after_it_was_signed(change: dict[str, object]) -> None:
    story = believing_doors(offered().sleep(hours(1)))
    consent = signed(story, accept_option())
    assert verdict(story, consent) is None
    changed = consent.model_copy(update=change)
    assert verdict(story, changed) is RefusalCode.SIGNATURE_INVALID


def test_13_what_was_signed_as_another_command() -> None:
    story = believing_doors(opened().given(propose(coupon()), accept_option(objection="but")))
    confirmed = signed(story, confirm_acceptance())
    renamed = accept_option().model_copy(update=dict(confirmed))
    assert verdict(story, renamed) is RefusalCode.SIGNATURE_INVALID


# ---- Consent to what is no longer offered -------------------------------------------------------


@pytest.mark.parametrize("answer", [accept_option(), refuse_proposal()])
def test_14_an_answer_after_withdrawal(answer: Command) -> None:
    story = opened().given(propose(), withdraw())
    story.when(answer).then(refused(RefusalCode.CASE_CLOSED), never(StepStarted))


def test_14_another_choice_while_the_withdrawal_awaits_a_step() -> None:
    story = opened().given(propose(MANUAL, coupon()), accept_option(), withdraw())
    story.when(accept_option(option=2)).then(refused(RefusalCode.WRONG_STAGE))
    story.when(accept_option()).then(never(StepStarted))
    assert [step.remedy for step in story.state.steps] == [MANUAL]


def test_10_consent_to_a_version_that_was_changed_meanwhile() -> None:
    story = opened().given(propose(MANUAL), propose(coupon()))
    story.when(accept_option(version=1)).then(refused(RefusalCode.PROPOSAL_SUPERSEDED))


def test_15_consent_to_a_proposal_of_an_earlier_cycle() -> None:
    story = opened().given(propose(), withdraw(), reopen(), propose(coupon()))
    story.when(accept_option(version=1)).then(refused(RefusalCode.PROPOSAL_SUPERSEDED))


def test_15_consent_to_what_an_earlier_cycle_offered_last() -> None:
    story = opened().given(propose(), withdraw(), reopen())
    story.when(accept_option()).then(refused(RefusalCode.NO_SUCH_PROPOSAL))


@pytest.mark.parametrize(
    "end", [refuse_proposal(), counter_demand()], ids=lambda command: type(command).__name__
)
def test_15_consent_to_what_was_refused(end: Command) -> None:
    story = opened().given(propose(), end).when(accept_option())
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL), stage(Stage.DECIDING))


def test_15_consent_to_what_a_superior_has_declined() -> None:
    story = opened().given(DEAR, decline_proposal()).when(accept_option())
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL), stage(Stage.DECIDING))


# ---- Consent again ------------------------------------------------------------------------------


def test_16_a_replayed_consent() -> None:
    consent = accept_option().model_copy(update={"command_id": "link-1"})
    story = opened().given(propose(MANUAL), consent)
    story.when(stamped(consent, START + days(1)), after=days(1)).then(nothing_happened())


def test_16_a_captured_consent_takes_effect_once() -> None:
    story = believing_doors(opened().given(propose(MANUAL)))
    consent = signed(story, accept_option())
    story.take(arrive(story.state, consent, story.now))
    assert [step.version for step in story.state.steps] == [1]
    again = arrive(story.state, consent, story.now)
    assert (again.envelopes, again.state) == ((), story.state)


def test_16_a_consent_that_came_too_early_is_no_consent_later() -> None:
    consent = accept_option().model_copy(update={"command_id": "link-1"})
    story = opened().given(DEAR).when(consent).then(refused(RefusalCode.NOT_APPROVED))
    story.given(approve_proposal()).when(consent)
    story.then(nothing_happened(), stage(Stage.AWAITING_CONSENT))


def test_16_a_consent_id_with_another_choice() -> None:
    consent = accept_option(objection="but").model_copy(update={"command_id": "link-1"})
    story = opened().given(propose(MANUAL, coupon()), consent)
    story.when(consent.model_copy(update={"objection": None, "option": 2}))
    story.then(refused(RefusalCode.COMMAND_ID_REUSED), stage(Stage.AWAITING_CONSENT))


def test_27_a_survey_that_was_signed_for_another_complaint() -> None:
    story = believing_doors(opened().given(withdraw()))
    elsewhere = signed(story, answer_survey(), complaint=story.state.number + 1)
    assert verdict(story, elsewhere) is RefusalCode.SIGNATURE_INVALID
