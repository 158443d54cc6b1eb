"""Runs that no door has started: whoever reaches Temporal can start one, and it gets nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.common import WorkflowIDReusePolicy

from activities.origin import Origin, RunForged
from gateways.recording import RecordingRemedyService
from schemas.attributes import TASK_QUEUE
from schemas.ids import workflow_id
from schemas.money import Money
from schemas.vocabulary import Authenticity, CommandStatus, RemedyKind
from starter.starting import start_case
from store.door_keys import DoorKeys
from store.journal import Journal
from store.outbox import Outbox
from store.register import Entry, Register
from tests.support.actors import SHOP
from tests.support.caseload import Caseload
from tests.support.cases import Case, complaint
from tests.support.commands import opening
from tests.support.eventually import eventually
from tests.support.house import House, running_house
from tests.support.keys import DOOR, STRANGE
from tests.support.policies import policy
from tests.support.proofs import folded
from tests.support.wire import body, payload, raw_update
from tests.workflow.test_client import nobody
from workflows.complaint import ComplaintWorkflow
from workflows.inputs import Carried, CaseStart

pytestmark = pytest.mark.server

LOOSE = policy(
    authority=policy().authority.model_copy(
        update={
            "agent_limits": (Money(minor=10**9, currency="CNY"),),
            "agent_remedies": tuple(RemedyKind),
        }
    )
)
REFUND = {"kind": "coupon", "amount": {"minor": 500_000, "currency": "CNY"}}
UNREGISTERED = 900_001


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """Servers on which one door key is registered."""
    async with running_house() as house:
        await DoorKeys(house.pool).add(DOOR.public)
        yield house


async def forged(cases: Caseload, start: CaseStart, **others: Any) -> Case:
    """Start a run as anybody can who reaches Temporal."""
    house = cases.house
    await house.temporal.start_workflow(
        ComplaintWorkflow.run,
        start,
        id=workflow_id(start.number),
        **{"task_queue": TASK_QUEUE, **others},
    )
    case = cases.note(Case(house, house.door(), start.number))
    case.is_jammed = True  # Its journal is never written, so that there is nothing to compare.
    return case


async def registered(cases: Caseload) -> tuple[Entry, CaseStart]:
    """Accept a complaint that nobody has started yet; return it as a door would start it."""
    house = cases.house
    door = house.door(temporal=await nobody(), policy=policy(), sign=DOOR.signed)
    receipt = await door.open(complaint(), by=SHOP)
    entry = await Register(house.pool).entry(receipt.number)
    assert entry is not None
    genuine = CaseStart(
        number=entry.number,
        complaint_id=entry.complaint_id,
        opening=entry.opening,
        policy=policy(),
        authenticity=Authenticity.SIGNED,
        keys=(DOOR.public,),
    )
    return entry, genuine


async def tells(case: Case, name: str, **fields: Any) -> None:
    answer = await raw_update(case, name, [payload(body(**fields))])
    assert answer.status is CommandStatus.ACCEPTED, answer


async def begs(case: Case) -> None:
    """Have an unsigned run propose and accept a coupon, and wait until it was refused."""
    boss = {"id": "boss", "role": "agent"}
    await tells(case, "propose", actor=boss, options=[{"steps": [REFUND]}])
    await tells(case, "accept_option", version=1, option=1)
    await refused(case)


async def refused(case: Case) -> None:
    """Wait until an activity of the run was refused."""

    async def found() -> bool:
        events = [event async for event in case.handle.fetch_history_events()]
        return any(b"run_forged" in event.SerializeToString() for event in events)

    await eventually(found, bool)


def unregistered() -> CaseStart:
    return CaseStart(number=UNREGISTERED, complaint_id="x", opening=opening(), policy=LOOSE)


async def test_a_number_that_is_not_registered_pays_nothing(cases: Caseload) -> None:
    service = RecordingRemedyService()
    async with cases.house.working(remedies=service):
        await begs(await forged(cases, unregistered()))
    assert service.calls == []
    assert await Journal(cases.house.pool).read(UNREGISTERED) == []
    assert await Outbox(cases.house.pool).collect(UNREGISTERED) == []


OPEN = {"authenticity": Authenticity.OPEN, "keys": (), "policy": LOOSE}


@pytest.mark.parametrize(
    "otherwise",
    [
        OPEN,
        {"authenticity": Authenticity.OPEN},
        {"policy": LOOSE},
        {"opening": opening()},
        {"complaint_id": "x"},
        {"keys": ()},
        {"keys": (STRANGE.public,)},
        {"keys": (DOOR.public, STRANGE.public)},
    ],
    ids=["loose", "open", "policy", "opening", "id", "no keys", "strange key", "another key"],
)
async def test_a_registered_number_with_an_input_of_its_own_gets_nothing(
    cases: Caseload, otherwise: dict[str, Any]
) -> None:
    service = RecordingRemedyService()
    async with cases.house.working(remedies=service):
        _, genuine = await registered(cases)
        case = await forged(cases, genuine.model_copy(update=otherwise))
        if otherwise is OPEN:
            await begs(case)
        else:
            await refused(case)
    assert service.calls == []
    assert await Journal(cases.house.pool).read(case.number) == []


async def test_a_life_of_which_nobody_knows_the_beginning_gets_nothing(cases: Caseload) -> None:
    async with cases.house.working():
        other = await cases.open(cases.house.door(policy=policy(), sign=DOOR.signed))
        await other.rest()
        _, genuine = await registered(cases)
        carried = Carried(state=await folded(other), unflushed=(), pending=(), counted_refusals=0)
        case = await forged(cases, genuine.model_copy(update={"carried": carried}))
        await case.handle.signal("withdraw")
        await refused(case)


async def test_a_run_that_began_elsewhere_gets_nothing(cases: Caseload) -> None:
    """A workflow of a stranger's worker could hand over to ours whatever it likes."""
    _, genuine = await registered(cases)
    case = await forged(cases, genuine, task_queue="a-queue-of-theirs")
    origin = Origin(cases.house.temporal, Register(cases.house.pool))
    run_id = (await case.handle.describe()).run_id
    with pytest.raises(RunForged, match="another workflow"):
        await origin.expect_genuine(case.handle.id, run_id)
    with pytest.raises(RunForged, match="none of a workflow"):
        await origin.expect_genuine(None, None)


