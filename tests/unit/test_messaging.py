"""Rule 4 and reading 4: a message counts when it arrives, and for the cycle that released it."""

from __future__ import annotations

from schemas.effects import DeliverMessage
from schemas.events import (
    MessageDelivered,
    MessageGivenUp,
    NothingChanged,
    ReminderGiven,
    TaskCreated,
    TaskWithdrawn,
)
from schemas.vocabulary import Channel, Proof, Purpose, TaskKind, Verdict
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    callback,
    complete_task,
    propose,
    reopen,
    reply,
    withdraw,
)
from tests.support.expectations import accepted, clock, happened, never, to_do
from tests.support.policies import days, hours
from tests.support.reports import delivered, given_up
from tests.support.story import START, Story


def silent() -> Story:
    """A case whose messages are on their way; the first is the acknowledgement."""
    return Story(delivers=False).opened().triaged()


def number_of(story: Story, purpose: Purpose) -> int:
    return next(m.number for m in reversed(story.state.messages) if m.purpose is purpose)


def test_a_delivery_names_its_channel_and_moment() -> None:
    story = (
        silent()
        .when(delivered(1, Channel.EMAIL), after=hours(1))
        .then(
            happened(
                MessageDelivered, message=1, channel=Channel.EMAIL, delivered_at=START + hours(1)
            )
        )
    )
    assert story.state.messages[0].channel is Channel.EMAIL


def test_a_message_that_waits_to_be_collected_counts_as_delivered() -> None:
    story = silent().given(reply(), delivered(2, channel=None)).then(clock("reply", Verdict.MET))
    assert story.state.messages[1].channel is None


def test_a_message_is_delivered_once() -> None:
    story = silent().given(delivered(1)).when(delivered(1))
    story.then(happened(NothingChanged, command="record_delivery"), never(MessageDelivered))
    story.when(given_up(1)).then(never(MessageGivenUp), to_do())


def test_giving_up_is_an_event_and_a_task_for_the_owner() -> None:
    story = silent().given(reply()).when(given_up(2))
    story.then(
        happened(MessageGivenUp, message=2, reason="timed_out"),
        happened(TaskCreated),
        to_do(TaskKind.DELIVER_MESSAGE),
        clock("reply", None),
    )
    assert story.state.tasks[0].subject == 2
    story.when(delivered(2)).then(happened(NothingChanged), clock("reply", None))


def test_a_message_told_by_hand_is_judged_by_the_report() -> None:
    story = silent().given(reply(), given_up(2)).when(complete_task(), after=hours(25))
    story.then(happened(MessageDelivered, message=2, channel=None), to_do())
    story.then(clock("reply", Verdict.BREACHED))
    assert story.clock("reply").answered_at == START + hours(25)
    assert story.clock("reply").proof is Proof.DOOR


def test_two_messages_that_were_given_up_are_two_tasks() -> None:
    story = silent().given(reply(), given_up(1), given_up(2))
    assert [t.subject for t in story.state.tasks] == [1, 2]
    story.given(complete_task(2)).then(to_do(TaskKind.DELIVER_MESSAGE), clock("reply", Verdict.MET))


def test_a_message_that_nobody_takes_after_closing_is_no_task() -> None:
    story = silent().given(withdraw()).when(given_up(2)).then(happened(MessageGivenUp), to_do())
    assert story.state.is_closed


def test_a_reply_to_an_earlier_cycle_ends_no_clock_of_a_later_one() -> None:
    story = silent().given(reply(), withdraw(), reopen()).when(delivered(2), after=hours(1))
    story.then(accepted(), happened(MessageDelivered), clock("reply", None))


def test_a_message_of_an_earlier_cycle_is_no_task_of_a_later_one() -> None:
    story = silent().given(reply(), withdraw(), reopen()).when(given_up(2))
    story.then(happened(MessageGivenUp), never(TaskCreated), to_do())


def test_a_reminder_of_a_proposal_that_was_answered_is_no_task() -> None:
    story = silent().given(propose(APOLOGY), delivered(2)).wait(hours(24))
    story.then(happened(ReminderGiven)).given(accept_option())
    story.when(given_up(number_of(story, Purpose.PROPOSAL_REMINDER)))
    story.then(happened(MessageGivenUp), to_do())


def test_a_reminder_that_nobody_took_is_a_task_while_the_proposal_stands() -> None:
    story = silent().given(propose(APOLOGY), delivered(2)).wait(hours(24))
    story.when(given_up(number_of(story, Purpose.PROPOSAL_REMINDER)))
    story.then(to_do(TaskKind.DELIVER_MESSAGE))


def test_a_confirmation_that_nobody_took_is_a_task_while_the_remedy_runs() -> None:
    story = silent().given(propose(MANUAL), accept_option())
    story.when(given_up(number_of(story, Purpose.CONSENT_RECORDED)))
    story.then(to_do(TaskKind.CARRY_OUT_STEP, TaskKind.DELIVER_MESSAGE))


def test_a_reminder_starts_no_second_consent_clock() -> None:
    story = silent().given(propose(APOLOGY), delivered(2)).wait(hours(24))
    story.given(delivered(number_of(story, Purpose.PROPOSAL_REMINDER)))
    assert [c.key for c in story.state.clocks if c.kind == "consent"] == ["consent.1"]


def test_a_message_delivered_after_all_needs_no_hand() -> None:
    story = silent().given(propose(APOLOGY), given_up(2)).then(to_do(TaskKind.DELIVER_MESSAGE))
    story.when(accept_option()).then(happened(TaskWithdrawn), to_do())


def test_messages_that_arrive_after_closing_are_noted() -> None:
    story = Story().opened().triaged().given(propose(APOLOGY), accept_option())
    story.delivers = False
    story.given(callback()).wait(days(1))
    survey = story.pending[-1]
    assert isinstance(survey, DeliverMessage)
    story.when(delivered(survey)).then(happened(MessageDelivered, message=survey.message))
