"""Rules 22 and 23: what does not take effect is recorded, answered, and changes nothing else."""

from __future__ import annotations

import pytest

from domain.carry_out import (
    STRANGER,
    carry_out,
    count_refusals,
    refuse_cancellation,
    refuse_unread,
)
from domain.state import CaseState
from schemas.commands import Command
from schemas.events import CommandRefused, NothingChanged, RefusalsCounted
from schemas.refusals import RefusalCode
from schemas.vocabulary import CommandStatus, Outcome, Stage
from tests.support.actors import AGENT, AUDITOR, CUSTOMER, WAREHOUSE
from tests.support.commands import (
    APOLOGY,
    accept_option,
    add_information,
    answer_survey,
    assign_owner,
    callback,
    claim_check,
    close_explained,
    complete_check,
    complete_task,
    fail_step,
    propose,
    record_note,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    return_check,
    sealed,
    settle_step,
    withdraw,
    withdraw_check,
)
from tests.support.expectations import accepted, closed, happened, nothing_happened, refused, stage
from tests.support.policies import hours, policy
from tests.support.reports import stamped
from tests.support.story import START, Story

COUNTS = {"seq", "head", "answers", "refusals", "refusals_by_actor"}
"""What a refusal may change: the place in the journal and the memory of it."""


def opened() -> Story:
    return Story().opened().triaged()


def closed_case() -> Story:
    return opened().given(propose(APOLOGY), accept_option(), callback())


def but_for_counts(state: CaseState) -> dict[str, object]:
    return state.model_dump(exclude=COUNTS)


def named(command: Command, command_id: str) -> Command:
    return command.model_copy(update={"command_id": command_id})


# ---- Rule 22: refusals are recorded -------------------------------------------------------------


def test_a_refusal_is_an_event_with_actor_command_reason_and_state() -> None:
    story = opened().when(complete_check(by=WAREHOUSE), after=hours(1))
    story.then(
        happened(
            CommandRefused,
            command="complete_check",
            code=RefusalCode.CHECK_UNKNOWN,
            stage=Stage.RECEIVED,
        )
    )
    envelope = story.journal[-1]
    assert envelope.cause.actor == WAREHOUSE
    assert envelope.occurred_at == START + hours(1)
    assert envelope.answer == story.answer


def test_a_refused_command_changes_nothing_else() -> None:
    story = opened()
    before = but_for_counts(story.state)
    story.when(accept_option(), after=hours(1)).then(refused(RefusalCode.NO_SUCH_PROPOSAL))
    assert but_for_counts(story.state) == before
    assert len(story.effects) == 2  # Triage and the acknowledgement came before.


def test_the_answer_says_why_and_how_to_mend_it() -> None:
    story = opened().given(propose(), propose()).when(accept_option(1))
    assert story.answer.explanation == ("A newer version stands; answer that one. version 2 stands")
    assert story.answer.next_due_at == story.clock("consent.2").due_at


def test_the_same_refused_command_again_gets_the_first_answer() -> None:
    story = opened().when(named(accept_option(), "a-1"))
    first = story.answer
    story.given(propose()).when(named(accept_option(), "a-1"), after=hours(1))
    story.then(nothing_happened())
    assert story.answer == first


def test_the_same_command_again_gets_the_first_answer() -> None:
    story = opened().when(named(request_check(), "q-1"))
    first = story.answer
    story.given(request_check()).when(named(request_check(), "q-1"), after=hours(1))
    story.then(nothing_happened())
    assert story.answer == first
    assert len(story.state.checks) == 2


def test_the_first_stamp_stands() -> None:
    story = opened().when(named(reply(), "r-1"), after=hours(2))
    story.when(stamped(named(reply(), "r-1"), START + hours(9)), after=hours(9))
    story.then(nothing_happened())
    assert story.clock("reply").answered_at == START + hours(2)


def test_a_retry_that_was_sealed_anew_is_the_same_command() -> None:
    story = opened().given(named(reply(), "r-1"))
    again = named(reply(), "r-1").model_copy(
        update={"text": sealed("we look into it", again=1), "signature": "s", "key_id": "k"}
    )
    story.when(again).then(nothing_happened())


@pytest.mark.parametrize(
    "other",
    [reply(text="something else"), record_note(), reply(by=CUSTOMER), assign_owner("agent-7")],
    ids=["another text", "another command", "another actor", "another kind"],
)
def test_the_same_id_with_another_body_is_refused(other: Command) -> None:
    story = opened().given(named(reply(), "r-1"))
    first = story.state.answers["r-1"]
    story.when(named(other, "r-1")).then(refused(RefusalCode.COMMAND_ID_REUSED))
    assert story.state.answers["r-1"] == first
    story.when(named(reply(), "r-1")).then(nothing_happened(), accepted())