async def test_a_second_life_of_a_case_gets_nothing(cases: Caseload) -> None:
    async with cases.house.working():
        case = await cases.open(cases.house.door(policy=policy(), sign=DOOR.signed))
        start = (await case.events())[0].workflow_execution_started_event_attributes
        genuine = CaseStart.model_validate_json(start.input.payloads[0].data)
        await case.withdraw()
        await case.finish()
        anew = WorkflowIDReusePolicy.ALLOW_DUPLICATE
        await refused(await forged(cases, genuine, id_reuse_policy=anew))


async def test_what_anybody_starts_just_as_a_door_does_is_genuine(cases: Caseload) -> None:
    async with cases.house.working():
        _, genuine = await registered(cases)
        case = await forged(cases, genuine)
        await case.until(lambda view: any(message.delivered_at for message in view.messages))
        assert len(await Journal(cases.house.pool).read(case.number)) > 0


async def is_started(cases: Caseload, entry: Entry) -> bool:
    """Try to start a complaint as the dispatcher does."""
    try:
        await start_case(cases.house.temporal, Register(cases.house.pool), entry)
    except RunForged:
        return False
    return True


async def test_a_run_that_took_a_number_is_told_and_makes_room(cases: Caseload) -> None:
    house = cases.house
    register = Register(house.pool)
    async with house.working():
        entry, genuine = await registered(cases)
        case = await forged(cases, genuine.model_copy(update=OPEN))
        with pytest.raises(RunForged):
            await start_case(house.temporal, register, entry)
        assert await register.undispatched() > 0
        gone = WorkflowExecution(workflow_id=case.handle.id)
        request = DeleteWorkflowExecutionRequest(
            namespace=house.temporal.namespace, workflow_execution=gone
        )
        await house.temporal.workflow_service.delete_workflow_execution(request)
        await eventually(lambda: is_started(cases, entry), bool)
        await eventually(lambda: Journal(house.pool).read(case.number), bool)


async def test_a_door_accepts_a_complaint_whose_number_somebody_took(cases: Caseload) -> None:
    house = cases.house
    register = Register(house.pool)
    taken = await register.count() + 1
    await forged(cases, unregistered().model_copy(update={"number": taken}))
    receipt = await house.door(sign=DOOR.signed).open(complaint(), by=SHOP)
    assert (receipt.number, receipt.is_new) == (taken, True)
    assert await register.undispatched() > 0
