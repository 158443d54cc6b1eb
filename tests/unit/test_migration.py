"""Rule 8: by a manager's word a case goes on under another policy, and its clocks follow."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.alarm import next_alarm
from domain.carry_out import carry_out
from domain.chain import policy_version
from domain.clock_cycles import clock_histories
from domain.effects import effects
from domain.journaling import fold
from domain.proposals import expires_at
from domain.rerun import rerun
from domain.sums import ClockSum, clock_sums
from schemas.commands import Command
from schemas.effects import DeliverMessage
from schemas.events import (
    CalendarChanged,
    CalendarLeft,
    CaseEscalated,
    ClockEnded,
    ClockMoved,
    ClockOverdue,
    ClockStarted,
    LevelReached,
    MessageReleased,
    NoticeGiven,
    PolicyMigrated,
    PromiseBroken,
)
from schemas.policy import Consent, Level, Policy, Targets
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    Category,
    ClockKind,
    Department,
    Finding,
    NoticeLevel,
    Outcome,
    Purpose,
    Rank,
    Stage,
    Verdict,
)
from tests.support.actors import AGENT, LEGAL, SUPERVISOR
from tests.support.calendars import utc
from tests.support.commands import (
    accept_option,
    ask_extension,
    callback,
    close_explained,
    complete_check,
    grant_extension,
    propose,
    refund,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    withdraw,
)
from tests.support.expectations import accepted, clock, closed, due, happened, never, refused, stage
from tests.support.handling import (
    close_unjustified,
    hold,
    migrate_policy,
    move_callback,
    promise,
    resume,
)
from tests.support.merges import adopt_duplicate
from tests.support.policies import attentive, days, hours, policy, unwitnessed
from tests.support.reports import stamped
from tests.support.story import START, Story
from tests.unit.test_ladders import USUAL, laddered, quiet
from tests.unit.test_ladders import opened as opened_with_ladder
from tests.unit.test_reckoning import FRIDAY, in_office, office
from tests.unit.test_reckoning import opened as opened_in_office


def lasting(reply_within: float, solution: float, **changes: object) -> Policy:
    """Return a policy with these targets in hours."""
    targets = Targets(reply=hours(reply_within), solution=hours(solution))
    return policy(targets=dict.fromkeys(Category, targets), **changes)


def consenting(target: float, *reminders_after: float) -> Policy:
    """Return a policy under which a proposal stands for so many hours."""
    after = tuple(map(hours, reminders_after))
    consent = Consent(target=hours(target), reminders_after=after, refusals_before_escalation=2)
    return policy(consent=consent)


BRIEF = lasting(12, 24)


def opened(rules: Policy | None = None) -> Story:
    return Story(rules=rules).opened().triaged()


def sums(story: Story, before: Policy) -> dict[str, ClockSum]:
    """Return the sums of the clocks of a story's cycle, each of which must come out."""
    found = clock_sums(story.journal, before)
    for each in found:
        told = each.clock
        skipped = sum((span.until - span.since for span in each.skipped), timedelta())
        assert told.due_at == told.started_at + told.target + told.held + skipped, told.key
        assert sum((span.counted for span in each.holds), timedelta()) == told.held
    return {each.clock.key: each for each in found}


# ---- Going on under another policy ----------------------------------------------------------


def test_old_and_new_version_and_due_moments_are_recorded() -> None:
    story = opened().when(migrate_policy(BRIEF), after=hours(1))
    story.then(
        accepted(),
        happened(
            PolicyMigrated,
            version=policy_version(BRIEF),
            was_version=policy_version(policy()),
            policy=BRIEF,
        ),
        happened(
            ClockMoved,
            key="solution",
            was_due_at=START + hours(48),
            due_at=START + hours(24),
            reason="policy",
        ),
        happened(ClockMoved, key="reply", due_at=START + hours(12), reason="policy"),
        happened(ClockMoved, times=2),
        never(ClockOverdue),
    )


