"""Rule 20: a complaint goes on under another number, and no customer waits longer for that."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.view import case_view
from schemas.commands import Command
from schemas.effects import DeliverMessage
from schemas.events import (
    CaseReclassified,
    ClockMoved,
    ClockOverdue,
    ClockStarted,
    ComplaintMerged,
    CycleStarted,
    DuplicateAdopted,
    DuplicateLinked,
    DuplicateReleased,
    MergeUndone,
    MessageReleased,
    NothingChanged,
    SurveyOffered,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    ClockKind,
    CycleCause,
    Outcome,
    Purpose,
    Severity,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import CUSTOMER
from tests.support.calendars import calendar
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    add_information,
    answer_survey,
    callback,
    close_explained,
    compensate_step,
    propose,
    refund,
    refuse_proposal,
    reopen,
    reply,
    request_check,
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
from tests.support.handling import (
    hold,
    link_duplicate,
    promise,
    reclassify,
    record_suggestion,
    set_severity,
)
from tests.support.merges import adopt_duplicate, merge_into, release_duplicate, undo_merge
from tests.support.policies import attentive, days, hours, policy
from tests.support.reports import stamped
from tests.support.story import START, Story

SPANS = st.timedeltas(-days(5), days(5))
MOMENTS = SPANS.map(lambda span: START + span)


def opened(severity: Severity = Severity.MODERATE) -> Story:
    story = Story(rules=attentive()).opened().triaged()
    return story if severity is Severity.MODERATE else story.given(set_severity(severity))


def merged() -> Story:
    return opened().given(merge_into(3))


def survivor(story: Story) -> int | None:
    return case_view(story.state).merged_into


# ---- The one that ends --------------------------------------------------------------------------


def test_a_merged_case_closes_and_its_customer_learns_the_other_number() -> None:
    story = opened().given(request_check()).when(merge_into(3))
    story.then(
        accepted(),
        happened(ComplaintMerged, survivor=3),
        closed(Outcome.MERGED),
        sent(Purpose.MERGED),
        never(SurveyOffered),
    )
    told = story.effects[-1]
    assert isinstance(told, DeliverMessage)
    assert (told.purpose, told.survivor) == (Purpose.MERGED, 3)
    assert (survivor(story), story.answer.survivor) == (3, 3)


def test_its_clocks_end_without_a_verdict_and_late_ones_with_theirs() -> None:
    story = opened().wait(hours(25)).when(merge_into(3))
    story.then(clock("reply", Verdict.BREACHED), clock("solution", Verdict.WITHDRAWN))


def test_what_a_platform_wants_is_not_answered_by_a_merge() -> None:
    story = Story().opened(external_due_at=START + days(9)).triaged().when(merge_into(3))
    story.then(clock("external", Verdict.WITHDRAWN))


@pytest.mark.parametrize("number", [7, 0, -3, 2**63])
def test_a_case_is_merged_into_another_complaint(number: int) -> None:
    opened().when(merge_into(number)).then(refused(RefusalCode.LINK_INVALID))


@pytest.mark.parametrize(
    "before",
    [
        (propose(APOLOGY),),
        (propose(MANUAL), accept_option()),
        (propose(APOLOGY), accept_option()),
        (close_explained(),),
    ],
)
def test_what_the_customer_was_offered_or_given_is_not_lost(before: tuple[Command, ...]) -> None:
    opened().given(*before).when(merge_into()).then(refused(RefusalCode.MERGE_TOO_LATE))


def test_an_offer_that_is_on_its_way_counts_as_made() -> None:
    story = Story(delivers=False).opened().triaged().given(propose(APOLOGY))
    story.then(stage(Stage.DECIDING)).when(merge_into())
    story.then(refused(RefusalCode.MERGE_TOO_LATE))


def test_a_remedy_of_an_earlier_cycle_stays_where_it_is() -> None:
    story = opened().given(propose(APOLOGY), accept_option(), callback(), reopen())
    story.when(merge_into()).then(refused(RefusalCode.MERGE_TOO_LATE))


def test_what_was_refused_taken_back_or_never_offered_holds_nothing() -> None:
    opened().given(propose(APOLOGY), refuse_proposal(), merge_into())
    dear = propose(refund(300), promised_at=START + hours(5))
    opened().given(dear).then(stage(Stage.AWAITING_APPROVAL)).given(merge_into())
    story = opened().given(propose(MANUAL), accept_option(), compensate_step())
    story.then(stage(Stage.DECIDING)).given(merge_into())


# ---- Afterwards ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        add_information(),
        withdraw(),
        reply(),
        answer_survey(),
        reopen(),
        merge_into(4),
        adopt_duplicate(9),
        accept_option(),
        link_duplicate(9),
    ],
)
def test_whoever_means_a_merged_case_is_told_its_number(command: Command) -> None:
    story = merged().when(command)
    story.then(refused(RefusalCode.CASE_MERGED, "complaint 3"))
    assert story.answer.survivor == 3


def test_a_suggestion_is_taken_from_anybody() -> None:
    merged().when(record_suggestion()).then(accepted())


def test_a_completed_merged_case_still_says_its_number() -> None:
    story = merged().wait(days(31)).when(add_information())
    story.then(refused(RefusalCode.RUN_COMPLETED))
    assert (story.state.completed, story.answer.survivor) == (True, 3)


# ---- The one that goes on -----------------------------------------------------------------------


def test_the_survivor_shows_what_goes_on_in_it_since_the_earliest_receipt() -> None:
    story = opened().when(adopt_duplicate(3, START - hours(5)))
    story.then(accepted(), happened(DuplicateAdopted, of=3), happened(DuplicateLinked, of=3))
    view = case_view(story.state)
    assert [each.number for each in view.adopted] == [3]
    assert (view.received_at, view.links) == (START - hours(5), (3,))


def test_its_clocks_count_from_the_earliest_receipt() -> None:
    story = opened().wait(hours(1)).when(adopt_duplicate(3, START - hours(5)))
    story.then(
        due("reply", START + hours(19)),
        due("solution", START + hours(43)),
        happened(ClockMoved, times=2, reason="merged"),
    )


def test_the_stricter_of_two_due_moments_counts() -> None:
    owed = {"reply_due_at": START + hours(9), "solution_due_at": START + hours(72)}
    story = opened().when(adopt_duplicate(3, **owed))
    story.then(due("reply", START + hours(9)), due("solution", START + hours(48)))


def test_an_earlier_date_is_kept_whatever_is_judged_later() -> None:
    story = Story().opened().given(adopt_duplicate(3, solution_due_at=START + hours(30)))
    story.triaged().then(due("solution", START + hours(30)))
    story.given(set_severity(Severity.CRITICAL)).then(due("solution", START + hours(24)))
    story.given(set_severity(Severity.MINOR)).then(due("solution", START + hours(24)))
    story.given(reclassify()).then(due("solution", START + hours(24)))


def test_a_later_judgement_counts_from_the_earliest_receipt_too() -> None:
    story = opened().given(adopt_duplicate(3, START - hours(6)), set_severity(Severity.CRITICAL))
    story.then(due("reply", START + hours(6)), due("solution", START + hours(18)))


def test_a_hold_gives_the_time_it_takes_and_no_more() -> None:
    story = opened().given(adopt_duplicate(3, solution_due_at=START + hours(30)), reply())
    story.given(hold(START + hours(8))).wait(hours(10)).given(add_information(by=CUSTOMER))
    story.then(due("solution", START + hours(40)))


def test_what_is_past_by_a_merge_is_overdue_for_that_reason() -> None:
    story = opened().wait(hours(10)).when(adopt_duplicate(3, reply_due_at=START + hours(9)))
    story.then(happened(ClockOverdue, key="reply", due_at=START + hours(9), reason="merged"))
    assert "reply" in case_view(story.state).overdue


def test_nothing_is_late_before_it_began() -> None:
    story = opened().when(adopt_duplicate(3, START - days(9), reply_due_at=START - days(8)))
    story.then(due("reply", START), happened(ClockOverdue, times=2, reason="merged"))


def test_what_is_late_already_is_so_no_second_time() -> None:
    story = opened().wait(hours(25)).when(adopt_duplicate(3, reply_due_at=START + hours(9)))
    story.then(due("reply", START + hours(9)), never(ClockOverdue))


def test_in_a_calendar_the_hours_of_the_clock_count() -> None:
    office = calendar(["09:00-18:00"] * 5, zone="Asia/Shanghai", years=(2026,))
    rules = policy(calendars=(office,), clock_calendars={ClockKind.SOLUTION: office.name})
    story = Story(rules=rules).opened().triaged().wait(hours(1))
    before = story.clock("solution")
    # Friday, 17:00 in Shanghai: one hour of that day counts, and none of the weekend.
    story.when(adopt_duplicate(3, START - days(3) + hours(8)))
    after = story.clock("solution")
    assert after.target == before.target - hours(1)
    story.then(happened(ClockMoved, key="solution", reason="merged"))


def test_the_date_of_a_platform_is_kept_by_the_survivor() -> None:
    story = opened().when(adopt_duplicate(3, external_due_at=START + hours(20)))
    story.then(
        happened(ClockStarted, times=1),
        due("external.3.1", START + hours(20)),
        due("reply", START + hours(20)),
        due("solution", START + hours(20)),
    )


def test_the_date_of_a_platform_tightens_a_revision_too() -> None:
    story = opened().given(propose(APOLOGY), refuse_proposal())
    story.given(adopt_duplicate(3, external_due_at=START + hours(20)))
    story.then(due("solution.2", START + hours(20)))


def test_of_two_platforms_the_earlier_date_is_the_stricter() -> None:
    story = Story().opened(external_due_at=START + hours(30)).triaged()
    story.given(adopt_duplicate(3, external_due_at=START + hours(20)))
    story.then(due("solution", START + hours(20)), due("external", START + hours(30)))


def test_a_date_that_was_given_is_kept_by_the_survivor() -> None:
    story = opened().when(adopt_duplicate(3, promised_at=START + days(3)))
    story.then(due("promise.1", START + days(3)), to_do(TaskKind.KEEP_PROMISE))
    opened().wait(hours(1)).when(adopt_duplicate(3, promised_at=START)).then(to_do())


def test_the_third_contact_raises_the_severity_by_a_merge_as_well() -> None:
    story = opened().given(link_duplicate(3)).when(adopt_duplicate(4))
    story.then(happened(CaseReclassified, severity=Severity.MAJOR))


def test_a_complaint_that_was_linked_is_no_further_contact() -> None:
    story = opened().given(link_duplicate(3)).when(adopt_duplicate(3))
    story.then(accepted(), never(DuplicateLinked), happened(DuplicateAdopted))


def test_adopted_again_it_only_tightens() -> None:
    """A door that heard no answer comes again, and what is owed may have changed meanwhile."""
    owed = {"external_due_at": START + days(9), "promised_at": START + days(2)}
    story = opened().given(adopt_duplicate(3, **owed))
    story.when(adopt_duplicate(3, reply_due_at=START + hours(9), **owed))
    story.then(due("reply", START + hours(9)), never(ClockStarted), never(DuplicateLinked))
    assert len(story.state.adopted) == 1


@pytest.mark.parametrize("number", [7, 0, 2**63])
def test_only_another_complaint_is_adopted(number: int) -> None:
    opened().when(adopt_duplicate(number)).then(refused(RefusalCode.LINK_INVALID))


def test_a_closed_case_takes_no_other_in() -> None:
    opened().given(withdraw()).when(adopt_duplicate()).then(refused(RefusalCode.CASE_CLOSED))


@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS)
def test_no_clock_is_ever_due_later_by_a_merge(
    contacted_at: datetime,
    reply_due_at: datetime | None,
    solution_due_at: datetime | None,
    external_due_at: datetime | None,
) -> None:
    story = opened().wait(hours(2))
    before = {each.key: each.due_at for each in story.state.clocks}
    owed = {
        "reply_due_at": reply_due_at,
        "solution_due_at": solution_due_at,
        "external_due_at": external_due_at,
    }
    story.given(adopt_duplicate(3, contacted_at, **owed))
    for key, owing in (("reply", reply_due_at), ("solution", solution_due_at)):
        wanted = [before[key], *([owing] if owing else [])]
        assert story.clock(key).due_at <= max(min(wanted), START)


# ---- No circle ----------------------------------------------------------------------------------


def test_two_cases_are_not_merged_into_each_other() -> None:
    """Each has taken the other in before it ends itself: the later one would go on, and cannot."""
    earlier = Story(number=3).opened().triaged().given(adopt_duplicate(7))
    earlier.when(merge_into(7)).then(refused(RefusalCode.MERGE_CIRCULAR))


def test_where_others_go_on_it_goes_on_in_an_earlier_one_only() -> None:
    story = opened().given(adopt_duplicate(9))
    story.when(merge_into(8)).then(refused(RefusalCode.MERGE_CIRCULAR))
    story.when(merge_into(3)).then(accepted())


# ---- Undone -------------------------------------------------------------------------------------


def test_a_merge_can_be_undone_and_the_clocks_go_on_as_they_were() -> None:
    story = merged().wait(hours(5)).when(undo_merge())
    story.then(
        happened(CycleStarted, cycle=2, cause=CycleCause.UNMERGED),
        happened(MergeUndone, survivor=3),
        stage(Stage.INVESTIGATING),
        due("reply", START + hours(24)),
        due("solution", START + hours(48)),
    )
    assert (survivor(story), story.answer.survivor) == (None, None)
    assert story.state.cycles[0].merged_into == 3
    story.given(set_severity(Severity.MINOR)).then(due("solution", START + hours(48)))


def test_what_fell_due_meanwhile_is_overdue_at_once() -> None:
    story = merged().wait(days(4)).when(undo_merge())
    story.then(happened(ClockOverdue, times=2, reason="unmerged"), never(MessageReleased))


def test_what_was_late_before_the_merge_has_its_verdict_and_begins_anew() -> None:
    story = opened().wait(hours(25)).given(merge_into(3)).wait(hours(1)).when(undo_merge())
    story.then(clock("reply", Verdict.BREACHED, cycle=1), due("reply", START + hours(50)))
    story.then(due("solution", START + hours(48)))


def test_dates_of_platforms_and_dates_given_go_on_too() -> None:
    story = Story().opened(external_due_at=START + days(9)).triaged()
    story.given(promise(START + days(3)), merge_into(3)).wait(hours(1)).when(undo_merge())
    story.then(due("external", START + days(9)), due("promise.2", START + days(3)))
    story.then(to_do(TaskKind.KEEP_PROMISE))


def test_the_date_of_a_platform_tightens_what_begins_anew() -> None:
    story = Story().opened(external_due_at=START + hours(30)).triaged().wait(hours(24.5))
    story.given(reply(), merge_into(3)).wait(hours(1)).when(undo_merge())
    story.then(due("external", START + hours(30)), due("reply", START + hours(30)))


def test_clocks_that_measured_something_else_are_not_begun_again() -> None:
    story = opened().given(request_check(), merge_into(3)).when(undo_merge())
    assert {each.kind for each in story.state.clocks} == {ClockKind.REPLY, ClockKind.SOLUTION}


def test_a_merge_that_is_undone_is_no_further_pass_of_the_case() -> None:
    story = merged().given(undo_merge(), propose(APOLOGY), accept_option())
    story.given(callback()).then(closed(Outcome.SATISFIED))
    assert [cycle.outcome for cycle in story.state.cycles] == [Outcome.MERGED, Outcome.SATISFIED]


def test_it_is_undone_within_the_window_and_only_where_there_is_one() -> None:
    opened().when(undo_merge()).then(refused(RefusalCode.CASE_NOT_MERGED))
    merged().given(undo_merge()).when(undo_merge()).then(refused(RefusalCode.CASE_NOT_MERGED))
    story = merged().sleep(days(40)).when(stamped(undo_merge(), START + days(30) + hours(1)))
    story.then(refused(RefusalCode.WINDOW_PASSED))
    story.when(stamped(undo_merge(), START + days(30))).then(accepted())


def test_the_survivor_lets_it_go_and_keeps_what_became_stricter() -> None:
    owed = {"reply_due_at": START + hours(9), "external_due_at": START + hours(20)}
    story = opened().given(adopt_duplicate(3, START - hours(5), **owed)).when(release_duplicate(3))
    story.then(
        happened(DuplicateReleased, of=3),
        due("reply", START + hours(9)),
        clock("external.3.1", Verdict.WITHDRAWN),
    )
    view = case_view(story.state)
    assert (view.adopted, view.received_at, view.links) == ((), START, (3,))
    story.given(adopt_duplicate(3, **owed)).then(due("external.3.2", START + hours(20)))


def test_only_its_own_date_is_let_go() -> None:
    story = Story().opened(external_due_at=START + days(9)).triaged()
    story.given(adopt_duplicate(3, external_due_at=START + days(8)))
    story.given(adopt_duplicate(4, external_due_at=START + days(7)), release_duplicate(3))
    running = [each.key for each in story.state.clocks if each.verdict is None]
    assert running == ["external", "reply", "solution", "external.4.1"]


def test_what_does_not_go_on_here_is_let_go_without_effect() -> None:
    story = opened().when(release_duplicate(3))
    story.then(happened(NothingChanged, command="release_duplicate"), never(DuplicateReleased))


def test_a_closed_survivor_lets_go_as_well() -> None:
    story = opened().given(adopt_duplicate(3), withdraw()).when(release_duplicate(3))
    story.then(accepted(), happened(DuplicateReleased, of=3))
