"""Rules 2 and 3: a clock is judged by when the answer reached us, never by when we noticed."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from schemas.commands import Command
from schemas.events import ClockEnded, ClockMoved, ClockOverdue, NoticeGiven
from schemas.policy import Targets
from schemas.vocabulary import Category, ClockKind, Proof, Severity, Verdict
from tests.support.commands import (
    accept_option,
    close_explained,
    complete_check,
    propose,
    refuse_proposal,
    reply,
    request_check,
    return_check,
    sealed,
    triage,
    withdraw,
    withdraw_check,
)
from tests.support.expectations import accepted, clock, due, happened, never
from tests.support.policies import days, hours, policy, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story

DUE = hours(24)
SECOND = seconds(1)
NOTICED_LATE = "answered in time, noticed late"


def opened() -> Story:
    return Story().opened().triaged()


# ---- Rule 2: verdict by receipt time -----------------------------------------------------------


@pytest.mark.parametrize("rings_first", [False, True], ids=["before alarm", "after alarm"])
@pytest.mark.parametrize(
    ("received", "verdict"),
    [
        (DUE - SECOND, Verdict.MET),
        (DUE, Verdict.MET),
        (DUE + timedelta(microseconds=1), Verdict.BREACHED),
        (DUE + SECOND, Verdict.BREACHED),
    ],
)
def test_the_verdict_depends_on_receipt_alone(
    received: timedelta, verdict: Verdict, *, rings_first: bool
) -> None:
    # The worker is down from before the deadline until an hour after it.
    story = opened().wait(hours(20)).sleep(hours(5))
    if rings_first:
        story.wake().then(happened(ClockOverdue, key="reply", due_at=START + DUE))
    story.when(stamped(reply(), START + received)).then(accepted(), clock("reply", verdict))
    ended = story.clock("reply")
    assert ended.answered_at == START + received
    assert ended.proof is Proof.DOOR
    assert ended.breached_at == (START + DUE if verdict is Verdict.BREACHED else None)
    assert ended.ended_at == START + hours(25)


@pytest.mark.parametrize(
    ("received", "handled", "verdict"),
    [
        (DUE - SECOND, DUE - SECOND, Verdict.MET),
        (DUE - SECOND, DUE + days(3), Verdict.MET),
        (DUE + SECOND, DUE + SECOND, Verdict.BREACHED),
        (DUE + SECOND, DUE + days(3), Verdict.BREACHED),
    ],
)
def test_handling_time_never_decides(
    received: timedelta, handled: timedelta, verdict: Verdict
) -> None:
    story = opened().sleep(handled).when(stamped(reply(), START + received))
    story.then(clock("reply", verdict))


def test_an_answer_in_time_that_is_noticed_late_says_so() -> None:
    story = opened().wait(DUE).then(happened(ClockOverdue, key="reply"))
    story.when(stamped(reply(), START + DUE - SECOND))
    story.then(happened(ClockEnded, key="reply", verdict=Verdict.MET, reason=NOTICED_LATE))


def test_an_answer_that_is_noticed_in_time_needs_no_reason() -> None:
    opened().when(reply(), after=hours(1)).then(happened(ClockEnded, key="reply", reason=None))


def test_overdue_is_no_verdict() -> None:
    story = opened().wait(DUE).then(happened(ClockOverdue, key="reply"), never(ClockEnded))
    story.then(clock("reply", None))


@pytest.mark.parametrize(
    ("after", "verdict"), [(DUE, Verdict.MET), (DUE + SECOND, Verdict.BREACHED)]
)
def test_without_a_stamp_handling_time_decides_and_is_marked(
    after: timedelta, verdict: Verdict
) -> None:
    story = opened().when(reply(), after=after, unstamped=True)
    story.then(happened(ClockEnded, key="reply", verdict=verdict, proof=Proof.ENGINE))


def test_each_clock_gets_one_verdict_per_cycle() -> None:
    story = (
        opened().given(reply()).when(reply(), after=hours(30)).then(accepted(), never(ClockEnded))
    )
    story.then(clock("reply", Verdict.MET))


@pytest.mark.parametrize("rings_first", [False, True], ids=["before alarm", "after alarm"])
@pytest.mark.parametrize(
    ("received", "verdict"),
    [
        (DUE - SECOND, Verdict.WITHDRAWN),
        (DUE, Verdict.WITHDRAWN),
        (DUE + SECOND, Verdict.BREACHED),
    ],
)
def test_a_clock_that_ends_unanswered_is_judged_by_receipt_too(
    received: timedelta, verdict: Verdict, *, rings_first: bool
) -> None:
    story = opened().wait(hours(20)).sleep(hours(5))
    if rings_first:
        story.wake()
    story.when(stamped(withdraw(), START + received)).then(clock("reply", verdict, cycle=1))
    story.then(happened(ClockEnded, key="reply", answered_at=None, reason="withdrawn"))


def test_a_clock_that_the_engine_ends_is_breached_once_it_is_overdue() -> None:
    story = opened().wait(DUE).then(happened(ClockOverdue, key="reply"))
    story.when(withdraw(), unstamped=True).then(clock("reply", Verdict.BREACHED, cycle=1))


def test_a_stamp_from_the_future_counts_as_now() -> None:
    story = opened().when(stamped(reply(), START + days(9)), after=hours(1))
    assert story.clock("reply").answered_at == START + hours(1)


def test_a_stamp_from_before_the_case_counts_as_its_beginning() -> None:
    story = opened().when(stamped(reply(), START - days(9)), after=hours(1))
    assert story.clock("reply").answered_at == START


def test_a_stamp_in_another_zone_is_kept_in_utc() -> None:
    here = (START + hours(1)).astimezone(timezone(hours(8)))
    story = opened().when(stamped(reply(), here), after=hours(2))
    moment = story.clock("reply").answered_at
    assert moment is not None
    assert moment.utcoffset() == timedelta()
    assert moment == START + hours(1)


# ---- Readings 3 and 4: what stops which clock ---------------------------------------------------


def test_the_acknowledgement_does_not_stop_the_reply_clock() -> None:
    opened().then(clock("reply", None), clock("solution", None))


def test_a_finding_does_not_stop_the_reply_clock() -> None:
    opened().given(request_check(), complete_check()).then(clock("reply", None))


def test_a_reply_stops_the_reply_clock_and_no_other() -> None:
    opened().given(reply()).then(clock("reply", Verdict.MET), clock("solution", None))


def test_a_reply_stops_the_clock_only_once_it_is_delivered() -> None:
    story = Story(delivers=False).opened().triaged().when(reply(), after=hours(23))
    story.then(clock("reply", None)).wait(hours(2)).then(clock("reply", None))
    story.delivers = True
    story.play().then(clock("reply", Verdict.MET))
    assert story.clock("reply").answered_at == START + hours(23)


def test_the_solution_clock_ends_when_the_proposal_is_delivered() -> None:
    story = Story(delivers=False).opened().triaged().when(propose(), after=hours(47))
    story.then(clock("solution", None)).wait(hours(2)).then(clock("solution", None))
    story.delivers = True
    story.play().then(clock("solution", Verdict.MET), clock("reply", Verdict.BREACHED))


def test_an_explanation_answers_reply_and_solution() -> None:
    story = opened().when(close_explained(), after=hours(1))
    story.then(clock("reply", Verdict.MET), clock("solution", Verdict.MET))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (complete_check(), Verdict.MET),
        (return_check(), Verdict.WITHDRAWN),
        (withdraw_check(), Verdict.WITHDRAWN),
    ],
)
def test_a_check_has_a_clock_of_its_own(answer: Command, verdict: Verdict) -> None:
    story = opened().given(request_check(), request_check()).then(due("check.2", START + hours(24)))
    story.when(answer, after=hours(1)).then(clock("check.1", verdict), clock("check.2", None))


# ---- Rule 3: customer clocks per category and severity ------------------------------------------


def test_before_triage_a_case_has_the_clocks_of_other_and_moderate() -> None:
    targets = dict(policy().targets)
    targets[Category.OTHER] = Targets(reply=hours(5), solution=hours(6))
    story = Story(rules=policy(targets=targets)).opened()
    story.then(due("reply", START + hours(5)), due("solution", START + hours(6)))
    assert (story.state.category, story.state.severity) == (Category.OTHER, Severity.MODERATE)


def test_triage_moves_the_clocks_from_receipt() -> None:
    targets = dict(policy().targets)
    targets[Category.LOGISTICS] = Targets(reply=hours(10), solution=hours(30))
    story = Story(rules=policy(targets=targets)).opened().wait(hours(2))
    story.triaged(triage(Category.LOGISTICS))
    story.then(
        happened(
            ClockMoved,
            key="reply",
            due_at=START + hours(10),
            was_due_at=START + hours(24),
            reason="triaged",
        ),
        due("reply", START + hours(10)),
        due("solution", START + hours(30)),
    )


def test_triage_that_changes_no_target_moves_no_clock() -> None:
    Story().opened().triaged().then(never(ClockMoved))


def test_critical_severity_halves_reply_and_solution() -> None:
    story = Story().opened().triaged(triage(Category.SAFETY, Severity.CRITICAL))
    story.then(due("reply", START + hours(12)), due("solution", START + hours(24)))


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MODERATE, Severity.MAJOR])
def test_other_severities_leave_the_targets(severity: Severity) -> None:
    story = Story().opened().triaged(triage(severity=severity))
    story.then(due("reply", START + hours(24)), due("solution", START + hours(48)))


def test_a_clock_that_triage_moves_into_the_past_is_overdue_at_once() -> None:
    story = Story().opened().wait(hours(13)).triaged(triage(severity=Severity.CRITICAL))
    story.wake().then(happened(ClockOverdue, key="reply", due_at=START + hours(12)))
    story.then(
        happened(NoticeGiven, key="reply", nominal_at=START + hours(12), late_by_seconds=3600)
    )


def slow_for_logistics() -> Story:
    """A case that is overdue as long as nobody knows that it is about logistics."""
    targets = dict(policy().targets)
    targets[Category.OTHER] = Targets(reply=hours(10), solution=hours(48))
    return Story(rules=policy(targets=targets)).opened().wait(hours(11))


def test_a_clock_that_moves_into_the_future_is_overdue_no_longer() -> None:
    story = slow_for_logistics().then(happened(ClockOverdue, key="reply"))
    story.triaged(triage(Category.LOGISTICS)).then(due("reply", START + hours(24)))
    assert story.clock("reply").overdue_at is None
    story.wait(hours(13)).then(
        happened(ClockOverdue, key="reply", due_at=START + hours(24)),
        happened(NoticeGiven, key="reply", level="overdue"),
    )


def test_a_clock_that_moves_further_into_the_past_stays_overdue() -> None:
    story = slow_for_logistics().triaged(triage(Category.OTHER, Severity.CRITICAL))
    assert story.clock("reply").overdue_at == START + hours(5)
    story.wait(hours(1)).then(never(ClockOverdue, key="reply"))


def test_a_clock_that_has_its_verdict_does_not_move() -> None:
    story = Story().opened().given(reply()).triaged(triage(severity=Severity.CRITICAL))
    story.then(never(ClockMoved, key="reply"), due("reply", START + hours(24)))


def test_triage_leaves_the_deadline_of_a_revision() -> None:
    story = Story().opened().given(propose(), refuse_proposal())
    story.triaged(triage(severity=Severity.CRITICAL)).then(never(ClockMoved))
    story.then(due("solution.2", START + hours(24)))


def test_every_phase_has_the_clock_that_policy_gives_it() -> None:
    story = opened().given(propose()).then(due("consent.1", START + hours(72)))
    story.settles = False
    story.when(accept_option(), after=hours(1)).then(due("remedy", START + hours(25)))
    story.settles = True
    story.sleep(hours(1)).play().then(due("callback", START + hours(2) + days(7)))
    kinds = [c.kind for c in story.state.clocks]
    assert kinds == [
        ClockKind.REPLY,
        ClockKind.SOLUTION,
        ClockKind.CONSENT,
        ClockKind.REMEDY,
        ClockKind.CALLBACK,
    ]


def test_consent_is_judged_like_every_clock() -> None:
    story = opened().given(propose()).when(accept_option(), after=hours(70))
    story.then(clock("consent.1", Verdict.MET))


def test_a_text_does_not_change_a_verdict() -> None:
    command = reply().model_copy(update={"text": sealed("another text")})
    opened().when(command, after=hours(1)).then(clock("reply", Verdict.MET))
