"""Who speaks: only doors' signatures and checks' own tokens count in a signed case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.carry_out import Handled, carry_out, spend_tokens
from domain.effects import effects
from domain.journaling import blank, fold
from domain.room import forgetting
from domain.senders import NOBODY, token_hash, unverified
from domain.signature import SigningKey, document
from domain.state import CaseState
from domain.view import case_view
from schemas.commands import Actor, Command, RequestCheck
from schemas.effects import GatherEvidence
from schemas.events import (
    CheckCompleted,
    CheckCorrected,
    CheckReturned,
    CheckTokenSpent,
    ClockEnded,
    CommandRefused,
    Envelope,
    KeysTrusted,
)
from schemas.keys import PublicKey
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    Authenticity,
    CheckStatus,
    CommandStatus,
    Department,
    Finding,
    Proof,
    Role,
    Verdict,
)
from tests.support.actors import AGENT, MANAGER, SUPERVISOR, WAREHOUSE
from tests.support.commands import (
    accept_option,
    add_information,
    claim_check,
    complete_check,
    opening,
    propose,
    reply,
    request_check,
    return_check,
    sealed,
    settle_step,
    withdraw,
    withdraw_check,
)
from tests.support.invariants import check_invariants
from tests.support.keys import DOOR, NEXT, STRANGE, arrive, trust_keys
from tests.support.policies import days, minutes, policy
from tests.support.story import START

TOKEN = "0123456789abcdef0123456789abcdef"
OTHER_TOKEN = "f" * 32
NUMBER = 7


class Line:
    """A signed case, as messages reach it by wire: each is signed unless a test wants otherwise."""

    def __init__(self, *keys: PublicKey) -> None:
        self.now = START
        self.journal: list[Envelope] = []
        complaint = opening().model_copy(update={"command_id": "open"})
        self.state = blank(
            NUMBER,
            "cid",
            complaint,
            policy(),
            authenticity=Authenticity.SIGNED,
            keys=keys or (DOOR.public,),
        )
        self._count = 0
        self.take(carry_out(self.state, complaint, self.now))

    def take(self, handled: Handled) -> Handled:
        self.state = handled.state
        self.journal += handled.envelopes
        return handled

    def named(self, command: Command, **changes: Any) -> Command:
        """Give a command its id and its stamp."""
        self._count += 1
        header = {"command_id": f"c-{self._count}", "received_at": self.now}
        return command.model_copy(update={**header, **changes})

    def say(self, command: Command, *, key: SigningKey | None = DOOR, **changes: Any) -> Handled:
        """Let a command come by wire."""
        named = self.named(command, **changes)
        sent = named if key is None else key.signed(NUMBER, named)
        return self.take(arrive(self.state, sent, self.now))

    def ask(self, token: str | None = TOKEN) -> None:
        """Ask the warehouse."""
        assert self.say(asking(token)).answer.code is None

    def refused(self, code: RefusalCode, command: Command, **said: Any) -> Handled:
        """Let a command come that does not count: it is recorded as nobody's, and no more."""
        before = self.state
        handled = self.say(command, **said)
        assert (handled.answer.status, handled.answer.code) == (CommandStatus.REFUSED, code)
        (envelope,) = handled.envelopes
        assert isinstance(envelope.event, CommandRefused)
        assert envelope.cause.actor == NOBODY
        assert envelope.occurred_at == self.now
        assert envelope.answer is None
        assert self.state.answers == before.answers
        assert self.state.version == before.version
        assert self.state.checks == before.checks
        return handled


def asking(token: str | None = TOKEN) -> RequestCheck:
    hashed = None if token is None else token_hash(token)
    return request_check().model_copy(update={"token": sealed("token"), "token_hash": hashed})


def events(handled: Handled) -> list[type]:
    return [type(envelope.event) for envelope in handled.envelopes]


COMMANDS = [
    reply(),
    withdraw(),
    add_information(),
    propose(),
    accept_option(),
    withdraw_check(),
    claim_check(),
    complete_check(),
    settle_step(),
    trust_keys(STRANGE.public),
]


# ---- Signatures ---------------------------------------------------------------------------------


def test_a_case_records_whom_it_believes() -> None:
    line = Line()
    assert line.journal[1].event == KeysTrusted(keys=(DOOR.public,))
    assert fold(line.journal, policy()) == line.state
    assert case_view(line.state).keys == (DOOR.public.id,)


