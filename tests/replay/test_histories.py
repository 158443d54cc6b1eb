"""Recorded lives replay with the code of today, value by value (`tests/replay/record.py`)."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.replay.checks import (
    carried_over,
    check_journal,
    check_result,
    differences,
    relive,
    started,
)
from tests.replay.golden import HISTORIES, MOST_BYTES, Golden, load, names
from tests.replay.record import IDENTITY, lives
from tests.replay.replaying import Replayed

IDENTITIES = re.compile(r'"identity":"([^"]*)"')


@pytest.fixture(scope="module", params=names())
def golden(request: pytest.FixtureRequest) -> Golden:
    return load(request.param)


@pytest.fixture(scope="module")
async def lived(golden: Golden) -> list[Replayed]:
    """All runs of a case, replayed once for all tests."""
    return await relive(golden)


def test_every_life_has_its_golden_history() -> None:
    assert names() == sorted(lives())


def test_the_stock_replayer_finds_nothing(lived: list[Replayed]) -> None:
    assert [replayed.failure for replayed in lived] == [None] * len(lived)


def test_the_code_does_what_the_history_says(lived: list[Replayed]) -> None:
    assert [found for replayed in lived for found in differences(replayed)] == []


async def test_the_result_is_the_recorded_one(golden: Golden) -> None:
    await check_result(golden)


def test_the_journal_is_whole_and_tells_the_result(lived: list[Replayed]) -> None:
    check_journal(lived)


def test_a_run_goes_on_where_the_one_before_ended(lived: list[Replayed]) -> None:
    for before, after in itertools.pairwise(lived):
        assert carried_over(before) == started(after)


def test_one_case_was_continued_as_new() -> None:
    assert len(load("continued").runs) > 1


def test_a_golden_history_is_small_and_names_no_machine() -> None:
    texts = [path.read_text() for path in HISTORIES.glob("*.json")]
    assert max(map(len, texts)) < MOST_BYTES
    assert {who for text in texts for who in IDENTITIES.findall(text)} == {IDENTITY}
    assert [text for text in texts if "stackTrace" in text] == []
