"""What doors see of a case: its view, its record and its page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.view import case_page, case_record, case_view
from schemas.vocabulary import Category, Outcome, Party, Severity, Stage, Verdict
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    callback,
    propose,
    reply,
    request_check,
)
from tests.support.policies import days, hours
from tests.support.story import START, Story


def opened() -> Story:
    return Story().opened(store="S-1").triaged()


def test_the_view_of_an_open_case() -> None:
    story = opened().given(reply(), request_check()).wait(hours(1))
    view = case_view(story.state)
    assert (view.number, view.complaint_id, view.order, view.store) == (7, "cid", "SO-1001", "S-1")
    assert view.stage is Stage.INVESTIGATING
    assert (view.category, view.severity) == (Category.MISSING_OR_WRONG_ITEMS, Severity.MODERATE)
    assert (view.owner, view.cycle, view.version) == ("agent-2", 1, 2)
    assert view.received_at == START
    assert view.next_deadline is not None
    assert view.next_deadline.key == "check.1"
    assert view.overdue == ()
    assert (view.outcome, view.closed_at, view.completed) == (None, None, False)
    assert [check.number for check in view.checks] == [1]
    assert view.clocks == story.state.clocks
    assert (view.seq, view.head) == (story.state.seq, story.journal[-1].hash)


def test_the_view_lists_what_is_overdue() -> None:
    view = case_view(opened().wait(hours(50)).state)
    assert view.overdue == ("reply", "solution")
    assert view.next_deadline is not None
    assert (view.next_deadline.key, view.next_deadline.overdue) == ("reply", True)


def test_the_view_of_a_closed_case() -> None:
    story = opened().given(propose(APOLOGY), accept_option()).when(callback(), after=days(1))
    view = case_view(story.state)
    assert (view.outcome, view.closed_at) == (Outcome.SATISFIED, START + days(1))
    assert view.next_deadline is None
    assert view.owned_by is Party.NOBODY
    assert view.survey is not None
    assert len(view.attempts) == 1
    assert view.clocks == ()
    assert view.cycles[0].clocks == story.state.clocks


@pytest.mark.parametrize(
    ("after", "verdict"),
    [(days(5), Verdict.MET), (days(7), Verdict.MET), (days(8), Verdict.BREACHED)],
)
def test_a_second_measure_counts_the_callback_from_receipt(
    after: timedelta, verdict: Verdict
) -> None:
    """Reading 5: the clock runs from the remedy, the literal measure from receipt."""
    story = opened().wait(days(1)).given(propose(APOLOGY), accept_option())
    assert case_view(story.state).callback_from_receipt is None
    view = case_view(story.when(callback(), after=after - days(1)).state)
    assert view.callback_from_receipt is verdict
    assert {c.key: c.verdict for c in view.cycles[0].clocks}["callback"] is Verdict.MET


def test_the_view_counts_refusals() -> None:
    assert case_view(opened().when(accept_option()).state).refusals == 1


def test_a_complaint_from_the_future_shows_when_it_was_received() -> None:
    story = Story().opened(received_at=START + days(9))
    assert case_view(story.state).received_at == START


def test_the_record_is_the_view_with_its_ledger_and_head() -> None:
    story = opened()
    record = case_record(story.state)
    assert record.view == case_view(story.state)
    assert record.ledger == story.state.ledger
    assert record.head == story.state.head


def test_the_page_of_an_open_case() -> None:
    story = opened().given(reply(), request_check())
    assert case_page(story.state).splitlines() == [
        "**Complaint 7**, cycle 1: What happened is being looked into.",
        "- missing_or_wrong_items, moderate; owner `agent-2`",
        "- next: check.1 due 2026-11-03 01:00Z",
        "- check 1 with warehouse: open",
    ]


def test_the_page_says_what_is_overdue() -> None:
    assert "- next: reply due 2026-11-03 01:00Z (overdue)" in case_page(
        opened().wait(hours(50)).state
    )


def test_the_page_of_a_case_with_a_remedy() -> None:
    story = opened().given(propose(MANUAL), accept_option())
    assert "- step 1 (change_of_staff): started" in case_page(story.state)


def test_the_page_of_a_closed_case() -> None:
    story = opened().given(propose(APOLOGY), accept_option(), callback())
    assert case_page(story.state).splitlines() == [
        f"**Complaint 7**, cycle 1: {Stage.CLOSED.sentence}",
        "- missing_or_wrong_items, moderate; owner `agent-2`",
        "- outcome: The customer is content.",
        "- step 1 (apology): settled",
    ]


def test_neither_page_nor_record_opens_what_is_sealed() -> None:
    story = opened().given(reply(text="call Mrs Wang"))
    told = case_page(story.state) + case_record(story.state).model_dump_json()
    assert "Wang" not in told
    assert "a part is missing" not in told
