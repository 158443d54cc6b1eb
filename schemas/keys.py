"""The keys of doors: who signs commands, as a case knows it."""

from __future__ import annotations

from schemas.base import Wire


class PublicKey(Wire):
    """What proves that a door has signed: `key` is `ed25519:` and 32 bytes in base64.

    `id` is the beginning of their SHA-256, hexadecimal.
    """

    id: str
    key: str