def test_a_command_of_the_case_itself_is_never_taken_for_a_retry() -> None:
    story = opened().given(named(record_note(), "redress:alarm")).wait(hours(30))
    assert story.clock("reply").overdue_at is not None


# ---- Stale commands -----------------------------------------------------------------------------


def expecting(command: Command, version: int) -> Command:
    return command.model_copy(update={"expected_version": version})


def test_the_version_counts_the_commands_accepted_from_people() -> None:
    story = opened()
    assert story.state.version == 0
    story.given(reply())
    assert (story.state.version, story.answer.version) == (1, 1)
    story.when(accept_option()).wait(hours(30))
    assert story.state.version == 1
    story.given(assign_owner(), add_information(CUSTOMER), request_check(), claim_check())
    assert story.state.version == 5


def test_a_stale_command_is_refused_with_the_present_version() -> None:
    story = opened().given(reply()).when(expecting(record_note(), 0))
    story.then(refused(RefusalCode.STALE_VERSION, "version 1 is present"))
    story.when(expecting(record_note(), 1)).then(accepted())


def test_a_version_from_the_future_is_stale_too() -> None:
    opened().when(expecting(reply(), 1)).then(refused(RefusalCode.STALE_VERSION))


# ---- What cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        RefusalCode.UNDECODABLE,
        RefusalCode.UNKNOWN_COMMAND,
        RefusalCode.WRONG_ARITY,
        RefusalCode.PLAIN_TEXT,
        RefusalCode.TOO_LARGE,
        RefusalCode.INTERNAL_COMMAND,
    ],
)
def test_what_cannot_be_read_is_recorded(code: RefusalCode) -> None:
    story = opened().sleep(hours(1))
    before = but_for_counts(story.state)
    handled = refuse_unread(story.state, "no_such_thing", code, story.now, "2 arguments")
    story.events = []
    story.take(handled).then(
        happened(CommandRefused, command="no_such_thing", code=code, detail="2 arguments")
    )
    assert story.journal[-1].cause.actor == STRANGER
    assert story.journal[-1].recorded_at == START + hours(1)
    assert handled.answer.status is CommandStatus.REFUSED
    assert but_for_counts(story.state) == before


def test_each_unread_message_is_recorded_for_itself() -> None:
    story = opened()
    for _ in range(3):
        code = RefusalCode.UNDECODABLE
        story.take(refuse_unread(story.state, "reply", code, story.now))
    assert story.state.refusals == 3
    story.audited()


# ---- Too many refusals --------------------------------------------------------------------------


def test_after_the_limit_of_an_actor_refusals_are_counted_and_not_stored() -> None:
    story = Story(rules=policy(refusals_stored_per_actor=3)).opened()
    for _ in range(3):
        story.when(accept_option()).then(refused(RefusalCode.NO_SUCH_PROPOSAL))
    before = story.state
    handled = carry_out(before, named(accept_option(), "one-more"), story.now)
    assert handled.counted_only
    assert handled.envelopes == ()
    assert handled.state == before
    assert handled.answer.code is RefusalCode.NO_SUCH_PROPOSAL


def test_the_limit_of_one_actor_silences_no_other() -> None:
    story = Story(rules=policy(refusals_stored_per_actor=1)).opened().when(accept_option())
    story.when(settle_step()).then(refused(RefusalCode.STEP_UNKNOWN))


def test_an_actor_at_the_limit_may_still_be_accepted() -> None:
    story = Story(rules=policy(refusals_stored_per_actor=1)).opened().when(accept_option(by=AGENT))
    story.when(reply()).then(accepted())


def test_a_new_cycle_gives_an_actor_a_new_limit() -> None:
    story = Story(rules=policy(refusals_stored_per_actor=1)).opened().when(accept_option())
    story.given(withdraw(), reopen()).when(accept_option())
    story.then(refused(RefusalCode.NO_SUCH_PROPOSAL))


def test_the_limit_of_a_case_holds_over_all_actors_and_cycles() -> None:
    story = Story(rules=policy(refusals_stored=2)).opened().when(accept_option())
    story.given(withdraw(), reopen()).when(settle_step())
    assert carry_out(story.state, named(refuse_proposal(), "x"), story.now).counted_only
    assert refuse_unread(story.state, "x", RefusalCode.UNDECODABLE, story.now).counted_only


