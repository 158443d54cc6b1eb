"""Rule 1: every table is a projection; dropped and rebuilt, its rows are identical."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from domain.journaling import fold
from domain.view import case_view
from schemas.activity_io import Flush
from schemas.events import Envelope, NoticeGiven
from schemas.views import CaseView
from schemas.vocabulary import CallbackResult, Stage
from tests.contract.stores import Stores
from tests.support.commands import (
    accept_option,
    callback,
    claim_check,
    complete_check,
    propose,
    reply,
    request_check,
)
from tests.support.policies import days, hours, policy
from tests.support.story import Story

POLICY = policy()


def folded(envelopes: Sequence[Envelope]) -> CaseView:
    return case_view(fold(envelopes, POLICY))


def whole_life(number: int) -> list[Envelope]:
    """Return the journal of a case with a check, notices, a second cycle and an end."""
    story = Story(rules=POLICY, number=number).opened().triaged()
    story.wait(hours(23)).given(request_check(), claim_check(), complete_check(), reply())
    story.given(propose(), accept_option())
    story.wait(days(1)).given(callback(CallbackResult.DISSATISFIED))
    story.given(request_check(), complete_check(2), propose(), accept_option(version=2))
    story.wait(days(1)).given(callback(CallbackResult.SATISFIED)).wait(days(60))
    assert story.state.stage is Stage.CLOSED
    assert story.state.completed
    return story.journal


async def append_in_batches(stores: Stores, journal: list[Envelope], size: int) -> None:
    """Append what this many commands at a time led to."""
    ends = [seq for seq, (one, next_one) in enumerate(pairwise(journal), 1) if apart(one, next_one)]
    ends = [*ends[size - 1 :: size], len(journal)]
    for since, until in pairwise([0, *ends]):
        view = folded(journal[:until])
        await stores.journal.append(Flush(envelopes=tuple(journal[since:until]), view=view))


def apart(one: Envelope, other: Envelope) -> bool:
    return one.cause.command_id != other.cause.command_id


async def test_rule_01_rebuilt_projections_are_identical_however_they_were_written(
    stores: Stores,
) -> None:
    lives = [whole_life(number) for number in (1, 2, 3)]
    assert any(isinstance(envelope.event, NoticeGiven) for envelope in lives[0])
    for size, life in zip((1, 3, 1000), lives, strict=True):
        await append_in_batches(stores, life, size)
    before = await stores.read_model.rows_digest()
    await stores.read_model.clear()
    assert await stores.read_model.rows_digest() != before
    assert await stores.read_model.rebuild(folded) == 3
    assert await stores.read_model.rows_digest() == before
    assert await stores.read_model.case(1) == folded(lives[0])
