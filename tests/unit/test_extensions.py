"""Rule 9: a department asks for more time, and a superior gives it or does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas.commands import Command
from schemas.events import (
    ClockMoved,
    ExtensionAsked,
    ExtensionDeclined,
    ExtensionGranted,
    NothingChanged,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import Verdict
from tests.support.actors import LOGISTICS, MANAGER
from tests.support.commands import (
    ask_extension,
    complete_check,
    decline_extension,
    grant_extension,
    request_check,
    return_check,
)
from tests.support.expectations import accepted, clock, due, happened, never, refused
from tests.support.policies import days, hours, seconds
from tests.support.reports import stamped
from tests.support.story import START, Story

LATER = START + hours(36)
END_OF_TIME = datetime.max.replace(tzinfo=timezone(-hours(12)))


def asked() -> Story:
    return Story().opened().triaged().given(request_check())


def wishing() -> Story:
    """A case in which the warehouse has asked for twelve hours more."""
    return asked().given(ask_extension(LATER))


def test_a_wish_moves_nothing() -> None:
    story = asked().when(ask_extension(LATER), after=hours(1))
    story.then(happened(ExtensionAsked, check=1, until=LATER, by="picker-1"), never(ClockMoved))
    story.then(due("check.1", START + hours(24)))
    assert story.state.checks[0].extension == LATER


def test_the_same_wish_again_changes_nothing_and_another_replaces_it() -> None:
    story = wishing().when(ask_extension(LATER)).then(happened(NothingChanged))
    story.when(ask_extension(LATER + hours(2))).then(happened(ExtensionAsked))
    assert story.state.checks[0].extension == LATER + hours(2)


def test_a_superior_grants_it_or_less() -> None:
    until = START + hours(30)
    story = wishing().when(grant_extension(until, by=MANAGER), after=hours(3))
    story.then(
        accepted(),
        happened(ExtensionGranted, check=1, until=until, by="manager-1"),
        happened(ClockMoved, key="check.1", due_at=until, was_due_at=START + hours(24)),
        due("check.1", until),
    )
    assert story.state.checks[0].extension is None
    story.when(complete_check(), after=hours(26)).then(clock("check.1", Verdict.MET))


def test_a_check_that_was_late_is_so_no_longer() -> None:
    story = wishing().wait(hours(25))
    assert story.clock("check.1").overdue_at is not None
    story.given(grant_extension(LATER))
    assert story.clock("check.1").overdue_at is None
    story.wait(hours(12))
    assert story.clock("check.1").overdue_at == LATER


def test_lateness_is_not_asked_away() -> None:
    """Reading 2: it would be met, although its answer came after the moment that was told."""
    asked().when(ask_extension(LATER), after=hours(24)).then(accepted())
    story = asked().when(ask_extension(LATER), after=hours(24) + seconds(1))
    story.then(refused(RefusalCode.EXTENSION_TOO_LATE))
    story.when(grant_extension(LATER)).then(refused(RefusalCode.EXTENSION_NOT_ASKED))
    story.when(complete_check()).then(clock("check.1", Verdict.BREACHED))


def test_a_wish_counts_by_its_receipt() -> None:
    story = asked().wait(hours(30)).when(stamped(ask_extension(LATER), START + hours(23)))
    story.given(grant_extension(LATER)).then(due("check.1", LATER))


def test_a_second_wish_after_the_due_moment_leaves_the_first() -> None:
    story = wishing().wait(hours(25)).when(ask_extension(LATER + hours(9)))
    story.then(refused(RefusalCode.EXTENSION_TOO_LATE))
    story.given(grant_extension(LATER)).then(due("check.1", LATER))


def test_nobody_is_given_more_than_they_have_asked_for() -> None:
    story = wishing().when(grant_extension(LATER + seconds(1)))
    story.then(refused(RefusalCode.EXTENSION_UNUSABLE, "asked until 2026-11-03T13:00Z"))
    story.when(grant_extension(LATER)).then(due("check.1", LATER))


def test_a_superior_leaves_the_moment_as_it_is() -> None:
    story = wishing().when(decline_extension())
    story.then(happened(ExtensionDeclined, check=1), due("check.1", START + hours(24)))
    story.when(grant_extension(LATER)).then(refused(RefusalCode.EXTENSION_NOT_ASKED))


@pytest.mark.parametrize("command", [grant_extension(LATER), decline_extension()])
def test_nobody_is_given_time_that_they_have_not_asked_for(command: Command) -> None:
    asked().when(command).then(refused(RefusalCode.EXTENSION_NOT_ASKED))


MOMENTS = [START, START + hours(24), START + days(365) + seconds(1), END_OF_TIME]


@pytest.mark.parametrize("until", MOMENTS, ids=["now", "as before", "too far", "end of time"])
def test_more_time_ends_later_and_within_a_year(until: datetime) -> None:
    asked().when(ask_extension(until)).then(refused(RefusalCode.EXTENSION_UNUSABLE))
    wishing().when(grant_extension(until)).then(refused(RefusalCode.EXTENSION_UNUSABLE))


def test_a_moment_of_another_zone_is_kept_in_utc() -> None:
    shanghai = LATER.astimezone(timezone(timedelta(hours=8)))
    story = asked().given(ask_extension(shanghai), grant_extension(shanghai))
    assert story.clock("check.1").due_at.tzinfo is UTC
    story.then(due("check.1", LATER))


def test_a_check_that_has_ended_needs_no_time() -> None:
    story = wishing().given(return_check())
    assert story.state.checks[0].extension is None
    for command in (ask_extension(LATER), grant_extension(LATER), decline_extension()):
        story.when(command).then(refused(RefusalCode.CHECK_NOT_OPEN))


def test_only_the_department_that_has_the_check_asks() -> None:
    asked().when(ask_extension(LATER, by=LOGISTICS)).then(refused(RefusalCode.NOT_YOUR_CHECK))
