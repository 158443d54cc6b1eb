"""Rules 22 and 24: whatever is sent is answered or recorded, and jams nothing.

Every row of assurance.md 1.1 and more, sent raw to a live case, as a signal and as an update.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.service import RPCError, RPCStatusCode

from schemas.events import CommandRefused, Envelope, InformationAdded, RefusalsCounted
from schemas.refusals import RefusalCode
from schemas.vocabulary import CommandStatus, Outcome
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.eventually import eventually
from tests.support.histories import failures, signal_names
from tests.support.wire import body, payload, raw_signal, raw_update

pytestmark = pytest.mark.server

UNDECODABLE = RefusalCode.UNDECODABLE
PLAIN_TEXT = RefusalCode.PLAIN_TEXT
WRONG_ARITY = RefusalCode.WRONG_ARITY
UNKNOWN = RefusalCode.UNKNOWN_COMMAND
MARKER = "Wanda Geheim, Hauptstrasse 5"
"""Personal data of an invented person, which must not come out of its payload."""


class Shape(NamedTuple):
    """A message, and the code with which it is refused; None for one that is accepted."""

    what: str
    payloads: tuple[Payload, ...]
    code: RefusalCode | None
    name: str = "add_information"


def shape(
    what: str, data: bytes, code: RefusalCode | None = UNDECODABLE, name: str = "add_information"
) -> Shape:
    return Shape(what, (payload(data),), code, name)


def field(name: str, literal: bytes, **others: object) -> bytes:
    """Return a command with one more field, written as JSON by hand."""
    return body(**others)[:-1] + b', "' + name.encode() + b'": ' + literal + b"}"


def nested(depth: int) -> bytes:
    return field("more", b"[" * depth + b"]" * depth)


SEALED = {"field": "text", "box": "Ym94", "digest": "0" * 64}


def shapes() -> list[Shape]:
    """Return every shape, each time with command ids of its own."""
    return [
        shape("good", body(), None),
        shape("an extra field that claims something", body(approved=True), None),
        shape("an unknown field with a number of 5 digits", body(more=12345), None),
        shape("sealed text", body(text=SEALED), None),
        shape("an attachment by reference", body(attachments=[]), None),
        shape("a stamp from the future", body(received_at="9999-12-31T23:59:59-23:59"), None),
        shape("a stamp from long ago", body(received_at="0001-01-01T00:00:00+23:59"), None),
        shape("nested, but not deeply", nested(100), None),
        shape("NaN in an unknown field", field("more", b"NaN"), None),
        # ---- No JSON -----------------------------------------------------------------------
        shape("nothing at all", b""),
        shape("not JSON", b"{"),
        shape("JSON and a rest", body() + b" and more"),
        shape("a comment", body()[:-1] + b"/* hello */}"),
        shape("not UTF-8", body()[:-1] + b', "more": "\xff\xfe"}'),
        shape("UTF-16", body().decode().encode("utf-16")),
        shape("a byte order mark", b"\xef\xbb\xbf" + body()),
        shape("NaN for a number", field("option", b"NaN", version=1), name="accept_option"),
        shape("an infinite number", field("version", b"1e400", option=1), name="accept_option"),
        shape("a lone surrogate", field("more", rb'"\ud800"')),
        shape("a duplicate key", field("text", b"null")[:-1] + b', "text": null}'),
        shape("a duplicate key within", field("more", b'{"a": 1, "a": 999}')),
        shape("nested 250 deep", nested(250)),
        shape("nested 960 deep", nested(960)),
        shape("nested 30,000 deep", nested(30_000)),
        shape("an unknown field of 5,000 digits", field("more", b"9" * 5000)),
        # ---- JSON of another form ----------------------------------------------------------
        shape("null", b"null"),
        shape("a list", b"[]"),
        shape("a text", b'"hello"'),
        shape("a number", b"17"),
        shape("no command id", json.dumps({"actor": {"id": "c", "role": "customer"}}).encode()),
        shape("no actor", json.dumps({"command_id": "c-1"}).encode()),
        shape("an unknown role", body(actor={"id": "c", "role": "emperor"})),
        shape("true for a number", body(version=True, option=1), name="accept_option"),
        shape("text for a number", body(version="1", option=1), name="accept_option"),
        shape("a fraction for a number", body(version=1.5, option=1), name="accept_option"),
        shape("a missing field", body(version=1), name="accept_option"),
        shape("a stamp without a zone", body(received_at="2026-01-01T00:00:00")),
        shape("a stamp that is none", body(received_at="yesterday")),
        shape("half a sealed value", body(text={"field": "text"})),
        # ---- Values that only the rules can judge ------------------------------------------
        shape(
            "a number of 4,000 digits",
            field("option", b"9" * 4000, version=1),
            RefusalCode.NO_SUCH_PROPOSAL,
            "accept_option",
        ),
        shape(
            "a number of 5,000 digits",
            field("option", b"9" * 5000, version=1),
            name="accept_option",
        ),
        shape(
            "another department's check",
            body(check=1, finding="confirmed"),
            RefusalCode.NOT_ALLOWED,
            "complete_check",
        ),
        # ---- Plain text --------------------------------------------------------------------
        shape("plain text instead of a sealed value", body(text=MARKER), PLAIN_TEXT),
        shape("plain text as a box", body(text={**SEALED, "box": MARKER}), PLAIN_TEXT),
        shape("plain text as a digest", body(text={**SEALED, "digest": MARKER}), PLAIN_TEXT),
        shape("plain text as a command id", body(command_id=MARKER), PLAIN_TEXT),
        shape("no text as a command id", body(command_id=""), PLAIN_TEXT),
        shape("NUL in a code", body(command_id="a\0b"), PLAIN_TEXT),
        shape("a name as the actor", body(actor={"id": MARKER, "role": "customer"}), PLAIN_TEXT),
        shape(
            "plain text as a reference",
            body(check=1, finding="confirmed", references=[MARKER]),
            PLAIN_TEXT,
            "complete_check",
        ),
        # ---- Encodings and arity -----------------------------------------------------------
        Shape("null by encoding", (payload(b"", b"binary/null"),), UNDECODABLE),
        Shape("bytes", (payload(body(), b"binary/plain"),), UNDECODABLE),
        Shape("encrypted bytes", (payload(body(), b"binary/encrypted"),), UNDECODABLE),
        Shape("protobuf as JSON", (payload(body(), b"json/protobuf"),), UNDECODABLE),
        Shape("an unknown encoding", (payload(body(), b"json/fancy"),), UNDECODABLE),
        Shape("no encoding", (payload(body(), None),), UNDECODABLE),
        Shape("an encoding that is no text", (payload(body(), b"\xff"),), UNDECODABLE),
        Shape("no argument", (), WRONG_ARITY),
        Shape("two arguments", (payload(body()), payload(body())), WRONG_ARITY),
        Shape("ninety arguments", (payload(body()),) * 90, WRONG_ARITY),
        # ---- Names and sizes ---------------------------------------------------------------
        shape("70 KB", body(more="x" * 70_000), RefusalCode.TOO_LARGE),
        shape("900 KB", body(more="x" * 900_000), RefusalCode.TOO_LARGE),
        shape("an unknown name", body(), UNKNOWN, "abolish_case"),
        shape("a name of 1,000 characters", body(), UNKNOWN, "n" * 1000),
        shape("a name with NUL", body(), UNKNOWN, "add\0information"),
        shape("a sentence as a name", body(), UNKNOWN, MARKER),
        shape("a name reserved by Temporal", body(), UNKNOWN, "__temporal_hello"),
        shape("the name of the query", body(), UNKNOWN, "view"),
        shape("the opening", body(), UNKNOWN, "open"),
        *(
            shape(f"the report {name}", body(), RefusalCode.INTERNAL_COMMAND, name)
            for name in ("record_triage", "record_evidence", "record_delivery", "wake")
        ),
    ]


STAFF_ONLY = shape("a command of staff as a signal", body(owner="agent-9"), UNKNOWN, "assign_owner")


async def test_every_malformed_signal_is_a_recorded_refusal(served: Caseload) -> None:
    case = await served.open()
    sent = [*shapes(), STAFF_ONLY]
    for each in sent:
        await raw_signal(case, each.name, each.payloads)
    await check_taken(case, sent)
    assert len(signal_names(await case.events())) == len(sent)
    await check_still_closes(case)


async def test_every_malformed_update_is_answered_and_recorded(served: Caseload) -> None:
    case = await served.open()
    sent = shapes()
    answers = [await raw_update(case, each.name, each.payloads) for each in sent]
    assert surprises(sent, [answer.code for answer in answers]) == []
    refused = [answer.status is CommandStatus.REFUSED for answer in answers]
    assert refused == [each.code is not None for each in sent]
    await check_taken(case, sent)
    await check_still_closes(case)


async def test_malformed_signals_in_one_task_are_taken_in_order(cases: Caseload) -> None:
    async with cases.house.working():
        case = await cases.open()
    sent = shapes()
    for each in sent:
        await raw_signal(case, each.name, each.payloads)
    async with cases.house.working():
        await check_taken(case, sent)
        await check_still_closes(case)


async def check_taken(case: Case, sent: list[Shape]) -> None:
    """Check that each message was handled or refused with its code, in the order of sending."""
    journal = await eventually(case.journal, lambda found: len(outcomes(found)) >= len(sent))
    assert surprises(sent, outcomes(journal)) == []
    assert MARKER not in "".join(envelope.model_dump_json() for envelope in journal)
    assert failures(await case.events()) == []


def outcomes(journal: Sequence[Envelope]) -> list[RefusalCode | None]:
    """Return what became of each message: its refusal's code, or None if it was accepted."""
    events = (envelope.event for envelope in journal)
    return [
        event.code if isinstance(event, CommandRefused) else None
        for event in events
        if isinstance(event, CommandRefused | InformationAdded)
    ]


