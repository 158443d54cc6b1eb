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
from schemas.commands import Actor
from schemas.events import Envelope
from schemas.ids import workflow_id
from schemas.offer import Option
from schemas.views import CaseView
from schemas.vocabulary import CallbackResult, Department, Finding, RefusalReason, ReturnReason
from starter.complaint import NewComplaint
from starter.composing import By, Composer
from starter.errors import ComplaintUnknown
from starter.intake import Intake, Receipt
from starter.letters import Letter, Letters
from starter.sending import UNCONNECTED, Sending
from store.journal import Journal
from store.read_model import CaseFilter, ReadModel
from store.rows import CheckRow, NoticeRow

GLANCE = timedelta(seconds=3)
"""How long a look at a case may take."""

Sender = Actor | By
"""Who sends a command: an actor, or an actor with a command id or expected version."""


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


class ComplaintClient:
    """The door for programs. `starter.connecting.connect` makes one from the environment.

    Every command returns the case's `Answer`; one that was refused says why. Commands raise
    InputRejected for bad values, ComplaintUnknown for a number that was never given out, and
    OutcomeUnknown when Temporal stays silent: then send it again under the same command id.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        """Open a complaint; opening it again returns the same number (rule 19)."""
        moment = received_at or await self._parts.composer.now(None)
        return await self._parts.intake.open(complaint, by, moment)

    async def send(self, number: int, name: str, by: Sender, **fields: Any) -> Answer:  # noqa: ANN401
        """Send the command of this wire name; the typed methods below are shorter ways."""
        command = await self._parts.composer.compose(number, name, _by(by), fields)
        return await self._parts.sending.update(number, command)

    async def signal(self, number: int, name: str, by: Sender, **fields: Any) -> None:  # noqa: ANN401
        """Send a customer's or department's command as a signal: durable, without an answer."""
        command = await self._parts.composer.compose(number, name, _by(by), fields)
        await self._parts.sending.signal(number, command)

    async def add_information(self, number: int, text: str, *, by: Sender) -> Answer:
        return await self.send(number, "add_information", by, text=text)

    async def assign_owner(self, number: int, owner: str, *, by: Sender) -> Answer:
        return await self.send(number, "assign_owner", by, owner=owner)

    async def reply(self, number: int, text: str, *, by: Sender) -> Answer:
        return await self.send(number, "reply", by, text=text)

    async def record_note(
        self, number: int, text: str, *, by: Sender, department: Department | None = None
    ) -> Answer:
        return await self.send(number, "record_note", by, text=text, department=department)

    async def request_check(
        self,
        number: int,
        department: Department,
        question: str,
        *,
        by: Sender,
        required: bool = True,
    ) -> Answer:
        """Ask a department; the answer's `created` is the number of the check."""
        fields = {"department": department, "question": question, "required": required}
        return await self.send(number, "request_check", by, **fields)

    async def claim_check(self, number: int, check: int, *, by: Sender) -> Answer:
        return await self.send(number, "claim_check", by, check=check)

    async def complete_check(
        self,
        number: int,
        check: int,
        finding: Finding,
        *,
        by: Sender,
        summary: str | None = None,
        references: Sequence[str] = (),
    ) -> Answer:
        """Answer a check; references are codes of the department's own records."""
        fields = {"check": check, "finding": finding, "summary": summary}
        references = tuple(references)
        return await self.send(number, "complete_check", by, **fields, references=references)

    async def return_check(
        self,
        number: int,
        check: int,
        reason: ReturnReason,
        *,
        by: Sender,
        question: str | None = None,
    ) -> Answer:
        fields = {"check": check, "reason": reason, "question": question}
        return await self.send(number, "return_check", by, **fields)

    async def withdraw_check(self, number: int, check: int, *, by: Sender) -> Answer:
        return await self.send(number, "withdraw_check", by, check=check)

    async def propose(
        self, number: int, options: Sequence[Option], *, by: Sender, text: str | None = None
    ) -> Answer:
        """Offer one to five options; the answer's `created` is the proposal's version."""
        return await self.send(number, "propose", by, options=tuple(options), text=text)

    async def accept_option(
        self,
        number: int,
        version: int,
        option: int,
        *,
        by: Sender,
        evidence: str | None = None,
        objection: str | None = None,
    ) -> Answer:
        """Agree to an option, counted from 1; evidence is the code of a recorded call."""
        fields = {"version": version, "option": option, "objection": objection}
        return await self.send(number, "accept_option", by, **fields, evidence=evidence)

    async def refuse_proposal(
        self,
        number: int,
        version: int,
        reason: RefusalReason,
        *,
        by: Sender,
        text: str | None = None,
    ) -> Answer:
        fields = {"version": version, "reason": reason, "text": text}
        return await self.send(number, "refuse_proposal", by, **fields)

    async def withdraw(self, number: int, *, by: Sender, reason: str | None = None) -> Answer:
        return await self.send(number, "withdraw", by, reason=reason)

    async def close_explained(self, number: int, explanation: str, *, by: Sender) -> Answer:
        return await self.send(number, "close_explained", by, explanation=explanation)

    async def record_callback_attempt(
        self,
        number: int,
        result: CallbackResult,
        called_at: datetime,
        *,
        by: Sender,
        note: str | None = None,
    ) -> Answer:
        fields = {"result": result, "called_at": called_at, "note": note}
        return await self.send(number, "record_callback_attempt", by, **fields)

    async def answer_survey(
        self, number: int, score: int, *, by: Sender, comment: str | None = None
    ) -> Answer:
        return await self.send(number, "answer_survey", by, score=score, comment=comment)

    async def settle_step(
        self, number: int, version: int, step: int, reference: str, *, by: Sender
    ) -> Answer:
        fields = {"version": version, "step": step, "reference": reference}
        return await self.send(number, "settle_step", by, **fields)

    async def fail_step(
        self, number: int, version: int, step: int, reason: str, *, by: Sender
    ) -> Answer:
        fields = {"version": version, "step": step, "reason": reason}
        return await self.send(number, "fail_step", by, **fields)

    async def complete_task(
        self, number: int, task: int, *, by: Sender, note: str | None = None
    ) -> Answer:
        return await self.send(number, "complete_task", by, task=task, note=note)

    async def reopen(self, number: int, *, by: Sender, reason: str | None = None) -> Answer:
        return await self.send(number, "reopen", by, reason=reason)

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


def _by(sender: Sender) -> By:
    return sender if isinstance(sender, By) else By(sender)
