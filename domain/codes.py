"""Codes: what a command may carry in the open, so that no plain text slips past the doors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.base import Wire
from schemas.sealed import Sealed

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@#+=-]{0,199}")
"""References and ids: no spaces, nothing but ASCII, at most 200 characters."""

BOX = re.compile(r"[A-Za-z0-9+/]+={0,2}")
"""Base64, as sealing makes it."""

DIGEST = re.compile(r"[0-9a-f]{64}")
"""An HMAC-SHA-256, hexadecimal."""


MAIL = re.compile(r"[^@/]@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
"""The end of a mail address."""

TELEPHONE = re.compile(r"(?:[a-z]+[:=])?\+?[0-9./:=-]+")
"""Digits, however they are parted, and perhaps what they are called."""

DIGITS_OF_TELEPHONES = 7


def is_mail_address(code: str) -> bool:
    """Tell whether a code is a mail address, which is personal."""
    return MAIL.search(code) is not None


def is_telephone(code: str) -> bool:
    """Tell whether a code looks like a telephone number: seven digits or more, and no letters."""
    digits = sum(map(str.isdigit, code))
    return digits >= DIGITS_OF_TELEPHONES and TELEPHONE.fullmatch(code) is not None


def holds_plain_text(command: Wire) -> bool:
    """Tell whether any text in a message is neither sealed nor a code."""
    return not all(_is_coded(value) for value in _leaves(command))


def _is_coded(value: str | Sealed) -> bool:
    if isinstance(value, str):
        return CODE.fullmatch(value) is not None
    parts = ((CODE, value.field), (BOX, value.box), (DIGEST, value.digest))
    return all(pattern.fullmatch(part) for pattern, part in parts)


def _leaves(value: object) -> Iterator[str | Sealed]:
    if isinstance(value, str | Sealed):
        yield value
    elif isinstance(value, Wire):
        for _, item in value:
            yield from _leaves(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for entry in value.items():
            yield from _leaves(entry)
