"""Rules 15 and 16: every date that a customer is given is a clock, kept or broken."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from domain.view import case_view
from schemas.case import Escalation
from schemas.commands import Command
from schemas.events import (
    CaseEscalated,
    ClockOverdue,
    MessageReleased,
    NoticeGiven,
    PromiseBroken,
    PromiseMade,
    TaskCompleted,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import Party, Purpose, Role, Stage, TaskKind, Verdict
from tests.support.commands import (
    accept_option,
    assign_owner,
    close_explained,
    complete_task,
    propose,
    refuse_proposal,
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
    nothing_happened,
    refused,
    sent,
    stage,
    to_do,
)
from tests.support.handling import hold, promise
from tests.support.policies import attentive, days, hours, policy, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story

TOMORROW = START + days(1)


def opened() -> Story:
    return Story().opened().triaged()


def promised() -> Story:
    """A customer who got the first reply, and a date."""
    return opened().given(reply(), promise(TOMORROW))


def broken(times: int) -> Story:
    """A promise whose dates, the renewed ones too, passed so many times."""
    return promised().wait(days(times))


# ---- Making and keeping -------------------------------------------------------------------------


def test_a_promise_is_a_clock_with_an_owner_a_task_and_a_message() -> None:
    story = opened().given(assign_owner("agent-9"), reply()).when(promise(TOMORROW))
    story.then(
        happened(PromiseMade),
        due("promise.1", TOMORROW),
        to_do(TaskKind.KEEP_PROMISE),
        sent(Purpose.PROMISE_MADE),
    )
    made = story.state.promises[0]
    assert (made.number, made.promised_at, made.owner) == (1, TOMORROW, "agent-9")
    message = story.state.messages[-1]
    assert (message.promised_at, message.text) == (TOMORROW, sealed("the repairer comes"))
    assert story.answer.created == 1
    assert case_view(story.state).promises == (made,)


def test_a_message_that_names_a_date_answers_the_customer() -> None:
    """Reading 3: a person's holding message stops the reply clock."""
    opened().when(promise(TOMORROW)).then(clock("reply", Verdict.MET), clock("solution", None))


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (hours(23), Verdict.MET),
        (days(1), Verdict.MET),
        (days(1) + seconds(1), Verdict.BREACHED),
    ],
)
def test_a_promise_is_kept_when_a_person_reports_it(after: timedelta, verdict: Verdict) -> None:
    story = promised().when(complete_task(), after=after)
    story.then(happened(TaskCompleted, task=1), clock("promise.1", verdict), to_do())


def test_kept_or_broken_is_judged_by_receipt() -> None:
    story = promised().wait(hours(23)).sleep(hours(3)).wake().then(happened(PromiseBroken))
    story.when(stamped(complete_task(), TOMORROW))
    story.then(clock("promise.1", Verdict.MET), clock("promise.2", Verdict.MET))


@pytest.mark.parametrize(
    "promised_at",
    [START, START - seconds(1), START + days(367), datetime.max.replace(tzinfo=START.tzinfo)],
)
def test_a_date_lies_ahead_and_not_too_far(promised_at: datetime) -> None:
    opened().when(promise(promised_at)).then(refused(RefusalCode.MOMENT_UNSUITABLE))


def test_a_date_is_kept_in_utc() -> None:
    here = TOMORROW.astimezone(timezone(hours(8)))
    story = opened().given(promise(here))
    assert story.state.promises[0].promised_at.utcoffset() == timedelta()


def test_two_promises_are_two_tasks() -> None:
    story = promised().given(promise(START + days(2)))
    story.then(to_do(TaskKind.KEEP_PROMISE, TaskKind.KEEP_PROMISE))
    story.when(complete_task(2)).then(clock("promise.1", None), clock("promise.2", Verdict.MET))


@pytest.mark.parametrize(
    "before",
    [(), (request_check(),), (propose(),), (propose(), accept_option()), (close_explained(),)],
    ids=["received", "investigating", "awaiting consent", "remedying", "following up"],
)
def test_a_date_can_be_given_in_every_open_state(before: tuple[Command, ...]) -> None:
    opened().given(*before).when(promise(TOMORROW)).then(accepted(), due("promise.1", TOMORROW))


def test_closing_takes_promises_back() -> None:
    story = promised().when(withdraw(), after=hours(1))
    story.then(clock("promise.1", Verdict.WITHDRAWN, cycle=1), to_do())


# ---- Breaking -----------------------------------------------------------------------------------


def test_a_broken_promise_is_told_with_reason_and_new_date() -> None:
    story = broken(1)
    story.then(
        happened(ClockOverdue, key="promise.1"),
        happened(NoticeGiven, key="promise.1", nominal_at=TOMORROW),
        happened(PromiseBroken, promise=1, due_at=TOMORROW, reason=Party.AGENT),
        sent(Purpose.PROMISE_BROKEN),
        due("promise.2", START + days(2)),
        never(CaseEscalated),
    )
    message = story.state.messages[-1]
    assert (message.reason, message.promised_at) == (Party.AGENT, START + days(2))
    assert (story.state.promises[1].root, story.state.promises[1].number) == (1, 2)


def test_the_reason_is_who_owns_the_time() -> None:
    story = opened().given(reply(), promise(TOMORROW), request_check()).wait(days(1))
    story.then(happened(PromiseBroken, reason=Party.DEPARTMENTS))


def test_the_new_date_is_counted_from_when_it_is_given() -> None:
    story = promised().sleep(days(3)).wake()
    story.then(happened(PromiseBroken, due_at=TOMORROW), due("promise.2", START + days(4)))


