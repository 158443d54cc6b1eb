"""Rules 19, 22, 23 and 25 at the door: each complaint and each command once, whatever happens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    StartWorkflowUpdateInput,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError, RPCStatusCode

from runtime.embedded.ports import free_port
from runtime.temporal import redress_plugin, shared_runtime
from schemas.events import InformationAdded, OwnerAssigned
from schemas.refusals import RefusalCode
from schemas.vocabulary import CommandStatus, Department, Finding, Stage
from starter.composing import By
from starter.dispatcher import dispatch_due
from starter.errors import ComplaintUnknown, InputRejected, PhraseForbidden, SourceKeyConflict
from store.read_model import CaseFilter
from store.register import Register
from tests.support.actors import AGENT, CUSTOMER, SHOP, WAREHOUSE
from tests.support.caseload import Caseload
from tests.support.cases import Case, complaint
from tests.support.eventually import eventually
from tests.support.histories import signal_names
from tests.support.house import House, intercepted

pytestmark = pytest.mark.server

UNKNOWN_NUMBER = 999_999_999


# ---- Opening ---------------------------------------------------------------------------------


async def test_opening_again_gives_the_same_number_and_changes_nothing(served: Caseload) -> None:
    wanted = complaint()
    first = await served.house.door().open(wanted, by=SHOP)
    case = served.note(Case(served.house, served.house.door(), first.number))
    await case.stage(Stage.RECEIVED)
    await case.rest()
    seq = (await case.view()).seq
    again = await served.house.door().open(wanted, by=SHOP)
    assert (again.number, again.is_new, first.is_new) == (first.number, False, True)
    assert again.received_at == first.received_at
    assert (await case.view()).seq == seq


async def test_another_body_under_the_same_source_key_is_a_conflict(served: Caseload) -> None:
    wanted = complaint()
    first = await served.house.door().open(wanted, by=SHOP)
    served.note(Case(served.house, served.house.door(), first.number))
    other = wanted.model_copy(update={"content": "Now the pot is missing as well."})
    with pytest.raises(SourceKeyConflict) as conflict:
        await served.house.door().open(other, by=SHOP)
    assert conflict.value.number == first.number


async def test_fifty_openings_of_one_complaint_at_once_are_one(served: Caseload) -> None:
    wanted, door = complaint(), served.house.door()
    receipts = await asyncio.gather(*(door.open(wanted, by=SHOP) for _ in range(50)))
    assert len({receipt.number for receipt in receipts}) == 1
    assert sum(receipt.is_new for receipt in receipts) == 1
    served.note(Case(served.house, door, receipts[0].number))


async def test_numbers_are_gapless_under_concurrency(served: Caseload) -> None:
    door = served.house.door()
    wanted = [complaint() for _ in range(30)]
    twice = [*wanted, *wanted]
    receipts = await asyncio.gather(*(door.open(each, by=SHOP) for each in twice))
    numbers = sorted({receipt.number for receipt in receipts})
    assert numbers == list(range(numbers[0], numbers[0] + 30))
    assert await Register(served.house.pool).numbers_missing() == []
    for number in numbers:
        served.note(Case(served.house, door, number))


async def test_a_complaint_is_accepted_without_temporal_and_started_later(
    served: Caseload,
) -> None:
    house = served.house
    receipt = await house.door(temporal=await nobody()).open(complaint(), by=SHOP)
    assert receipt.is_new
    with pytest.raises(RPCError, match="not found"):
        await house.handle(receipt.number).describe()
    register = Register(house.pool)
    await eventually(lambda: dispatch_due(house.temporal, register), lambda started: started)
    case = served.note(Case(house, house.door(), receipt.number))
    view = await case.until(lambda view: view.messages)
    assert view.received_at == receipt.received_at
    assert await dispatch_due(house.temporal, register) == 0


async def nobody() -> Client:
    """Return a client of a Temporal that is away."""
    address = f"127.0.0.1:{free_port()}"
    plugins = [redress_plugin()]
    return await Client.connect(address, plugins=plugins, runtime=shared_runtime(), lazy=True)


# ---- Sending ---------------------------------------------------------------------------------


async def test_a_number_that_was_never_given_out_is_unknown(house: House) -> None:
    door = house.door()
    with pytest.raises(ComplaintUnknown):
        await door.withdraw(UNKNOWN_NUMBER, by=CUSTOMER)
    with pytest.raises(ComplaintUnknown):
        await door.signal(UNKNOWN_NUMBER, "withdraw", CUSTOMER)
    with pytest.raises(ComplaintUnknown):
        await door.reply(UNKNOWN_NUMBER, "We are on it.", by=AGENT)
    with pytest.raises(ComplaintUnknown):
        await door.view(UNKNOWN_NUMBER)


@dataclass
class LosingReplies(Interceptor):
    """Lets messages through and loses what the server says; `seen` are the ids of the updates."""

    losses: int
    seen: list[str] = field(default_factory=list)

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002
        return _Losing(next, self)

    def lose(self) -> None:
        if self.losses:
            self.losses -= 1
            raise RPCError("the connection broke", RPCStatusCode.UNAVAILABLE, b"")


class _Losing(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, losing: LosingReplies) -> None:
        super().__init__(following)
        self._losing = losing

    async def start_workflow_update(
        self,
        input: StartWorkflowUpdateInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        self._losing.seen.append(str(input.update_id))
        handle = await super().start_workflow_update(input)
        self._losing.lose()
        return handle

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:  # noqa: A002
        await super().signal_workflow(input)
        self._losing.lose()


async def test_an_update_whose_answer_is_lost_takes_effect_once(served: Caseload) -> None:
    case, losing = await served.open(), LosingReplies(3)
    door = served.house.door(temporal=intercepted(served.house.temporal, losing))
    answer = await door.assign_owner(case.number, "agent-9", by=AGENT)
    assert answer.status is CommandStatus.ACCEPTED
    assert len(losing.seen) == 4
    assert len(set(losing.seen)) == 1
    journal = await case.journal()
    assert [e.event.owner for e in journal if isinstance(e.event, OwnerAssigned)][1:] == ["agent-9"]
    assert await case.refusals() == []


async def test_a_signal_whose_receipt_is_lost_takes_effect_once(served: Caseload) -> None:
    case, losing = await served.open(), LosingReplies(2)
    door = served.house.door(temporal=intercepted(served.house.temporal, losing))
    await door.signal(case.number, "add_information", CUSTOMER, text="It is blue.")
    assert len(signal_names(await case.events())) == 3
    await eventually(case.journal, lambda found: count(found, InformationAdded))
    await case.send("assign_owner", owner="agent-9")
    assert count(await case.journal(), InformationAdded) == 1


def count(journal: list[Any], kind: type) -> int:
    return sum(isinstance(envelope.event, kind) for envelope in journal)


async def test_a_command_id_used_twice_gets_the_first_answer_or_is_refused(
    served: Caseload,
) -> None:
    case, by = await served.open(), By(AGENT, command_id="my-own-id")
    first = await case.send("reply", by, text="We are on it.")
    await case.send("assign_owner", owner="agent-9")
    assert await case.send("reply", by, text="We are on it.") == first
    await case.refused(RefusalCode.COMMAND_ID_REUSED, "reply", by, text="We are not.")
    await case.refused(RefusalCode.COMMAND_ID_REUSED, "assign_owner", by, owner="agent-1")


async def test_a_stale_version_is_refused_with_the_present_one(served: Caseload) -> None:
    case = await served.open()
    version = (await case.send("assign_owner", owner="agent-8")).version
    await case.send("assign_owner", By(AGENT, expected_version=version), owner="agent-9")
    stale = By(AGENT, expected_version=version)
    answer = await case.refused(RefusalCode.STALE_VERSION, "assign_owner", stale, owner="agent-7")
    assert answer.version == version + 1
    assert str(version + 1) in (answer.explanation or "")
    assert (await case.view()).owner == "agent-9"


async def test_departments_answer_by_signal_while_no_worker_is_up(cases: Caseload) -> None:
    async with cases.house.working():
        case = await cases.open()
        check = await case.ask()
        await case.rest()
    await case.signal("claim_check", WAREHOUSE, check=check)
    await case.signal("complete_check", WAREHOUSE, check=check, finding=Finding.CONFIRMED)
    async with cases.house.working():
        view = await case.stage(Stage.DECIDING)
    assert view.checks[0].claimed_by == WAREHOUSE.id
    assert view.checks[0].findings == (Finding.CONFIRMED,)


# ---- What the door refuses by itself ---------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("reply", {"text": "这不是我们的问题"}),
        ("close_explained", {"explanation": "这不是我们的问题"}),
    ],
)
async def test_a_phrase_that_is_not_said_to_customers_stays_at_the_door(
    served: Caseload, command: str, fields: dict[str, str]
) -> None:
    case = await served.open()
    await case.rest()
    seq = (await case.view()).seq
    with pytest.raises(PhraseForbidden):
        await case.client.send(case.number, command, AGENT, **fields)
    assert (await case.view()).seq == seq
    await case.send("record_note", text="这不是我们的问题")


@pytest.mark.parametrize(
    ("command", "fields", "named"),
    [
        ("complete_check", {"check": 1, "finding": "confirmed", "references": ("a b",)}, "code"),
        ("assign_owner", {"owner": "Ada Kowalski"}, "code"),
        ("assign_owner", {"owners": "agent-9"}, "owners"),
        ("assign_owner", {}, "owner"),
        ("reply", {"text": "a", "by": "agent-2", "name": "b", "number": 2}, "by"),
        ("abolish", {}, "abolish"),
        ("reply", {"text": "  "}, "text"),
        ("reply", {"text": "a\0b"}, "text"),
        ("reply", {"text": "x" * 10_001}, "text"),
        ("answer_survey", {"score": "five"}, "score"),
    ],
)
async def test_what_no_case_could_take_stays_at_the_door(
    served: Caseload, command: str, fields: dict[str, Any], named: str
) -> None:
    case = await served.open()
    with pytest.raises(InputRejected, match=named):
        await case.client.send(case.number, command, AGENT, **fields)
    assert await case.refusals() == []


# ---- Looking ---------------------------------------------------------------------------------


async def test_a_view_comes_from_the_read_model_when_no_worker_is_up(cases: Caseload) -> None:
    async with cases.house.working():
        case = await cases.open()
        await case.rest()
        live = await case.view()
    door = cases.house.door(temporal=await nobody())
    assert await door.view(case.number) == live


async def test_cases_checks_and_notices_are_listed(served: Caseload) -> None:
    case = await served.open(store="store-listed")
    await case.ask(Department.QUALITY)
    await case.rest()
    door = case.client
    (listed,) = await door.cases(CaseFilter(store="store-listed"))
    assert listed == await case.view()
    inbox = await door.inbox(Department.QUALITY)
    assert [(row.number, row.check) for row in inbox if row.number == case.number] == [
        (case.number, 1)
    ]
    timeline = await door.timeline(case.number)
    assert [envelope.seq for envelope in timeline] == list(range(1, len(timeline) + 1))