def test_what_comes_after_is_of_the_new_policy_and_what_came_before_is_not() -> None:
    story = opened().given(migrate_policy(lasting(12, 24, revision=hours(5))), propose())
    story.when(refuse_proposal()).then(due("solution.2", START + hours(5)))
    versions = [envelope.policy_version for envelope in story.journal]
    migrated = [isinstance(envelope.event, PolicyMigrated) for envelope in story.journal].index(
        True
    )
    assert set(versions[: migrated + 1]) == {policy_version(policy())}
    assert set(versions[migrated + 1 :]) == {story.state.policy_version}


def test_the_present_cycle_is_pinned_anew_and_those_before_are_not() -> None:
    story = opened().given(withdraw(), reopen(), migrate_policy(BRIEF))
    first, second = story.state.cycles
    assert first.policy_version == policy_version(policy())
    assert second.policy_version == story.state.policy_version == policy_version(BRIEF)
    assert [each.target for each in first.clocks] == [hours(24), hours(48)]
    story.given(withdraw(), reopen()).then(due("solution", START + hours(24)))
    assert story.state.cycles[-1].policy_version == policy_version(BRIEF)


def test_the_journal_alone_tells_the_state() -> None:
    story = opened().given(request_check(), migrate_policy(in_office()), reply()).audited()
    assert fold(story.journal, policy()) == story.state


@pytest.mark.parametrize("kind", ["agent", "supervisor"])
def test_only_a_manager_may_ask_for_it(kind: str) -> None:
    by = {"agent": AGENT, "supervisor": SUPERVISOR}[kind]
    opened().when(migrate_policy(BRIEF, by)).then(refused(RefusalCode.NOT_ALLOWED))


def test_the_policy_that_counts_already_is_refused() -> None:
    story = opened().when(migrate_policy(policy()))
    story.then(refused(RefusalCode.POLICY_PRESENT))
    story.given(migrate_policy(BRIEF)).when(migrate_policy(BRIEF))
    story.then(refused(RefusalCode.POLICY_PRESENT))


def test_a_version_that_is_not_the_policy_s_is_refused() -> None:
    command = migrate_policy(BRIEF).model_copy(update={"policy": "0123456789abcdef"})
    opened().when(command).then(refused(RefusalCode.POLICY_UNSUITABLE, "its version"))


def test_a_closed_case_is_refused() -> None:
    story = opened().given(withdraw()).when(migrate_policy(BRIEF))
    story.then(refused(RefusalCode.CASE_CLOSED))


def test_a_policy_that_could_jam_the_case_is_refused() -> None:
    checks = {Department.WAREHOUSE: hours(24)}
    story = opened().when(migrate_policy(policy(checks=checks)))
    story.then(refused(RefusalCode.POLICY_UNSUITABLE, "checks."))


def test_nobody_gets_rid_of_a_witness_that_way() -> None:
    story = opened().when(migrate_policy(unwitnessed()))
    story.then(refused(RefusalCode.POLICY_UNSUITABLE, "authority.witnessed"))
    opened(unwitnessed()).when(migrate_policy(policy())).then(accepted())


# ---- Clocks -----------------------------------------------------------------------------------


def test_every_kind_of_clock_that_policy_gives_follows() -> None:
    longer = policy(
        revision=hours(30),
        remedy=hours(31),
        checks=dict.fromkeys(Department, hours(32)),
        callback=policy().callback.model_copy(update={"target": days(9)}),
    )
    story = opened().given(request_check(), migrate_policy(longer))
    story.then(due("check.1", START + hours(32)))
    revising = opened().given(propose(), refuse_proposal(), migrate_policy(longer))
    revising.then(due("solution.2", START + hours(30)))
    remedying = Story(settles=False).opened().triaged()
    remedying.given(propose(), accept_option(), migrate_policy(longer))
    remedying.then(due("remedy", START + hours(31)))
    following = opened().given(close_explained(), migrate_policy(longer))
    following.then(due("callback", START + days(9)))
    approving = opened().given(propose(refund(300), promised_at=START + hours(5)))
    authority = policy().authority.model_copy(update={"approval": hours(3)})
    approving.given(migrate_policy(policy(authority=authority)))
    approving.then(due("approval.1", START + hours(3)), due("promise.1", START + hours(5)))


