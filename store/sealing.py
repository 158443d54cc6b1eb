"""Sealing: AES-256-GCM under a key per complaint, which is wrapped by the key-encryption key."""

from __future__ import annotations

import hmac
import os
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.sealed import Sealed
from store.errors import KekDiffers, KekMalformed, SealBroken

KEY_BYTES = 32
NONCE_BYTES = 12
TOKEN_BYTES = 16


@dataclass(frozen=True)
class Kek:
    """The key-encryption key: 32 bytes, and the id that says which one it is."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise KekMalformed(len(self.secret))

    @cached_property
    def person_key(self) -> bytes:
        """The key of references to persons, which outlive the keys of their complaints."""
        return derived(self.secret, "redress person reference")


@dataclass(frozen=True)
class DataKey:
    """The key of one complaint: 32 bytes, never stored in this form."""

    secret: bytes = field(repr=False)

    @cached_property
    def digest_key(self) -> bytes:
        """The key of digests, so that a digest tells nothing about the cipher key."""
        return derived(self.secret, "redress digest")

    @cached_property
    def token_key(self) -> bytes:
        """The key of check tokens, which only whoever may open the complaint can make."""
        return derived(self.secret, "redress check token")


def new_key() -> DataKey:
    return DataKey(os.urandom(KEY_BYTES))


def seal(key: DataKey, complaint_id: str, field: str, text: str) -> Sealed:
    """Encrypt a text for one place; equal texts of a complaint get equal digests."""
    data = _encoded(text)
    box = _encrypt(key.secret, data, _place(complaint_id, field))
    digest = hmac.digest(key.digest_key, data, "sha256").hex()
    return Sealed(field=field, box=b64encode(box).decode(), digest=digest)


def unseal(key: DataKey, complaint_id: str, sealed: Sealed) -> str:
    """Return the plain text; SealBroken if it was altered, moved or sealed under another key."""
    try:
        box = b64decode(sealed.box, validate=True)
        data = _decrypt(key.secret, box, _place(complaint_id, sealed.field))
    except (InvalidTag, ValueError):
        raise SealBroken(complaint_id, sealed.field) from None
    return data.decode("utf-8", "surrogatepass")


def check_token(key: DataKey, command_id: str) -> str:
    """Return the token of the check that this command asks for: 128 bits, the same at a retry."""
    return hmac.digest(key.token_key, _encoded(command_id), "sha256")[:TOKEN_BYTES].hex()


def wrap(kek: Kek, complaint_id: str, key: DataKey) -> bytes:
    """Encrypt a complaint's key for the vault, bound to the complaint."""
    return _encrypt(kek.secret, key.secret, complaint_id.encode())


def unwrap(kek: Kek, complaint_id: str, wrapped: bytes) -> DataKey:
    """Return a complaint's key; KekDiffers unless this very KEK wrapped it."""
    try:
        return DataKey(_decrypt(kek.secret, wrapped, complaint_id.encode()))
    except (InvalidTag, ValueError):
        raise KekDiffers(complaint_id, kek.id) from None


def person_ref(kek: Kek, identifier: str) -> bytes:
    """Return a keyed reference to a contact or member number, however it was written.

    Case, width, blanks and punctuation do not count: +86 138-0000-0000 is (86) 13800000000.
    """
    folded = unicodedata.normalize("NFKC", identifier).casefold()
    significant = "".join(character for character in folded if character.isalnum())
    return hmac.digest(kek.person_key, _encoded(significant), "sha256")


def derived(secret: bytes, purpose: str) -> bytes:
    """Return a key for one purpose, from which nothing can be told about the others."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(
        secret
    )


def _place(complaint_id: str, field: str) -> bytes:
    return _encoded(f"{complaint_id}/{field}")


def _encoded(text: str) -> bytes:
    # A lone surrogate is sealed like any other text: an encoding error would quote the text.
    return text.encode("utf-8", "surrogatepass")


def _encrypt(secret: bytes, data: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(secret).encrypt(nonce, data, place)


def _decrypt(secret: bytes, box: bytes, place: bytes) -> bytes:
    return AESGCM(secret).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place)
