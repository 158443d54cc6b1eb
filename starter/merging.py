"""Merging two complaints: what a door tells the one and the other, in the order that loses nothing.

First the survivor takes in what the other owes, then the other ends; undone, first the other goes
on, then the survivor lets it go. Whatever breaks off in between leaves a customer with two cases
that go on, never with none; and the same command again, under its id, completes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from domain.duplicates import HIGHEST
from domain.merging import is_no_circle, loses_nothing
from schemas.case import Answer
from schemas.commands import NAMES, Command, MergeInto
from schemas.views import CaseView
from schemas.vocabulary import ClockKind, CommandStatus
from starter.composing import By, Composer
from starter.errors import OutcomeUnknown
from starter.sending import Sending

Look = Callable[[int], Awaitable[CaseView]]
"""Returns a case as it stands this moment."""

MERGE, UNDO = "merge_into", "undo_merge"


class Merging:
    """Sends the commands by which complaints are merged, and by which that is undone."""

    def __init__(self, composer: Composer, sending: Sending, look: Look) -> None:
        self._composer = composer
        self._sending = sending
        self._look = look

    async def merge(self, number: int, by: By, fields: Mapping[str, Any]) -> Answer:
        """Let a complaint go on under another number; a refusal says which of the two refuses.

        Raises what composing and sending raise.
        """
        command = await self._composer.compose(number, MERGE, by, fields)
        return await self._whole(number, command, self._merge(number, by, command))

    async def undo(self, number: int, by: By, fields: Mapping[str, Any]) -> Answer:
        """Let a complaint go on under its own number again. Raises what sending raises."""
        command = await self._composer.compose(number, UNDO, by, fields)
        return await self._whole(number, command, self._undo(number, by, command))

    async def _whole(self, number: int, command: Command, told: Awaitable[Answer]) -> Answer:
        """Have the sender repeat all of it, whichever of the two cases stays silent."""
        try:
            return await told
        except OutcomeUnknown:
            raise OutcomeUnknown(NAMES[type(command)], number, command.command_id) from None

    async def _merge(self, number: int, by: By, command: Command) -> Answer:
        survivor = command.survivor if isinstance(command, MergeInto) else number
        view = await self._look(number)
        if adopts := _may_merge(view, survivor, command):
            told = await self._tell(survivor, "adopt_duplicate", by, _owed(view))
            if told.status is CommandStatus.REFUSED:
                return told
        answer = await self._sending.update(number, command)
        if adopts and answer.status is CommandStatus.REFUSED and answer.survivor != survivor:
            await self._tell(survivor, "release_duplicate", by, {"of": number})
        return answer

    async def _undo(self, number: int, by: By, command: Command) -> Answer:
        answer = await self._sending.update(number, command)
        if answer.status is CommandStatus.ACCEPTED:
            view = await self._look(number)
            former = [cycle.merged_into for cycle in view.cycles if cycle.merged_into is not None]
            if former and view.merged_into is None:
                await self._tell(former[-1], "release_duplicate", by, {"of": number})
        return answer

    async def _tell(self, number: int, name: str, by: By, fields: Mapping[str, Any]) -> Answer:
        """Tell the other case, each time under an id of its own: what it takes in may differ."""
        command = await self._composer.compose(number, name, By(by.actor), fields)
        return await self._sending.update(number, command)


def _may_merge(view: CaseView, survivor: int, command: Command) -> bool:
    """Tell whether the case is about to agree: who is refused has changed no other case."""
    other = 1 <= survivor <= HIGHEST and survivor != view.number
    current = command.expected_version in {None, view.version}
    return other and current and loses_nothing(view) and is_no_circle(view, survivor)


def _owed(view: CaseView) -> dict[str, Any]:
    """Return what a complaint owes, and when, as the survivor needs to know it."""
    received = [view.cycles[-1].started_at, *(each.received_at for each in view.adopted)]
    return {
        "of": view.number,
        "contacted_at": min(received),
        "reply_due_at": _due_at(view, ClockKind.REPLY),
        "solution_due_at": _due_at(view, ClockKind.SOLUTION),
        "external_due_at": _due_at(view, ClockKind.EXTERNAL),
        "promised_at": _due_at(view, ClockKind.PROMISE),
    }


def _due_at(view: CaseView, kind: ClockKind) -> datetime | None:
    running = (clock for clock in view.clocks if clock.verdict is None and clock.kind is kind)
    return min((clock.due_at for clock in running), default=None)
