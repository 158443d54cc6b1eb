"""A case told anew: the same under the same policy, and what another policy makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.carry_out import refuse_unread
from domain.counterparts import counterpart
from domain.differences import LOST, OVERDUE, RUNNING, Differences, Line, Measure
from domain.recollection import LEFT_OUT, ON_RECORD, SOURCES, deeds, recall
from domain.rerun import NotTaken, Telling, recorded, rerun
from schemas.case import Clock
from schemas.commands import COMMANDS, INTERNAL, Command, OpenComplaint
from schemas.events import (
    CommandRefused,
    Event,
    KeysTrusted,
    MessageReleased,
    NothingChanged,
    RefusalsCounted,
)
from schemas.policy import Policy, Targets
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CallbackResult,
    Category,
    ClockKind,
    Outcome,
    Purpose,
    RefusalReason,
    Role,
    Severity,
    TaskKind,
    Verdict,
)
from tests.support.actors import AGENT, EVERYBODY
from tests.support.commands import (
    MANUAL,
    accept_option,
    approve_proposal,
    callback,
    complete_task,
    coupon,
    customer,
    opening,
    propose,
    refund,
    refuse_proposal,
    reply,
    request_check,
    resend,
    return_check,
    settle_step,
    triage,
)
from tests.support.handling import promise
from tests.support.policies import attentive, days, hours, minutes, policy
from tests.support.story import START, Story
from tests.unit.test_random_lives import (
    BEGINNINGS,
    Happening,
    Live,
    Send,
    babbles,
    live,
    migrations,
    reported,
    retries,
    spans,
    worlds,
)
from tests.unit.test_random_lives import (
    COMMANDS as ANY_COMMAND,
)

REFUSED = (CommandRefused, NothingChanged, RefusalsCounted, KeysTrusted)
"""Events without an effect on the case, or from before the rerun."""


def within(**times: timedelta) -> Policy:
    """Return a policy in which every category has these targets."""
    usual = {"reply": hours(24), "solution": hours(48)}
    return policy(targets={each: Targets(**{**usual, **times}) for each in Category})


def told_anew(story: Story, rules: Policy) -> Telling:
    return rerun(story.journal, rules, story.now)


def clock_of(telling: Telling, key: str) -> Clock:
    clocks = (*telling.state.clocks, *telling.state.cycles[-1].clocks)
    return next(clock for clock in clocks if clock.key == key)


def effective(events: tuple[Event, ...]) -> list[Event]:
    return [event for event in events if not isinstance(event, REFUSED)]


def compared(before: Telling, after: Telling) -> Differences:
    found = Differences()
    found.add("7", before, after)
    return found


def line(found: Differences, measure: Measure, about: str, value: str) -> Line:
    """Return what was counted, in the one category of the one case."""
    ((_, counted),) = [
        pair for pair in found.lines.items() if pair[0][:1] + pair[0][2:] == (measure, about, value)
    ]
    return counted


# ---- The same policy ----------------------------------------------------------------------------

sends = st.builds(
    Send,
    st.one_of([each for each in ANY_COMMAND if each is not migrations]),
    st.one_of(*[st.none()] * 5, st.sampled_from(EVERYBODY)),
    st.sampled_from([timedelta(), timedelta(), None]),
    st.none(),
)
punctual = st.builds(Live, spans, st.just(True))
happenings = st.lists(
    st.one_of(sends, sends, sends, punctual, punctual, reported, retries, babbles),
    min_size=4,
    max_size=16,
)
openings = st.builds(
    opening,
    received_at=st.sampled_from([None, START]),
    customer=st.sampled_from([None, customer()]),
)


@settings(
    max_examples=100,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds, openings, st.sampled_from(BEGINNINGS), happenings)
def test_whatever_happened_without_an_outage_happens_again_under_the_same_policy(
    story: Story,
    complaint: OpenComplaint,
    beginning: tuple[Command, ...],
    happens: list[Happening],
) -> None:
    live(story, complaint, beginning, happens)
    story.wait(days(100))
    rules = story.state.policy
    before, after = recorded(story.journal, rules), told_anew(story, rules)
    assert effective(after.events) == effective(before.events)
    assert compared(before, after).changed == []


def test_every_command_is_recalled_or_left_out() -> None:
    assert set(SOURCES) == {*COMMANDS, *INTERNAL} - {*LEFT_OUT}


def test_what_could_not_be_read_is_not_recalled() -> None:
    story = Story().opened()
    for name in ("open", "babble", "reply"):
        story.take(refuse_unread(story.state, name, RefusalCode.UNDECODABLE, story.now))
    unread = list(deeds(story.journal))[-3:]
    assert [deed.cause.name for deed in unread] == ["open", "babble", "reply"]
    assert [recall(deed, story.state) for deed in unread] == [None, None, None]


def test_a_refusal_that_staff_took_down_is_recalled_as_one_on_record() -> None:
    story = Story().opened().given(propose(resend()))
    story.given(refuse_proposal(by=AGENT, evidence="rec-1"))
    recalled = recall(list(deeds(story.journal))[-1], story.state)
    assert recalled is not None
    assert recalled.model_dump()["reason"] is RefusalReason.TOO_LITTLE
    assert recalled.model_dump()["evidence"] == ON_RECORD


# ---- Another policy -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within_hours", "verdict"),
    [(26, Verdict.MET), (25, Verdict.MET), (24.9, Verdict.BREACHED)],
)
def test_an_answer_is_judged_by_the_other_target(within_hours: float, verdict: Verdict) -> None:
    story = Story().opened().triaged().when(reply(), after=hours(25))
    after = told_anew(story, within(reply=hours(within_hours)))
    assert story.clock("reply").verdict is Verdict.BREACHED
    assert clock_of(after, "reply").verdict is verdict


def test_a_case_in_progress_is_compared_as_it_stands_at_the_given_moment() -> None:
    story = Story().opened().triaged()
    waiting = recorded(story.journal, policy())
    after = rerun(story.journal, within(reply=hours(12)), story.now + hours(13))
    found = compared(waiting, after)
    assert line(found, Measure.VERDICT, "reply", RUNNING).before == 1
    assert line(found, Measure.VERDICT, "reply", OVERDUE).after == 1


def test_an_acceptance_that_comes_too_late_for_the_other_policy_is_not_taken() -> None:
    story = Story().opened().triaged().given(propose(resend()))
    story.when(accept_option(), after=hours(60)).when(callback(), after=hours(1))
    short = policy().consent.model_copy(update={"target": hours(50)})
    after = told_anew(story, policy(consent=short))
    assert after.state.cycles[0].outcome is Outcome.NO_ANSWER
    assert NotTaken("accept_option", RefusalCode.CASE_CLOSED) in after.not_taken
    found = compared(recorded(story.journal, policy()), after)
    assert line(found, Measure.OUTCOME, "cycle", "no_answer").after == 1


def test_a_case_that_ended_in_silence_may_stay_open_for_longer() -> None:
    story = Story().opened().triaged().given(propose(resend())).wait(hours(80))
    patient = policy().consent.model_copy(update={"target": hours(100)})
    after = told_anew(story, policy(consent=patient))
    assert story.state.cycles[0].outcome is Outcome.NO_ANSWER
    assert after.state.cycles[0].outcome is None


def test_where_nobody_had_to_approve_somebody_agrees_at_once() -> None:
    story = Story().opened().triaged().given(propose(coupon(150)), accept_option())
    strict = policy().authority.model_copy(update={"agent_remedies": ()})
    after = told_anew(story, policy(authority=strict))
    assert after.approvals == 1
    assert not after.not_taken
    assert clock_of(after, "approval.1").verdict is Verdict.MET
    assert clock_of(after, "solution").verdict is Verdict.MET
    found = compared(recorded(story.journal, policy()), after)
    assert line(found, Measure.APPROVAL, "proposal", "assumed").after == 1


def test_an_approval_that_is_needed_no_more_brings_the_solution_forward() -> None:
    story = Story().opened().triaged()
    story.given(propose(refund(300), promised_at=START + hours(3)))
    story.when(approve_proposal(), after=hours(2))
    generous = policy().authority.model_copy(
        update={
            "agent_limits": (refund(900).amount,),
            "agent_remedies": tuple(type(refund().kind)),
        }
    )
    after = told_anew(story, policy(authority=generous))
    assert clock_of(after, "solution").answered_at == START
    assert after.not_taken == (NotTaken("approve_proposal", RefusalCode.APPROVAL_NOT_AWAITED),)


def test_a_message_that_was_not_sent_then_arrives_at_once() -> None:
    story = Story(delivers=False).opened().triaged().wait(hours(50))
    after = told_anew(story, attentive())
    delays = [m for m in after.state.messages if m.purpose is Purpose.DELAY]
    assert not any(m.purpose is Purpose.DELAY for m in story.state.messages)
    assert [m.delivered_at for m in delays] == [START + hours(48)]


def test_a_message_without_a_report_then_has_none_now() -> None:
    story = Story(delivers=False).opened().triaged().given(reply())
    after = told_anew(story, within(reply=hours(12)))
    assert [m.delivered_at for m in after.state.messages] == [None, None]
    assert clock_of(after, "reply").verdict is None


def test_a_report_finds_its_message_among_others_that_are_new() -> None:
    """Under the other policy a delay is told before the reply, so that numbers shift."""
    story = Story().opened().triaged().when(reply(), after=hours(50))
    story.wait(hours(1))
    after = told_anew(story, attentive())
    purposes = [
        event.message.purpose for event in after.events if isinstance(event, MessageReleased)
    ]
    assert purposes == [Purpose.ACKNOWLEDGEMENT, Purpose.DELAY, Purpose.REPLY]
    assert clock_of(after, "reply").answered_at == START + hours(50)


def test_a_task_is_found_again_by_what_it_is_about() -> None:
    story = Story(delivers=False).opened().triaged()
    story.given(promise(START + days(2)), request_check())
    story.when(complete_task(), after=hours(60))
    after = told_anew(story, within(solution=hours(30)))
    assert clock_of(after, "promise.1").verdict is Verdict.BREACHED
    assert not after.not_taken


def test_everything_is_its_own_counterpart() -> None:
    story = Story().opened().triaged().given(request_check(), return_check())
    story.given(complete_task(), promise(START + days(2)))
    for version in (1, 2):
        story.given(
            propose(MANUAL, resend()), accept_option(version), settle_step(version, version)
        )
        story.when(callback(CallbackResult.DISSATISFIED), after=hours(1))
    state = story.state
    assert state.tasks[-1].kind is TaskKind.SIGN_OFF
    counts = {
        "check": len(state.checks),
        "message": len(state.messages),
        "step": len(state.steps),
        "version": len(state.proposals),
        "task": len(state.tasks),
    }
    assert all(counts.values())
    for field, count in counts.items():
        numbers = list(range(1, count + 1))
        assert [counterpart(field, number, state, state) for number in numbers] == numbers


def test_work_on_what_never_comes_to_be_is_not_taken() -> None:
    story = Story().opened().triaged().given(propose(MANUAL))
    story.when(accept_option(), after=hours(60)).when(settle_step(), after=hours(1))
    short = policy().consent.model_copy(update={"target": hours(50)})
    before, after = recorded(story.journal, policy()), told_anew(story, policy(consent=short))
    assert after.state.steps == ()
    assert NotTaken("settle_step", None) in after.not_taken
    assert line(compared(before, after), Measure.NOT_TAKEN, "settle_step", LOST).after == 1


def test_escalations_of_the_other_policy_are_counted() -> None:
    story = Story().opened().triaged(triage(severity=Severity.CRITICAL))
    found = compared(recorded(story.journal, policy()), told_anew(story, attentive()))
    assert line(found, Measure.ESCALATION, Role.SUPERVISOR, "serious") == Line(0, 1, ["7"])


def test_alarms_of_an_outage_ring_at_their_moments() -> None:
    story = Story().opened().triaged().sleep(hours(30)).wake()
    notices = [event for event in told_anew(story, policy()).events if event.kind == "notice_given"]
    assert [event.late_by_seconds for event in notices] == [0, 0]


def test_verdicts_of_all_cycles_count() -> None:
    story = Story().opened().triaged().given(propose(resend()), accept_option())
    story.when(callback(CallbackResult.DISSATISFIED), after=hours(1)).wait(minutes(1))
    found = compared(*[recorded(story.journal, policy())] * 2)
    replies = [
        line.before
        for key, line in found.lines.items()
        if key.measure is Measure.VERDICT and key.about == ClockKind.REPLY
    ]
    assert sum(replies) == 2
