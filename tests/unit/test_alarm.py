"""The one next alarm: notices, overdue clocks, reminders and the end of the run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.alarm import next_alarm, next_deadline
from domain.proposals import expires_at
from schemas.events import (
    CaseCompleted,
    ClockOverdue,
    NoticeGiven,
    ReminderGiven,
    SurveyWithdrawn,
)
from schemas.views import NextDeadline
from schemas.vocabulary import ClockKind, Department, NoticeLevel, Outcome, Purpose, Verdict
from tests.support.commands import (
    accept_option,
    answer_survey,
    assign_owner,
    callback,
    propose,
    reply,
    request_check,
    withdraw,
)
from tests.support.expectations import (
    clock,
    closed,
    happened,
    never,
    nothing_happened,
    sent,
)
from tests.support.policies import days, hours, minutes, policy, seconds
from tests.support.reports import alarm
from tests.support.story import START, Story


def opened() -> Story:
    return Story().opened().triaged()


def next_of(story: Story) -> tuple[datetime, str]:
    found = next_alarm(story.state)
    assert found is not None
    return found.at, found.about


def closed_case() -> Story:
    return opened().given(propose(), accept_option(), callback())


def test_the_earliest_moment_comes_next() -> None:
    story = opened()
    assert next_of(story) == (START + hours(19.2), "reply warning")
    story.wait(hours(20))
    assert next_of(story) == (START + hours(24), "reply due")
    story.given(reply())
    assert next_of(story) == (START + hours(38.4), "solution warning")


def test_a_new_earlier_deadline_moves_the_alarm() -> None:
    rules = policy(checks={**policy().checks, Department.WAREHOUSE: hours(1)})
    story = Story(rules=rules).opened().triaged().given(request_check())
    assert next_of(story) == (START + minutes(48), "check.1 warning")


def test_the_owner_is_told_once_before_and_once_at_the_due_moment() -> None:
    story = opened().wait(hours(19.2))
    story.then(
        happened(
            NoticeGiven,
            key="reply",
            level=NoticeLevel.WARNING,
            to=story.state.owner,
            nominal_at=START + hours(19.2),
            late_by_seconds=0,
        )
    )
    story.wait(hours(4.8)).then(
        happened(NoticeGiven, key="reply", level=NoticeLevel.OVERDUE, nominal_at=START + hours(24)),
        happened(ClockOverdue, key="reply", due_at=START + hours(24)),
    )
    story.wait(hours(10)).then(nothing_happened())


def test_a_notice_goes_to_whoever_owns_the_case_then() -> None:
    story = opened().given(assign_owner("agent-9")).wait(hours(20))
    story.then(happened(NoticeGiven, to="agent-9"))


def test_what_was_missed_in_an_outage_happens_once_on_waking_with_its_lateness() -> None:
    story = opened().sleep(hours(25)).wake()
    story.then(
        happened(
            NoticeGiven,
            level=NoticeLevel.WARNING,
            nominal_at=START + hours(19.2),
            late_by_seconds=int(hours(5.8).total_seconds()),
        ),
        happened(NoticeGiven, level=NoticeLevel.OVERDUE, late_by_seconds=3600),
        happened(ClockOverdue, key="reply", due_at=START + hours(24)),
    )
    kinds = [event.kind for event in story.events]
    assert kinds == ["notice_given", "clock_overdue", "notice_given"]
    story.wake().then(nothing_happened())


def test_a_level_made_obsolete_by_the_answer_does_not_fire() -> None:
    story = opened().when(reply(), after=hours(1)).wait(hours(30))
    story.then(never(NoticeGiven, key="reply"), never(ClockOverdue, key="reply"))


def test_a_warning_at_the_due_moment_is_left_out() -> None:
    story = Story(rules=policy(warning_percent=100)).opened().triaged().wait(hours(24))
    story.then(happened(NoticeGiven), happened(NoticeGiven, level=NoticeLevel.OVERDUE))


def test_an_alarm_with_nothing_due_costs_no_event() -> None:
    story = opened().sleep(hours(1)).wake().then(nothing_happened())
    assert story.journal[-1].event.kind == "message_delivered"


def test_an_alarm_is_no_command_of_a_person() -> None:
    story = opened()
    version = story.state.version
    story.wait(hours(30))
    assert story.state.version == version


def test_alarms_with_one_id_ring_every_time() -> None:
    # The workflow sends each alarm under the same command id.
    story = opened().when(alarm(), after=hours(20)).when(alarm(), after=hours(5))
    assert story.clock("reply").noticed == (NoticeLevel.WARNING, NoticeLevel.OVERDUE)


# ---- The one next deadline (H8) -----------------------------------------------------------------


def test_the_next_deadline_is_the_earliest_that_is_not_past() -> None:
    story = opened()
    assert next_deadline(story.state) == NextDeadline(
        key="reply", kind=ClockKind.REPLY, due_at=START + hours(24), overdue=False
    )
    story.wait(hours(25))
    assert next_deadline(story.state) == NextDeadline(
        key="solution", kind=ClockKind.SOLUTION, due_at=START + hours(48), overdue=False
    )


def test_an_overdue_deadline_stands_when_there_is_no_other() -> None:
    story = opened().given(reply()).wait(hours(50))
    assert next_deadline(story.state) == NextDeadline(
        key="solution", kind=ClockKind.SOLUTION, due_at=START + hours(48), overdue=True
    )
    assert next_alarm(story.state) is None


def test_a_closed_case_has_no_deadline() -> None:
    assert next_deadline(closed_case().state) is None


# ---- Reminders and silence (rule 11, reading 7) -------------------------------------------------


def test_the_customer_is_reminded_as_often_as_policy_says() -> None:
    story = opened().given(propose())
    story.wait(hours(24)).then(
        happened(ReminderGiven, reminder=1, nominal_at=START + hours(24), late_by_seconds=0)
    )
    story.wait(hours(24)).then(happened(ReminderGiven, reminder=2))
    story.wait(hours(23)).then(never(ReminderGiven))


def test_after_the_reminders_silence_is_no_answer() -> None:
    story = opened().given(propose()).wait(hours(72)).then(closed(Outcome.NO_ANSWER))
    story.then(clock("consent.1", Verdict.BREACHED, cycle=1))
    assert story.state.steps == ()


def test_a_customer_reminded_late_gets_the_full_time_after_the_last_reminder() -> None:
    story = opened().given(propose()).sleep(hours(71)).wake()
    late = int(hours(23).total_seconds())
    story.then(happened(ReminderGiven, reminder=2, skipped=1, late_by_seconds=late))
    story.wait(hours(23.9)).then(clock("consent.1", None))
    story.wait(hours(0.1)).then(closed(Outcome.NO_ANSWER))


def test_nobody_is_reminded_twice_at_once() -> None:
    story = opened().given(propose()).sleep(hours(49)).wake()
    story.then(happened(ReminderGiven), sent(Purpose.PROPOSAL_REMINDER))


def test_a_single_late_reminder_leaves_the_next_in_its_place() -> None:
    story = opened().given(propose()).sleep(hours(30)).wake()
    story.then(happened(ReminderGiven, reminder=1, skipped=0))
    story.wait(hours(18)).then(happened(ReminderGiven, reminder=2, late_by_seconds=0))


@pytest.mark.parametrize(("late", "given"), [(60, 0), (61, 61)])
def test_a_reminder_up_to_a_minute_late_counts_as_on_time(late: int, given: int) -> None:
    story = opened().given(propose()).wait(hours(25)).sleep(hours(23) + seconds(late)).wake()
    story.then(
        happened(
            ReminderGiven,
            reminder=2,
            late_by_seconds=late,
            given_at=START + hours(48) + seconds(given),
        )
    )
    proposal = story.state.proposals[0]
    assert expires_at(story.state, proposal) == START + hours(72) + seconds(given)


def test_without_reminders_the_proposal_expires_at_its_due_moment() -> None:
    consent = policy().consent.model_copy(update={"reminders_after": ()})
    story = Story(rules=policy(consent=consent)).opened().triaged().given(propose())
    story.wait(hours(72)).then(never(ReminderGiven), closed(Outcome.NO_ANSWER))


def test_a_proposal_that_was_not_delivered_does_not_expire() -> None:
    story = Story(delivers=False).opened().triaged().given(propose()).wait(days(30))
    assert not story.state.is_closed


# ---- The end of the run (reading 6) -------------------------------------------------------------


def test_the_run_ends_when_the_reopening_window_has_passed() -> None:
    story = closed_case()
    assert next_of(story) == (START + days(30), "reopening window ends")
    story.given(answer_survey()).wait(days(30)).then(
        happened(CaseCompleted), never(SurveyWithdrawn)
    )
    assert story.state.completed
    assert next_alarm(story.state) is None


def test_a_survey_nobody_answered_is_withdrawn_at_the_end() -> None:
    closed_case().wait(days(30)).then(happened(SurveyWithdrawn, cycle=1), happened(CaseCompleted))


def test_a_case_without_survey_ends_alike() -> None:
    story = opened().given(withdraw()).wait(days(30))
    story.then(never(SurveyWithdrawn), happened(CaseCompleted))


@pytest.mark.parametrize("late", [days(0), days(100)])
def test_the_run_ends_however_late_the_alarm_rings(late: timedelta) -> None:
    story = closed_case().sleep(days(30) + late).wake()
    assert story.state.completed
