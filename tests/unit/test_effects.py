"""Effects: which event must be followed by work outside, under which key."""

from __future__ import annotations

from typing import Any

import pytest

from domain.effects import effects
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    Effect,
    GatherEvidence,
    ReverseStep,
    TriageComplaint,
)
from schemas.offer import Option
from schemas.vocabulary import Channel, Department, Language, Purpose
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    approve_proposal,
    callback,
    close_explained,
    compensate_step,
    coupon,
    customer,
    propose,
    refuse_proposal,
    reply,
    request_check,
    resend,
    sealed,
    withdraw,
)
from tests.support.expectations import accepted
from tests.support.policies import days, hours
from tests.support.reports import delivered, stamped
from tests.support.story import START, Story


def opened() -> Story:
    return Story(delivers=False, settles=False).opened().triaged()


def sent(story: Story, purpose: Purpose) -> DeliverMessage:
    """Return the last message with this purpose that was to be delivered."""
    return next(
        effect
        for effect in reversed(story.effects)
        if isinstance(effect, DeliverMessage) and effect.purpose is purpose
    )


def of_kind(story: Story, kind: type[Effect]) -> list[Effect]:
    return [effect for effect in story.effects if isinstance(effect, kind)]


def test_a_complaint_is_read_once() -> None:
    story = Story().opened(channel=Channel.EMAIL)
    assert story.effects == [
        TriageComplaint(
            key="7:triage",
            number=7,
            complaint_id="cid",
            channel=Channel.EMAIL,
            content=sealed("a part is missing"),
        )
    ]


def test_keys_are_unique_in_a_case() -> None:
    story = Story().opened().triaged().given(reply(), request_check(), request_check())
    story.given(withdraw())
    keys = [effect.key for effect in story.effects]
    assert len(set(keys)) == len(keys)


def test_a_message_goes_to_the_customer_in_the_words_of_a_person() -> None:
    someone = customer().model_copy(update={"language": Language.EN})
    story = Story().opened(customer=someone).triaged().given(reply(text="hello"))
    message = sent(story, Purpose.REPLY)
    assert message.customer == someone
    assert message.text == sealed("hello")
    assert message.key == "7:message:2"


def test_a_message_to_an_anonymous_customer_has_no_address() -> None:
    story = Story().opened(customer=None).triaged()
    assert sent(story, Purpose.ACKNOWLEDGEMENT).customer is None


def test_a_reply_promises_no_moment() -> None:
    message = sent(opened().given(reply()), Purpose.REPLY)
    assert message.reply_due_at is message.solution_due_at is message.answer_until is None


def test_a_proposal_names_its_options_and_until_when_it_stands() -> None:
    story = opened().when(propose(APOLOGY, MANUAL), after=hours(1))
    message = sent(story, Purpose.PROPOSAL)
    assert message.version == 1
    assert message.options == (Option(steps=(APOLOGY,)), Option(steps=(MANUAL,)))
    assert message.answer_until == START + hours(73)


def test_each_version_is_sent_with_its_own_options() -> None:
    story = opened().given(propose(APOLOGY), propose(MANUAL))
    message = sent(story, Purpose.PROPOSAL)
    assert (message.version, message.options) == (2, (Option(steps=(MANUAL,)),))


def test_no_customer_is_told_more_time_than_there_is() -> None:
    story = Story().opened().triaged().given(propose())
    for expected in (hours(72), hours(72)):
        story.wait(hours(24))
        reminder = sent(story, Purpose.PROPOSAL_REMINDER)
        assert reminder.answer_until == START + expected
        assert reminder.options == propose().options
    story.wait(hours(24))
    assert story.state.is_closed


def test_a_customer_who_was_reminded_late_is_told_the_later_moment() -> None:
    story = Story().opened().triaged().given(propose()).sleep(hours(71)).wake()
    told = START + hours(95)
    assert sent(story, Purpose.PROPOSAL_REMINDER).answer_until == told
    story.sleep(hours(30)).when(stamped(accept_option(), told))
    assert story.state.proposals[0].accepted == 1


