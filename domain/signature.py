"""Signatures: how a door proves that it made a command, to whoever has its public key.

Ed25519 needs neither time nor chance, so that a replay judges every signature as it was judged.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.chain import canonical
from schemas.commands import NAMES, Command
from schemas.keys import PublicKey

SCHEME = "ed25519:"
"""Stands before keys and signatures, so that they are codes and another scheme can follow."""

KEY_BYTES = 32
ID_LENGTH = 16

Document = Mapping[str, object]
"""A command as JSON has it, with every field that its sender wrote."""


@dataclass(frozen=True)
class SigningKey:
    """A door's private key: 32 random bytes."""

    secret: bytes = field(repr=False)

    @cached_property
    def public(self) -> PublicKey:
        """What others need to verify what this key has signed."""
        raw = self._private.public_key().public_bytes_raw()
        return PublicKey(id=_key_id(raw), key=_encoded(raw))

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    def signed(self, number: int, command: Command) -> Command:
        """Return the command to this case with key id and signature."""
        named = command.model_copy(update={"key_id": self.public.id, "signature": None})
        message = signed_bytes(NAMES[type(command)], number, document(named))
        return named.model_copy(update={"signature": _encoded(self._private.sign(message))})


def document(command: Command) -> Document:
    """Return a command as our doors write it: without the fields that are None."""
    return command.model_dump(mode="json", exclude_none=True)


def signed_bytes(name: str, number: int, written: Document) -> bytes:
    """Return what is signed: the whole command but its signature, with its name and its case.

    So a signature holds for no other name and no other case. Fields count as they were written,
    also those that we do not know: a worker judges what a newer door has signed, and goes on
    judging it so once it knows those fields.
    """
    body = {key: value for key, value in written.items() if key != "signature"}
    return canonical({"body": body, "command": name, "complaint": number})


def is_signed_by(key: PublicKey, signature: str, message: bytes) -> bool:
    """Tell whether this key has signed the message; false for keys and signatures of no form."""
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(key.key)).verify(_decoded(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_usable(key: PublicKey) -> bool:
    """Tell whether a public key is of the documented form, with the id that belongs to it."""
    try:
        raw = _decoded(key.key)
    except ValueError:
        return False
    return len(raw) == KEY_BYTES and key == PublicKey(id=_key_id(raw), key=_encoded(raw))


def _key_id(raw: bytes) -> str:
    return sha256(raw).hexdigest()[:ID_LENGTH]


def _encoded(raw: bytes) -> str:
    return SCHEME + b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    if not text.startswith(SCHEME):
        raise ValueError("it names no scheme that we know")
    return b64decode(text.removeprefix(SCHEME), validate=True)
