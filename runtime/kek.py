"""The key-encryption key, under which the vault wraps the key of every complaint.

Whoever has it and the database can read personal data; without it nobody can. So it lives outside
PostgreSQL: in REDRESS_KEK, else in DATA_DIR/kek.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from runtime.errors import KekExposed, KekFileUnusable, KekInvalid, KekMissing
from runtime.private_file import Exposed, create_private, read_private
from runtime.settings import Settings

KEK_BYTES = 32
ID_LENGTH = 16


@dataclass(frozen=True)
class KeyEncryptionKey:
    """The key and its id, a short hash of it, by which wrapped keys name it."""

    id: str
    secret: bytes = field(repr=False)


def load_kek(settings: Settings) -> KeyEncryptionKey:
    """Return the key-encryption key. Raises KekUnusable."""
    if settings.kek is not None:
        return _decoded(settings.kek.get_secret_value(), "REDRESS_KEK")
    file = _kek_file(settings)
    try:
        text = read_private(file)
    except FileNotFoundError:
        raise KekMissing(file=file) from None
    except Exposed as error:
        raise KekExposed(file=file, mode=error.mode) from None
    except OSError as error:
        raise _unusable(file, error) from None
    return _decoded(text, str(file))


def ensure_kek(settings: Settings) -> KeyEncryptionKey:
    """Return the key-encryption key, made on first use. Raises KekUnusable.

    Only what starts a set-up may call this: a door that made a key of its own would seal what
    nobody else can open.
    """
    file = _kek_file(settings)
    if settings.kek is None and not file.exists():
        _make(file)
    return load_kek(settings)


def _kek_file(settings: Settings) -> Path:
    return settings.data_dir / "kek"


def _make(file: Path) -> None:
    """Write a fresh key, unless another process has just done so: then that one stands."""
    text = base64.b64encode(secrets.token_bytes(KEK_BYTES)) + b"\n"
    try:
        create_private(file, text)
    except OSError as error:
        raise _unusable(file, error) from None


def _unusable(file: Path, error: OSError) -> KekFileUnusable:
    return KekFileUnusable(file=file, reason=error.strerror or type(error).__name__)


def _decoded(text: str, source: str) -> KeyEncryptionKey:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raise KekInvalid(source=source) from None
    if len(secret) != KEK_BYTES:
        raise KekInvalid(source=source)
    return KeyEncryptionKey(sha256(secret).hexdigest()[:ID_LENGTH], secret)
