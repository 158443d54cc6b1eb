"""A timeline tells every kind of event in a plain sentence, without personal data."""

from __future__ import annotations

from typing import get_args

import pytest

from domain.narration import SENTENCES, narrate
from schemas.events import Envelope, Event
from schemas.vocabulary import CallbackResult
from tests.support.commands import (
    APOLOGY,
    accept_option,
    answer_survey,
    callback,
    complete_check,
    propose,
    repair,
    reply,
    request_check,
    settle_step,
)
from tests.support.policies import hours
from tests.support.story import START, Story


@pytest.fixture(scope="module")
def journal() -> list[Envelope]:
    story = Story().opened().triaged().when(reply(text="dear Mrs Wang"), after=hours(30))
    story.given(request_check(), complete_check(), propose(repair())).wait(hours(24))
    story.given(accept_option(), settle_step(), callback(CallbackResult.DISSATISFIED))
    story.given(propose(APOLOGY), accept_option(2), callback(), answer_survey())
    return story.when(reply()).journal


def test_every_kind_of_event_has_a_sentence() -> None:
    kinds = {model.model_fields["kind"].default for model in get_args(Event)}
    assert set(SENTENCES) == kinds


def test_every_sentence_names_fields_that_its_event_has(journal: list[Envelope]) -> None:
    told = [narrate(envelope).what for envelope in journal]
    assert all(told)
    assert not any("{" in what or "None" in what for what in told)


def test_a_line_says_when_who_what_and_which_clock(journal: list[Envelope]) -> None:
    overdue = next(e for e in journal if e.event.kind == "clock_overdue")
    line = narrate(overdue)
    assert line.at == START + hours(24)
    assert line.who == "redress"
    assert line.what == "reply is overdue"
    assert line.clock == "reply"


def test_the_start_of_a_clock_is_about_that_clock(journal: list[Envelope]) -> None:
    started = next(e for e in journal if e.event.kind == "clock_started")
    assert narrate(started).clock == "reply"
    assert narrate(started).what == "reply is due 03 Nov 01:00"


def test_what_is_about_no_clock_names_none(journal: list[Envelope]) -> None:
    assert narrate(journal[0]).clock == ""


def test_no_sentence_opens_what_is_sealed(journal: list[Envelope]) -> None:
    assert "Wang" not in " ".join(narrate(envelope).what for envelope in journal)