def test_what_was_counted_is_noted() -> None:
    story = opened()
    before = but_for_counts(story.state)
    handled = count_refusals(story.state, 100, story.now)
    story.events = []
    story.take(handled).then(happened(RefusalsCounted, count=100))
    assert but_for_counts(story.state) == before
    assert handled.answer.status is CommandStatus.ACCEPTED


# ---- Rule 23: late and closed -------------------------------------------------------------------

OPEN_CASE_ONLY = [
    add_information(),
    assign_owner(),
    reply(),
    record_note(),
    request_check(),
    claim_check(),
    complete_check(),
    return_check(),
    withdraw_check(),
    propose(),
    accept_option(),
    refuse_proposal(),
    withdraw(),
    close_explained(),
    callback(),
    settle_step(),
    fail_step(),
    complete_task(),
]


@pytest.mark.parametrize("command", OPEN_CASE_ONLY, ids=lambda c: type(c).__name__)
def test_a_command_to_a_closed_case_is_answered_with_the_outcome(command: Command) -> None:
    story = closed_case().when(command)
    story.then(refused(RefusalCode.CASE_CLOSED, "closed as satisfied"), closed(Outcome.SATISFIED))
    assert story.answer.outcome is Outcome.SATISFIED
    assert "reopen" in (story.answer.explanation or "")


def test_a_retry_whose_first_try_closed_the_case_gets_the_first_answer() -> None:
    story = opened().when(named(withdraw(), "w-1"))
    first = story.answer
    assert first.outcome is Outcome.WITHDRAWN
    story.when(named(withdraw(), "w-1"), after=hours(9)).then(nothing_happened())
    assert story.answer == first


def test_answers_are_remembered_across_cycles() -> None:
    story = opened().when(named(request_check(), "q-1"))
    first = story.answer
    story.given(withdraw(), reopen()).when(named(request_check(), "q-1"))
    assert story.answer == first


def test_a_role_without_the_right_learns_that_first() -> None:
    closed_case().when(reply(by=AUDITOR)).then(refused(RefusalCode.NOT_ALLOWED, "as auditor"))


def test_what_is_so_already_is_answered_and_recorded() -> None:
    story = opened().given(assign_owner()).when(assign_owner())
    story.then(accepted(), happened(NothingChanged), stage(Stage.RECEIVED))


def test_an_answer_names_the_next_deadline_of_an_open_case_and_none_of_a_closed_one() -> None:
    story = opened().given(reply(), record_note())
    assert story.answer.next_due_at == START + hours(48)
    assert closed_case().given(answer_survey()).answer.next_due_at is None


def test_a_case_takes_so_much_text_and_keeps_the_last_of_it_for_staff(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rule 27: texts count by their size, for a few long ones outgrow a message too."""
    monkeypatch.setattr("domain.room.MOST_TEXT", 200)
    monkeypatch.setattr("domain.room.TEXT_FOR_STAFF", 100)
    story = Story().opened().triaged()
    while story.answer.code is None:
        story.when(add_information())
        assert story.state.text_size <= 100
    assert story.answer.code is RefusalCode.TOO_MANY_COMMANDS
    story.when(reply()).then(accepted())
    for _ in range(30):
        story.when(reply())
    story.then(refused(RefusalCode.TOO_MANY_COMMANDS))
    assert 100 < story.state.text_size <= 200


def test_a_case_takes_so_many_commands_and_keeps_the_last_places_for_staff(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rule 27: a case that could not hand itself over to a new run would stand still."""
    monkeypatch.setattr("domain.room.MOST_COMMANDS", 12)
    monkeypatch.setattr("domain.room.COMMANDS_FOR_STAFF", 4)
    story = Story().opened().triaged()
    while len(story.state.answers) < 8:
        story.when(add_information()).then(accepted())
    story.when(add_information())
    assert story.answer.code is RefusalCode.TOO_MANY_COMMANDS
    assert story.events == []
    story.when(withdraw(by=AGENT)).then(accepted())


def test_a_run_that_is_to_be_cancelled_refuses_and_goes_on() -> None:
    story = opened()
    handled = refuse_cancellation(story.state, story.now)
    (envelope,) = handled.envelopes
    assert envelope.event == CommandRefused(
        command="cancel", code=RefusalCode.CANCELLATION, stage=Stage.RECEIVED
    )
    assert envelope.cause.actor == STRANGER
    assert but_for_counts(handled.state) == but_for_counts(story.state)
