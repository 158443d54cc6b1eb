"""Handling: owners, replies, notes, explanations, withdrawals and tasks (H8, H15, H20, H21)."""

from __future__ import annotations

import pytest

from schemas.commands import Command
from schemas.events import (
    ComplaintExplained,
    ComplaintWithdrawn,
    MessageReleased,
    NoteRecorded,
    NothingChanged,
    OwnerAssigned,
    TaskCompleted,
    TaskWithdrawn,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import Outcome, Proof, Purpose, Stage, TaskKind, Verdict
from tests.support.commands import (
    APOLOGY,
    accept_option,
    assign_owner,
    close_explained,
    complete_check,
    complete_task,
    propose,
    record_note,
    refuse_proposal,
    reply,
    request_check,
    return_check,
    sealed,
    withdraw,
)
from tests.support.expectations import (
    accepted,
    clock,
    closed,
    due,
    happened,
    never,
    refused,
    sent,
    stage,
    to_do,
)
from tests.support.policies import days, hours
from tests.support.story import START, Story


def opened() -> Story:
    return Story().opened().triaged()


# ---- Owner --------------------------------------------------------------------------------------


def test_an_owner_is_named() -> None:
    story = opened().when(assign_owner("agent-9")).then(happened(OwnerAssigned, owner="agent-9"))
    assert story.state.owner == "agent-9"


def test_naming_the_same_owner_again_changes_nothing() -> None:
    story = opened().given(assign_owner("agent-9")).when(assign_owner("agent-9"))
    story.then(accepted(), happened(NothingChanged, command="assign_owner"), never(OwnerAssigned))


# ---- Replies and notes --------------------------------------------------------------------------


def test_a_reply_is_a_message_that_answers_the_reply_clock() -> None:
    story = Story(delivers=False).opened().triaged().when(reply(), after=hours(1))
    story.then(accepted(), sent(Purpose.REPLY), clock("reply", None), stage(Stage.RECEIVED))
    message = story.state.messages[-1]
    assert (message.answers, message.text) == (("reply",), sealed("we look into it"))
    assert (message.released_at, message.proof) == (START + hours(1), Proof.DOOR)


def test_a_later_reply_answers_no_clock() -> None:
    story = opened().given(reply(), reply())
    assert story.state.messages[-1].answers == ()


def test_a_note_is_kept_and_sent_to_nobody() -> None:
    story = opened().when(record_note())
    story.then(happened(NoteRecorded, text=sealed("note"), department=None), sent())


# ---- Explained at first contact (H20) -----------------------------------------------------------


def test_an_explanation_answers_everything_and_is_followed_up() -> None:
    story = opened().when(close_explained(), after=hours(2))
    story.then(
        happened(ComplaintExplained),
        sent(Purpose.EXPLANATION),
        clock("reply", Verdict.MET),
        clock("solution", Verdict.MET),
        due("callback", START + hours(2) + days(7)),
        stage(Stage.FOLLOWING_UP),
    )
    assert story.state.messages[-1].text == sealed("how it works")


@pytest.mark.parametrize(
    "before",
    [(), (request_check(), complete_check()), (propose(), refuse_proposal())],
    ids=["received", "deciding", "after a refusal"],
)
def test_everything_can_be_explained_before_the_customer_decides(
    before: tuple[Command, ...],
) -> None:
    opened().given(*before).when(close_explained()).then(accepted(), stage(Stage.FOLLOWING_UP))


@pytest.mark.parametrize(
    "before",
    [(propose(),), (propose(), accept_option()), (propose(APOLOGY), accept_option())],
    ids=["awaiting consent", "remedying", "following up"],
)
def test_later_an_explanation_comes_too_late(before: tuple[Command, ...]) -> None:
    story = Story(settles=False).opened().triaged().given(*before)
    story.when(close_explained()).then(refused(RefusalCode.WRONG_STAGE))


def test_an_explanation_is_given_once() -> None:
    opened().given(close_explained()).when(close_explained()).then(refused(RefusalCode.WRONG_STAGE))


# ---- Withdrawing (H15) --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        (),
        (request_check(),),
        (request_check(), complete_check()),
        (propose(),),
        (propose(APOLOGY), accept_option()),
        (close_explained(),),
    ],
    ids=["received", "investigating", "deciding", "awaiting consent", "following up", "explained"],
)
def test_the_customer_may_withdraw_in_any_open_state(before: tuple[Command, ...]) -> None:
    story = opened().given(*before).when(withdraw())
    story.then(
        happened(ComplaintWithdrawn), closed(Outcome.WITHDRAWN), sent(Purpose.WITHDRAWN_CONFIRMED)
    )


def test_a_case_is_withdrawn_once() -> None:
    opened().given(withdraw()).when(withdraw()).then(refused(RefusalCode.CASE_CLOSED))


# ---- Tasks --------------------------------------------------------------------------------------


def returned() -> Story:
    return opened().given(request_check(), return_check())


def test_a_task_is_done_by_a_person() -> None:
    story = returned().then(to_do(TaskKind.ANSWER_DEPARTMENT))
    story.when(complete_task(), after=hours(1))
    story.then(happened(TaskCompleted, task=1, by="agent-1", ended_at=START + hours(1)), to_do())


@pytest.mark.parametrize("task", [-1, 0, 2])
def test_an_unknown_task_is_refused(task: int) -> None:
    returned().when(complete_task(task)).then(refused(RefusalCode.TASK_UNKNOWN))


def test_a_task_is_done_once() -> None:
    story = returned().given(complete_task()).when(complete_task())
    story.then(refused(RefusalCode.TASK_UNKNOWN))


def test_closing_takes_every_task_back() -> None:
    story = returned().when(withdraw()).then(happened(TaskWithdrawn, task=1), to_do())
    assert story.state.tasks[0].ended_at == START


def test_two_returned_checks_are_two_tasks() -> None:
    story = Story().opened().triaged().given(request_check(), request_check())
    story.given(return_check(1), return_check(2))
    story.then(to_do(TaskKind.ANSWER_DEPARTMENT, TaskKind.ANSWER_DEPARTMENT))
    assert [t.subject for t in story.state.tasks] == [1, 2]


def test_a_case_can_be_worked_on_without_any_message_going_out() -> None:
    returned().given(complete_task()).then(never(MessageReleased))