def test_a_signed_command_counts() -> None:
    line = Line()
    handled = line.say(reply())
    assert handled.answer.status is CommandStatus.ACCEPTED
    assert handled.envelopes[0].cause.actor == AGENT


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_an_unsigned_command_does_not(command: Command) -> None:
    Line().refused(RefusalCode.UNSIGNED, command, key=None)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_signed_by_a_stranger_does_not(command: Command) -> None:
    Line().refused(RefusalCode.KEY_UNKNOWN, command, key=STRANGE)


def test_a_stranger_cannot_use_the_name_of_our_key() -> None:
    line = Line()
    command = STRANGE.signed(NUMBER, line.named(reply()))
    borrowed = command.model_copy(update={"key_id": DOOR.public.id})
    answer = arrive(line.state, borrowed, line.now).answer
    assert answer.code is RefusalCode.SIGNATURE_INVALID


def test_a_signature_without_a_key_is_of_no_key() -> None:
    line = Line()
    command = DOOR.signed(NUMBER, line.named(reply())).model_copy(update={"key_id": None})
    assert arrive(line.state, command, line.now).answer.code is RefusalCode.KEY_UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"actor": SUPERVISOR},
        {"received_at": START - days(1)},
        {"command_id": "c-9"},
        {"expected_version": 1},
        {"text": sealed("another text")},
        {"signature": "ed25519:AAAA"},
        {"signature": "x"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_command_that_was_changed_on_its_way_does_not_count(change: dict[str, Any]) -> None:
    line = Line()
    changed = DOOR.signed(NUMBER, line.named(reply())).model_copy(update=change)
    assert arrive(line.state, changed, line.now).answer.code is RefusalCode.SIGNATURE_INVALID


def test_a_command_to_another_case_does_not_count() -> None:
    line = Line()
    elsewhere = DOOR.signed(NUMBER + 1, line.named(reply()))
    assert arrive(line.state, elsewhere, line.now).answer.code is RefusalCode.SIGNATURE_INVALID


def test_a_command_under_another_name_does_not_count() -> None:
    # These two have the same fields on the wire.
    line = Line()
    line.ask()
    claimed = DOOR.signed(NUMBER, line.named(claim_check()))
    withdrawn = withdraw_check().model_copy(update=dict(claimed))
    answer = arrive(line.state, withdrawn, line.now, document(claimed)).answer
    assert answer.code is RefusalCode.SIGNATURE_INVALID


def test_what_is_written_counts_not_only_what_is_read() -> None:
    line = Line()
    command = DOOR.signed(NUMBER, line.named(reply()))
    written = {**document(command), "approved": True}
    answer = arrive(line.state, command, line.now, written).answer
    assert answer.code is RefusalCode.SIGNATURE_INVALID


def test_a_refusal_says_whom_the_sender_claims_to_be() -> None:
    handled = Line().refused(RefusalCode.UNSIGNED, reply(), key=None)
    event = handled.envelopes[0].event
    assert isinstance(event, CommandRefused)
    assert event.detail == "as agent:agent-1"


def test_nobody_takes_a_command_id_from_anybody() -> None:
    line = Line()
    line.refused(RefusalCode.UNSIGNED, reply(), key=None, command_id="mine")
    assert line.say(reply(), command_id="mine").answer.status is CommandStatus.ACCEPTED


def test_the_answer_to_a_command_is_for_who_signed_it() -> None:
    line = Line()
    first = line.say(reply(), command_id="mine")
    line.refused(RefusalCode.UNSIGNED, reply(), key=None, command_id="mine")
    assert line.say(reply(), command_id="mine") == Handled(line.state, (), first.answer)


def test_a_retry_signed_anew_gets_the_first_answer() -> None:
    line = Line(DOOR.public, NEXT.public)
    first = line.say(reply(), command_id="mine")
    line.now += timedelta(minutes=1)
    again = line.say(reply(), key=NEXT, command_id="mine")
    assert (again.answer, again.envelopes) == (first.answer, ())


def test_strangers_use_up_only_their_own_room_for_refusals() -> None:
    line = Line()
    for _ in range(policy().refusals_stored_per_actor):
        line.refused(RefusalCode.UNSIGNED, reply(), key=None)
    assert line.say(reply(), key=None).counted_only
    assert events(line.say(withdraw_check())) == [CommandRefused]


def test_what_the_case_tells_itself_needs_no_signature() -> None:
    line = Line()
    line.say(propose())
    command = line.named(withdraw_check())
    assert carry_out(line.state, command, line.now).answer.code is RefusalCode.CHECK_UNKNOWN


def test_an_open_case_believes_everybody() -> None:
    state = blank(NUMBER, "cid", opening(), policy())
    state = carry_out(state, opening().model_copy(update={"command_id": "o"}), START).state
    assert arrive(state, reply().model_copy(update={"command_id": "c"}), START).answer.code is None


def test_a_signed_case_without_keys_believes_nobody() -> None:
    state = blank(NUMBER, "cid", opening(), policy(), authenticity=Authenticity.SIGNED)
    state = carry_out(state, opening().model_copy(update={"command_id": "o"}), START).state
    command = DOOR.signed(NUMBER, reply().model_copy(update={"command_id": "c"}))
    assert arrive(state, command, START).answer.code is RefusalCode.KEY_UNKNOWN


# ---- Rotation -----------------------------------------------------------------------------------


def test_a_key_is_followed_by_another() -> None:
    line = Line()
    line.refused(RefusalCode.KEY_UNKNOWN, reply(), key=NEXT)
    assert line.say(trust_keys(DOOR.public, NEXT.public)).answer.code is None
    assert line.say(reply(), key=NEXT).answer.code is None
    assert line.say(trust_keys(NEXT.public), key=NEXT).answer.code is None
    line.refused(RefusalCode.KEY_UNKNOWN, reply(), key=DOOR)
    check_invariants(line.state, line.journal)


@pytest.mark.parametrize(
    "keys",
    [
        (NEXT.public,),
        (DOOR.public, DOOR.public),
        (DOOR.public, PublicKey(id="k", key="ed25519:AAAA")),
        (DOOR.public, NEXT.public.model_copy(update={"id": "another"})),
    ],
    ids=["without the one that signs", "twice", "of no form", "under another id"],
)
def test_keys_that_would_lock_us_out_are_refused(keys: tuple[PublicKey, ...]) -> None:
    line = Line()
    assert line.say(trust_keys(*keys)).answer.code is RefusalCode.KEYS_UNUSABLE
    assert line.state.keys == (DOOR.public,)


def test_no_keys_at_all_are_refused() -> None:
    nothing = trust_keys().model_copy(update={"keys": ()})
    assert Line().say(nothing).answer.code is RefusalCode.KEYS_UNUSABLE


def test_keys_are_for_managers() -> None:
    by_agent = trust_keys().model_copy(update={"actor": AGENT})
    assert Line().say(by_agent).answer.code is RefusalCode.NOT_ALLOWED


def test_a_closed_case_takes_keys() -> None:
    line = Line()
    line.say(withdraw())
    assert line.state.is_closed
    assert line.say(trust_keys()).answer.code is None


def test_an_open_case_believes_doors_only_once_it_has_keys() -> None:
    state = blank(NUMBER, "cid", opening(), policy())
    state = carry_out(state, opening().model_copy(update={"command_id": "o"}), START).state
    command = trust_keys().model_copy(update={"command_id": "c"})
    state = arrive(state, command, START).state
    unsigned = reply().model_copy(update={"command_id": "d"})
    assert arrive(state, unsigned, START).answer.code is RefusalCode.UNSIGNED


# ---- Tokens of checks ---------------------------------------------------------------------------


def by_token(command: Command, token: str = TOKEN) -> Command:
    """Return a command as a department sends it past the doors, claiming to be anybody."""
    return command.model_copy(update={"check_token": token, "actor": MANAGER})


@pytest.mark.parametrize(
    ("command", "event", "status"),
    [
        (complete_check(), CheckCompleted, CheckStatus.COMPLETED),
        (return_check(), CheckReturned, CheckStatus.RETURNED),
    ],
)
@pytest.mark.parametrize("key", [None, STRANGE])
def test_a_department_answers_with_the_token_of_its_check(
    command: Command, event: type, status: CheckStatus, key: SigningKey | None
) -> None:
    line = Line()
    line.ask()
    handled = line.say(by_token(command), key=key)
    assert event in events(handled)
    assert line.state.checks[0].status is status
    assert {envelope.cause.actor for envelope in handled.envelopes} == {
        Actor(id="warehouse:unverified", role=Role.DEPARTMENT, department=Department.WAREHOUSE)
    }
    check_invariants(line.state, line.journal)


def test_whoever_has_a_token_names_no_time() -> None:
    line = Line()
    line.ask()
    line.now += days(2)
    handled = line.say(by_token(complete_check()), key=None, received_at=START)
    assert {envelope.occurred_at for envelope in handled.envelopes} == {line.now}
    (ended,) = (e.event for e in handled.envelopes if isinstance(e.event, ClockEnded))
    assert (ended.verdict, ended.proof) == (Verdict.BREACHED, Proof.ENGINE)


def test_a_token_is_for_its_own_check_only() -> None:
    line = Line()
    line.ask()
    line.ask(OTHER_TOKEN)
    for check, token in ((1, OTHER_TOKEN), (2, TOKEN), (3, TOKEN), (0, TOKEN), (1, "x")):
        line.refused(RefusalCode.TOKEN_INVALID, by_token(complete_check(check), token), key=None)
    assert line.say(by_token(complete_check(2), OTHER_TOKEN), key=None).answer.code is None


def test_a_check_without_a_token_takes_none() -> None:
    line = Line()
    line.ask(None)
    line.refused(RefusalCode.TOKEN_INVALID, by_token(complete_check(), ""), key=None)


@pytest.mark.parametrize("command", [reply(), withdraw(), propose(), withdraw_check()])
def test_a_token_is_for_answers_only(command: Command) -> None:
    line = Line()
    line.ask()
    line.refused(RefusalCode.UNSIGNED, by_token(command), key=None)


def test_a_wrong_signature_stays_one_beside_a_wrong_token() -> None:
    line = Line()
    line.ask()
    wrong = by_token(complete_check(), OTHER_TOKEN)
    line.refused(RefusalCode.KEY_UNKNOWN, wrong, key=STRANGE)


def test_a_token_that_was_used_corrects_nothing() -> None:
    line = Line()
    line.ask()
    line.say(by_token(complete_check()), key=None)
    line.say(by_token(complete_check()), key=None)
    forged = by_token(complete_check(finding=Finding.NOT_CONFIRMED))
    assert line.say(forged, key=None).answer.code is RefusalCode.CHECK_NOT_OPEN
    assert line.state.checks[0].findings == (Finding.PACKING_FAULT,)
    signed = complete_check(finding=Finding.NOT_CONFIRMED)
    assert events(line.say(signed)) == [CheckCorrected]


def test_the_same_answer_by_token_twice_is_one() -> None:
    line = Line()
    line.ask()
    first = line.say(by_token(complete_check()), key=None, command_id="d-1")
    again = line.say(by_token(complete_check()), key=None, command_id="d-1")
    assert (again.answer, again.envelopes) == (first.answer, ())


def test_a_door_needs_no_token() -> None:
    line = Line()
    line.ask()
    handled = line.say(complete_check().model_copy(update={"check_token": OTHER_TOKEN}))
    assert handled.answer.code is None
    assert handled.envelopes[0].cause.actor == WAREHOUSE


def test_a_check_is_claimed_through_a_door_only() -> None:
    line = Line()
    line.ask()
    line.refused(RefusalCode.UNSIGNED, by_token(claim_check()), key=None)
    assert line.say(claim_check()).answer.code is None


def test_a_token_that_was_shown_in_vain_is_spent() -> None:
    """Whoever reads the history would complete the check with it."""
    line = Line()
    line.ask()
    line.ask(OTHER_TOKEN)
    spent = line.take(spend_tokens(line.state, ("x", TOKEN), line.now))
    assert [envelope.event for envelope in spent.envelopes] == [CheckTokenSpent(check=1)]
    line.refused(RefusalCode.TOKEN_INVALID, by_token(complete_check()), key=None)
    assert line.take(spend_tokens(line.state, (TOKEN,), line.now)).envelopes == ()
    assert line.say(complete_check()).answer.code is None
    assert line.say(by_token(complete_check(2), OTHER_TOKEN), key=None).answer.code is None
    check_invariants(line.state, line.journal)
    assert fold(line.journal, policy()).checks == line.state.checks


def test_a_token_that_has_ended_its_check_needs_no_spending() -> None:
    line = Line()
    line.ask()
    line.say(by_token(complete_check()), key=None)
    assert spend_tokens(line.state, (TOKEN,), line.now).envelopes == ()


def test_in_an_open_case_tokens_are_not_spent() -> None:
    line = Line()
    line.ask()
    unsigned = line.state.model_copy(update={"authenticity": Authenticity.OPEN})
    assert spend_tokens(unsigned, (TOKEN,), line.now).envelopes == ()


# ---- What was refused and not stored ------------------------------------------------------------


def crowded() -> tuple[Line, Command]:
    """Return a case that stores no refusal of the customer's any more, and one that it forgot."""
    line = Line()
    line.state = line.state.model_copy(update={"policy": policy(refusals_stored_per_actor=1)})
    line.say(accept_option())
    line.now += minutes(1)
    early = DOOR.signed(NUMBER, line.named(accept_option()))
    forgotten = line.take(arrive(line.state, early, line.now))
    assert (forgotten.answer.code, forgotten.counted_only) == (RefusalCode.NO_SUCH_PROPOSAL, True)
    line.now += minutes(1)
    line.say(propose())
    return line, early


def test_what_was_refused_and_not_stored_never_takes_effect() -> None:
    line, early = crowded()
    again = line.take(arrive(line.state, early, line.now))
    assert (again.answer.code, again.counted_only) == (RefusalCode.STAMP_PASSED, True)
    assert line.say(accept_option()).answer.code is None
    assert arrive(line.state, early, line.now).answer.code is RefusalCode.STAMP_PASSED


def test_a_signed_command_without_a_stamp_may_be_one_that_was_refused() -> None:
    line, _ = crowded()
    assert line.say(withdraw(), received_at=None).answer.code is RefusalCode.STAMP_PASSED


def test_what_was_answered_is_answered_again_whatever_was_refused_since() -> None:
    line = Line()
    first = DOOR.signed(NUMBER, line.named(reply()))
    answer = line.take(arrive(line.state, first, line.now)).answer
    line.state = line.state.model_copy(update={"refused_until": line.now + days(1)})
    assert arrive(line.state, first, line.now).answer == answer


def test_a_token_answers_whatever_was_refused() -> None:
    line = Line()
    line.ask()
    line.state = line.state.model_copy(update={"refused_until": line.now + days(1)})
    assert line.say(by_token(complete_check()), key=None).answer.code is None


@pytest.mark.parametrize("stranger", [None, STRANGE])
def test_nobody_moves_the_stamps_that_count_without_a_signature(
    stranger: SigningKey | None,
) -> None:
    line, _ = crowded()
    before = line.state.refused_until
    for _ in range(40):
        line.say(withdraw(), key=stranger, received_at=line.now + days(9))
    assert line.state.refused_until == before


def test_an_earlier_refusal_moves_nothing_back() -> None:
    line, _ = crowded()
    before = line.state.refused_until
    line.say(accept_option(), received_at=START - days(1))
    assert line.state.refused_until == before


def test_an_open_case_forgets_without_a_stamp() -> None:
    line, _ = crowded()
    command = line.named(withdraw())
    unsigned = line.state.model_copy(
        update={"authenticity": Authenticity.OPEN, "refused_until": None}
    )
    assert forgetting(unsigned, command) == unsigned
    unstamped = command.model_copy(update={"received_at": None})
    assert forgetting(line.state, unstamped) == line.state


def test_the_department_is_given_the_token_sealed() -> None:
    line = Line()
    handled = line.say(asking())
    (effect,) = (e for each in handled.envelopes for e in effects(line.state, each.event))
    assert isinstance(effect, GatherEvidence)
    assert effect.token == sealed("token")
    assert TOKEN not in line.state.model_dump_json()


def test_every_department_is_unverified_in_its_own_name() -> None:
    assert {unverified(department).id for department in Department} == {
        f"{department}:unverified" for department in Department
    }


# ---- What was recorded before -------------------------------------------------------------------


def test_a_state_from_before_keys_is_an_open_one() -> None:
    state = blank(NUMBER, "cid", opening(), policy())
    dumped = state.model_dump(mode="json", exclude={"keys", "authenticity"})
    restored = CaseState.model_validate(dumped, strict=False)
    assert (restored.authenticity, restored.keys) == (Authenticity.OPEN, ())


def test_a_stamp_from_a_door_is_believed() -> None:
    line = Line()
    received: datetime = line.now
    line.now += days(2)
    handled = line.say(reply(), received_at=received)
    assert {envelope.occurred_at for envelope in handled.envelopes} == {received}