def test_a_progress_clock_begins_moves_and_ends_with_the_policy() -> None:
    story = opened(attentive()).given(migrate_policy(policy()))
    story.given(migrate_policy(attentive()))
    assert not [each for each in story.state.clocks if each.kind is ClockKind.PROGRESS]
    targets = Targets(reply=hours(24), solution=hours(48), progress=hours(10))
    often = policy(targets=dict.fromkeys(Category, targets))
    story.when(migrate_policy(often), after=hours(1))
    story.then(happened(ClockStarted), due("progress.1", START + hours(10)))
    story.when(migrate_policy(policy()), after=hours(1))
    story.then(happened(ClockEnded, key="progress.1", verdict=Verdict.WITHDRAWN, reason="policy"))


def test_what_is_past_by_the_change_is_overdue_by_it() -> None:
    story = opened(attentive()).given(request_check()).wait(hours(30))
    brief = lasting(12, 24, checks=dict.fromkeys(Department, hours(20)), delay=days(1))
    story.when(migrate_policy(brief))
    story.then(
        happened(ClockOverdue, key="solution", due_at=START + hours(24), reason="policy"),
        never(ClockOverdue, key="reply"),
        never(ClockOverdue, key="check.1"),
        never(MessageReleased),
    )
    story.when(complete_check()).then(clock("check.1", Verdict.BREACHED))
    story.when(propose()).then(happened(ClockEnded, key="solution", reason="policy"))


def test_a_check_that_is_late_by_the_change_says_why() -> None:
    story = opened().given(request_check()).wait(hours(10))
    story.when(migrate_policy(policy(checks=dict.fromkeys(Department, hours(5)))))
    story.then(happened(ClockOverdue, key="check.1", due_at=START + hours(5), reason="policy"))
    story.when(complete_check())
    story.then(happened(ClockEnded, key="check.1", verdict=Verdict.BREACHED, reason="policy"))


def test_more_time_makes_a_late_clock_punctual_again() -> None:
    story = opened().wait(hours(50)).when(migrate_policy(lasting(60, 72)))
    assert [each.overdue_at for each in story.state.clocks] == [None, None]
    story.then(due("solution", START + hours(72)))


def test_clocks_that_have_ended_keep_their_verdict() -> None:
    story = opened().given(reply()).when(migrate_policy(lasting(1, 2)), after=hours(20))
    story.then(clock("reply", Verdict.MET), due("reply", START + hours(24)))


def test_moments_that_people_gave_stay() -> None:
    story = opened().given(reply(), promise(START + days(3)), request_check())
    story.given(ask_extension(START + days(4)), grant_extension(START + days(4)))
    story.given(hold(START + days(2))).when(migrate_policy(in_office()), after=hours(1))
    story.then(
        due("promise.1", START + days(3)),
        due("check.1", START + days(4)),
        due("hold.1", START + days(2)),
        never(PromiseBroken),
    )
    assert story.clock("check.1").calendar == "tried"
    assert sums(story, policy())["check.1"].is_given


def test_a_call_that_the_customer_moved_stays() -> None:
    story = opened().given(close_explained())
    story.given(move_callback(START + days(9), wished=True, evidence="call-7"))
    soon = policy(callback=policy().callback.model_copy(update={"target": days(2)}))
    story.when(migrate_policy(soon)).then(due("callback", START + days(9)))


def test_an_external_date_still_tightens() -> None:
    story = Story().opened(external_due_at=START + hours(30), external_rule="12315").triaged()
    story.given(migrate_policy(lasting(24, 40))).then(due("solution", START + hours(30)))
    story.given(migrate_policy(lasting(10, 20))).then(due("solution", START + hours(20)))
    story.given(migrate_policy(lasting(24, 72))).then(due("solution", START + hours(30)))
    assert story.clock("external").due_at == START + hours(30)
    story.given(migrate_policy(in_office())).then(due("solution", START + hours(30)))
    assert story.clock("solution").target == hours(8 + 6)


