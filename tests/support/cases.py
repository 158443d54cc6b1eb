"""A live case in a test: what people do to it, and what is seen of it from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecutionDescription, WorkflowHandle, WorkflowHistory

from schemas.case import Answer, Clock
from schemas.commands import Actor
from schemas.events import CommandRefused, Envelope
from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.views import CaseRecord, CaseView
from schemas.vocabulary import CallbackResult, Channel, CommandStatus, Department, Finding, Stage
from starter.client import ComplaintClient
from starter.complaint import NewComplaint, PlainContact, PlainCustomer
from starter.composing import By
from store.journal import Journal
from tests.support.actors import AGENT, CUSTOMER, SHOP, WAREHOUSE
from tests.support.commands import resend
from tests.support.eventually import PATIENCE, eventually
from tests.support.house import House

RESULT_PATIENCE = 30.0
WINDOWS = timedelta(days=31)
"""Longer than any window of a closed case."""


def complaint(**fields: Any) -> NewComplaint:
    """Return a complaint under a source key of its own, about a missing part."""
    usual: dict[str, Any] = {
        "channel": Channel.WEB,
        "source_key": f"test-{uuid4()}",
        "content": "The lid is missing from the parcel.",
        "customer": PlainCustomer(
            name="Ada Kowalski",
            contacts=(PlainContact(kind=Channel.PHONE, address="+8613800138000"),),
        ),
        "order": f"SO-{uuid4().hex[:12]}",
    }
    return NewComplaint(**{**usual, **fields})


async def opened(house: House, door: ComplaintClient | None = None, **fields: Any) -> Case:
    """Open a case that is triaged and acknowledged."""
    case = await accepted(house, door, **fields)
    await case.until(lambda view: any(message.delivered_at for message in view.messages))
    return case


async def accepted(house: House, door: ComplaintClient | None = None, **fields: Any) -> Case:
    """Open a case, whether a worker is up or not."""
    client = door or house.door()
    receipt = await client.open(complaint(**fields), by=SHOP)
    return Case(house, client, receipt.number)


@dataclass
class Case:
    """One complaint by its number, and the door through which it is reached."""

    house: House
    client: ComplaintClient
    number: int
    is_jammed: bool = False

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.house.handle(self.number)

    # ---- What people do ------------------------------------------------------------------------

    async def send(self, name: str, by: Actor | By = AGENT, /, **fields: Any) -> Answer:
        """Send a command that is accepted."""
        answer = await self.client.send(self.number, name, by, **fields)
        assert answer.status is CommandStatus.ACCEPTED, answer
        return answer

    async def refused(
        self, code: RefusalCode, name: str, by: Actor | By = AGENT, **fields: Any
    ) -> Answer:
        """Send a command that is refused with this code."""
        answer = await self.client.send(self.number, name, by, **fields)
        assert (answer.status, answer.code) == (CommandStatus.REFUSED, code), answer
        return answer

    async def signal(self, name: str, by: Actor | By = CUSTOMER, **fields: Any) -> None:
        await self.client.signal(self.number, name, by, **fields)

    async def reply(self) -> None:
        """Answer the customer, until the answer is delivered."""
        await self.send("reply", text="We are looking into it.")
        await self.until(lambda view: clock(view, "reply").verdict is not None)

    async def ask(self, department: Department = Department.WAREHOUSE) -> int:
        """Ask a department and return the number of the check."""
        answer = await self.send("request_check", department=department, question="Was it packed?")
        assert answer.created is not None
        return answer.created

    async def find(self, check: int = 1, by: Actor = WAREHOUSE) -> None:
        await self.send("complete_check", by, check=check, finding=Finding.PACKING_FAULT)

    async def propose(self, *options: Option) -> int:
        """Offer options (one resend, if none is given), until the customer holds them."""
        offered = options or (Option(steps=(resend(),)),)
        answer = await self.send("propose", options=offered)
        assert answer.created is not None
        await self.stage(Stage.AWAITING_CONSENT)
        return answer.created

    async def accept(self, version: int = 1, option: int = 1) -> None:
        await self.send("accept_option", CUSTOMER, version=version, option=option)

    async def call_back(self, result: CallbackResult = CallbackResult.SATISFIED) -> None:
        await self.send("record_callback_attempt", result=result, called_at=await self.now())

    async def withdraw(self) -> None:
        await self.send("withdraw", CUSTOMER)
        await self.stage(Stage.CLOSED)

    # ---- What time does ------------------------------------------------------------------------

    async def now(self) -> datetime:
        return await self.house.case_time(self.number)

    async def wait(self, span: timedelta) -> None:
        """Let time of the case pass, with every timer firing on the way."""
        async with asyncio.timeout(RESULT_PATIENCE):
            await self.house.skipper.fast_forward(self.handle, span)

    async def wait_until(self, moment: datetime) -> None:
        """Let time of the case pass up to a moment."""
        await self.wait(moment - await self.now())

    async def finish(self) -> CaseRecord:
        """Let every window of the closed case pass, and return what its run leaves."""
        await self.wait(WINDOWS)
        return await self.result()

    # ---- What is seen --------------------------------------------------------------------------

    async def view(self) -> CaseView:
        return await self.client.view(self.number)

    async def until(
        self, holds: Callable[[CaseView], object], *, seconds: float = PATIENCE
    ) -> CaseView:
        return await eventually(self.view, holds, seconds=seconds)

    async def stage(self, wanted: Stage) -> CaseView:
        return await self.until(lambda view: view.stage is wanted)

    async def clock(self, key: str) -> Clock:
        return clock(await self.view(), key)

    async def result(self) -> CaseRecord:
        """Return what the run leaves, which must be soon."""
        async with asyncio.timeout(RESULT_PATIENCE):
            handle = self.house.temporal.get_workflow_handle(self.handle.id, result_type=CaseRecord)
            record: CaseRecord = await handle.result()
        return record

    async def journal(self) -> list[Envelope]:
        """Return the journal once it has caught up with the case."""
        view = await self.view()
        read = Journal(self.house.pool).read
        return await eventually(lambda: read(self.number), lambda found: len(found) >= view.seq)

    async def rest(self) -> None:
        """Wait until Redress has nothing to do for the case but to wait."""
        await self.until(lambda view: all(m.delivered_at for m in view.messages))
        await self.journal()
        await eventually(self.handle.describe, _is_at_rest)

    async def refusals(self) -> list[CommandRefused]:
        """Return what the journal says was refused."""
        events = [envelope.event for envelope in await self.journal()]
        return [event for event in events if isinstance(event, CommandRefused)]

    async def runs(self) -> list[WorkflowHistory]:
        """Return the histories of all runs of the case, the first one first."""
        histories: list[WorkflowHistory] = []
        run_id: str | None = None
        while True:
            handle = self.house.temporal.get_workflow_handle(self.handle.id, run_id=run_id)
            history = await handle.fetch_history()
            histories.insert(0, history)
            start = history.events[0].workflow_execution_started_event_attributes
            run_id = start.continued_execution_run_id
            if not run_id:
                return histories

    async def events(self) -> Sequence[HistoryEvent]:
        """Return the history events of all runs of the case."""
        return [event for history in await self.runs() for event in history.events]


def _is_at_rest(described: WorkflowExecutionDescription) -> bool:
    raw = described.raw_description
    return not (raw.HasField("pending_workflow_task") or raw.pending_activities)


def clock(view: CaseView, key: str) -> Clock:
    """Return a clock of the present cycle, or of the last one of a closed case."""
    found = [clock for clock in (*view.clocks, *view.cycles[-1].clocks) if clock.key == key]
    assert found, f"there is no clock {key}"
    return found[0]
