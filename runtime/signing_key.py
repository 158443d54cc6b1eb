"""The keys with which a door signs commands (architecture: who speaks).

Whoever has one can speak as anybody. So they live outside PostgreSQL: in REDRESS_SIGNING_KEY,
else in DATA_DIR/signing_keys; several are parted by blanks or lines, the oldest first.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from domain.signature import KEY_BYTES, SigningKey
from runtime.errors import SigningKeyMissing, SigningKeyUnusable
from runtime.private_file import Exposed, read_private, write_private
from runtime.settings import Settings


def load_signing_keys(settings: Settings) -> tuple[SigningKey, ...]:
    """Return the keys of this door, the oldest first. Raises SigningKeyProblem."""
    if settings.signing_key is not None:
        return _decoded(settings.signing_key.get_secret_value(), "REDRESS_SIGNING_KEY")
    file = key_file(settings)
    try:
        return _decoded(read_private(file), str(file))
    except FileNotFoundError:
        raise SigningKeyMissing(file) from None
    except Exposed as error:
        reason = f"others may read it (mode {error.mode:04o}); `chmod 600` it, and renew the key"
        raise SigningKeyUnusable(str(file), reason) from None
    except OSError as error:
        raise SigningKeyUnusable(str(file), error.strerror or type(error).__name__) from None


def make_signing_key(settings: Settings) -> SigningKey:
    """Return a fresh key, written behind those in the file. Raises SigningKeyProblem."""
    file = key_file(settings)
    try:
        held = load_signing_keys(settings)
    except SigningKeyMissing:
        held = ()
    made = SigningKey(secrets.token_bytes(KEY_BYTES))
    lines = [base64.b64encode(key.secret) + b"\n" for key in (*held, made)]
    try:
        write_private(file, b"".join(lines))
    except OSError as error:
        raise SigningKeyUnusable(str(file), error.strerror or type(error).__name__) from None
    return made


def key_file(settings: Settings) -> Path:
    """Return where a door keeps its keys, unless the environment gives them."""
    return settings.data_dir / "signing_keys"


def _decoded(text: str, source: str) -> tuple[SigningKey, ...]:
    try:
        found = [base64.b64decode(word, validate=True) for word in text.split()]
    except ValueError:
        found = []
    if not found or any(len(secret) != KEY_BYTES for secret in found):
        raise SigningKeyUnusable(source, "it is not 32 bytes in base64")
    return tuple(map(SigningKey, found))