# ---- Calendars and holds --------------------------------------------------------------------


def test_a_clock_takes_the_hours_that_the_policy_names_for_it() -> None:
    story = Story().sleep(FRIDAY - START).opened().triaged()
    story.when(migrate_policy(in_office()), after=hours(1))
    story.then(
        happened(CalendarChanged, key="solution", calendar="tried"),
        happened(ClockMoved, key="solution", target=hours(16), due_at=utc("2026-11-09 09:00")),
    )
    story.when(migrate_policy(policy()), after=hours(1))
    story.then(
        happened(CalendarChanged, key="solution", calendar=None),
        due("solution", FRIDAY + hours(48)),
    )
    sums(story, policy())


def test_other_hours_under_the_same_name_count() -> None:
    story = opened_in_office(FRIDAY).given(
        migrate_policy(in_office(office(holidays=("2026-11-09",))))
    )
    story.then(never(CalendarChanged), due("solution", utc("2026-11-10 09:00")))
    sums(story, in_office())


def test_the_same_moment_in_other_hours_is_no_move() -> None:
    story = opened_in_office()
    same = story.clock("solution").due_at - START
    plain = policy(targets=dict.fromkeys(Category, Targets(reply=hours(24), solution=same)))
    story.when(migrate_policy(plain))
    story.then(happened(ClockMoved, key="solution", due_at=START + same, was_due_at=START + same))
    assert sums(story, in_office())["solution"].moves == ()


@pytest.mark.parametrize("resumed", [True, False])
def test_a_hold_counts_in_the_hours_that_its_clock_has_now(resumed: bool) -> None:
    """From Friday 15:00 to Monday 11:00: four office hours."""
    story = Story().sleep(FRIDAY - START).opened().triaged().given(reply()).wait(hours(6))
    story.given(hold(FRIDAY + days(4))).wait(days(3) - hours(4))
    if resumed:
        story.given(resume(), migrate_policy(in_office()))
    else:
        story.given(migrate_policy(in_office()), resume())
    solution = story.clock("solution")
    assert (solution.held, solution.due_at) == (hours(4), utc("2026-11-10 05:00"))
    (held,) = sums(story, policy())["solution"].holds
    assert held.counted == hours(4)
    story.given(migrate_policy(policy()))
    assert story.clock("solution").held == days(3) - hours(4)
    sums(story, policy())


def test_a_hold_counts_so_in_a_case_that_goes_on_for_another_too() -> None:
    story = Story().sleep(FRIDAY - START).opened().triaged().given(reply()).wait(hours(6))
    story.given(hold(FRIDAY + days(4))).wait(days(3) - hours(4))
    story.given(resume(), adopt_duplicate(3, story.now), migrate_policy(in_office()))
    assert story.clock("solution").held == hours(4)
    assert sums(story, policy())["solution"].holds[0].counted == hours(4)


def test_what_was_held_before_pauses_were_kept_is_not_lost() -> None:
    story = opened().given(reply(), hold(START + days(2)))
    story.when(resume(), after=hours(10))
    before = story.state.model_copy(update={"pauses": ()})
    command = stamped(migrate_policy(lasting(24, 30)), story.now)
    solution = carry_out(before, command, story.now).state.clocks[1]
    assert (solution.held, solution.due_at) == (hours(10), START + hours(40))


def test_a_year_that_is_known_now_counts_again() -> None:
    at = utc("2026-12-31 01:00")
    ends = in_office(office(years=(2026,)))
    story = opened_in_office(at, ends).given(request_check())
    assert story.clock("solution").calendar is None
    story.when(migrate_policy(in_office()))
    story.then(happened(CalendarChanged, key="solution", calendar="tried"), never(CalendarLeft))
    assert sums(story, ends)["solution"].left is None
    story.when(migrate_policy(ends)).then(happened(CalendarLeft, key="solution"))
    assert story.clock("solution").calendar is None


