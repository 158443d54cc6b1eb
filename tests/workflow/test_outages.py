"""Rules 4, 13 and 25: what is away holds up what needs it, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateways.recording import Fault, RecordingRemedyService
from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.remedy_refusal import RemedyRefused
from schemas.vocabulary import (
    Purpose,
    Stage,
    StepStatus,
    TaskKind,
    Verdict,
)
from starter.client import ComplaintClient
from store.errors import StoreUnavailable
from store.journal import Journal
from store.outbox import Outbox
from tests.support.actors import SUPERVISOR
from tests.support.caseload import Caseload
from tests.support.cases import Case, clock
from tests.support.commands import resend
from tests.support.policies import minutes

pytestmark = pytest.mark.server

QUICK = 2.0
"""Seconds within which a coded command is answered, whatever is away."""


async def unavailable(*_: object, **__: object) -> int:
    raise StoreUnavailable("test")


async def frozen(*_: object, **__: object) -> int:
    """Answer nothing for longer than anybody waits."""
    await asyncio.sleep(3600)
    return 0


# ---- PostgreSQL ------------------------------------------------------------------------------


@pytest.mark.parametrize("append", [unavailable, frozen])
async def test_coded_commands_are_answered_while_the_journal_cannot_be_written(
    served: Caseload, monkeypatch: pytest.MonkeyPatch, append: Callable[..., object]
) -> None:
    case = await served.open()
    await case.rest()
    written = len(await case.journal())
    loop = asyncio.get_running_loop()
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", append)
        for owner in ("agent-6", "agent-7", "agent-8", "agent-9"):
            began = loop.time()
            await case.send("assign_owner", owner=owner)
            assert loop.time() - began < QUICK
        assert len(await Journal(served.house.pool).read(case.number)) == written
    await case.wait(minutes(2))
    journal = await case.journal()
    owners = [e.event.owner for e in journal if e.event.kind == "owner_assigned"]
    assert owners[1:] == ["agent-6", "agent-7", "agent-8", "agent-9"]
    assert (await case.client.case(case.number)).owner == "agent-9"


async def test_alarms_ring_while_the_journal_cannot_be_written(
    served: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await served.open()
    await case.rest()
    reply = await case.clock("reply")
    await case.wait_until(reply.due_at - minutes(1))
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", unavailable)
        await case.wait(minutes(2))
        view = await case.until(lambda view: view.overdue == ("reply",))
        assert view.clocks[0].overdue_at == reply.due_at
    await case.wait(minutes(2))
    await case.journal()


SOON = minutes(8)


def impatient(cases: Caseload) -> ComplaintClient:
    """Return a door to cases that give up soon: every attempt on the way takes its time."""
    policy = cases.house.config.policy
    return cases.house.door(
        policy=policy.model_copy(update={"delivery_gives_up_after": SOON, "remedy": SOON})
    )


# ---- Messages to the customer ----------------------------------------------------------------


async def test_a_message_is_delivered_once_the_outbox_is_back(
    served: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await served.open()
    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "put", unavailable)
        await case.send("reply", text="We are looking into it.")
        assert (await case.clock("reply")).verdict is None
    await case.wait(minutes(10))
    view = await case.until(lambda view: view.messages[-1].delivered_at)
    reply = clock(view, "reply")
    assert reply.verdict is Verdict.MET
    assert reply.answered_at == view.messages[-1].released_at
    letters = await Outbox(served.house.pool).collect(case.number)
    assert [letter.purpose for letter in letters] == [Purpose.ACKNOWLEDGEMENT, Purpose.REPLY]


async def test_a_delivery_that_is_given_up_becomes_a_task(
    served: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await served.open(impatient(served))
    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "put", unavailable)
        await case.send("reply", text="We are looking into it.")
        await case.wait(SOON + minutes(1))
        view = await case.until(lambda view: view.messages[-1].given_up)
    (task,) = view.tasks
    assert (task.kind, task.subject) == (TaskKind.DELIVER_MESSAGE, view.messages[-1].number)
    assert clock(view, "reply").verdict is None
    told_at = await case.now()
    await case.send("complete_task", task=task.number)
    reply = await case.clock("reply")
    assert reply.answered_at is not None
    assert reply.answered_at >= told_at


# ---- Remedies --------------------------------------------------------------------------------


@pytest.fixture
def resends() -> RecordingRemedyService:
    """A remedy service that fails on demand."""
    return RecordingRemedyService()


async def agreed(cases: Caseload, door: ComplaintClient | None = None) -> Case:
    """Return a case whose customer has just agreed to a resend."""
    case = await cases.open(door)
    await case.propose(Option(steps=(resend(),)))
    await case.accept()
    return case


@pytest.mark.parametrize("fault", Fault)
async def test_a_resend_whose_answer_is_lost_is_settled_by_saying_it_again(
    cases: Caseload, resends: RecordingRemedyService, fault: Fault
) -> None:
    resends.faults = [fault]
    async with cases.house.working(remedies=resends):
        case = await agreed(cases)
        await case.wait(minutes(2))
        view = await case.stage(Stage.FOLLOWING_UP)
    (step,) = view.steps
    assert (step.status, step.reference) == (StepStatus.SETTLED, "RM-1")
    assert list(resends.done) == [step.key]
    assert resends.calls == [step.key] * 2


async def test_a_resend_that_is_refused_for_good_becomes_a_task(
    cases: Caseload, resends: RecordingRemedyService
) -> None:
    resends.refuses = "out_of_stock"
    async with cases.house.working(remedies=resends):
        case = await agreed(cases)
        view = await case.until(lambda view: view.tasks)
        assert view.steps[0].status is StepStatus.FAILED
        assert view.steps[0].reason == RemedyRefused.code
        assert view.tasks[0].kind is TaskKind.CARRY_OUT_STEP
        await case.refused(RefusalCode.STEP_STILL_OPEN, "complete_task", task=1)
        by_hand: dict[str, Any] = {"version": 1, "step": 1, "reference": "BY-HAND-1"}
        await case.refused(RefusalCode.OWN_REMEDY, "settle_step", **by_hand)
        await case.send("settle_step", SUPERVISOR, **by_hand)
        view = await case.stage(Stage.FOLLOWING_UP)
    assert view.steps[0].reference == "BY-HAND-1"
    assert resends.done == {}


async def test_a_resend_service_that_stays_away_becomes_a_task(
    cases: Caseload, resends: RecordingRemedyService
) -> None:
    resends.faults = [Fault.FAIL_FIRST] * 1000
    async with cases.house.working(remedies=resends):
        case = await agreed(cases, impatient(cases))
        await case.wait(SOON + minutes(1))
        view = await case.until(lambda view: view.tasks)
    assert view.steps[0].status is StepStatus.FAILED
    assert len(set(resends.calls)) == 1


async def test_a_resend_is_entered_in_the_ledger(served: Caseload) -> None:
    case = await agreed(served)
    view = await case.stage(Stage.FOLLOWING_UP)
    (step,) = view.steps
    assert step.reference is not None
    entered = "SELECT reference FROM remedy_ledger WHERE key = $1"
    assert await served.house.pool.fetchval(entered, step.key) == step.reference
