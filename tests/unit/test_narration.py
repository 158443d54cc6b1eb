"""A timeline tells every kind of event in a plain sentence, without personal data."""

from __future__ import annotations

from typing import get_args

import pytest

from domain.narration import SENTENCES, narrate
from schemas.events import CalendarChanged, Envelope, Event, KeysTrusted, PaymentEntered
from schemas.evidence import Evidence
from schemas.vocabulary import CallbackResult, Department
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    answer_survey,
    callback,
    close_explained,
    complete_check,
    propose,
    reply,
    request_check,
    settle_step,
    withdraw_check,
)
from tests.support.handling import (
    hold,
    link_duplicate,
    move_callback,
    promise,
    reclassify,
    record_suggestion,
    resume,
)
from tests.support.policies import hours
from tests.support.story import START, Story


@pytest.fixture(scope="module")
def journal() -> list[Envelope]:
    story = Story().opened().triaged().when(reply(text="dear Mrs Wang"), after=hours(30))
    story.given(request_check(), complete_check(), propose(MANUAL)).wait(hours(24))
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


def test_money_that_does_not_add_up_is_told_with_its_reason(journal: list[Envelope]) -> None:
    told = [
        narrate(journal[0].model_copy(update={"event": PaymentEntered(step=1, code=code)})).what
        for code in (None, "refund_exceeds_paid")
    ]
    assert told == [
        "the ledger knows what was paid by hand for step 1",
        "what was paid by hand for step 1 does not add up: refund_exceeds_paid",
    ]


def test_a_wait_is_charged_to_a_department_or_to_whoever_took_the_check_back() -> None:
    story = Story().opened().triaged().given(request_check()).sleep(hours(1))
    told = [narrate(envelope).what for envelope in story.given(complete_check()).journal]
    assert "the wait counts for warehouse" in told
    story = Story().opened().triaged().given(request_check()).sleep(hours(1))
    told = [narrate(envelope).what for envelope in story.given(withdraw_check()).journal]
    assert "the wait counts for the agent, who took the last check back" in told


def test_a_line_says_when_who_what_and_which_clock(journal: list[Envelope]) -> None:
    overdue = next(e for e in journal if e.event.kind == "clock_overdue")
    line = narrate(overdue)
    assert line.at == START + hours(24)
    assert line.who == "redress"
    assert line.what == "reply is overdue"
    assert line.clock == "reply"


def test_a_system_without_an_answer_is_told_from_one_with() -> None:
    silent = Evidence(system="legal", unavailable="timeout")
    story = Story(finds=silent).opened().triaged().given(request_check(Department.LEGAL))
    expected = "the system of legal gave no answer to check 1: timeout"
    assert expected in [narrate(envelope).what for envelope in story.journal]
    helpful = Evidence(system="legal", reference="R-1")
    story = Story(finds=helpful).opened().triaged().given(request_check(Department.LEGAL))
    assert "legal answered check 1" in [narrate(envelope).what for envelope in story.journal]


def test_the_start_of_a_clock_is_about_that_clock(journal: list[Envelope]) -> None:
    started = next(e for e in journal if e.event.kind == "clock_started")
    assert narrate(started).clock == "reply"
    assert narrate(started).what == "reply is due 03 Nov 01:00"


def test_what_is_about_no_clock_names_none(journal: list[Envelope]) -> None:
    assert narrate(journal[0]).clock == ""


def test_no_sentence_opens_what_is_sealed(journal: list[Envelope]) -> None:
    assert "Wang" not in " ".join(narrate(envelope).what for envelope in journal)


def test_an_event_whose_field_is_named_like_a_method_is_told(journal: list[Envelope]) -> None:
    envelope = journal[0].model_copy(update={"event": KeysTrusted(keys=())})
    assert narrate(envelope).what.startswith("only commands signed by one of our doors")


def test_a_clock_is_told_to_count_in_other_hours_or_in_none(journal: list[Envelope]) -> None:
    told = [
        narrate(journal[0].model_copy(update={"event": CalendarChanged(key="reply", calendar=c)}))
        for c in ("cn-office", None)
    ]
    assert [(line.clock, line.what) for line in told] == [
        ("reply", "reply counts in the hours of another calendar: cn-office"),
        ("reply", "reply counts in plain hours from now on"),
    ]


def test_what_is_told_of_handling_and_follow_up() -> None:
    story = Story().opened().triaged().given(reply(), hold(START + hours(48)), resume())
    story.given(reclassify(), promise(START + hours(5)), link_duplicate(), close_explained())
    story.given(move_callback(START + hours(99)), record_suggestion()).wait(hours(5))
    told = [narrate(envelope).what for envelope in story.journal]
    expected = {
        "the customer was asked, and is reminded 04 Nov 01:00",
        "the customer is waited for no longer: resumed",
        "judged anew: logistics, moderate",
        "promise 1: 02 Nov 06:00",
        "promise 1 was broken; the time was with: callback",
        "complaint 3 is about the same",
        "the next call is on 06 Nov 04:00",
        "the customer suggested something",
    }
    assert expected <= set(told)
