"""Rule 19 and architecture, journal and chain: which bytes make two values the same."""

from __future__ import annotations

import pytest

from domain.chain import (
    body_hash,
    canonical,
    digest,
    envelope_hash,
    plain,
    policy_version,
    update_id,
)
from schemas.commands import AddInformation, Command, OpenComplaint, Reply
from schemas.events import Envelope
from schemas.policy import Policy
from schemas.sealed import Sealed
from tests.support.actors import AGENT, SUPERVISOR
from tests.support.commands import (
    accept_option,
    add_information,
    opening,
    propose,
    record_note,
    repair,
    reply,
    resend,
    sealed,
)
from tests.support.policies import days, hours, policy, unwitnessed
from tests.support.story import START, Story

# What archives were written with; a change of any of these rewrites the past.
PINNED_REPLY = "be6d17073329f7f36f604c5a6e560ce4cb8c956aeaf66d53d735fa200e56fb5d"
PINNED_OPENING = "2e60dc4d014a3677573d28abb879fa54eda50c5de1b06ed94afac584f7c3370d"
PINNED_ENVELOPE = "73da5e6f48f8256fc71a26587d62fff5ecf82680e8965f917eed53773f75641d"


class LaterReply(Reply):
    """A reply as a newer sender might know it."""

    tone: str = "plain"
    copies: tuple[str, ...] = ()


class LaterEnvelope(Envelope):
    """An envelope as a later version might write it."""

    region: str | None = None


def named(command: Command, command_id: str = "r-1") -> Command:
    return command.model_copy(update={"command_id": command_id, "received_at": START})


# ---- Canonical form -----------------------------------------------------------------------------


def test_the_canonical_form_is_sorted_and_without_white_space() -> None:
    assert canonical({"b": [1, None], "a": "漆"}) == '{"a":"漆","b":[1,null]}'.encode()


def test_the_digest_is_pinned() -> None:
    # The same in every version for ever: archives are verified with it.
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_default_values_are_left_out() -> None:
    assert plain(sealed()) == {"field": "text", "box": "Ym940000", "digest": sealed().digest}
    assert plain(AGENT) == {"id": "agent-1", "role": "agent"}


# ---- The body hash ------------------------------------------------------------------------------


def test_the_body_hash_is_pinned() -> None:
    assert body_hash(named(reply())) == PINNED_REPLY
    assert body_hash(named(opening()), "open") == PINNED_OPENING


@pytest.mark.parametrize(
    "change",
    [
        {"received_at": START + days(1)},
        {"received_at": None},
        {"signature": "c2lnbmF0dXJl"},
        {"key_id": "door-2"},
        {"text": sealed("we look into it", again=7)},
    ],
    ids=["stamped later", "not stamped", "signed", "another key", "sealed anew"],
)
def test_a_retry_hashes_alike(change: dict[str, object]) -> None:
    command = named(reply())
    assert body_hash(command.model_copy(update=change)) == body_hash(command)


@pytest.mark.parametrize(
    "change",
    [
        {"text": sealed("something else")},
        {"actor": SUPERVISOR},
        {"command_id": "r-2"},
        {"expected_version": 3},
        {"check_token": "t"},
    ],
)
def test_another_body_hashes_otherwise(change: dict[str, object]) -> None:
    command = named(reply())
    assert body_hash(command.model_copy(update=change)) != body_hash(command)


def test_the_name_of_a_command_counts() -> None:
    # Both carry one sealed text and nothing else.
    note = named(record_note()).model_copy(update={"text": reply().text})
    assert body_hash(note) != body_hash(named(reply()))


def test_a_field_that_is_added_with_a_default_changes_no_hash() -> None:
    command = named(reply())
    later = LaterReply.model_validate(command.model_dump())
    assert body_hash(later, "reply") == body_hash(command)
    told = later.model_copy(update={"tone": "warm"})
    assert body_hash(told, "reply") != body_hash(command)


def test_a_default_that_a_sender_spells_out_changes_no_hash() -> None:
    terse = opening().model_dump_json(exclude_defaults=True)
    verbose = opening().model_dump_json()
    hashes = {body_hash(OpenComplaint.model_validate_json(j), "open") for j in (terse, verbose)}
    assert len(hashes) == 1


def test_sealed_values_count_by_their_digest_wherever_they_stand() -> None:
    first, second = named(opening()), named(opening())
    customer = second.model_dump()["customer"]
    customer["name"]["box"] = "b3RoZXI="
    again = OpenComplaint.model_validate({**second.model_dump(), "customer": customer})
    assert body_hash(again, "open") == body_hash(first, "open")


def test_a_text_in_another_field_is_another_body() -> None:
    text = named(add_information(), "i-1")
    assert isinstance(text, AddInformation)
    without = text.model_copy(update={"text": None})
    assert body_hash(text) != body_hash(without)


def test_a_sealed_text_is_no_code_with_the_same_letters() -> None:
    with_evidence = named(accept_option(evidence=sealed("a").digest))
    with_objection = named(accept_option(objection="a"))
    assert body_hash(with_evidence) != body_hash(with_objection)


def test_options_count_in_order() -> None:
    one, other = propose(repair(), resend()), propose(resend(), repair())
    assert body_hash(named(one)) != body_hash(named(other))


def test_the_update_id_is_command_id_and_the_first_of_the_hash() -> None:
    command = named(reply())
    assert update_id(command) == f"r-1:{body_hash(command)[:16]}"


# ---- Envelopes and policies ---------------------------------------------------------------------


def test_the_hash_of_an_envelope_is_pinned() -> None:
    opened = Story(rules=unwitnessed(closes_when_told=False)).opened().journal[0]
    assert opened.hash == PINNED_ENVELOPE
    assert envelope_hash(opened.model_copy(update={"hash": "another"})) == opened.hash


def test_an_envelope_that_gains_a_field_keeps_its_hash() -> None:
    envelope = Story().opened().journal[0]
    later = LaterEnvelope.model_validate_json(envelope.model_dump_json())
    assert envelope_hash(later) == envelope.hash


def test_the_kind_of_an_event_counts() -> None:
    # An explanation and the end of a run both carry nothing but their kind.
    envelope = Story().opened().journal[0]
    kinds = {
        envelope_hash(Envelope.model_validate({**envelope.model_dump(), "event": {"kind": kind}}))
        for kind in ("complaint_explained", "case_completed")
    }
    assert len(kinds) == 2


def test_sealed_values_stand_in_the_journal_as_ciphertext() -> None:
    story = Story().opened()
    other = Story().opened(content=sealed("a part is missing", again=1))
    assert story.journal[0].hash != other.journal[0].hash
    assert story.journal[0].cause.body_hash == other.journal[0].cause.body_hash


def test_a_policy_is_pinned_by_a_short_hash_of_its_content() -> None:
    version = policy_version(policy())
    assert len(version) == 16
    assert version == policy_version(Policy.model_validate_json(policy().model_dump_json()))
    assert version != policy_version(policy(remedy=hours(23)))


def test_a_box_is_not_mistaken_for_a_sealed_value() -> None:
    lookalike = {"field": "a", "box": "b", "digest": "c"}
    assert Sealed.model_validate(lookalike).digest == "c"
