"""Whoever can send commands to a case; the typed methods of the client are mixed into it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from schemas.case import Answer
from schemas.commands import Actor
from starter.composing import By

Sender = Actor | By
"""Who sends a command: an actor, or an actor with a command id or expected version."""


class Speaker(ABC):
    """Sends commands by their wire names."""

    @abstractmethod
    async def send(self, number: int, name: str, by: Sender, /, **fields: Any) -> Answer:  # noqa: ANN401
        """Send the command of this wire name to a complaint."""
