"""Signed cases on real servers: what doors, departments and anybody else can make of them.

The servers are of their own, because the doors' keys in force count for every case that starts.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from domain.signature import SigningKey
from runtime.embedded.temporal_server import find_temporal
from schemas.events import CheckCompleted, CommandRefused, Envelope
from schemas.refusals import RefusalCode
from schemas.vocabulary import CheckStatus, Department, Finding, Role, Stage
from starter.client import ComplaintClient
from starter.composing import By
from starter.connecting import make_client
from starter.dispatcher import dispatch_due
from store.door_keys import DoorKeys
from store.register import Register
from tests.support.actors import AGENT, CUSTOMER, MANAGER, SHOP, WAREHOUSE
from tests.support.caseload import Caseload
from tests.support.cases import Case, complaint
from tests.support.eventually import eventually
from tests.support.house import Bounding, House, intercepted, running_house
from tests.support.keys import DOOR, NEXT, STRANGE
from tests.support.wire import body, payload, raw_signal, raw_update
from tests.workflow.test_client import nobody

pytestmark = pytest.mark.server

EVENTS = 30
"""A run that is bounded to so many events is continued more than once in a short life."""


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """Servers on which one door key is registered."""
    async with running_house() as house:
        await DoorKeys(house.pool).add(DOOR.public)
        yield house


def door(house: House, key: SigningKey = DOOR, temporal: Any = None) -> ComplaintClient:
    """Return a door that signs with this key."""
    return make_client(
        temporal or house.temporal,
        house.pool,
        house.settings,
        house.config,
        house.case_time,
        key.signed,
    )


async def signed(cases: Caseload) -> Case:
    return await cases.open(door(cases.house))


async def command_line(case: Case, name: str, **fields: Any) -> None:
    """Send a signal as anybody can who reaches Temporal's port."""
    header = {"command_id": str(uuid4()), "actor": {"id": "boss", "role": "manager"}}
    process = await asyncio.create_subprocess_exec(
        *(str(find_temporal()), "workflow", "signal", "--namespace", "default"),
        *("--address", case.house.temporal.service_client.config.target_host),
        *("--workflow-id", case.handle.id, "--name", name),
        *("--input", json.dumps({**header, **fields})),
        stdout=PIPE,
        stderr=PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


async def token_of(case: Case, department: Department = Department.WAREHOUSE) -> str:
    """Return the token with which the department was asked about the last check."""
    asked = case.house.departments[department].asked
    ours = await eventually(
        lambda: _now([each for each in asked if each.number == case.number]), lambda found: found
    )
    token: str | None = ours[-1].token
    assert token is not None
    return token


async def _now(value: Any) -> Any:
    return value


async def refusals(case: Case, count: int) -> list[Envelope]:
    """Return the envelopes of what was refused, once there are so many."""

    async def found() -> list[Envelope]:
        journal = await case.journal()
        return [each for each in journal if isinstance(each.event, CommandRefused)]

    return await eventually(found, lambda each: len(each) == count)


def codes(envelopes: list[Envelope]) -> list[RefusalCode]:
    return [each.event.code for each in envelopes if isinstance(each.event, CommandRefused)]


# ---- Doors --------------------------------------------------------------------------------------


async def test_a_case_lives_its_whole_life_by_signed_commands(served: Caseload) -> None:
    case = await signed(served)
    await case.reply()
    await case.ask()
    await case.find()
    await case.propose()
    await case.accept()
    await case.stage(Stage.FOLLOWING_UP)
    await case.call_back()
    await case.signal("answer_survey", score=5)
    record = await case.finish()
    assert record.view.refusals == 0
    assert record.view.keys == (DOOR.public.id,)


async def test_without_a_signature_nothing_counts(served: Caseload) -> None:
    case = await signed(served)
    answer = await raw_update(case, "withdraw", [payload(body())])
    assert answer.code is RefusalCode.UNSIGNED
    await raw_signal(case, "withdraw", [payload(body())])
    unsigned = case.house.door()
    assert (await unsigned.reply(case.number, "Hello.", by=AGENT)).code is RefusalCode.UNSIGNED
    found = await refusals(case, 3)
    assert codes(found) == [RefusalCode.UNSIGNED] * 3
    assert {each.cause.actor.id for each in found} == {"unverified"}
    await case.withdraw()


async def test_what_was_signed_for_one_case_does_not_count_in_another(served: Caseload) -> None:
    one, other = await signed(served), await signed(served)
    await one.signal("withdraw")
    await one.stage(Stage.CLOSED)
    (sent,) = (
        event.workflow_execution_signaled_event_attributes.input.payloads[0]
        for event in await one.events()
        if event.HasField("workflow_execution_signaled_event_attributes")
    )
    await raw_signal(other, "withdraw", [sent])
    assert codes(await refusals(other, 1)) == [RefusalCode.SIGNATURE_INVALID]
    assert (await other.view()).stage is not Stage.CLOSED


async def test_a_case_that_the_dispatcher_starts_believes_doors_only(served: Caseload) -> None:
    house = served.house
    receipt = await door(house, temporal=await nobody()).open(complaint(), by=SHOP)
    register = Register(house.pool)
    await eventually(lambda: dispatch_due(house.temporal, register), lambda started: started)
    case = served.note(Case(house, door(house), receipt.number))
    answer = await raw_update(case, "withdraw", [payload(body())])
    assert answer.code is RefusalCode.UNSIGNED
    await case.withdraw()


async def test_a_run_that_continues_goes_on_believing_doors_only(served: Caseload) -> None:
    bounded = intercepted(served.house.temporal, Bounding(EVENTS))
    case = await served.open(door(served.house, temporal=bounded))
    await case.reply()
    await case.ask()
    await eventually(case.runs, lambda runs: len(runs) > 1)
    answer = await raw_update(case, "withdraw", [payload(body())])
    assert answer.code is RefusalCode.UNSIGNED
    await case.find()


async def test_asking_again_under_one_command_id_asks_once(served: Caseload) -> None:
    case = await signed(served)
    by = By(AGENT, command_id="ask-1")
    fields = {"department": Department.WAREHOUSE, "question": "Was it packed?"}
    first = await case.send("request_check", by, **fields)
    assert await case.send("request_check", by, **fields) == first
    assert len((await case.view()).checks) == 1


# ---- Departments --------------------------------------------------------------------------------


async def test_a_department_completes_its_check_from_any_command_line(served: Caseload) -> None:
    case = await signed(served)
    await case.ask()
    token = await token_of(case)
    finding = {"check": 1, "finding": "packing_fault"}
    await command_line(case, "complete_check", **finding, check_token=token)
    await case.until(lambda view: view.checks[0].status is CheckStatus.COMPLETED)
    (done,) = (e for e in await case.journal() if isinstance(e.event, CheckCompleted))
    actor = done.cause.actor
    assert (actor.id, actor.role) == ("warehouse:unverified", Role.DEPARTMENT)


async def test_without_the_token_a_command_line_does_nothing(served: Caseload) -> None:
    case = await signed(served)
    await case.ask()
    await case.ask(Department.LOGISTICS)
    token = await token_of(case)
    elsewhere = await token_of(case, Department.LOGISTICS)
    finding = {"check": 1, "finding": "packing_fault"}
    await command_line(case, "complete_check", **finding)
    await command_line(case, "complete_check", **finding, check_token=elsewhere)
    await command_line(case, "withdraw", check_token=token)
    await command_line(case, "accept_option", version=1, option=1, check_token=token)
    found = await refusals(case, 4)
    unsigned, invalid = RefusalCode.UNSIGNED, RefusalCode.TOKEN_INVALID
    assert codes(found) == [unsigned, invalid, unsigned, unsigned]
    assert {check.status for check in (await case.view()).checks} == {CheckStatus.OPEN}
    assert token not in "".join(each.model_dump_json() for each in await case.journal())


async def test_a_token_that_was_shown_in_vain_is_spent(served: Caseload) -> None:
    case = await signed(served)
    await case.ask()
    token = await token_of(case)
    await command_line(case, "complete_check", check=1, finding="misspelt", check_token=token)
    finding = {"check": 1, "finding": "packing_fault"}
    await command_line(case, "complete_check", **finding, check_token=token)
    found = await refusals(case, 2)
    assert codes(found) == [RefusalCode.UNDECODABLE, RefusalCode.TOKEN_INVALID]
    assert (await case.view()).checks[0].status is CheckStatus.OPEN
    await case.find()


async def test_a_department_answers_through_a_door_too(served: Caseload) -> None:
    case = await signed(served)
    await case.ask()
    await case.signal("complete_check", WAREHOUSE, check=1, finding=Finding.CONFIRMED)
    view = await case.until(lambda view: view.checks[0].status is CheckStatus.COMPLETED)
    assert view.refusals == 0


# ---- Rotation -----------------------------------------------------------------------------------


async def test_keys_change_while_cases_run(served: Caseload) -> None:
    house, keys = served.house, DoorKeys(served.house.pool)
    old = await signed(served)
    await keys.add(NEXT.public)
    young = await signed(served)
    by_next = door(house, NEXT)
    assert (await by_next.withdraw(young.number, by=CUSTOMER)).code is None
    assert (await by_next.reply(old.number, "Hi.", by=AGENT)).code is RefusalCode.KEY_UNKNOWN
    both = await Register(house.pool).trusted_keys()
    assert (await old.client.trust_keys(old.number, both, by=MANAGER)).code is None
    assert (await by_next.reply(old.number, "Hi.", by=AGENT)).code is None
    await keys.retire(NEXT.public.id)
    assert (await old.client.trust_keys(old.number, both[:1], by=MANAGER)).code is None
    assert (await by_next.withdraw(old.number, by=CUSTOMER)).code is RefusalCode.KEY_UNKNOWN


async def test_a_door_with_a_key_of_its_own_making_is_not_believed(served: Caseload) -> None:
    case = await signed(served)
    answer = await door(served.house, STRANGE).withdraw(case.number, by=CUSTOMER)
    assert answer.code is RefusalCode.KEY_UNKNOWN