def test_cycles_of_clocks_are_reckoned_under_the_policy_that_they_had() -> None:
    story = opened_in_office(FRIDAY).given(propose()).when(migrate_policy(policy()), after=days(3))
    told = clock_sums(story.journal, in_office())
    history = {each.name: each for each in clock_histories(story.state, told, story.now)}
    (solution,) = history["solution"].completed_cycles
    assert (solution.calendar, solution.remaining) == ("tried", hours(16))


def test_a_hold_in_a_year_that_the_new_hours_do_not_know_counts_as_it_did() -> None:
    story = opened_in_office(FRIDAY).given(reply()).wait(hours(6)).given(hold(FRIDAY + days(4)))
    story.when(resume(), after=days(3) - hours(4))
    story.when(migrate_policy(in_office(office(years=(2027,)))))
    story.then(happened(CalendarLeft, key="solution", year=2026))
    solution = story.clock("solution")
    assert (solution.held, solution.calendar) == (hours(4), None)
    (held,) = sums(story, in_office())["solution"].holds
    assert held.counted == hours(4)


def test_a_moment_that_was_given_stays_through_hours_in_which_policy_has_none() -> None:
    start = utc("2026-12-30 01:00")
    story = Story().sleep(start - START).opened().triaged()
    until = utc("2026-12-31 04:00")
    story.given(request_check(), ask_extension(until), grant_extension(until))
    checks = dict.fromkeys(Department, hours(100))
    story.given(migrate_policy(in_office(office(years=(2026,)), checks=checks)))
    story.given(migrate_policy(in_office(checks=checks)))
    story.then(due("check.1", until))
    assert story.clock("check.1").target == hours(11)


# ---- Ladders ----------------------------------------------------------------------------------


def test_a_shorter_ladder_has_no_level_left() -> None:
    story = opened_with_ladder().wait(hours(20))
    story.when(migrate_policy(laddered(ladders={ClockKind.REPLY: (USUAL[0], USUAL[2])})))
    alarm = next_alarm(story.state)
    assert alarm is not None
    story.wait(hours(10)).then(
        never(LevelReached, key="reply"),
        happened(NoticeGiven, key="reply", level=NoticeLevel.OVERDUE, rung=None),
    )


def test_a_level_that_waits_for_the_morning_and_is_gone_is_told_nobody() -> None:
    story = opened_with_ladder(quiet()).wait(hours(20))
    assert story.clock("reply").notice_at is not None
    story.when(migrate_policy(quiet(ladders={ClockKind.REPLY: ()}))).wait(days(1))
    story.then(never(NoticeGiven, key="reply", rung=2))
    story = opened_with_ladder(quiet()).wait(hours(20))
    story.when(migrate_policy(quiet(ladders={ClockKind.REPLY: USUAL[:1]}))).wait(days(1))
    story.then(never(NoticeGiven, key="reply", rung=2))


def test_levels_that_come_only_now_and_have_passed_are_reached_at_once() -> None:
    story = opened().wait(hours(13)).when(migrate_policy(laddered())).wake()
    story.then(happened(LevelReached, key="reply", level=1), never(LevelReached, level=2))
    later = Level(tell=Rank.DIRECTOR, after=days(2))
    story.wait(days(1)).when(migrate_policy(laddered(ladders={ClockKind.REPLY: (*USUAL, later)})))
    story.wait(days(2)).then(happened(LevelReached, key="reply", level=5))


# ---- What the customer was told -------------------------------------------------------------


def test_nobody_has_less_time_to_answer_than_they_were_told() -> None:
    story = opened().given(propose()).when(migrate_policy(consenting(24, 12)), after=hours(1))
    story.then(due("consent.1", START + hours(72)), stage(Stage.AWAITING_CONSENT))
    story.when(accept_option(), after=hours(70)).then(accepted(), clock("consent.1", Verdict.MET))
    silent = opened().given(propose(), migrate_policy(consenting(24, 12))).wait(hours(72))
    silent.then(closed(Outcome.NO_ANSWER))


