"""Abuses of live cases, each by every way in: a door, a signed update or signal, and unsigned.

The servers are of their own, because the doors' keys in force count for every case that starts.
"""

from __future__ import annotations

import asyncio
import shlex
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from cli.diagnosis.finding import State
from cli.diagnosis.temporal import runs
from gateways.recording import RecordingRemedyService
from runtime.embedded.temporal_server import find_temporal
from schemas.commands import NAMES, SIGNALS, Actor, Command
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.remedy_order import RemedyOrder
from schemas.sealed import Sealed
from schemas.vocabulary import (
    CommandStatus,
    Department,
    Finding,
    RemedyKind,
    Role,
    Stage,
    StepStatus,
)
from starter.composing import MADE_HERE
from starter.errors import InputRejected
from starter.starting import start_case
from store.door_keys import DoorKeys
from store.register import Register
from tests.support.actors import AGENT, CUSTOMER, LOGISTICS, MANAGER, SUPERVISOR, WAREHOUSE
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.commands import (
    accept_option,
    answer_survey,
    approve_proposal,
    callback,
    complete_check,
    coupon,
    propose,
    refund,
    refuse_proposal,
    reopen,
    settle_step,
    withdraw,
)
from tests.support.eventually import PATIENCE, eventually
from tests.support.house import House, running_house
from tests.support.keys import DOOR
from tests.support.policies import LIMIT, hours, policy, yuan
from tests.support.story import START
from tests.support.wire import payload, raw_signal, raw_update

pytestmark = pytest.mark.server

DEMOTED = Actor(id=MANAGER.id, role=Role.AGENT)
SECOND_ROLE = Actor(id=SUPERVISOR.id, role=Role.MANAGER)
DOLLARS = RemedyStep(kind=RemedyKind.COUPON, amount=Money(minor=1, currency="USD"))
TOO_DEAR = coupon(LIMIT / 100 + 0.01)


class Abuse(NamedTuple):
    """What somebody tries, and the code with which it is refused."""

    number: int
    command: Command
    code: RefusalCode


NOT_AWAITED = RefusalCode.APPROVAL_NOT_AWAITED
WHILE_AWAITING_APPROVAL = [
    Abuse(5, propose(TOO_DEAR), RefusalCode.PROMISE_MISSING),
    Abuse(6, propose(Option(steps=(coupon(150), coupon(51)))), RefusalCode.PROMISE_MISSING),
    Abuse(7, approve_proposal(2, SUPERVISOR), RefusalCode.OWN_PROPOSAL),
    Abuse(8, approve_proposal(2, SECOND_ROLE), RefusalCode.OWN_PROPOSAL),
    Abuse(9, approve_proposal(2, DEMOTED), RefusalCode.NOT_ALLOWED),
    Abuse(10, approve_proposal(1, MANAGER), NOT_AWAITED),
    Abuse(11, propose(coupon(0)), RefusalCode.STEP_INVALID),
    Abuse(11, propose(coupon(-1)), RefusalCode.STEP_INVALID),
    Abuse(12, propose(DOLLARS), RefusalCode.PROMISE_MISSING),
    Abuse(15, accept_option(1), RefusalCode.PROPOSAL_SUPERSEDED),
    Abuse(15, accept_option(2), RefusalCode.NOT_APPROVED),
    Abuse(17, complete_check(1, by=LOGISTICS), RefusalCode.NOT_YOUR_CHECK),
    Abuse(20, complete_check(2), RefusalCode.CHECK_UNKNOWN),
    Abuse(24, reopen(), RefusalCode.CASE_NOT_CLOSED),
    Abuse(26, callback(called_at=None), RefusalCode.WRONG_STAGE),
    Abuse(27, answer_survey(5), RefusalCode.CASE_NOT_CLOSED),
    Abuse(28, settle_step(), RefusalCode.STEP_UNKNOWN),
]
CLOSED = RefusalCode.CASE_CLOSED
AFTER_WITHDRAWAL = [
    Abuse(1, approve_proposal(2, MANAGER), CLOSED),
    Abuse(14, accept_option(2), CLOSED),
    Abuse(14, refuse_proposal(2), CLOSED),
    Abuse(21, complete_check(1), CLOSED),
    Abuse(23, propose(coupon(1)), CLOSED),
    Abuse(23, withdraw(), CLOSED),
    Abuse(26, callback(called_at=None), CLOSED),
    Abuse(27, answer_survey(5), RefusalCode.SURVEY_NOT_OFFERED),
    Abuse(28, settle_step(), CLOSED),
]


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """Servers on which one door key is registered."""
    async with running_house() as house:
        await DoorKeys(house.pool).add(DOOR.public)
        yield house


async def opened(cases: Caseload) -> Case:
    """Open a case that believes our door only, under the policy of the tests."""
    return await cases.open(cases.house.door(policy=policy(), sign=DOOR.signed))