def surprises(sent: Sequence[Shape], codes: Sequence[RefusalCode | None]) -> list[str]:
    """Return where a message met another end than its row says."""
    pairs = zip(sent, codes, strict=True)
    return [f"{each.what}: {code}" for each, code in pairs if code is not each.code]


async def check_still_closes(case: Case) -> None:
    await case.withdraw()
    record = await case.finish()
    assert record.view.outcome is Outcome.WITHDRAWN


async def test_a_refusal_tells_the_sender_what_is_wrong(served: Caseload) -> None:
    case = await served.open()
    answer = await raw_update(case, "accept_option", [payload(body(version="1"))])
    explanation = f"{UNDECODABLE.sentence} option, version"
    assert (answer.code, answer.explanation) == (UNDECODABLE, explanation)
    await raw_signal(case, "assign_owner", STAFF_ONLY.payloads)
    (_, refusal) = await eventually(case.refusals, lambda found: len(found) > 1)
    assert refusal.detail == "it is an update, not a signal"


async def test_refusals_are_stored_up_to_a_limit_and_then_counted(served: Caseload) -> None:
    case = await served.open()
    limit = served.house.config.policy.refusals_stored_per_actor
    for _ in range(limit + 130):
        await raw_signal(case, "add_information", [payload(b"{")])
    journal = await eventually(case.journal, lambda found: counted(found) > 0)
    assert len(await case.refusals()) == limit
    assert counted(journal) == 100
    await check_still_closes(case)
    assert counted(await case.journal()) == 130
    assert len(signal_names(await case.events())) == limit + 130