def test_nobody_has_less_time_whose_proposal_is_still_on_its_way() -> None:
    story = Story(delivers=False).opened().triaged().given(propose())
    sent = next(e for e in story.pending if isinstance(e, DeliverMessage) and e.version == 1)
    assert sent.answer_until == START + hours(72)
    story.given(migrate_policy(consenting(24, 12)), migrate_policy(consenting(30, 12)))
    story.delivers = True
    story.play().then(due("consent.1", START + hours(72)))
    assert story.state.standing is not None
    assert expires_at(story.state, story.state.standing) == START + hours(72)
    story.given(refuse_proposal(), propose()).then(due("consent.2", START + hours(30)))


def test_who_has_more_time_has_it_at_once() -> None:
    story = opened().given(propose(), migrate_policy(consenting(96, 24, 48)))
    story.then(due("consent.1", START + hours(96)))
    story.wait(hours(95)).then(stage(Stage.AWAITING_CONSENT))
    story.wait(hours(1)).then(closed(Outcome.NO_ANSWER))


def test_without_reminders_from_now_on_the_time_ends_all_the_same() -> None:
    story = opened().given(propose()).wait(hours(50)).given(migrate_policy(consenting(24)))
    story.wait(hours(22)).then(closed(Outcome.NO_ANSWER))


def test_the_time_to_come_back_that_a_letter_names_is_not_shortened() -> None:
    windows = policy().windows.model_copy(update={"reopening": days(20)})
    story = Story(delivers=False).opened().triaged().given(request_check(Department.LEGAL))
    story.given(complete_check(1, Finding.NOT_CONFIRMED, by=LEGAL), close_unjustified())
    story.when(migrate_policy(policy(windows=windows)))
    story.then(refused(RefusalCode.POLICY_UNSUITABLE, "windows.reopening"))
    longer = windows.model_copy(update={"reopening": days(40)})
    story.when(migrate_policy(policy(windows=longer))).then(accepted())
    letter = next(m for m in story.state.messages if m.purpose is Purpose.UNJUSTIFIED_CLOSED)
    event = next(
        e.event
        for e in story.journal
        if isinstance(e.event, MessageReleased) and e.event.message.number == letter.number
    )
    assert effects(story.state, event)


# ---- Limits that were counted under another policy -------------------------------------------


def test_a_limit_that_was_passed_before_counts_with_the_next_one() -> None:
    consent = policy().consent.model_copy(update={"refusals_before_escalation": 5})
    story = opened(policy(consent=consent))
    story.given(propose(), refuse_proposal(1), propose(), refuse_proposal(2))
    story.given(migrate_policy(policy()), propose())
    story.when(refuse_proposal(3)).then(happened(CaseEscalated, reason="proposals_refused"))
    story.given(propose()).when(refuse_proposal(4)).then(never(CaseEscalated))


def test_fewer_cycles_and_attempts_end_with_the_next_call() -> None:
    patient = policy().callback.model_copy(update={"attempts": 1, "cycles": 1})
    story = opened().given(close_explained(), migrate_policy(policy(callback=patient)))
    story.when(callback(), after=days(1)).then(closed(Outcome.EXPLAINED))


# ---- Telling anew ----------------------------------------------------------------------------


def test_a_case_that_is_told_anew_keeps_the_policy_that_is_tried() -> None:
    story = opened().given(migrate_policy(BRIEF)).when(propose(), after=hours(30))
    assert story.clock("solution").verdict is Verdict.BREACHED
    told = rerun(story.journal, policy(), story.now)
    assert told.state.policy == policy()
    solution = next(each for each in told.state.clocks if each.key == "solution")
    assert (solution.verdict, told.not_taken) == (Verdict.MET, ())


def test_by_receipt_it_counts_when_it_came() -> None:
    late: Command = stamped(migrate_policy(BRIEF), START + hours(20))
    story = opened().sleep(hours(30)).when(late)
    story.then(never(ClockOverdue, key="solution"), happened(ClockOverdue, key="reply"))
    assert story.clock("reply").due_at == datetime.fromisoformat("2026-11-02T13:00:00+00:00")
