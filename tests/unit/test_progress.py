"""H2 and H10: in some categories the customer hears how it goes, until a solution is offered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.commands import Command
from schemas.events import ClockMoved, ClockOverdue, ClockStarted, NoticeGiven
from schemas.policy import Targets
from schemas.vocabulary import Category, Purpose, Verdict
from tests.support.commands import (
    accept_option,
    close_explained,
    propose,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    triage,
    withdraw,
)
from tests.support.expectations import clock, due, happened, never, sent
from tests.support.handling import hold, promise, reclassify
from tests.support.policies import attentive, days, hours
from tests.support.story import START, Story


def parcel() -> Story:
    """A complaint about a parcel that is late."""
    return Story(rules=attentive()).opened().triaged(triage(Category.LOGISTICS))


def keys(story: Story) -> list[str]:
    return [clock.key for clock in story.state.clocks if clock.key.startswith("progress")]


def test_the_clock_counts_from_receipt_once_triage_knows_the_category() -> None:
    story = Story(rules=attentive()).opened().wait(hours(1)).triaged(triage(Category.LOGISTICS))
    story.then(due("progress.1", START + hours(24)))


def test_other_categories_have_none() -> None:
    assert keys(Story(rules=attentive()).opened().triaged()) == []


def test_every_word_of_a_person_starts_it_anew() -> None:
    story = parcel().when(reply(), after=hours(5))
    story.then(
        sent(Purpose.REPLY),
        clock("progress.1", Verdict.MET),
        due("progress.2", START + hours(29)),
    )
    story.when(promise(START + days(3)), after=hours(5)).then(due("progress.3", START + hours(34)))
    story.when(hold(START + days(3)), after=hours(5)).then(due("progress.4", START + hours(39)))


def test_a_later_reply_tells_how_it_goes() -> None:
    parcel().given(reply()).when(reply(), after=hours(5)).then(sent(Purpose.PROGRESS))


def test_a_later_reply_in_another_category_is_a_reply() -> None:
    story = Story(rules=attentive()).opened().triaged().given(reply()).when(reply())
    story.then(sent(Purpose.REPLY))


@pytest.mark.parametrize(
    ("after", "verdict"), [(hours(24), Verdict.MET), (hours(25), Verdict.BREACHED)]
)
def test_it_is_judged_like_every_clock(after: timedelta, verdict: Verdict) -> None:
    parcel().when(reply(), after=after).then(clock("progress.1", verdict))


def test_it_ends_with_what_is_delivered_and_not_before() -> None:
    story = parcel()
    story.delivers = False
    story.when(reply(), after=hours(5)).then(clock("progress.1", None), never(ClockStarted))
    story.delivers = True
    story.sleep(hours(1)).play()
    story.then(clock("progress.1", Verdict.MET), due("progress.2", START + hours(30)))


def test_when_nothing_was_said_the_owner_is_told() -> None:
    story = parcel().given(reply()).wait(hours(24))
    story.then(
        happened(ClockOverdue, key="progress.2"),
        happened(NoticeGiven, key="progress.2", nominal_at=START + hours(24)),
        sent(),
    )


@pytest.mark.parametrize("command", [propose(), close_explained()], ids=["offer", "explanation"])
def test_a_solution_ends_it_for_good(command: Command) -> None:
    story = parcel().given(reply()).when(command, after=hours(5))
    story.then(clock("progress.2", Verdict.MET))
    assert keys(story) == ["progress.1", "progress.2"]


def test_after_a_refusal_the_customer_waits_for_the_next_version() -> None:
    story = parcel().given(propose(), refuse_proposal(), reply())
    assert keys(story) == ["progress.1"]


def test_a_case_that_was_solved_has_none_any_more() -> None:
    story = parcel().given(propose(), accept_option(), reply())
    assert keys(story) == ["progress.1"]


def test_closing_ends_it() -> None:
    parcel().given(withdraw()).then(clock("progress.1", Verdict.WITHDRAWN, cycle=1))


def test_a_new_cycle_starts_with_it() -> None:
    story = parcel().given(reply(), withdraw()).wait(days(3)).given(reopen())
    story.then(due("progress.1", START + days(3) + hours(24)))


def test_it_does_not_stand_still_in_a_hold() -> None:
    story = parcel().given(reply(), hold(START + days(3))).wait(hours(24))
    story.then(happened(ClockOverdue, key="progress.3"))


def test_becoming_a_matter_of_logistics_starts_it_when_something_was_last_said() -> None:
    story = Story(rules=attentive()).opened().triaged().when(reply(), after=hours(10))
    story.when(reclassify(), after=hours(2)).then(due("progress.1", START + hours(34)))


def test_becoming_one_too_late_makes_it_overdue_by_the_change() -> None:
    story = Story(rules=attentive()).opened().triaged().given(reply(), request_check())
    story.when(reclassify(), after=hours(30))
    story.then(
        happened(ClockOverdue, key="progress.1", due_at=START + hours(24), reason="reclassified"),
        happened(NoticeGiven, key="progress.1", late_by_seconds=6 * 3600),
    )


@pytest.mark.parametrize(
    ("after", "verdict"), [(hours(5), Verdict.WITHDRAWN), (hours(25), Verdict.BREACHED)]
)
def test_becoming_another_matter_ends_it(after: timedelta, verdict: Verdict) -> None:
    story = parcel().when(reclassify(Category.OTHER), after=after)
    story.then(clock("progress.1", verdict))
    assert story.clock("progress.1").reason == "reclassified"


def test_another_interval_moves_it() -> None:
    targets = dict(attentive().targets)
    targets[Category.SAFETY] = Targets(reply=hours(24), solution=hours(48), progress=hours(6))
    story = Story(rules=attentive(targets=targets)).opened().triaged(triage(Category.LOGISTICS))
    story.when(reclassify(Category.SAFETY), after=hours(1))
    story.then(happened(ClockMoved, key="progress.1"), due("progress.1", START + hours(6)))