def counted(journal: Sequence[Envelope]) -> int:
    events = (envelope.event for envelope in journal)
    return sum(event.count for event in events if isinstance(event, RefusalsCounted))


async def test_a_repeated_signal_takes_effect_once(served: Caseload) -> None:
    case = await served.open()
    data = body()
    for _ in range(5):
        await raw_signal(case, "add_information", [payload(data)])
    await raw_signal(case, "add_information", [payload(body())])
    journal = await eventually(case.journal, lambda found: len(outcomes(found)) > 1)
    assert outcomes(journal) == [None, None]
    assert (await raw_update(case, "add_information", [payload(data)])).code is None
    assert outcomes(await case.journal()) == [None, None]


async def test_an_update_too_large_for_any_history_is_turned_away(served: Caseload) -> None:
    case = await served.open()
    with pytest.raises(RPCError) as refusal:
        await raw_update(case, "add_information", [payload(body(more="x" * 2_500_000))])
    assert refusal.value.status is RPCStatusCode.RESOURCE_EXHAUSTED
    assert (await raw_update(case, "add_information", [payload(body())])).code is None
    await check_still_closes(case)


async def test_a_signal_too_large_for_any_history_is_turned_away(served: Caseload) -> None:
    case = await served.open()
    with pytest.raises(RPCError, match="size exceeds limit"):
        await raw_signal(case, "add_information", [payload(body(more="x" * 2_500_000))])
    await check_still_closes(case)
