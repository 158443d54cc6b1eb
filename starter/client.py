"""ComplaintClient: one typed method per command and query, for any asyncio program."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from schemas.case import Answer
from schemas.commands import BY_DOORS, Actor
from schemas.events import Envelope
from schemas.ids import workflow_id
from schemas.keys import PublicKey
from schemas.views import CaseView
from schemas.vocabulary import Department
from starter.check_commands import CheckCommands
from starter.complaint import NewComplaint
from starter.composing import By, Composer
from starter.errors import ComplaintUnknown, InputRejected
from starter.followup_commands import FollowUpCommands
from starter.forwarding import Forwarding
from starter.handling_commands import HandlingCommands
from starter.intake import Intake, Receipt
from starter.letters import Letter, Letters
from starter.merging import MERGE, UNDO, Merging
from starter.offer_commands import OfferCommands
from starter.sending import UNCONNECTED, Sending
from starter.speaker import Sender
from store.journal import Journal
from store.read_model import CaseFilter, ReadModel
from store.rows import CheckRow, NoticeRow

GLANCE = timedelta(seconds=3)
"""How long a look at a case may take."""


@dataclass(frozen=True)
class Parts:
    """What a client works with."""

    temporal: Client
    intake: Intake
    composer: Composer
    sending: Sending
    letters: Letters
    journal: Journal
    read_model: ReadModel


class ComplaintClient(HandlingCommands, CheckCommands, OfferCommands, FollowUpCommands):
    """The door for programs. `starter.connecting.connect` makes one from the environment.

    Every command returns the case's `Answer`; one that was refused says why. Commands raise
    InputRejected for bad values, ComplaintUnknown for a number that was never given out, and
    OutcomeUnknown when Temporal stays silent: then send it again under the same command id.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        grounds = (parts.composer, parts.sending)
        self._merging = Merging(*grounds, self.view)
        self._forwarding = Forwarding(*grounds, parts.read_model)

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        """Open a complaint; opening it again returns the same number (rule 19)."""
        moment = received_at or await self._parts.composer.now(None)
        return await self._parts.intake.open(complaint, by, moment)

    async def send(self, number: int, name: str, by: Sender, /, **fields: Any) -> Answer:  # noqa: ANN401
        """Send the command of this wire name; the typed methods below are shorter ways.

        Two complaints that are merged hear of it; what is said about a merged one is forwarded.
        """
        ways = {MERGE: self._merging.merge, UNDO: self._merging.undo}
        if name in ways:
            return await ways[name](number, _by(by), fields)
        _check_name(name)
        return await self._forwarding.update(number, name, _by(by), fields)

    async def signal(self, number: int, name: str, by: Sender, /, **fields: Any) -> None:  # noqa: ANN401
        """Send a customer's or department's command as a signal: durable, without an answer."""
        _check_name(name)
        await self._forwarding.signal(number, name, _by(by), fields)

    async def add_information(self, number: int, text: str, *, by: Sender) -> Answer:
        return await self.send(number, "add_information", by, text=text)

    async def withdraw(self, number: int, *, by: Sender, reason: str | None = None) -> Answer:
        return await self.send(number, "withdraw", by, reason=reason)

    async def trust_keys(self, number: int, keys: Sequence[PublicKey], *, by: Sender) -> Answer:
        """Have a case believe the doors with these keys, and no other; for a manager."""
        return await self.send(number, "trust_keys", by, keys=tuple(keys))

    async def view(self, number: int) -> CaseView:
        """Return the case as it stands this moment; from the read model if no worker is up."""
        handle = self._parts.temporal.get_workflow_handle(workflow_id(number))
        try:
            # Without a worker a query waits for one; the read model is the better answer then.
            async with asyncio.timeout(GLANCE.total_seconds()):
                view: CaseView = await handle.query(
                    "view", result_type=CaseView, rpc_timeout=GLANCE
                )
        except (RPCError, *UNCONNECTED):
            return await self.case(number)
        return view

    async def case(self, number: int) -> CaseView:
        """Return the case from the read model, which may be a moment behind."""
        view = await self._parts.read_model.case(number)
        if view is None:
            raise ComplaintUnknown(number)
        return view

    async def cases(self, where: CaseFilter, *, limit: int = 50, after: int = 0) -> list[CaseView]:
        """Return cases by number, those above `after`."""
        return await self._parts.read_model.cases(where, limit=limit, after=after)

    async def inbox(self, department: Department) -> list[CheckRow]:
        """Return the open checks of a department, the earliest due first."""
        return await self._parts.read_model.inbox(department)

    async def notices(self, owner: str) -> list[NoticeRow]:
        """Return what an owner was told about clocks, the newest first."""
        return await self._parts.read_model.notices(owner)

    async def letters(self, number: int, *, by: Actor) -> list[Letter]:
        """Return what was written to the customer, opened; that is recorded."""
        return await self._parts.letters.collect(number, by)

    async def timeline(self, number: int) -> list[Envelope]:
        """Return the journal of a case: everything that has happened, in order."""
        return await self._parts.journal.read(number)


def _check_name(name: str) -> None:
    """Refuse what doors tell two cases by themselves: alone it would say what is not so."""
    if name in BY_DOORS:
        problem = f"{name} is made by this door, with what the other case owes"
        raise InputRejected("command", problem, f"Send {MERGE} or {UNDO}")


def _by(sender: Sender) -> By:
    return sender if isinstance(sender, By) else By(sender)
