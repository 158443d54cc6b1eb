"""Rules 12 and 13 through Temporal: approval, the last look, and taking a step back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateways.errors import OutcomeUnknown
from gateways.recording import Fault, RecordingRemedyService
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import PaidUnknown, RemedyDiffers
from schemas.vocabulary import (
    Department,
    NoticeLevel,
    RemedyKind,
    Role,
    Stage,
    StepStatus,
    TaskKind,
)
from tests.support.actors import AGENT, LOGISTICS, SUPERVISOR, WAREHOUSE
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.commands import coupon
from tests.support.eventually import eventually
from tests.support.policies import minutes, yuan

pytestmark = pytest.mark.server

SOON = minutes(8)
HOUR = timedelta(hours=1)


class Usurped(RecordingRemedyService):
    """A service with which somebody else has used our keys, for a dearer remedy."""

    async def carry_out(self, order: RemedyOrder) -> str:
        self.done.setdefault(order.key, order.model_copy(update={"amount": yuan(5000)}))
        return await super().carry_out(order)


async def agreed(cases: Caseload) -> Case:
    """Return a case whose customer has just agreed to a coupon; its steps are given up soon."""
    policy = cases.house.config.policy.model_copy(update={"remedy": SOON})
    case = await cases.open(cases.house.door(policy=policy))
    await case.propose(Option(steps=(coupon(),)))
    await case.accept()
    return case


async def test_a_step_that_acted_unheard_is_settled_by_a_last_look(cases: Caseload) -> None:
    service = RecordingRemedyService(faults=[Fault.ACT_THEN_FAIL] * 1000)
    async with cases.house.working(remedies=service):
        case = await agreed(cases)
        await case.wait(SOON + minutes(1))
        view = await case.stage(Stage.FOLLOWING_UP)
    (step,) = view.steps
    assert (step.status, step.reference) == (StepStatus.SETTLED, "RM-1")
    assert list(service.done) == [step.key] == sorted(set(service.calls))


async def test_what_another_has_put_under_our_key_settles_no_step(cases: Caseload) -> None:
    service = Usurped()
    async with cases.house.working(remedies=service):
        case = await agreed(cases)
        view = await case.until(lambda view: view.tasks)
    assert (view.steps[0].status, view.steps[0].reason) == (StepStatus.FAILED, RemedyDiffers.code)
    assert not view.steps[0].unheard


async def test_a_step_that_nobody_can_tell_of_becomes_a_task(cases: Caseload) -> None:
    service = RecordingRemedyService(faults=[Fault.FAIL_FIRST] * 1000)
    async with cases.house.working(remedies=service):
        case = await agreed(cases)
        await case.wait(SOON + minutes(1))
        view = await case.until(lambda view: view.tasks)
    assert view.steps[0].status is StepStatus.FAILED


class Mute(RecordingRemedyService):
    """A service that never acts, and for a time does not even say so."""

    is_mute = True

    async def lookup(self, order: RemedyOrder) -> str | None:
        if self.is_mute:
            raise OutcomeUnknown("remedy", order.key)
        return await super().lookup(order)


async def test_a_step_that_may_have_acted_is_given_up_through_its_service(cases: Caseload) -> None:
    service = Mute(faults=[Fault.FAIL_FIRST] * 1000)
    async with cases.house.working(remedies=service):
        case = await agreed(cases)
        await case.wait(SOON + minutes(12))
        view = await case.until(lambda view: view.steps[0].status is StepStatus.FAILED)
        assert view.steps[0].unheard
        service.is_mute = False
        await case.send("compensate_step", SUPERVISOR, version=1, step=1)
        view = await case.stage(Stage.DECIDING)
    assert view.steps[0].status is StepStatus.COMPENSATED


@pytest.mark.parametrize("irreversible", [False, True])
async def test_a_step_is_taken_back_if_the_service_can(
    cases: Caseload, *, irreversible: bool
) -> None:
    service = RecordingRemedyService(irreversible=irreversible)
    async with cases.house.working(remedies=service):
        case = await agreed(cases)
        await case.stage(Stage.FOLLOWING_UP)
        await case.refused(
            RefusalCode.NOT_ALLOWED, "compensate_step", AGENT, version=1, step=1, reason="no"
        )
        await case.send("compensate_step", SUPERVISOR, version=1, step=1, reason="a mistake")
        view = await case.until(lambda view: not view.steps[0].reversing)
    (step,) = view.steps
    if irreversible:
        assert (step.status, step.reason) == (StepStatus.SETTLED, "not_reversible")
        assert service.reversed == []
    else:
        assert step.status is StepStatus.COMPENSATED
        assert service.reversed == [step.key]


async def test_what_people_pay_back_by_hand_is_told_to_the_ledger(served: Caseload) -> None:
    case = await served.open()
    back = RemedyStep(kind=RemedyKind.PARTIAL_REFUND, amount=yuan(5))
    await case.propose(Option(steps=(back,)))
    await case.accept()
    view = await case.until(lambda view: view.tasks)
    assert view.steps[0].reason == PaidUnknown.code
    by_hand: dict[str, Any] = {"version": 1, "step": 1, "reference": "BANK-1"}
    await case.refused(RefusalCode.OWN_REMEDY, "settle_step", **by_hand)
    await case.send("settle_step", SUPERVISOR, **by_hand)
    view = await case.until(lambda view: len(view.tasks) > 1)
    assert (view.tasks[-1].kind, view.tasks[-1].subject) == (TaskKind.CLEAR_PAYMENT, 1)
    told = await eventually(lambda: case.client.notices(Role.MANAGER), bool)
    assert case.number in [row.number for row in told]
    entered = "SELECT by_hand FROM remedy_ledger WHERE key = $1"
    assert await served.house.pool.fetchval(entered, view.steps[0].key) == "BANK-1"


async def test_an_approved_step_names_who_asked_and_who_approved(cases: Caseload) -> None:
    service = RecordingRemedyService()
    async with cases.house.working(remedies=service):
        case = await cases.open()
        promised_at = await case.now() + HOUR
        options = (Option(steps=(coupon(9000),)),)
        await case.refused(RefusalCode.PROMISE_MISSING, "propose", AGENT, options=options)
        await case.send("propose", AGENT, options=options, promised_at=promised_at)
        await case.stage(Stage.AWAITING_APPROVAL)
        told = await eventually(lambda: case.client.notices(Role.SUPERVISOR), bool)
        assert (case.number, "approval.1", NoticeLevel.REQUEST) in [
            (row.number, row.key, row.level) for row in told
        ]
        await case.send("approve_proposal", SUPERVISOR, version=1)
        await case.stage(Stage.AWAITING_CONSENT)
        await case.accept()
        await case.stage(Stage.FOLLOWING_UP)
    (order,) = service.done.values()
    assert (order.requested_by, order.approved_by) == (AGENT.id, SUPERVISOR.id)


async def test_the_typed_methods_send_what_they_say(served: Caseload) -> None:
    case = await served.open()
    client, number = case.client, case.number
    until = await case.now() + timedelta(hours=30)
    await case.ask()
    await client.ask_extension(number, 1, until, "we count the shelf", by=WAREHOUSE)
    await client.decline_extension(number, 1, by=SUPERVISOR)
    await client.ask_extension(number, 1, until, "we still count it", by=WAREHOUSE)
    await client.grant_extension(number, 1, until, by=SUPERVISOR)
    answer = await client.hand_over_check(number, 1, Department.LOGISTICS, by=WAREHOUSE)
    assert answer.created == 2
    await case.send("complete_check", LOGISTICS, check=2, finding="late_delivery")
    await client.correct_finding(number, 2, "lost_in_transit", by=LOGISTICS, summary="really")  # type: ignore[arg-type]
    await client.request_check(number, Department.LEGAL, "may we?", by=AGENT)
    await client.proceed_without_check(number, 3, "it cannot wait", by=SUPERVISOR)
    view = await case.view()
    assert [check.status for check in view.checks] == ["handed_over", "completed", "open"]
    assert view.checks[1].findings == ("late_delivery", "lost_in_transit")
    assert view.checks[1].token_hash not in {None, view.checks[0].token_hash}
    dear = (Option(steps=(coupon(9000),)),)
    promised_at = await case.now() + HOUR
    await client.propose(number, dear, by=AGENT, promised_at=promised_at)
    await client.decline_proposal(number, 1, "too much", by=SUPERVISOR)
    await client.propose(number, dear, by=AGENT, promised_at=promised_at)
    await client.approve_proposal(number, 2, by=SUPERVISOR)
    await case.stage(Stage.AWAITING_CONSENT)
    await client.counter_demand(number, 2, by=AGENT, text="repair it", evidence="call:1")
    await case.propose()
    await client.refuse_proposal(number, 3, "too_late", by=AGENT, evidence="call:2")  # type: ignore[arg-type]
    await case.propose()
    await client.accept_option(number, 4, 1, by=AGENT, evidence="call:3", objection="but")
    answer = await client.confirm_acceptance(number, 4, 1, by=AGENT, evidence="call:4")
    assert answer.stage is Stage.REMEDYING
    await case.stage(Stage.FOLLOWING_UP)
    answer = await client.compensate_step(number, 4, 1, by=SUPERVISOR, reason="a mistake")
    assert answer.code is None
