"""Who of the staff is told what, as the read model lists it."""

from __future__ import annotations

from schemas.vocabulary import NoticeLevel, Role
from store.rows import notice_rows
from tests.support.actors import MANAGER, SUPERVISOR
from tests.support.commands import (
    accept_option,
    ask_extension,
    compensate_step,
    coupon,
    propose,
    request_check,
)
from tests.support.policies import hours
from tests.support.reports import not_reversed
from tests.support.story import START, Story

LATER = START + hours(30)


def told(story: Story) -> list[tuple[str, NoticeLevel, str]]:
    rows = notice_rows(story.journal)
    assert all(row.number == story.state.number for row in rows)
    return [(row.key, row.level, row.to_whom) for row in rows]


def test_a_superior_is_asked_at_once_for_approval() -> None:
    dear = propose(coupon(201), promised_at=LATER)
    story = Story().opened().triaged().given(dear)
    assert told(story) == [("approval.1", NoticeLevel.REQUEST, Role.SUPERVISOR)]
    for superior in (SUPERVISOR, MANAGER):
        own = dear.model_copy(update={"actor": superior})
        story = Story().opened().triaged().given(own)
        assert told(story) == [("approval.1", NoticeLevel.REQUEST, Role.MANAGER)]


def test_nobody_is_asked_about_what_an_agent_may_grant() -> None:
    assert told(Story().opened().triaged().given(propose())) == []


def test_a_supervisor_is_asked_for_time() -> None:
    story = Story().opened().triaged().given(request_check(), ask_extension(LATER))
    assert told(story) == [("check.1", NoticeLevel.REQUEST, Role.SUPERVISOR)]


def test_a_supervisor_learns_that_a_step_could_not_be_taken_back() -> None:
    story = Story().opened().triaged().given(propose(coupon()), accept_option())
    story.settles = False
    story.given(compensate_step())
    (effect,) = story.pending
    story.given(not_reversed(effect))  # type: ignore[arg-type]
    assert told(story) == [("step.1", NoticeLevel.NOTE, Role.SUPERVISOR)]
