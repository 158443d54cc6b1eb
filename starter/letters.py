"""The customer's letters: messages that wait in the outbox to be collected (reading 4)."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.commands import Actor
from schemas.vocabulary import Purpose
from starter.errors import ComplaintUnknown
from store.outbox import Outbox
from store.register import Register
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as the customer reads it: its subject, an empty line, its body."""

    purpose: Purpose
    text: str


class Letters:
    """Opens what was written to a customer, for whoever may see it; each opening is recorded."""

    def __init__(self, register: Register, vault: Vault, outbox: Outbox) -> None:
        self._register = register
        self._vault = vault
        self._outbox = outbox

    async def collect(self, number: int, by: Actor) -> list[Letter]:
        """Return every message of a complaint, the oldest first; raises ComplaintUnknown."""
        entry = await self._register.entry(number)
        if entry is None:
            raise ComplaintUnknown(number)
        messages = await self._outbox.collect(number)
        sealed = [message.text for message in messages]
        texts = await self._vault.open(entry.complaint_id, sealed, who=by.id, purpose="collect")
        return [
            Letter(message.purpose, text) for message, text in zip(messages, texts, strict=True)
        ]
