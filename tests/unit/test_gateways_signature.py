"""Signed requests: what is taken, and that nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateways.errors import KeyUnusable, SecretUnusable, SignatureInvalid
from gateways.signature import ID, SIGNATURE, TIMESTAMP, TOLERANCE, secret_bytes, sign, verify

OLD = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
NEW = bytes(range(32))
NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
BODY = b'{"number":17}'


def test_the_published_example_of_the_form_is_signed_alike() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = sign([OLD], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_request_of_ours_is_taken_and_gives_its_id() -> None:
    assert verify([OLD], sign([OLD], "17:check:1", NOW, BODY), BODY, NOW) == "17:check:1"


@pytest.mark.parametrize(
    ("sent", "known"),
    [([OLD, NEW], [OLD]), ([OLD, NEW], [NEW]), ([OLD], [NEW, OLD]), ([NEW], [NEW, OLD])],
)
def test_rotation_of_a_secret_interrupts_nobody(sent: list[bytes], known: list[bytes]) -> None:
    assert verify(known, sign(sent, "k", NOW, BODY), BODY, NOW) == "k"


def test_a_secret_that_was_rotated_out_is_refused() -> None:
    with pytest.raises(SignatureInvalid, match="no signature fits"):
        verify([NEW], sign([OLD], "k", NOW, BODY), BODY, NOW)


@pytest.mark.parametrize("age", [-TOLERANCE, timedelta(0), TOLERANCE])
def test_five_minutes_either_way_are_tolerated(age: timedelta) -> None:
    assert verify([OLD], sign([OLD], "k", NOW - age, BODY), BODY, NOW) == "k"


@pytest.mark.parametrize(
    "age", [-TOLERANCE - timedelta(seconds=1), TOLERANCE + timedelta(seconds=1)]
)
def test_older_or_newer_is_refused(age: timedelta) -> None:
    with pytest.raises(SignatureInvalid, match="5 min"):
        verify([OLD], sign([OLD], "k", NOW - age, BODY), BODY, NOW)


@pytest.mark.parametrize(
    ("header", "forged"),
    [
        (ID, "18:check:1"),
        (TIMESTAMP, str(int(NOW.timestamp()) + 1)),
        (SIGNATURE, ""),
        (SIGNATURE, "v1,"),
        (SIGNATURE, "v1,Zm9yZ2Vk v1a,Zm9yZ2Vk"),
        (SIGNATURE, "v1,签名"),
    ],
)
def test_a_changed_header_is_refused(header: str, forged: str) -> None:
    headers = sign([OLD], "17:check:1", NOW, BODY) | {header: forged}
    with pytest.raises(SignatureInvalid, match="no signature fits"):
        verify([OLD], headers, BODY, NOW)


@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY.replace(b"17", b"18")])
def test_a_changed_body_is_refused(body: bytes) -> None:
    with pytest.raises(SignatureInvalid, match="no signature fits"):
        verify([OLD], sign([OLD], "k", NOW, BODY), body, NOW)


def test_another_scheme_with_the_right_value_is_refused() -> None:
    headers = sign([OLD], "k", NOW, BODY)
    headers[SIGNATURE] = headers[SIGNATURE].replace("v1,", "v2,")
    with pytest.raises(SignatureInvalid):
        verify([OLD], headers, BODY, NOW)


@pytest.mark.parametrize("header", [ID, TIMESTAMP, SIGNATURE])
def test_a_missing_header_is_refused(header: str) -> None:
    headers = sign([OLD], "k", NOW, BODY)
    del headers[header]
    with pytest.raises(SignatureInvalid):
        verify([OLD], headers, BODY, NOW)


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "1.5", "١٧٩٣", "9" * 5000, "1 "])
def test_a_timestamp_that_is_none_is_refused(stamp: str) -> None:
    headers = sign([OLD], "k", NOW, BODY) | {TIMESTAMP: stamp}
    with pytest.raises(SignatureInvalid, match="malformed"):
        verify([OLD], headers, BODY, NOW)


@pytest.mark.parametrize("key", ["", "k.1", "k 1", "k\n1", "键", "k" * 257])
def test_a_key_that_could_be_read_in_two_ways_is_neither_signed_nor_taken(key: str) -> None:
    with pytest.raises(KeyUnusable) as caught:
        sign([OLD], key, NOW, BODY)
    assert repr(key) in str(caught.value)
    headers = sign([OLD], "k", NOW, BODY) | {ID: key}
    with pytest.raises(SignatureInvalid, match="malformed"):
        verify([OLD], headers, BODY, NOW)


def test_without_a_secret_nothing_is_taken() -> None:
    with pytest.raises(SignatureInvalid):
        verify([], sign([], "k", NOW, BODY), BODY, NOW)


def test_a_secret_reads_alike_with_and_without_its_prefix() -> None:
    assert secret_bytes("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == OLD


@pytest.mark.parametrize("text", ["", "whsec_", "c2hvcnQ=", "not base64!", "密" * 32, "A" * 400])
def test_a_secret_that_is_none_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(SecretUnusable) as caught:
        secret_bytes(text)
    assert str(caught.value) == (
        "A webhook secret is base64 of 24 to 64 random bytes, bare or after whsec_; make a new one."
    )
