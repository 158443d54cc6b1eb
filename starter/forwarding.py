"""Forwarding: what is said about a merged complaint reaches the one in which it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from schemas.case import Answer
from schemas.refusals import RefusalCode
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
        asked: set[int] = set()
        while True:
            command = await self._composer.compose(number, name, by, fields)
            answer = await self._sending.update(number, command)
            asked.add(number)
            survivor = answer.survivor if answer.code in ELSEWHERE else None
            if survivor is None or name not in FORWARDED or survivor in asked:
                return answer
            # The same id, so that a retry takes the same way; its text is sealed for each case.
            number, by = survivor, By(by.actor, command.command_id)

    async def signal(self, number: int, name: str, by: By, fields: Mapping[str, Any]) -> None:
        """Send a command as a signal; without an answer, the read model knows of a merge."""
        present = await self._present(number) if name in FORWARDED else number
        command = await self._composer.compose(present, name, by, fields)
        await self._sending.signal(present, command)

    async def _present(self, number: int) -> int:
        """Return the number under which a complaint goes on, as far as that is known."""
        passed = {number}
        with suppress(StoreUnavailable):
            while (view := await self._read_model.case(number)) and view.merged_into is not None:
                if view.merged_into in passed:
                    break
                number = view.merged_into
                passed.add(number)
        return number
