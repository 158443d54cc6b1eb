"""Doors' keys in tests, and commands as they come by wire."""

from __future__ import annotations

from datetime import datetime

from domain.carry_out import Handled, carry_out
from domain.signature import Document, SigningKey, document
from domain.state import CaseState
from schemas.commands import Command, TrustKeys
from schemas.keys import PublicKey
from tests.support.actors import MANAGER
from tests.support.commands import UNNAMED

DOOR = SigningKey(b"d" * 32)
"""The key of our door."""

NEXT = SigningKey(b"n" * 32)
"""The key that follows it."""

STRANGE = SigningKey(b"s" * 32)
"""A key of somebody else's."""


def trust_keys(*keys: PublicKey) -> TrustKeys:
    return TrustKeys(command_id=UNNAMED, actor=MANAGER, keys=keys or (DOOR.public, NEXT.public))


def arrive(
    state: CaseState, command: Command, now: datetime, written: Document | None = None
) -> Handled:
    """Let a command come by wire, as it is or as something else was written."""
    return carry_out(state, command, now, written or document(command))
