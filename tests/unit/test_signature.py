"""Signatures of doors: what they cover, and that nothing else fits them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.codes import holds_plain_text
from domain.signature import (
    SigningKey,
    document,
    is_signed_by,
    is_usable,
    signed_bytes,
)
from runtime.converter import REDRESS_CONVERTER
from schemas.commands import NAMES, Command
from schemas.keys import PublicKey
from tests.support.commands import propose, reply, request_check, sealed
from tests.support.keys import DOOR, NEXT

RFC_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""The first test vector of RFC 8032, section 7.1."""


def fits(command: Command, *, key: SigningKey = DOOR, number: int = 7, **written: Any) -> bool:
    """Tell whether the signature of a command fits what is written instead of it."""
    name = written.pop("name", NAMES[type(command)])
    said = {**document(command), **written}
    message = signed_bytes(name, number, said)
    return is_signed_by(key.public, command.signature or "", message)


def signed() -> Command:
    command = reply().model_copy(update={"command_id": "c-1", "expected_version": 3})
    return DOOR.signed(7, command)


def test_a_signed_command_fits() -> None:
    command = signed()
    assert command.key_id == DOOR.public.id
    assert fits(command)


def test_a_public_key_is_that_of_the_standard() -> None:
    assert SigningKey(RFC_SECRET).public.key == RFC_PUBLIC


def test_the_signed_bytes_are_pinned() -> None:
    written = {"check": 1, "command_id": "c-1", "signature": "ed25519:x", "actor": {"id": "é"}}
    body = '{"actor":{"id":"é"},"check":1,"command_id":"c-1"}'
    pinned = f'{{"body":{body},"command":"claim_check","complaint":7}}'
    assert signed_bytes("claim_check", 7, written) == pinned.encode()


@pytest.mark.parametrize(
    "tampered",
    [
        {"command_id": "c-2"},
        {"actor": {"id": "agent-2", "role": "agent"}},
        {"actor": {"id": "agent-1", "role": "manager"}},
        {"received_at": "2026-11-02T01:00:00Z"},
        {"expected_version": 4},
        {"key_id": NEXT.public.id},
        {"check_token": "0" * 32},
        {"text": document(reply(text="something else"))["text"]},
        {"text": {**sealed("we look into it").model_dump(), "box": "Ym95"}},
        {"a_field_that_we_do_not_know": True},
        {"null": None},
        {"number": 8},
        {"name": "record_note"},
        {"key": NEXT},
    ],
    ids=lambda tampered: next(iter(tampered)),
)
def test_it_fits_nothing_else(tampered: dict[str, Any]) -> None:
    assert not fits(signed(), **tampered)


@pytest.mark.parametrize("command", [reply(), request_check(), propose()])
def test_what_a_door_signs_is_what_it_sends(command: Command) -> None:
    sent = DOOR.signed(7, command)
    (payload,) = REDRESS_CONVERTER.payload_converter.to_payloads([sent])
    assert json.loads(payload.data) == document(sent)


def test_signing_needs_no_chance() -> None:
    assert signed() == signed()


def test_signing_again_replaces_the_signature() -> None:
    again = NEXT.signed(7, signed())
    assert fits(again, key=NEXT)
    assert not fits(again)


def test_a_signature_is_a_code() -> None:
    assert not any(
        holds_plain_text(SigningKey(bytes([n]) * 32).signed(7, ask())) for n in range(99)
    )


def ask() -> Command:
    return request_check().model_copy(update={"command_id": "c-1"})


def test_a_key_shows_no_secret() -> None:
    assert "dddd" not in repr(DOOR)
    assert str(DOOR.secret) not in repr(DOOR)


@pytest.mark.parametrize(
    "signature", ["", "x", "ed25519:", "ed25519:!", "ed25519:AAAA", "rsa:AAAA", "ed25519:é"]
)
def test_a_signature_of_no_form_fits_nothing(signature: str) -> None:
    assert not is_signed_by(DOOR.public, signature, b"message")


@pytest.mark.parametrize("key", ["", "ed25519:", "ed25519:AAAA", "rsa:AAAA", "ed25519:\udc80"])
def test_a_key_of_no_form_has_signed_nothing(key: str) -> None:
    broken = PublicKey(id="k-1", key=key)
    assert not is_signed_by(broken, signed().signature or "", b"message")
    assert not is_usable(broken)


def test_a_key_goes_by_its_own_id_only() -> None:
    assert is_usable(DOOR.public)
    assert not is_usable(DOOR.public.model_copy(update={"id": NEXT.public.id}))
