"""H22: repeated contacts about one matter are one complaint that weighs more."""

from __future__ import annotations

import pytest

from domain.view import case_view
from schemas.events import CaseEscalated, CaseReclassified, DuplicateLinked, NothingChanged
from schemas.refusals import RefusalCode
from schemas.vocabulary import Severity
from tests.support.actors import SHOP
from tests.support.commands import triage
from tests.support.expectations import accepted, due, happened, never, refused
from tests.support.handling import link_duplicate
from tests.support.policies import attentive, hours
from tests.support.story import START, Story


def opened(severity: Severity = Severity.MODERATE) -> Story:
    return Story(rules=attentive()).opened().triaged(triage(severity=severity))


def test_a_linked_complaint_is_shown() -> None:
    story = opened().when(link_duplicate(3, by=SHOP))
    story.then(accepted(), happened(DuplicateLinked, of=3), never(CaseReclassified))
    assert case_view(story.state).links == (3,)


def test_the_same_link_again_changes_nothing() -> None:
    story = opened().given(link_duplicate(3)).when(link_duplicate(3))
    story.then(happened(NothingChanged, command="link_duplicate"), never(DuplicateLinked))


@pytest.mark.parametrize("of", [7, 0, -3, 2**63])
def test_a_case_is_linked_to_another_complaint(of: int) -> None:
    opened().when(link_duplicate(of)).then(refused(RefusalCode.LINK_INVALID))


def test_the_third_contact_raises_the_severity() -> None:
    story = opened().given(link_duplicate(3)).when(link_duplicate(4), after=hours(1))
    story.then(happened(CaseReclassified, severity=Severity.MAJOR), happened(CaseEscalated))
    story.when(link_duplicate(5)).then(never(CaseReclassified))


def test_the_third_contact_of_a_major_case_halves_its_time() -> None:
    story = opened(Severity.MAJOR).given(link_duplicate(3), link_duplicate(4))
    story.then(due("solution", START + hours(24)))


def test_a_critical_case_stays_critical() -> None:
    story = opened(Severity.CRITICAL).given(link_duplicate(3)).when(link_duplicate(4))
    story.then(happened(DuplicateLinked), never(CaseReclassified))


def test_policy_says_with_which_contact() -> None:
    rules = attentive(contacts_before_raise=2)
    story = Story(rules=rules).opened().triaged().when(link_duplicate())
    story.then(happened(CaseReclassified))
