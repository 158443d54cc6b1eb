"""Rule 21: a wait for departments counts for the one that ended last."""

from __future__ import annotations

import pytest

from schemas.commands import Actor, Command
from schemas.events import WaitAttributed
from schemas.ledger import Waiting, waiting
from schemas.vocabulary import Department, Party, Role
from tests.support.actors import LOGISTICS
from tests.support.commands import (
    complete_check,
    hand_over_check,
    proceed_without_check,
    reopen,
    request_check,
    return_check,
    withdraw,
    withdraw_check,
)
from tests.support.expectations import happened, never
from tests.support.policies import hours
from tests.support.reports import stamped
from tests.support.story import START, Story

QUALITY = Actor(id="inspector-1", role=Role.DEPARTMENT, department=Department.QUALITY)


def asked(*departments: Department) -> Story:
    """A case that has waited an hour for these departments."""
    checks = [request_check(each) for each in departments]
    return Story().opened().triaged().given(*checks).sleep(hours(1))


def both() -> Story:
    return asked(Department.WAREHOUSE, Department.LOGISTICS)


def charged(story: Story) -> list[tuple[Party, Department | None, object]]:
    """Return who is charged with how much."""
    totals = waiting(story.state.ledger, story.now)
    return [(w.party, w.department, w.total) for w in totals if w.total]


def test_the_department_that_ended_last_is_charged_with_the_whole_wait() -> None:
    story = both().given(complete_check(1)).then(never(WaitAttributed))
    story.when(complete_check(2, by=LOGISTICS), after=hours(3)).then(
        happened(WaitAttributed, party=Party.DEPARTMENTS, department=Department.LOGISTICS)
    )
    assert charged(story) == [(Party.DEPARTMENTS, Department.LOGISTICS, hours(4))]


@pytest.mark.parametrize("end", [complete_check(1), return_check(1), proceed_without_check(1)])
def test_however_it_ended_the_wait_was_for_it(end: Command) -> None:
    story = both().given(complete_check(2, by=LOGISTICS)).when(end, after=hours(1))
    story.then(happened(WaitAttributed, department=Department.WAREHOUSE))


def test_what_the_owner_takes_back_was_waited_for_in_vain() -> None:
    story = both().given(complete_check(2, by=LOGISTICS)).when(withdraw_check(1), after=hours(1))
    story.then(happened(WaitAttributed, party=Party.AGENT, department=None))
    assert charged(story) == [(Party.AGENT, None, hours(2))]


def test_of_checks_that_end_together_the_one_handled_last_has_ended_last() -> None:
    story = both().given(complete_check(2, by=LOGISTICS)).when(complete_check(1))
    story.then(happened(WaitAttributed, department=Department.WAREHOUSE))


def test_who_ended_last_is_told_by_receipt() -> None:
    story = both().sleep(hours(3))
    story.given(stamped(complete_check(2, by=LOGISTICS), START + hours(3)))
    story.when(stamped(complete_check(1), START + hours(2)))
    story.then(happened(WaitAttributed, department=Department.LOGISTICS))


def test_an_optional_check_is_waited_for_by_nobody() -> None:
    story = asked(Department.WAREHOUSE).given(request_check(Department.QUALITY, required=False))
    story.when(complete_check(1)).then(happened(WaitAttributed, department=Department.WAREHOUSE))
    story.when(complete_check(2, by=QUALITY), after=hours(1)).then(never(WaitAttributed))


def test_handing_over_goes_on_with_the_wait() -> None:
    story = asked(Department.WAREHOUSE).when(hand_over_check()).then(never(WaitAttributed))
    story.when(complete_check(2, by=LOGISTICS), after=hours(2))
    assert charged(story) == [(Party.DEPARTMENTS, Department.LOGISTICS, hours(3))]


def test_no_time_is_charged_to_nobody() -> None:
    story = Story().opened().triaged().sleep(hours(1)).given(request_check())
    story.when(complete_check()).then(never(WaitAttributed))
    assert charged(story) == [(Party.AGENT, None, hours(1))]


def test_each_wait_is_charged_by_itself() -> None:
    story = asked(Department.WAREHOUSE).given(complete_check(1)).sleep(hours(2))
    story.given(request_check(Department.QUALITY)).sleep(hours(5))
    story.given(complete_check(2, by=QUALITY))
    assert charged(story) == [
        (Party.AGENT, None, hours(2)),
        (Party.DEPARTMENTS, Department.WAREHOUSE, hours(1)),
        (Party.DEPARTMENTS, Department.QUALITY, hours(5)),
    ]


def test_a_wait_that_lasts_is_the_departments_together() -> None:
    story = both().given(complete_check(1))
    assert waiting(story.state.ledger, story.now) == (
        Waiting(party=Party.DEPARTMENTS, total=hours(1)),
    )


def test_closing_ends_the_wait_without_charging_a_department() -> None:
    story = both().when(withdraw()).then(happened(WaitAttributed, party=Party.AGENT))
    story.given(reopen(), request_check(Department.QUALITY)).sleep(hours(2))
    story.given(complete_check(3, by=QUALITY))
    assert (Party.DEPARTMENTS, Department.QUALITY, hours(2)) in charged(story)
    assert (Party.AGENT, None, hours(1)) in charged(story)
