"""Rule 5: a hold waits for what the customer knows, and hides nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.alarm import next_alarm, next_deadline
from domain.effects import effects
from domain.view import case_view
from schemas.commands import Command
from schemas.effects import DeliverMessage
from schemas.events import (
    ClockMoved,
    ClockOverdue,
    HoldEnded,
    HoldStarted,
    InformationAdded,
    MessageReleased,
    NothingChanged,
    NoticeGiven,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import NoticeLevel, Party, Purpose, Stage, Verdict
from tests.support.actors import CUSTOMER, SHOP
from tests.support.commands import (
    accept_option,
    add_information,
    close_explained,
    propose,
    reopen,
    reply,
    request_check,
    sealed,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    due,
    happened,
    never,
    refused,
    sent,
    stage,
)
from tests.support.handling import hold, reclassify, resume, set_severity
from tests.support.policies import days, hours, policy, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story

SOLUTION_DUE = START + hours(48)


def answered() -> Story:
    """A customer who got a first reply at once."""
    return Story().opened().triaged().given(reply())


def held() -> Story:
    """A case on hold since ten hours after receipt, with a reminder two days later."""
    return answered().wait(hours(10)).given(hold(START + hours(10) + days(2)))


def next_at(story: Story) -> tuple[datetime, str]:
    alarm = next_alarm(story.state)
    assert alarm is not None
    return alarm.at, alarm.about


# ---- Going on hold ------------------------------------------------------------------------------


def test_a_hold_asks_the_customer_and_has_a_clock_of_its_own() -> None:
    story = held()
    story.then(
        happened(HoldStarted),
        sent(Purpose.HOLD_QUESTION),
        due("hold.1", START + hours(10) + days(2)),
        clock("solution", None),
    )
    told = next(e for e in story.effects if isinstance(e, DeliverMessage) and e.answer_until)
    assert told.text == sealed("which colour?")
    assert told.answer_until == START + hours(10) + days(2)


def test_the_customer_owns_the_time_of_a_hold_whatever_else_is_open() -> None:
    story = answered().wait(hours(1)).given(request_check()).wait(hours(1))
    story.given(hold(START + days(1))).wait(hours(1)).given(resume())
    parties = [segment.party for segment in story.state.ledger]
    assert parties == [Party.AGENT, Party.DEPARTMENTS, Party.CUSTOMER, Party.DEPARTMENTS]


def test_the_view_shows_the_hold() -> None:
    view = case_view(held().state)
    assert view.hold is not None
    assert view.hold.until == START + hours(10) + days(7)
    assert view.next_deadline is not None
    assert view.next_deadline.key == "hold.1"


def test_without_a_reply_nothing_is_put_on_hold() -> None:
    story = Story().opened().triaged().when(hold(START + days(1)))
    story.then(refused(RefusalCode.HOLD_BEFORE_REPLY))


def test_a_reply_on_its_way_is_no_reply_yet() -> None:
    story = Story(delivers=False).opened().triaged().given(reply())
    story.when(hold(START + days(1))).then(refused(RefusalCode.HOLD_BEFORE_REPLY))


def test_a_new_cycle_needs_a_reply_of_its_own() -> None:
    story = answered().given(withdraw(), reopen()).when(hold(START + days(1)))
    story.then(refused(RefusalCode.HOLD_BEFORE_REPLY))


@pytest.mark.parametrize(
    "before",
    [(propose(),), (close_explained(),)],
    ids=["awaiting consent", "following up"],
)
def test_once_the_customer_holds_our_offer_there_is_nothing_to_hold(
    before: tuple[Command, ...],
) -> None:
    answered().given(*before).when(hold(START + days(1))).then(refused(RefusalCode.WRONG_STAGE))


def test_a_proposal_on_its_way_is_not_held_back() -> None:
    story = answered()
    story.delivers = False
    story.given(propose()).when(hold(START + days(1))).then(refused(RefusalCode.WRONG_STAGE))


@pytest.mark.parametrize(
    "remind_at", [START - seconds(1), START, START + days(7), START + days(3000)]
)
def test_the_reminder_lies_ahead_and_within_the_longest_hold(remind_at: datetime) -> None:
    answered().when(hold(remind_at)).then(refused(RefusalCode.MOMENT_UNSUITABLE, "2026-11-09"))


def test_a_second_hold_changes_nothing() -> None:
    story = held().when(hold(START + days(3)), after=hours(1))
    story.then(accepted(), happened(NothingChanged, command="hold"), sent())
    assert story.state.hold is not None
    assert story.state.hold.started_at == START + hours(10)


# ---- The clock that stands still ----------------------------------------------------------------


def test_the_remaining_time_is_kept_and_the_same_deadline_moved() -> None:
    story = held().when(resume(), after=hours(30))
    story.then(
        happened(HoldEnded, hold=1, ended_at=START + hours(40), reason="resumed"),
        happened(
            ClockMoved,
            key="solution",
            was_due_at=SOLUTION_DUE,
            due_at=SOLUTION_DUE + hours(30),
            held=hours(30),
            reason="held",
        ),
        clock("hold.1", Verdict.WITHDRAWN),
        due("solution", SOLUTION_DUE + hours(30)),
    )
    solution = story.clock("solution")
    assert (solution.target, solution.held) == (hours(48), hours(30))


def test_a_clock_that_stands_still_neither_rings_nor_is_the_next_deadline() -> None:
    story = held().wait(days(5))
    story.then(never(ClockOverdue, key="solution"), never(NoticeGiven, key="solution"))
    deadline = next_deadline(story.state)
    assert deadline is not None
    assert (deadline.key, deadline.overdue) == ("hold.1", True)


def test_afterwards_it_warns_and_rings_as_much_later() -> None:
    story = held().when(resume(), after=hours(30)).wait(hours(100))
    story.then(
        happened(
            NoticeGiven,
            key="solution",
            level=NoticeLevel.WARNING,
            nominal_at=START + hours(38.4 + 30),
        ),
        happened(ClockOverdue, key="solution", due_at=SOLUTION_DUE + hours(30)),
    )


def test_other_clocks_do_not_stand_still() -> None:
    story = answered().given(request_check(), hold(START + days(3))).wait(hours(24))
    story.then(happened(ClockOverdue, key="check.1", due_at=START + hours(24)))


def test_a_hold_on_a_late_clock_hides_nothing() -> None:
    story = answered().wait(hours(49)).given(hold(START + days(4)))
    assert story.state.hold is not None
    assert case_view(story.state).overdue == ("solution",)
    story.when(resume(), after=hours(5)).then(never(ClockMoved))
    story.then(due("solution", SOLUTION_DUE))
    assert story.clock("solution").overdue_at == SOLUTION_DUE


def test_late_or_not_is_judged_by_when_the_hold_reached_us() -> None:
    # The alarm rang while the hold, which was in time, waited to be handled.
    story = answered().wait(hours(49))
    story.when(stamped(hold(START + days(4)), START + hours(47)))
    story.when(resume(), after=hours(2))
    story.then(due("solution", SOLUTION_DUE + hours(4)))
    assert story.clock("solution").overdue_at is None


def test_a_hold_in_an_outage_begins_when_it_reached_us() -> None:
    story = answered().sleep(hours(49))
    story.when(stamped(hold(START + days(4)), START + hours(49)))
    story.wake().then(happened(ClockOverdue, key="solution", due_at=SOLUTION_DUE))


def test_a_clock_that_is_judged_anew_during_a_hold_keeps_standing_still() -> None:
    story = held().when(set_severity(), after=hours(20))
    story.then(due("solution", START + hours(24)), never(ClockOverdue))
    story.when(resume(), after=hours(10)).then(due("solution", START + hours(54)))


def test_a_clock_that_was_late_before_the_hold_by_the_new_judgement_is_late() -> None:
    story = answered().wait(hours(30)).given(hold(START + days(3)))
    story.when(set_severity(), after=hours(1))
    story.then(happened(ClockOverdue, key="solution", reason="reclassified"))
    story.when(resume(), after=hours(10)).then(due("solution", START + hours(24)))


def test_a_judgement_after_a_hold_keeps_the_held_time() -> None:
    story = held().given(resume()).wait(hours(1)).given(hold(START + days(1)))
    story.when(resume(), after=hours(4)).when(reclassify(), after=hours(1))
    story.then(due("solution", SOLUTION_DUE + hours(4)))
    story.when(set_severity()).then(due("solution", START + hours(24 + 4)))


# ---- How it ends --------------------------------------------------------------------------------


def test_the_customers_information_resumes() -> None:
    story = held().when(add_information(), after=hours(20))
    story.then(
        happened(InformationAdded),
        happened(HoldEnded, ended_at=START + hours(30), reason="answered"),
        clock("hold.1", Verdict.MET),
        due("solution", SOLUTION_DUE + hours(20)),
    )


def test_an_answer_after_the_reminder_is_late_and_still_an_answer() -> None:
    held().when(add_information(), after=days(3)).then(clock("hold.1", Verdict.BREACHED))


def test_information_of_a_system_resumes_nothing() -> None:
    story = held().when(add_information(by=SHOP), after=hours(1)).then(never(HoldEnded))
    assert story.state.hold is not None


def test_information_without_a_hold_is_only_kept() -> None:
    story = answered().when(add_information()).then(happened(InformationAdded), never(HoldEnded))
    assert story.state.held == timedelta()


def test_nothing_is_resumed_where_nothing_is_held() -> None:
    answered().when(resume()).then(accepted(), happened(NothingChanged, command="resume"))


def test_at_the_reminder_date_the_customer_is_asked_again_and_the_owner_told() -> None:
    story = held().wait(days(2))
    story.then(
        sent(Purpose.HOLD_QUESTION),
        happened(ClockOverdue, key="hold.1", due_at=START + hours(10) + days(2)),
        happened(NoticeGiven, key="hold.1", level=NoticeLevel.OVERDUE),
        never(HoldEnded),
    )
    message = story.state.messages[-1]
    assert message.answer_until == START + hours(10) + days(7)
    assert message.answers == ()
    assert next_at(story) == (START + hours(10) + days(7), "hold ends")


def test_at_the_cap_the_hold_ends_by_itself() -> None:
    story = held().wait(days(7))
    story.then(
        happened(HoldEnded, ended_at=START + hours(10) + days(7), reason="longest"),
        clock("hold.1", Verdict.BREACHED),
        due("solution", SOLUTION_DUE + days(7)),
    )
    story.when(hold(START + days(9))).then(refused(RefusalCode.HOLD_EXHAUSTED))


def test_holds_of_a_cycle_are_capped_together() -> None:
    story = held().when(resume(), after=days(5)).when(hold(START + days(6)), after=hours(1))
    assert story.state.hold is not None
    assert story.state.hold.until == START + hours(11) + days(7)
    story.then(happened(HoldStarted), due("hold.2", START + days(6)))


def test_a_new_cycle_may_be_held_anew() -> None:
    story = held().wait(days(7)).given(withdraw(), reopen(), reply())
    story.when(hold(story.now + days(1))).then(accepted(), happened(HoldStarted))
    assert story.state.held == timedelta()


def test_after_an_outage_over_all_of_it_the_customer_is_not_asked_in_vain() -> None:
    story = held().sleep(days(9)).wake()
    story.then(
        sent(),
        happened(HoldEnded, ended_at=START + hours(10) + days(7)),
        due("solution", SOLUTION_DUE + days(7)),
    )
    assert [m.purpose for m in story.state.messages].count(Purpose.HOLD_QUESTION) == 1


def test_an_answer_that_comes_after_the_cap_but_is_handled_before_the_alarm() -> None:
    story = held().sleep(days(8)).when(add_information())
    story.then(happened(HoldEnded, ended_at=START + hours(10) + days(7), reason="answered"))


def test_an_answer_that_reached_us_before_the_question_was_asked_holds_up_nothing() -> None:
    story = held().sleep(hours(1)).when(stamped(add_information(), START + hours(9)))
    story.then(happened(HoldEnded, ended_at=START + hours(10)), never(ClockMoved))


@pytest.mark.parametrize("command", [propose(), close_explained()], ids=["offer", "explanation"])
def test_a_solution_ends_the_hold_and_is_judged_with_the_held_time(command: Command) -> None:
    story = held().when(command, after=hours(60))
    story.then(
        happened(HoldEnded, ended_at=START + hours(70), reason="offered"),
        clock("solution", Verdict.MET),
        clock("hold.1", Verdict.BREACHED),
    )
    story.then(due("solution", SOLUTION_DUE + hours(60)))


def test_closing_ends_the_hold() -> None:
    story = held().when(withdraw(by=CUSTOMER), after=hours(40))
    story.then(
        happened(HoldEnded, reason="withdrawn"),
        clock("solution", Verdict.WITHDRAWN, cycle=1),
        stage(Stage.CLOSED),
    )


def test_a_hold_without_a_second_to_count_moves_no_clock() -> None:
    story = held().when(resume()).then(happened(HoldEnded), never(ClockMoved))
    story.then(due("solution", SOLUTION_DUE))


def test_policy_sets_the_cap() -> None:
    story = Story(rules=policy(longest_hold=hours(3))).opened().triaged().given(reply())
    story.when(hold(START + hours(3))).then(refused(RefusalCode.MOMENT_UNSUITABLE))
    story.when(hold(START + hours(2))).wait(hours(3)).then(happened(HoldEnded, reason="longest"))


def test_what_the_customer_is_asked_again_says_until_when() -> None:
    story = held().wait(days(2))
    released = next(e for e in story.events if isinstance(e, MessageReleased))
    (effect,) = effects(story.state, released)
    assert isinstance(effect, DeliverMessage)
    assert effect.answer_until == START + hours(10) + days(7)


def test_a_case_on_hold_can_go_all_the_way() -> None:
    story = held().given(add_information(), propose(), accept_option()).audited()
    assert story.state.hold is None
