"""Rules 1 and 27: a case is the fold of its journal, and all of it can be handed over."""

from __future__ import annotations

import pytest

from domain.chain import envelope_hash
from domain.journaling import JournalIncomplete, fold
from domain.state import GENESIS, CaseState
from domain.view import case_record, case_view
from schemas.events import CaseCompleted, CommandRefused, CycleStarted, Envelope
from schemas.refusals import RefusalCode
from schemas.views import CaseRecord, CaseView
from schemas.vocabulary import CallbackResult, CommandStatus, Proof
from tests.support.actors import AGENT
from tests.support.commands import (
    APOLOGY,
    MANUAL,
    accept_option,
    answer_survey,
    callback,
    complete_check,
    propose,
    reply,
    request_check,
    settle_step,
)
from tests.support.expectations import nothing_happened, refused
from tests.support.invariants import check_invariants
from tests.support.policies import days, hours
from tests.support.story import START, Story


def life() -> Story:
    """A case with a bit of everything, in its second cycle."""
    return (
        Story()
        .opened()
        .triaged()
        .when(reply(), after=hours(1))
        .given(request_check(), complete_check(), propose(MANUAL), accept_option())
        .when(accept_option(option=2))
        .when(settle_step(), after=hours(30))
        .given(callback(CallbackResult.DISSATISFIED), propose(APOLOGY))
        .wait(hours(30))
        .given(accept_option(2), callback(), answer_survey())
    )


def test_a_case_is_the_fold_of_its_journal() -> None:
    story = life()
    check_invariants(story.state, story.journal)
    assert case_record(fold(story.journal, story.state.policy)) == case_record(story.state)


def test_every_prefix_that_ends_a_command_is_a_state_the_case_was_in() -> None:
    story = Story().opened().triaged()
    states = {story.state.seq: story.state}
    for command in (reply(), request_check(), complete_check(), propose(APOLOGY), accept_option()):
        story.when(command)
        states[story.state.seq] = story.state
    for seq, state in states.items():
        assert fold(story.journal[:seq], state.policy) == state


def test_the_fold_survives_being_written_and_read() -> None:
    story = life()
    written = [envelope.model_dump_json() for envelope in story.journal]
    read = [Envelope.model_validate_json(line) for line in written]
    assert fold(read, story.state.policy) == story.state


def test_a_journal_without_its_beginning_is_no_case() -> None:
    story = life()
    with pytest.raises(JournalIncomplete) as caught:
        fold(story.journal[1:], story.state.policy)
    assert str(caught.value) == (
        "The journal of complaint 7 begins at seq 2 instead of its opening."
    )
    assert (caught.value.number, caught.value.seq) == (7, 2)
    assert caught.value.code == "journal_incomplete"


def test_seq_counts_from_one_without_gaps() -> None:
    story = life()
    assert [e.seq for e in story.journal] == list(range(1, len(story.journal) + 1))
    assert story.state.seq == len(story.journal)


def test_the_chain_begins_at_genesis_and_ends_at_the_head() -> None:
    story = life()
    assert story.journal[0].prev_hash == GENESIS
    assert story.journal[-1].hash == story.state.head
    assert case_view(story.state).head == story.state.head


@pytest.mark.parametrize("seq", [1, 7, 20])
def test_an_altered_event_breaks_the_chain(seq: int) -> None:
    envelope = life().journal[seq - 1]
    for change in (
        {"occurred_at": START - days(1)},
        {"cause": envelope.cause.model_copy(update={"name": "other"})},
        {"seq": seq + 1},
        {"policy_version": "0" * 16},
        {"prev_hash": "1" * 64},
        {"event": CaseCompleted()},
    ):
        assert envelope_hash(envelope.model_copy(update=change)) != envelope.hash


def test_the_answer_stands_on_the_last_event_of_a_command() -> None:
    story = Story().opened().triaged()
    before = story.state.seq
    story.delivers = False
    story.when(propose(APOLOGY))
    added = story.journal[before:]
    assert len(added) > 1
    assert [e.answer for e in added] == [None] * (len(added) - 1) + [story.answer]


def test_occurred_is_receipt_and_recorded_is_handling() -> None:
    story = Story(delivers=False).opened().triaged().when(reply(), after=hours(1), lag=hours(2))
    last = story.journal[-1]
    assert (last.occurred_at, last.recorded_at) == (START + hours(1), START + hours(3))
    story.when(reply(), unstamped=True)
    assert story.journal[-1].occurred_at == START + hours(3)
    assert story.state.messages[-1].proof is Proof.ENGINE


def test_each_event_names_the_message_that_caused_it() -> None:
    story = Story().opened().triaged().given(request_check())
    cause = story.journal[-1].cause
    assert (cause.name, cause.actor) == ("request_check", AGENT)
    assert story.state.answers[cause.command_id].body_hash == cause.body_hash


# ---- Rule 27: handing over ----------------------------------------------------------------------


def test_a_state_can_be_handed_over_as_json_without_loss() -> None:
    story = life()
    again = CaseState.model_validate_json(story.state.model_dump_json())
    assert again == story.state
    story.state = again
    story.when(answer_survey(4)).audited()
    assert story.answer.status is CommandStatus.ACCEPTED


def test_handed_over_answers_still_stop_a_retry() -> None:
    story = Story().opened().triaged()
    command = request_check().model_copy(update={"command_id": "q-1"})
    story.given(command)
    first = story.answer
    story.state = CaseState.model_validate_json(story.state.model_dump_json())
    story.when(command).then(nothing_happened())
    assert story.answer == first


def test_record_and_view_survive_as_json() -> None:
    story = life()
    view = case_view(story.state)
    record = case_record(story.state)
    assert CaseView.model_validate_json(view.model_dump_json()) == view
    assert CaseRecord.model_validate_json(record.model_dump_json()) == record
    assert record.view == view
    assert record.ledger == story.state.ledger


def test_a_waiting_case_costs_no_events() -> None:
    story = Story().opened().triaged().given(reply())
    before = len(story.journal)
    for _ in range(10):
        story.sleep(hours(1)).wake()
    assert len(story.journal) == before


def test_a_whole_life_is_a_short_journal() -> None:
    assert len(life().journal) < 100


def test_refusals_stand_in_the_journal_like_everything_else() -> None:
    story = Story().opened().triaged().when(accept_option())
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL))
    assert isinstance(story.journal[-1].event, CommandRefused)


def test_the_first_event_of_a_cycle_belongs_to_it() -> None:
    began = [e for e in life().journal if isinstance(e.event, CycleStarted)]
    assert [envelope.cycle for envelope in began] == [1, 2]
