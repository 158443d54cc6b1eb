"""Sealing: what a seal protects, and against what."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sealed import Sealed
from store.errors import KekDiffers, KekMalformed, SealBroken
from store.sealing import (
    DataKey,
    Kek,
    check_token,
    derived,
    new_key,
    person_ref,
    seal,
    unseal,
    unwrap,
    wrap,
)

KEY = DataKey(b"d" * 32)
KEK = Kek("kek-1", b"k" * 32)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert unseal(KEY, "c-1", seal(KEY, "c-1", "content", text)) == text


def test_the_same_text_never_looks_the_same_but_has_the_same_digest() -> None:
    first, second = seal(KEY, "c-1", "name", "王"), seal(KEY, "c-1", "content", "王")
    assert first.box != second.box
    assert first.digest == second.digest
    assert seal(KEY, "c-1", "name", "李").digest != first.digest
    assert seal(DataKey(b"e" * 32), "c-1", "name", "王").digest != first.digest


def test_a_seal_holds_nothing_of_the_text() -> None:
    sealed = seal(KEY, "c-1", "content", "planted-marker")
    assert b"planted-marker" not in b64decode(sealed.box)
    assert len(b64decode(sealed.box)) == 12 + len("planted-marker") + 16


@pytest.mark.parametrize(
    "change",
    [
        {"field": "name"},
        {"box": "AAAA"},
        {"box": "not base64!"},
        {"box": ""},
    ],
)
def test_an_altered_seal_is_broken(change: dict[str, str]) -> None:
    sealed = seal(KEY, "c-1", "content", "text").model_copy(update=change)
    with pytest.raises(SealBroken):
        unseal(KEY, "c-1", sealed)


def test_one_flipped_bit_breaks_a_seal() -> None:
    sealed = seal(KEY, "c-1", "content", "text")
    box = bytearray(b64decode(sealed.box))
    box[-1] ^= 1
    with pytest.raises(SealBroken):
        unseal(KEY, "c-1", sealed.model_copy(update={"box": b64encode(box).decode()}))


def test_a_seal_opens_neither_for_another_complaint_nor_with_another_key() -> None:
    sealed = seal(KEY, "c-1", "content", "text")
    with pytest.raises(SealBroken):
        unseal(KEY, "c-2", sealed)
    with pytest.raises(SealBroken, match="content of complaint c-1"):
        unseal(new_key(), "c-1", sealed)


def test_a_broken_seal_tells_nothing_of_its_content() -> None:
    with pytest.raises(SealBroken) as broken:
        unseal(KEY, "c-1", Sealed(field="name", box="secret", digest="secret"))
    assert "secret" not in f"{broken.value!s} {broken.value!r} {broken.value.__cause__}"


def test_a_wrapped_key_is_bound_to_its_complaint_and_its_kek() -> None:
    wrapped = wrap(KEK, "c-1", KEY)
    assert unwrap(KEK, "c-1", wrapped) == KEY
    for kek, complaint in ((KEK, "c-2"), (Kek("kek-1", b"x" * 32), "c-1")):
        with pytest.raises(KekDiffers):
            unwrap(kek, complaint, wrapped)
    with pytest.raises(KekDiffers):
        unwrap(KEK, "c-1", b"too short")


def test_a_kek_has_32_bytes() -> None:
    with pytest.raises(KekMalformed, match="not 31"):
        Kek("kek-1", b"k" * 31)


def test_keys_do_not_show_themselves() -> None:
    assert "dddd" not in repr(KEY)
    assert "kkkk" not in repr(KEK)


def test_keys_for_different_purposes_differ() -> None:
    assert len({KEY.secret, KEY.digest_key, derived(KEY.secret, "else")}) == 3
    assert new_key() != new_key()


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("+86 138-0000-0000", "（86）13800000000"),
        ("Wang@Example.com", " wang@example.COM"),
        ("ＶＩＰ００１", "vip-001"),
    ],
)
def test_a_person_is_recognised_however_a_contact_is_written(written: str, same: str) -> None:
    assert person_ref(KEK, written) == person_ref(KEK, same)


def test_a_person_is_recognised_only_with_the_kek() -> None:
    assert person_ref(KEK, "13800000000") != person_ref(Kek("kek-2", b"x" * 32), "13800000000")
    assert person_ref(KEK, "13800000000") != person_ref(KEK, "13800000001")


def test_a_check_token_is_the_same_at_a_retry_and_nobody_elses() -> None:
    token = check_token(KEY, "c-1")
    assert check_token(KEY, "c-1") == token
    assert len(bytes.fromhex(token)) == 16
    others = [check_token(KEY, "c-2"), check_token(DataKey(b"e" * 32), "c-1")]
    assert token not in others
    assert check_token(KEY, "\ud800")