def test_two_broken_promises_go_to_the_manager() -> None:
    story = broken(2)
    story.then(
        happened(PromiseBroken, times=2),
        happened(CaseEscalated, to=Role.MANAGER, reason="broken_promises"),
    )
    assert case_view(story.state).escalations == (
        Escalation(to=Role.MANAGER, reason="broken_promises"),
    )


def test_after_that_no_date_is_given_by_itself_and_a_deadline_stays() -> None:
    story = broken(2).wait(days(1))
    story.then(happened(PromiseBroken, promise=3), sent(), never(CaseEscalated))
    assert story.state.promises[-1].number == 3
    story.then(clock("promise.3", None), to_do(TaskKind.KEEP_PROMISE))
    story.wait(days(30)).then(nothing_happened())


def test_the_first_dates_of_two_promises_count_together() -> None:
    story = opened().given(reply(), promise(TOMORROW), promise(TOMORROW + hours(1)))
    story.wait(hours(25)).then(happened(CaseEscalated, reason="broken_promises"))


def test_reporting_it_ends_every_date_of_the_promise() -> None:
    story = broken(1).when(complete_task(), after=hours(2))
    story.then(clock("promise.1", Verdict.BREACHED), clock("promise.2", Verdict.MET), to_do())


def test_a_new_cycle_counts_anew() -> None:
    story = broken(2).given(withdraw(), reopen(), reply())
    assert (story.state.promises_broken, story.state.escalations) == (0, ())
    story.given(promise(story.now + days(1))).wait(days(1)).then(sent(Purpose.PROMISE_BROKEN))


def test_policy_says_how_much_later_and_how_often() -> None:
    promises = policy().promises.model_copy(
        update={"renewal": hours(3), "broken_before_escalation": 1}
    )
    story = Story(rules=policy(promises=promises)).opened().triaged().given(promise(TOMORROW))
    story.wait(days(1)).then(happened(CaseEscalated), due("promise.2", TOMORROW + hours(3)))


# ---- A solution that is late (rule 16) ----------------------------------------------------------


def late() -> Story:
    """A case whose solution is late, under a policy that tells the customer."""
    return Story(rules=attentive()).opened().triaged().given(reply()).wait(hours(48))


def test_a_missed_solution_deadline_sends_the_reason_and_a_new_date() -> None:
    story = late()
    story.then(
        happened(ClockOverdue, key="solution"),
        sent(Purpose.DELAY),
        due("promise.1", START + hours(72)),
        to_do(),
    )
    message = story.state.messages[-1]
    assert (message.reason, message.promised_at) == (Party.AGENT, START + hours(72))


def test_it_says_that_departments_are_still_asked() -> None:
    story = Story(rules=attentive()).opened().triaged().given(reply(), request_check())
    story.wait(hours(48))
    assert story.state.messages[-1].reason is Party.DEPARTMENTS


def test_it_says_that_we_wait_for_the_customer() -> None:
    story = late().given(hold(START + days(4)))
    story.when(promise(START + days(3)), after=hours(1)).wait(days(1))
    assert story.state.messages[-1].reason is Party.CUSTOMER


@pytest.mark.parametrize("command", [propose(), close_explained()], ids=["offer", "explanation"])
def test_the_solution_keeps_the_date_that_was_given_for_it(command: Command) -> None:
    story = late().when(command, after=hours(20))
    story.then(clock("solution", Verdict.BREACHED), clock("promise.1", Verdict.MET))


def test_the_date_is_kept_by_what_was_released_in_time_however_late_it_arrives() -> None:
    story = late()
    story.delivers = False
    story.when(propose(), after=hours(20)).wait(hours(10)).then(clock("promise.1", None))
    story.delivers = True
    story.play().then(clock("promise.1", Verdict.MET))


def test_a_reply_is_no_solution() -> None:
    late().when(reply(), after=hours(1)).then(clock("promise.1", None))


def test_a_promised_solution_that_is_late_again_is_a_broken_promise() -> None:
    story = late().wait(days(1)).then(happened(PromiseBroken, promise=1))
    story.then(sent(Purpose.PROMISE_BROKEN))
    story.when(propose(), after=hours(1))
    story.then(clock("promise.1", Verdict.BREACHED), clock("promise.2", Verdict.MET))


def test_of_the_time_for_a_revision_the_customer_was_told_nothing_to_be_late_for() -> None:
    story = Story(rules=attentive()).opened().triaged().given(propose(), refuse_proposal())
    story.wait(hours(24)).then(happened(ClockOverdue, key="solution.2"), sent())


def test_while_a_date_that_was_given_is_ahead_no_other_is_told() -> None:
    story = Story(rules=attentive()).opened().triaged()
    story.given(promise(START + hours(60))).wait(hours(48))
    story.then(happened(ClockOverdue, key="solution"), sent(), never(PromiseMade))


def test_a_solution_on_its_way_is_no_delay() -> None:
    story = Story(rules=attentive()).opened().triaged().given(reply())
    story.delivers = False
    story.when(propose(), after=hours(47)).wait(hours(2))
    story.then(happened(ClockOverdue, key="solution"), sent(), never(PromiseMade))


def test_a_policy_that_knows_no_delay_sends_nothing() -> None:
    story = opened().given(reply()).wait(hours(48))
    story.then(happened(ClockOverdue, key="solution"), sent(), never(MessageReleased))


def test_a_late_reply_is_no_delay_of_the_solution() -> None:
    story = Story(rules=attentive()).opened().triaged().wait(hours(24))
    story.then(happened(ClockOverdue, key="reply"), sent(), stage(Stage.RECEIVED))