async def awaiting(cases: Caseload, *options: RemedyStep) -> Case:
    """Return a case with an open check, whose supervisor's second proposal awaits approval."""
    case = await opened(cases)
    about = {"department": Department.WAREHOUSE, "question": "Was it packed?", "required": False}
    await case.send("request_check", AGENT, **about)
    for step in options or (refund(40), refund(50)):
        promised_at = await case.now() + hours(6)
        offered = {"options": (Option(steps=(step,)),), "promised_at": promised_at}
        await case.send("propose", SUPERVISOR, **offered)
    await case.stage(Stage.AWAITING_APPROVAL)
    return case


async def withdrawn(cases: Caseload) -> Case:
    case = await awaiting(cases)
    await case.withdraw()
    return case


# ---- Every way in -------------------------------------------------------------------------------


def plain(command: Command) -> dict[str, Any]:
    """Return what somebody gives a door for this command to be made of."""
    values = {name: getattr(command, name) for name in type(command).model_fields}
    given = {name: value for name, value in values.items() if name not in MADE_HERE}
    return {name: "text" if isinstance(value, Sealed) else value for name, value in given.items()}


async def by_door(case: Case, abuse: Abuse) -> RefusalCode | None:
    command = abuse.command
    name, fields = NAMES[type(command)], plain(command)
    return (await case.client.send(case.number, name, command.actor, **fields)).code


async def raw(case: Case, command: Command, *, signed: bool = True) -> bytes:
    """Return a command as it stands on the wire, under an id of its own."""
    header = {"command_id": str(uuid4()), "received_at": await case.now()}
    named = command.model_copy(update=header)
    sent = DOOR.signed(case.number, named) if signed else named
    return sent.model_dump_json(exclude_none=True).encode()


async def by_update(case: Case, abuse: Abuse, *, signed: bool = True) -> RefusalCode | None:
    data = await raw(case, abuse.command, signed=signed)
    return (await raw_update(case, NAMES[type(abuse.command)], [payload(data)])).code


async def by_signal(case: Case, abuse: Abuse) -> RefusalCode | None:
    before = len(await case.refusals())
    name = NAMES[type(abuse.command)]
    await raw_signal(case, name, [payload(await raw(case, abuse.command))])
    return (await eventually(case.refusals, lambda found: len(found) > before))[-1].code


@pytest.mark.parametrize(
    ("begin", "abuses"),
    [(awaiting, WHILE_AWAITING_APPROVAL), (withdrawn, AFTER_WITHDRAWAL)],
    ids=["while a proposal awaits approval", "after withdrawal"],
)
async def test_no_way_in_leads_to_an_abuse(
    served: Caseload, begin: Any, abuses: Sequence[Abuse]
) -> None:
    case = await begin(served)
    await case.rest()
    before = await case.view()
    found = []
    for abuse in abuses:
        is_signal = NAMES[type(abuse.command)] in SIGNALS
        by_signals = abuse.code if is_signal else RefusalCode.UNKNOWN_COMMAND
        expected = [abuse.code, abuse.code, by_signals, RefusalCode.UNSIGNED]
        codes = [
            await by_door(case, abuse),
            await by_update(case, abuse),
            await by_signal(case, abuse),
            await by_update(case, abuse, signed=False),
        ]
        found += [] if codes == expected else [(abuse.number, codes)]
    assert found == []
    after = await case.view()
    told = {name: getattr(before, name) for name in ("seq", "head", "refusals")}
    assert after.model_copy(update=told) == before
    assert after.refusals == before.refusals + 4 * len(abuses)


async def test_2_of_two_approvals_at_one_moment_one_counts(cases: Caseload) -> None:
    service = RecordingRemedyService()
    async with cases.house.working(remedies=service):
        case = await awaiting(cases, refund(40))
        approvers = [MANAGER, Actor(id="supervisor-2", role=Role.SUPERVISOR)] * 3
        sent = (
            case.client.send(case.number, "approve_proposal", by, version=1) for by in approvers
        )
        answers = await asyncio.gather(*sent)
        codes = sorted(answer.code or "" for answer in answers)
        assert codes == ["", *[NOT_AWAITED] * 5]
        await case.stage(Stage.AWAITING_CONSENT)
        consents = (by_update(case, Abuse(1, accept_option(), CLOSED)) for _ in range(4))
        await asyncio.gather(*consents)
        await case.stage(Stage.FOLLOWING_UP)
    assert len(service.calls) == 1


async def test_21_nobody_tells_a_door_when_an_answer_came(served: Caseload) -> None:
    case = await awaiting(served)
    late = {"check": 1, "finding": Finding.CONFIRMED, "received_at": START}
    with pytest.raises(InputRejected, match="received_at"):
        await case.client.send(case.number, "complete_check", WAREHOUSE, **late)