def test_a_confirmation_names_what_was_agreed_and_offers_nothing() -> None:
    story = opened().given(propose(APOLOGY, MANUAL), accept_option(option=2))
    message = sent(story, Purpose.CONSENT_RECORDED)
    assert message.agreed == Option(steps=(MANUAL,))
    assert (message.options, message.answer_until) == ((), None)
    assert sent(story, Purpose.PROPOSAL).agreed is None


def test_a_survey_names_its_last_moment() -> None:
    story = opened().given(propose(APOLOGY), accept_option()).when(callback(), after=days(1))
    assert sent(story, Purpose.SURVEY).answer_until == START + days(15)


def test_who_did_not_answer_is_told_how_long_the_case_can_be_reopened() -> None:
    story = Story().opened().triaged().given(propose()).wait(hours(72))
    assert sent(story, Purpose.NO_ANSWER_CLOSED).answer_until == START + hours(72) + days(30)


def test_an_explanation_carries_its_text() -> None:
    message = sent(opened().given(close_explained()), Purpose.EXPLANATION)
    assert message.text == sealed("how it works")


def test_a_check_asks_the_departments_own_system() -> None:
    about: dict[str, Any] = {"product": "P-1", "batch": "B-1", "store": "S-1", "carrier": "C-1"}
    story = Story().opened(**about, occurred_at=START).triaged()
    story.when(request_check(), after=hours(1))
    assert of_kind(story, GatherEvidence) == [
        GatherEvidence(
            key="7:check:1",
            number=7,
            complaint_id="cid",
            check=1,
            department=Department.WAREHOUSE,
            question=sealed("was it packed?"),
            due_at=START + hours(25),
            order="SO-1001",
            product="P-1",
            batch="B-1",
            store="S-1",
            carrier="C-1",
            occurred_at=START,
        )
    ]


@pytest.mark.parametrize("department", Department)
def test_every_department_is_asked(department: Department) -> None:
    story = opened().given(request_check(department))
    [asked] = of_kind(story, GatherEvidence)
    assert isinstance(asked, GatherEvidence)
    assert asked.department is department


def test_an_automatic_step_is_carried_out_under_its_key() -> None:
    story = opened().given(propose(Option(steps=(APOLOGY, MANUAL, resend()))), accept_option())
    step = CarryOutStep(key="7:1:1:3", number=7, version=1, step=3, remedy=resend())
    whose = {"order": "SO-1001", "requested_by": "agent-1"}
    assert of_kind(story, CarryOutStep) == [step.model_copy(update=whose)]


def test_a_step_names_who_approved_it() -> None:
    story = opened().given(propose(coupon(201), promised_at=START + hours(6)), approve_proposal())
    story.given(accept_option())
    effect = of_kind(story, CarryOutStep)[0]
    assert isinstance(effect, CarryOutStep)
    assert (effect.requested_by, effect.approved_by) == ("agent-1", "supervisor-1")


def test_a_step_is_taken_back_under_its_own_key() -> None:
    story = Story().opened().triaged().given(propose(coupon()), accept_option())
    story.settles = False
    story.given(compensate_step())
    assert of_kind(story, ReverseStep) == [
        ReverseStep(
            key="7:1:1:1",
            number=7,
            version=1,
            step=1,
            remedy=coupon(),
            order="SO-1001",
            settled_as="parcel-1",
        )
    ]


def test_a_refusal_and_an_alarm_need_nothing_outside() -> None:
    story = opened()
    before = len(story.effects)
    story.when(refuse_proposal()).wait(hours(30))
    assert len(story.effects) == before


def test_the_effects_of_an_event_are_the_same_whenever_they_are_asked_for() -> None:
    story = Story().opened().triaged().given(propose(APOLOGY), accept_option(), callback())
    story.wait(days(1))
    again = [e for envelope in story.journal for e in effects(story.state, envelope.event)]
    assert [e.key for e in again] == [e.key for e in story.effects]


def test_the_date_that_an_offer_tells_is_never_later_than_the_one_that_counts() -> None:
    """Delivery may take its time; then the customer has longer than was told (H17)."""
    story = Story(delivers=False).opened().triaged().given(propose())
    told = sent(story, Purpose.PROPOSAL)
    story.wait(hours(20)).given(delivered(told))
    assert told.answer_until == START + hours(72)
    assert story.clock("consent.1").due_at == START + hours(92)
    story.when(accept_option(), after=hours(71)).then(accepted())
