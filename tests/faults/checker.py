"""What must hold once the faults are over (assurance.md 8), whatever the clients were told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus, WorkflowHistory

from domain.journaling import fold
from domain.view import case_view
from runtime.replaying import replayed_result
from schemas.events import Envelope, MessageDelivered
from schemas.ids import complaint_number, message_key, workflow_id
from schemas.policy import Policy
from schemas.views import CaseRecord, CaseView
from schemas.vocabulary import Purpose
from store.journal import Journal
from store.outbox import Outbox
from store.read_model import EVERY_CASE, ReadModel
from store.register import Entry, Register
from tests.faults.calls import Call, Outcome
from tests.support.invariants import check_invariants
from tests.support.processes import SetUp
from workflows.complaint import ComplaintWorkflow

OPENING = ("open", "contradict")
"""What is called under a source key; everything else under a command id."""

SIDE_BY_SIDE = 8
TASK_ENDINGS = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
)

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class Found:
    """What every part of the set-up knows of each complaint, by its number."""

    missing: list[int]
    entries: dict[int, Entry] = field(default_factory=dict)
    journals: dict[int, list[Envelope]] = field(default_factory=dict)
    views: dict[int, CaseView] = field(default_factory=dict)
    queried: dict[int, CaseView] = field(default_factory=dict)
    outbox: dict[int, Counter[str]] = field(default_factory=dict)
    acknowledged: dict[int, int] = field(default_factory=dict)
    runs: Counter[int] = field(default_factory=Counter)
    histories: dict[int, WorkflowHistory] = field(default_factory=dict)

    @property
    def events(self) -> int:
        return sum(len(journal) for journal in self.journals.values())


async def gather(setup: SetUp) -> Found:
    """Ask the register, the journal, the read model, the outbox and Temporal about everything."""
    register = Register(setup.pool)
    found = Found(await register.numbers_missing())
    for number in range(1, await register.count() + 1):
        entry = await register.entry(number)
        assert entry is not None
        found.entries[number] = entry
    async for execution in setup.temporal_client.list_workflows():
        found.runs[complaint_number(execution.id)] += 1
    read_model = ReadModel(setup.pool)
    every = await read_model.cases(EVERY_CASE, limit=len(found.entries) + 1)
    found.views = {view.number: view for view in every}
    await together(found.entries, lambda number: _gather_case(setup, found, number))
    return found


async def together(
    items: Iterable[Item], work: Callable[[Item], Awaitable[Result]], at_once: int = SIDE_BY_SIDE
) -> list[Result]:
    """Do work for every item, a few at a time."""
    room = asyncio.Semaphore(at_once)

    async def bounded(item: Item) -> Result:
        async with room:
            return await work(item)

    return await asyncio.gather(*map(bounded, items))


async def check_cases(found: Found, policy: Policy) -> None:
    """Check that every part of the set-up tells the same of every case, and that it replays."""
    check_workflows(found)
    for number, journal in found.journals.items():
        state = fold(journal, policy)
        check_invariants(state, journal)
        folded = case_view(state)
        assert differences(folded, found.views[number]) == {}, f"{number}: journal, read model"
        assert differences(folded, found.queried[number]) == {}, f"{number}: journal, case"
        assert state.opening == found.entries[number].opening
    check_messages(found)
    for history in found.histories.values():
        await replayed_result(ComplaintWorkflow, history, CaseRecord)


def differences(one: CaseView, other: CaseView) -> dict[str, object]:
    """Return what differs between two views, for whoever has to find out why."""
    pairs = {name: (value, getattr(other, name)) for name, value in one}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def check_calls(calls: list[Call], found: Found) -> None:
    """Check what clients were told against what has happened."""
    check_openings(calls, found)
    check_commands(calls, found)


def check_openings(calls: list[Call], found: Found) -> None:
    """Check the register against what clients were told: nothing lost, doubled or invented."""
    opened = [call for call in calls if call.action == "open" and call.outcome is Outcome.OK]
    numbers: dict[str, int] = {call.key: call.number for call in opened}
    assert all(call.number == numbers[call.key] for call in opened)
    new = Counter(call.key for call in opened if call.is_new)
    assert all(count == 1 for count in new.values())
    assert {entry.opening.source_key: n for n, entry in found.entries.items()} == numbers
    assert found.missing == []
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))


def check_workflows(found: Found) -> None:
    """Check that every complaint has exactly one run, and that none of them is stuck."""
    assert found.runs == Counter(found.entries.keys())
    stuck = [n for n, history in found.histories.items() if _last_task(history) != TASK_ENDINGS[0]]
    assert stuck == []


def check_messages(found: Found) -> None:
    """Check that the outbox holds every message of a case once, and no other."""
    assert set(found.acknowledged.values()) == {1}
    for number, view in found.views.items():
        keys = Counter(message_key(number, message.number) for message in view.messages)
        assert found.outbox[number] == keys
        delivered = [
            e.event for e in found.journals[number] if isinstance(e.event, MessageDelivered)
        ]
        assert Counter(event.message for event in delivered) == Counter(
            message.number for message in view.messages
        )


def check_commands(calls: list[Call], found: Found) -> None:
    """Check that a command that was accepted took effect once, one that was not never."""
    for call in calls:
        if call.action in OPENING:
            continue
        effects = [e for e in found.journals[call.number] if e.cause.command_id == call.key]
        answers = [e.answer for e in effects if e.answer is not None]
        match call.outcome:
            case Outcome.OK:
                assert len(answers) == 1, call
            case Outcome.FAIL:
                assert effects == [], call
            case Outcome.UNKNOWN:
                assert len(answers) <= 1, call


async def _gather_case(setup: SetUp, found: Found, number: int) -> None:
    handle = setup.temporal_client.get_workflow_handle(workflow_id(number))
    description = await handle.describe()
    assert description.status is WorkflowExecutionStatus.RUNNING
    found.journals[number] = await Journal(setup.pool).read(number)
    found.queried[number] = await handle.query("view", result_type=CaseView)
    found.histories[number] = await handle.fetch_history()
    waiting = await Outbox(setup.pool).collect(number)
    found.outbox[number] = Counter(message.key for message in waiting)
    found.acknowledged[number] = sum(m.purpose is Purpose.ACKNOWLEDGEMENT for m in waiting)


def _last_task(history: WorkflowHistory) -> EventType.ValueType | None:
    endings = [event.event_type for event in history.events if event.event_type in TASK_ENDINGS]
    return endings[-1] if endings else None
