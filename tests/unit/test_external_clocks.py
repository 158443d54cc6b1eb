"""Rule 26: the date of a platform or authority is a clock that never pauses and tightens ours."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alarm import next_deadline
from schemas.commands import Command
from schemas.events import ClockOverdue, ClockStarted, HoldEnded, NoticeGiven
from schemas.law import AnswerDate, AnswerRule, PinnedLaw
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    ClockKind,
    Department,
    Finding,
    NoticeLevel,
    Proof,
    Severity,
    Stage,
    Verdict,
)
from tests.support.actors import LEGAL
from tests.support.commands import (
    close_explained,
    complete_check,
    propose,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    withdraw,
)
from tests.support.expectations import accepted, clock, due, happened, never, refused
from tests.support.handling import close_unjustified, hold, reclassify, resume, set_severity
from tests.support.policies import days, hours, seconds
from tests.support.story import START, Story

RULE = AnswerRule(
    code="hotline", edition="2013-10-25", source="a law", calendar="cn-office", workdays=7
)


def demanded(span: timedelta, **fields: Any) -> Story:
    """A complaint of an authority that wants its answer so long after we received it."""
    return Story().opened(external_due_at=START + span, **fields).triaged()


# ---- Beginning ----------------------------------------------------------------------------------


def test_the_date_of_the_body_is_a_clock_of_the_first_cycle() -> None:
    story = Story().opened(external_due_at=START + days(9))
    story.then(happened(ClockStarted, times=3), due("external", START + days(9)))
    assert story.clock("external").kind is ClockKind.EXTERNAL


def test_a_date_in_another_zone_is_kept_in_utc() -> None:
    moment = (START + days(9)).astimezone(timezone(hours(8)))
    story = Story().opened(external_due_at=moment).then(due("external", START + days(9)))
    assert story.clock("external").due_at.utcoffset() == timedelta()


def test_the_date_that_a_rule_has_set_counts_like_one_that_is_told() -> None:
    answer = AnswerDate(due_at=START + hours(30), rule=RULE, calendar_version="c1")
    story = Story().opened(law=PinnedLaw(version="v1", answer=answer))
    story.then(due("external", START + hours(30)), due("solution", START + hours(30)))
    law = story.state.opening.law
    assert law is not None
    assert law.answer is not None
    assert law.answer.rule.edition == "2013-10-25"


@pytest.mark.parametrize("law", [None, PinnedLaw(version="v1")])
def test_without_a_body_there_is_no_such_clock(law: PinnedLaw | None) -> None:
    Story().opened(law=law).then(never(ClockStarted, clock=ClockKind.EXTERNAL))
    assert len(Story().opened(law=law).state.clocks) == 2


# ---- Tightening ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("external", "reply_after", "solution_after"),
    [(10, 10, 10), (24, 24, 24), (30, 24, 30), (48, 24, 48), (100, 24, 48)],
)
def test_our_clocks_are_due_no_later(external: int, reply_after: int, solution_after: int) -> None:
    demanded(hours(external)).then(
        due("reply", START + hours(reply_after)), due("solution", START + hours(solution_after))
    )


def test_a_clock_that_is_tightened_warns_by_the_shorter_time() -> None:
    demanded(hours(10)).wait(hours(8)).then(
        happened(NoticeGiven, key="solution", level=NoticeLevel.WARNING, late_by_seconds=0)
    )


@pytest.mark.parametrize("change", [reclassify(), set_severity(Severity.MINOR)])
def test_no_reclassification_loosens_them(change: Command) -> None:
    story = demanded(hours(10)).given(change)
    story.then(due("reply", START + hours(10)), due("solution", START + hours(10)))


def test_a_stricter_target_of_ours_still_counts() -> None:
    demanded(hours(30)).given(set_severity(Severity.CRITICAL)).then(
        due("reply", START + hours(12)), due("solution", START + hours(24))
    )


def test_a_date_that_was_past_at_receipt_is_late_and_tightens_nothing() -> None:
    story = demanded(-days(2)).wait(seconds(1))
    story.then(happened(ClockOverdue, key="external", due_at=START - days(2)))
    story.then(due("reply", START + hours(24)), due("solution", START + hours(48)))
    story.given(propose()).then(clock("external", Verdict.BREACHED))
    assert story.clock("external").breached_at == START - days(2)


def test_it_is_the_next_deadline_before_our_own_of_the_same_moment() -> None:
    deadline = next_deadline(demanded(hours(10)).state)
    assert deadline is not None
    assert (deadline.key, deadline.due_at) == ("external", START + hours(10))


# ---- Holds --------------------------------------------------------------------------------------


def on_hold(external: timedelta) -> Story:
    """A case that waits for its customer from the tenth to the twentieth hour."""
    story = demanded(external).given(reply()).wait(hours(10))
    return story.given(hold(START + hours(18))).wait(hours(10))


def test_it_never_pauses() -> None:
    story = on_hold(hours(100)).given(resume())
    story.then(due("external", START + hours(100)), due("solution", START + hours(58)))
    assert story.clock("external").held == timedelta()


def test_after_a_hold_the_solution_is_due_no_later() -> None:
    story = on_hold(hours(50)).given(resume()).then(due("solution", START + hours(50)))
    assert story.clock("solution").held == hours(10)


def test_time_on_hold_is_not_forgotten_though_it_moved_nothing() -> None:
    story = on_hold(hours(40)).given(resume()).then(due("solution", START + hours(40)))
    story.given(set_severity(Severity.CRITICAL)).then(due("solution", START + hours(34)))


def test_nobody_waits_for_a_customer_beyond_the_date() -> None:
    story = on_hold(hours(30)).wait(hours(10))
    story.then(
        happened(HoldEnded, ended_at=START + hours(30)),
        happened(ClockOverdue, key="external"),
        happened(ClockOverdue, key="solution", due_at=START + hours(30)),
    )


def test_a_reminder_beyond_the_date_is_refused() -> None:
    story = demanded(hours(30)).given(reply()).when(hold(START + hours(31)))
    story.then(refused(RefusalCode.MOMENT_UNSUITABLE, "2026-11-03T07:00"))


def test_once_it_is_late_a_hold_is_bound_by_policy_alone() -> None:
    story = demanded(-hours(1)).given(reply(), hold(START + hours(30)))
    assert story.state.hold is not None
    assert story.state.hold.until == START + days(7)


# ---- Ending -------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [propose(), close_explained()], ids=lambda c: type(c).__name__)
def test_what_reaches_the_customer_answers_it(answer: Command) -> None:
    story = demanded(days(9)).wait(hours(5)).given(answer).then(clock("external", Verdict.MET))
    assert story.clock("external").answered_at == START + hours(5)
    assert story.clock("external").proof is Proof.DOOR


def test_a_reply_is_no_answer_yet() -> None:
    demanded(days(9)).given(reply()).then(clock("external", None), clock("reply", Verdict.MET))


def test_a_proposal_that_is_not_delivered_is_no_answer() -> None:
    story = Story(delivers=False).opened(external_due_at=START + days(9)).triaged()
    story.given(propose()).then(clock("external", None))


@pytest.mark.parametrize(
    ("received", "verdict"), [(0, Verdict.MET), (1, Verdict.BREACHED)], ids=["on it", "after it"]
)
def test_receipt_decides_and_not_handling(received: int, verdict: Verdict) -> None:
    story = demanded(hours(10)).sleep(hours(10) + seconds(received))
    story.when(propose(), lag=hours(3)).then(accepted(), clock("external", verdict))


def test_closing_answers_it() -> None:
    story = demanded(days(9)).wait(hours(5)).given(withdraw())
    story.then(clock("external", Verdict.MET), clock("solution", Verdict.WITHDRAWN))


def test_closing_after_it_is_late() -> None:
    demanded(hours(5)).wait(hours(6)).given(withdraw()).then(clock("external", Verdict.BREACHED))


def test_a_complaint_without_ground_is_an_answer_too() -> None:
    story = demanded(days(9)).given(request_check(Department.LEGAL))
    story.given(complete_check(finding=Finding.RULE_NOT_APPLICABLE, by=LEGAL), close_unjustified())
    story.then(clock("external", Verdict.MET))


def test_the_owner_is_warned_and_told() -> None:
    story = demanded(days(1)).wait(days(2))
    levels = [e.level for e in story.events if isinstance(e, NoticeGiven) and e.key == "external"]
    assert levels == [NoticeLevel.WARNING, NoticeLevel.OVERDUE]


def test_what_is_answered_once_is_answered_for_good() -> None:
    story = demanded(days(9)).given(propose(), refuse_proposal(), withdraw(), reopen())
    assert [c.kind for c in story.state.clocks] == [ClockKind.REPLY, ClockKind.SOLUTION]
    story.then(clock("external", Verdict.MET, cycle=1))
    assert story.state.stage is Stage.INVESTIGATING


# ---- Whatever happens ---------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from(["hold", "resume", "serious", "moved", "reply", "propose"]),
    ),
    max_size=8,
)


@settings(max_examples=50, deadline=None)
@given(external=st.integers(-5, 120), steps=STEPS)
def test_our_clocks_never_outlast_it_and_it_never_moves(
    external: int, steps: list[tuple[int, str]]
) -> None:
    story = demanded(hours(external))
    for wait, name in steps:
        story.wait(hours(wait)).when(_command(name, story.now))
        assert story.clock("external").due_at == START + hours(external)
        if external > 0:
            first = [story.clock(key) for key in ("reply", "solution")]
            assert all(each.due_at <= START + hours(external) for each in first)
    story.audited()


def _command(name: str, now: datetime) -> Command:
    commands: dict[str, Command] = {
        "hold": hold(now + hours(5)),
        "resume": resume(),
        "serious": set_severity(Severity.CRITICAL),
        "moved": reclassify(),
        "reply": reply(),
        "propose": propose(),
    }
    return commands[name]
