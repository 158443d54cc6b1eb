"""Forwarding: what is said about a merged complaint reaches the one in which it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from domain.permissions import speaks_for
from schemas.case import Answer
from schemas.commands import Actor
from schemas.ids import workflow_id
from schemas.refusals import RefusalCode
from schemas.vocabulary import Role
from starter.composing import By, Composer
from starter.sending import Sending
from store.errors import StoreUnavailable
from store.read_model import ReadModel

FORWARDED = ("add_information",)
"""Messages that mean the matter; every other means a case, and is refused with the number."""

ELSEWHERE = (RefusalCode.CASE_MERGED, RefusalCode.RUN_COMPLETED)
"""Refusals that name the number under which a merged case goes on."""


class Forwarding:
    """Composes and sends commands, and follows a merged case to its survivor."""

    def __init__(self, composer: Composer, sending: Sending, read_model: ReadModel) -> None:
        self._composer = composer
        self._sending = sending
        self._read_model = read_model

    async def update(self, number: int, name: str, by: By, fields: Mapping[str, Any]) -> Answer:
        """Send a command and return the answer of the case that took it, or that refused it."""
        asked, speaker = [number], by
        while True:
            command = await self._composer.compose(asked[-1], name, speaker, fields)
            answer = await self._sending.update(asked[-1], command)
            survivor = answer.survivor if answer.code in ELSEWHERE else None
            if survivor is None or name not in FORWARDED or survivor in asked:
                return answer
            actor = await self._speaker(number, survivor, by.actor)
            if actor is None:
                return answer
            # The same id, so that a retry takes the same way; its text is sealed for each case.
            speaker = By(actor, command.command_id)
            asked.append(survivor)

    async def signal(self, number: int, name: str, by: By, fields: Mapping[str, Any]) -> None:
        """Send a command as a signal; without an answer, the read model knows of a merge."""
        present = await self._present(number) if name in FORWARDED else number
        if present != number:
            actor = await self._speaker(number, present, by.actor)
            number, by = (number, by) if actor is None else (present, By(actor, by.command_id))
        command = await self._composer.compose(number, name, by, fields)
        await self._sending.signal(number, command)

    async def _speaker(self, number: int, survivor: int, actor: Actor) -> Actor | None:
        """Return who says it in the survivor; None if it is not for this actor to say.

        Whoever is the customer of the merged complaint alone is heard, but is not the survivor's
        customer: there the merged complaint itself has said it.
        """
        if actor.role is not Role.CUSTOMER:
            return actor
        if not speaks_for(await self._composer.opening(number), actor):
            return None
        if speaks_for(await self._composer.opening(survivor), actor):
            return actor
        return Actor(id=workflow_id(number), role=Role.SYSTEM)

    async def _present(self, number: int) -> int:
        """Return the number under which a complaint goes on, as far as that is known."""
        passed = [number]
        with suppress(StoreUnavailable):
            while view := await self._read_model.case(passed[-1]):
                if view.merged_into is None or view.merged_into in passed:
                    break
                passed.append(view.merged_into)
        return passed[-1]
