"""Rule 27: a run that grows too long hands everything over to the next, and loses nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from gateways.check_request import CheckRequest
from gateways.recording import RecordingDepartmentSystem
from schemas.events import Envelope, InformationAdded, RefusalsCounted
from schemas.evidence import Evidence
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CheckStatus,
    Department,
    Finding,
    Outcome,
    Stage,
)
from starter.composing import By
from store.errors import StoreUnavailable
from store.journal import Journal
from tests.support.actors import AGENT, CUSTOMER
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.eventually import eventually
from tests.support.histories import failures, signal_names
from tests.support.policies import minutes
from tests.support.wire import payload, raw_signal

pytestmark = pytest.mark.server

BOUND = 60
"""Events after which these cases continue as new; opening one takes about fifteen."""

DUE_LEVEL = 3
"""The level of the usual ladder that a clock reaches when it is due."""


async def bounded(cases: Caseload, **fields: object) -> Case:
    return await cases.open(cases.house.door(continue_after=BOUND), **fields)


async def go_on(case: Case, runs: int = 2) -> None:
    """Keep a case busy until it is in its next run."""
    while len(await case.runs()) < runs:
        await case.send("record_note", text="still at it")


async def test_messages_that_stream_in_meanwhile_are_all_taken_once(served: Caseload) -> None:
    case = await bounded(served)
    signals = [case.signal("add_information", text=f"fact {n}") for n in range(60)]
    updates = [case.send("add_information", CUSTOMER, text=f"more {n}") for n in range(60)]
    answers = await asyncio.gather(*signals, *updates)
    assert len(answers) == 120
    journal = await eventually(case.journal, lambda found: count(found) >= 120)
    causes = Counter(e.cause.command_id for e in journal if isinstance(e.event, InformationAdded))
    assert set(causes.values()) == {1}
    assert len(causes) == 120
    assert len(await case.runs()) > 2
    assert len(signal_names(await case.events())) == 60
    await case.withdraw()
    assert (await case.finish()).view.outcome is Outcome.WITHDRAWN


def count(journal: list[Envelope]) -> int:
    return sum(isinstance(envelope.event, InformationAdded) for envelope in journal)


async def test_clocks_checks_and_proposals_go_along(served: Caseload) -> None:
    case = await bounded(served)
    await case.reply()
    await case.ask()
    await case.find()
    version = await case.propose()
    await case.journal()
    before = await case.view()
    await go_on(case)
    after = await case.view()
    changed = {"seq", "version", "head"}
    assert after.model_dump(exclude=changed) == before.model_dump(exclude=changed)
    await case.accept(version)
    await case.stage(Stage.FOLLOWING_UP)
    assert (await case.view()).steps[0].reference is not None


async def test_the_next_run_rings_the_alarms_of_the_first(served: Caseload) -> None:
    case = await bounded(served)
    reply = await case.clock("reply")
    await go_on(case)
    await case.wait_until(reply.due_at + minutes(1))
    view = await case.until(lambda view: view.overdue == ("reply",))
    assert view.clocks[0].levels == DUE_LEVEL


async def test_a_command_repeated_in_the_next_run_gets_the_first_answer(served: Caseload) -> None:
    case = await bounded(served)
    by = By(AGENT, command_id="once")
    first = await case.client.send(case.number, "assign_owner", by, owner="agent-9")
    await go_on(case)
    seq = (await case.view()).seq
    again = await case.client.send(case.number, "assign_owner", by, owner="agent-9")
    assert again == first
    assert (await case.view()).seq == seq
    await case.refused(RefusalCode.COMMAND_ID_REUSED, "assign_owner", by, owner="agent-8")


class Gate(RecordingDepartmentSystem):
    """A warehouse that answers only once the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = asyncio.Event()

    async def ask(self, request: CheckRequest) -> Evidence:
        self.asked.append(request)
        await self.is_open.wait()
        return Evidence(system="warehouse", finding=Finding.PACKING_FAULT, reference="PX-1")


async def test_what_is_under_way_is_repeated_under_its_key(cases: Caseload) -> None:
    house, gate = cases.house, Gate()
    async with house.working(departments={**house.departments, Department.WAREHOUSE: gate}):
        case = await bounded(cases)
        await case.ask()
        await go_on(case)
        await eventually(lambda: seen(gate), lambda asked: len(asked) > 1)
        gate.is_open.set()
        view = await case.stage(Stage.DECIDING)
    assert len({request.key for request in gate.asked}) == 1
    (check,) = view.checks
    assert check.status is CheckStatus.COMPLETED
    assert check.findings == (Finding.PACKING_FAULT,)


async def seen(gate: Gate) -> list[CheckRequest]:
    return gate.asked


async def test_events_not_yet_written_go_along(
    served: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await bounded(served)
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", away)
        await go_on(case)
        seq = (await case.view()).seq
        assert len(await Journal(served.house.pool).read(case.number)) < seq
    await case.wait(timedelta(minutes=2))
    journal = await case.journal()
    assert [envelope.seq for envelope in journal] == list(range(1, len(journal) + 1))


async def away(*_: object) -> int:
    raise StoreUnavailable("test")


async def test_refusals_that_are_only_counted_go_along(served: Caseload) -> None:
    case = await bounded(served)
    limit = served.house.config.policy.refusals_stored_per_actor
    for _ in range(limit + 30):
        await raw_signal(case, "add_information", [payload(b"{")])
    await eventually(case.refusals, lambda found: len(found) >= limit)
    await go_on(case, runs=len(await case.runs()) + 1)
    await case.withdraw()
    await case.finish()
    journal = [envelope.event for envelope in await case.journal()]
    assert sum(e.count for e in journal if isinstance(e, RefusalsCounted)) == 30


async def test_the_next_run_is_found_as_the_first(served: Caseload) -> None:
    case = await bounded(served)
    first = await case.handle.describe()
    await go_on(case)
    described = await eventually(
        case.handle.describe,
        lambda found: found.typed_search_attributes == first.typed_search_attributes,
    )
    assert described.run_id != first.run_id


async def test_no_run_is_longer_than_its_bound_by_much(served: Caseload) -> None:
    case = await bounded(served)
    await go_on(case, runs=4)
    runs = await case.runs()
    assert all(len(run.events) < BOUND + 25 for run in runs)
    assert failures(event for run in runs for event in run.events) == []
