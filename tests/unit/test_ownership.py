"""Rule 21 and H8: at each instant exactly one party owns the time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from domain.ownership import owner_of_time
from domain.view import case_record, case_view
from schemas.case import Segment
from schemas.commands import Command
from schemas.ledger import CycleWaiting, Waiting, by_cycle, waiting
from schemas.views import CaseRecord
from schemas.vocabulary import Department, Party
from tests.support.commands import (
    MANUAL,
    accept_option,
    add_information,
    approve_proposal,
    callback,
    close_explained,
    complete_check,
    coupon,
    decline_proposal,
    propose,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    return_check,
    settle_step,
    withdraw,
    withdraw_check,
)
from tests.support.handling import hold
from tests.support.policies import days, hours, minutes
from tests.support.reports import stamped
from tests.support.story import START, Story

MICROSECOND = timedelta(microseconds=1)
LATER = START + hours(6)


def opened() -> Story:
    return Story().opened().triaged()


@pytest.mark.parametrize(
    ("before", "party"),
    [
        ((), Party.AGENT),
        ((request_check(),), Party.DEPARTMENTS),
        ((request_check(required=False),), Party.AGENT),
        ((request_check(), request_check(), complete_check()), Party.DEPARTMENTS),
        ((request_check(), complete_check()), Party.AGENT),
        ((request_check(), return_check()), Party.AGENT),
        ((request_check(), withdraw_check()), Party.AGENT),
        ((propose(),), Party.CUSTOMER),
        ((propose(), request_check(required=False)), Party.CUSTOMER),
        ((propose(), refuse_proposal()), Party.AGENT),
        ((propose(MANUAL), accept_option()), Party.REMEDY),
        ((propose(MANUAL), accept_option(), settle_step()), Party.CALLBACK),
        ((close_explained(),), Party.CALLBACK),
        ((request_check(required=False), close_explained()), Party.CALLBACK),
        ((propose(coupon(201), promised_at=LATER),), Party.SUPERVISOR),
        ((propose(coupon(201), promised_at=LATER), decline_proposal()), Party.AGENT),
        ((propose(coupon(201), promised_at=LATER), approve_proposal()), Party.CUSTOMER),
        ((withdraw(),), Party.NOBODY),
        ((withdraw(), reopen()), Party.AGENT),
    ],
)
def test_exactly_one_party_owns_the_time(before: tuple[Command, ...], party: Party) -> None:
    story = opened().given(*before).audited()
    assert owner_of_time(story.state) is party
    assert story.state.ledger[-1].party is party


def whole_life() -> Story:
    return (
        opened()
        .when(request_check(), after=hours(1))
        .when(complete_check(), after=hours(5))
        .when(propose(MANUAL), after=hours(2))
        .when(accept_option(), after=hours(30))
        .when(settle_step(), after=minutes(7))
        .when(callback(), after=days(2) + MICROSECOND)
        .when(reopen(), after=days(3))
        .when(withdraw(), after=hours(4))
    )


def test_every_segment_begins_where_the_one_before_ends() -> None:
    at = START
    expected = []
    for span, party, cycle in [
        (hours(1), Party.AGENT, 1),
        (hours(5), Department.WAREHOUSE, 1),
        (hours(2), Party.AGENT, 1),
        (hours(30), Party.CUSTOMER, 1),
        (minutes(7), Party.REMEDY, 1),
        (days(2) + MICROSECOND, Party.CALLBACK, 1),
        (days(3), Party.NOBODY, 1),
        (hours(4), Party.AGENT, 2),
        (hours(0), Party.NOBODY, 2),
    ]:
        department = party if isinstance(party, Department) else None
        owner = party if isinstance(party, Party) else Party.DEPARTMENTS
        expected.append(Segment(since=at, cycle=cycle, party=owner, department=department))
        at += span
    assert list(whole_life().state.ledger) == expected


def test_the_segments_add_up_to_the_duration_to_the_microsecond() -> None:
    story = whole_life()
    totals = waiting(story.state.ledger, story.now)
    assert sum((each.total for each in totals), timedelta()) == story.now - START
    assert totals == (
        Waiting(party=Party.AGENT, total=hours(7)),
        Waiting(party=Party.CUSTOMER, total=hours(30)),
        Waiting(party=Party.DEPARTMENTS, total=hours(5), department=Department.WAREHOUSE),
        Waiting(party=Party.REMEDY, total=minutes(7)),
        Waiting(party=Party.CALLBACK, total=days(2) + MICROSECOND),
        Waiting(party=Party.NOBODY, total=days(3)),
    )


def test_each_cycle_has_its_own_totals() -> None:
    story = whole_life()
    first, second = by_cycle(story.state.ledger, story.now)
    assert (first.cycle, first.total) == (1, story.now - START - hours(4))
    assert Waiting(party=Party.NOBODY, total=days(3)) in first.waiting
    assert second == CycleWaiting(
        cycle=2,
        total=hours(4),
        waiting=(
            Waiting(party=Party.AGENT, total=hours(4)),
            Waiting(party=Party.NOBODY, total=hours(0)),
        ),
    )


def test_a_record_tells_its_totals_and_every_reader_works_them_out_again() -> None:
    story = whole_life()
    record = case_record(story.state)
    assert record.totals == by_cycle(story.state.ledger, story.now)
    written = record.model_dump(mode="json")
    assert [each["cycle"] for each in written["totals"]] == [1, 2]
    forged = {**written, "totals": []}
    assert CaseRecord.model_validate_json(json.dumps(forged)) == record
    assert record.model_copy(update={"ledger": ()}).totals == ()


def test_the_segment_that_lasts_counts_up_to_the_moment_asked_about() -> None:
    story = opened().given(request_check())
    assert waiting(story.state.ledger, START + hours(3))[-1].total == hours(3)
    assert waiting(story.state.ledger, START - hours(3))[-1].total == timedelta()


def test_nothing_is_waiting_where_nothing_has_begun() -> None:
    assert waiting((), START) == ()
    assert by_cycle((), START) == ()


def test_a_view_tells_the_segments_that_have_ended_and_who_owns_the_time_since() -> None:
    story = opened().when(request_check(), after=hours(1)).wait(hours(9))
    view = case_view(story.state)
    assert view.waiting[0] == Waiting(party=Party.AGENT, total=hours(1))
    assert (view.owned_by, view.owned_since) == (Party.DEPARTMENTS, START + hours(1))


def test_time_belongs_to_whoever_had_it_when_the_message_reached_us() -> None:
    story = opened().given(request_check()).sleep(hours(10))
    story.when(stamped(complete_check(), START + hours(4)))
    assert story.state.ledger[-1] == Segment(since=START + hours(4), party=Party.AGENT, cycle=1)


def test_the_ledger_never_runs_backwards() -> None:
    story = opened().when(request_check(), after=hours(5)).sleep(hours(1))
    story.when(stamped(withdraw_check(), START + hours(2)))
    assert [s.since for s in story.state.ledger] == [START, START + hours(5)]
    assert story.state.ledger[-1].party is Party.AGENT


def test_what_changes_no_owner_makes_no_segment() -> None:
    story = (
        opened()
        .given(reply(), request_check(Department.LEGAL))
        .when(request_check(), after=hours(2))
    )
    assert len(story.state.ledger) == 1
    assert story.state.ledger[0].party is Party.DEPARTMENTS


def test_a_hold_that_ended_in_an_outage_counts_for_the_customer_until_its_end() -> None:
    """The cap is seven days; that we noticed it two days later is our own time."""
    story = opened().given(reply(), hold(START + days(2))).sleep(days(9)).wake()
    parties = [(segment.since - START, segment.party) for segment in story.state.ledger]
    assert parties == [(days(0), Party.CUSTOMER), (days(7), Party.AGENT)]
    story.audited()


def test_an_answer_after_the_cap_does_not_lengthen_the_hold() -> None:
    story = opened().given(reply(), hold(START + days(2))).sleep(days(8))
    story.given(add_information())
    assert story.state.ledger[-1] == Segment(since=START + days(7), party=Party.AGENT, cycle=1)