async def test_23_a_signal_after_the_end_starts_nothing(served: Caseload) -> None:
    case = await withdrawn(served)
    await case.finish()
    for command in (reopen(), withdraw(), accept_option(2)):
        data = await raw(case, command)
        with pytest.raises(RPCError) as refusal:
            await raw_signal(case, NAMES[type(command)], [payload(data)])
        assert refusal.value.status is RPCStatusCode.NOT_FOUND
    assert len(await case.runs()) == 1


# ---- Stopping the run while it pays -------------------------------------------------------------


class Slow(RecordingRemedyService):
    """A service that pays at once, and is heard only when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = asyncio.Event()

    async def carry_out(self, order: RemedyOrder) -> str:
        reference = await super().carry_out(order)
        async with asyncio.timeout(PATIENCE):
            await self.heard.wait()
        return reference


async def paying(cases: Caseload, service: Slow) -> Case:
    """Return a case whose coupon has been given, which it has not heard yet."""
    case = await opened(cases)
    await case.propose(Option(steps=(RemedyStep(kind=RemedyKind.COUPON, amount=yuan(20)),)))
    await case.accept()
    await eventually(lambda: calls_of(service), bool)
    return case


async def calls_of(service: Slow) -> list[str]:
    return list(service.calls)


async def status_of(case: Case) -> WorkflowExecutionStatus | None:
    return (await case.handle.describe()).status


async def test_30_a_run_that_is_terminated_while_paying_pays_once(cases: Caseload) -> None:
    service = Slow()
    async with cases.house.working(remedies=service):
        case = await paying(cases, service)
        case.is_jammed = True  # Force may end a run in the midst of a task, which then has failed.
        await case.handle.terminate(reason="an operator's slip")
        service.heard.set()
        register = Register(cases.house.pool)
        entry = await register.entry(case.number)
        assert entry is not None
        await start_case(cases.house.temporal, register, entry)
        assert await status_of(case) is WorkflowExecutionStatus.TERMINATED
    assert len(service.calls) == 1


async def test_30_a_run_that_was_terminated_is_shown_and_brought_back(cases: Caseload) -> None:
    house, service = cases.house, Slow()
    async with house.working(remedies=service):
        case = await paying(cases, service)
        case.is_jammed = True  # A reset is written into the history as a task that has failed.
        before = len(await case.journal())
        await case.handle.terminate(reason="an operator's slip")
        service.heard.set()
        ended = f"is {case.handle.id}"
        found = await eventually(lambda: runs(house.temporal), lambda found: ended in found.what)
        assert found.state is State.WARN
        await run_remedy(case, found.remedy)
        await case.stage(Stage.FOLLOWING_UP)
        assert len(await case.journal()) > before
        found = await eventually(
            lambda: runs(house.temporal), lambda found: ended not in found.what
        )
        await case.call_back()
        assert (await case.finish()).view.steps[0].reference == "RM-1"
    assert len(service.done) == 1


async def run_remedy(case: Case, remedy: str) -> None:
    """Do as the doctor says."""
    program, *told = shlex.split(remedy.split("`")[1])
    assert program == "temporal"
    process = await asyncio.create_subprocess_exec(
        *(str(find_temporal()), *told),
        *("--address", case.house.temporal.service_client.config.target_host),
        stdout=PIPE,
        stderr=PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


async def test_30_a_run_that_is_reset_while_paying_pays_once(cases: Caseload) -> None:
    service = Slow()
    async with cases.house.working(remedies=service):
        case = await paying(cases, service)
        case.is_jammed = True  # Its journal forks, and a run that was reset is no history of ours.
        await reset(case)
        service.heard.set()
        view = await case.until(lambda v: v.steps and v.steps[0].status is StepStatus.SETTLED)
        assert view.steps[0].reference == "RM-1"
        await case.handle.terminate()
    assert len(service.done) == 1
    assert len(service.calls) > 1


async def reset(case: Case) -> None:
    """Have the case go back to its first task, as an operator may."""
    temporal = case.house.temporal
    request = ResetWorkflowExecutionRequest(
        namespace=temporal.namespace,
        workflow_execution=WorkflowExecution(workflow_id=case.handle.id),
        reason="an operator's slip",
        workflow_task_finish_event_id=4,
        request_id=str(uuid4()),
    )
    await temporal.workflow_service.reset_workflow_execution(request)


async def test_30_a_run_that_is_cancelled_while_paying_goes_on(cases: Caseload) -> None:
    service = Slow()
    async with cases.house.working(remedies=service):
        case = await paying(cases, service)
        await case.handle.cancel()
        service.heard.set()
        answer = await raw_update(case, "withdraw", [payload(await raw(case, withdraw(CUSTOMER)))])
        assert answer.status is CommandStatus.ACCEPTED
        assert await status_of(case) is WorkflowExecutionStatus.RUNNING
