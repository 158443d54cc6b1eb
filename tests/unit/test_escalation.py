"""H9: a case is raised to a higher authority, and never down again."""

from __future__ import annotations

import pytest

from schemas.events import CaseEscalated, NothingChanged
from schemas.refusals import RefusalCode
from schemas.vocabulary import Role
from tests.support.actors import MANAGER, SUPERVISOR
from tests.support.commands import propose, refuse_proposal, reopen, sealed, withdraw
from tests.support.expectations import accepted, happened, never, refused
from tests.support.handling import escalate
from tests.support.story import Story


def opened() -> Story:
    return Story().opened().triaged()


@pytest.mark.parametrize("to", [Role.SUPERVISOR, Role.MANAGER])
def test_a_case_is_raised_with_what_a_person_says_of_it(to: Role) -> None:
    story = opened().when(escalate(to))
    story.then(accepted(), happened(CaseEscalated, to=to, reason="requested", text=sealed("press")))


@pytest.mark.parametrize("to", [r for r in Role if r not in (Role.SUPERVISOR, Role.MANAGER)])
def test_nobody_else_is_above(to: Role) -> None:
    opened().when(escalate(to)).then(refused(RefusalCode.NOT_ABOVE))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Role.SUPERVISOR, Role.SUPERVISOR),
        (Role.MANAGER, Role.MANAGER),
        (Role.MANAGER, Role.SUPERVISOR),
    ],
)
def test_the_same_again_or_downward_changes_nothing(first: Role, second: Role) -> None:
    story = opened().given(escalate(first)).when(escalate(second, by=SUPERVISOR))
    story.then(happened(NothingChanged, command="escalate"), never(CaseEscalated))


def test_a_supervisor_raises_it_further() -> None:
    story = opened().given(escalate()).when(escalate(Role.MANAGER, by=SUPERVISOR))
    story.then(happened(CaseEscalated, to=Role.MANAGER))


def test_what_went_up_by_itself_is_up() -> None:
    story = opened().given(propose(), refuse_proposal(), propose(), refuse_proposal(2))
    story.when(escalate()).then(happened(NothingChanged))


def test_a_new_cycle_begins_below() -> None:
    story = opened().given(escalate(Role.MANAGER), withdraw(), reopen())
    story.when(escalate(by=MANAGER)).then(happened(CaseEscalated))
