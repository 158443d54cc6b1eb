"""Whoever reaches Temporal can ask it to cancel a run: that ends no complaint."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowExecutionStatus

from schemas.events import CommandRefused
from schemas.refusals import RefusalCode
from schemas.vocabulary import Outcome, Stage
from starter.client import ComplaintClient
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.eventually import eventually
from tests.support.policies import days, minutes
from tests.workflow.test_completion import satisfied, unavailable

pytestmark = pytest.mark.server

EVENTS = 30
"""A run that is bounded to so many events is continued more than once in a short life."""


async def cancelled(case: Case, times: int = 1) -> None:
    """Have Temporal cancel the case, and wait until the case has recorded it so often."""
    await case.handle.cancel()

    async def recorded() -> list[CommandRefused]:
        found = await case.refusals()
        return [each for each in found if each.code is RefusalCode.CANCELLATION]

    found = await eventually(recorded, lambda each: len(each) == times)
    assert {each.command for each in found} == {"cancel"}


async def status_of(case: Case) -> WorkflowExecutionStatus | None:
    return (await case.handle.describe()).status


async def test_a_case_that_is_cancelled_lives_on_to_its_end(served: Caseload) -> None:
    case = await served.open()
    await cancelled(case)
    await case.handle.cancel()
    await case.ask()
    await case.find()
    await case.propose()
    await case.accept()
    await case.stage(Stage.FOLLOWING_UP)
    await case.call_back()
    record = await case.finish()
    assert record.view.outcome is Outcome.SATISFIED
    assert record.view.refusals == 1
    assert await status_of(case) is WorkflowExecutionStatus.COMPLETED


async def test_a_cancelled_case_is_taken_up_by_another_worker(cases: Caseload) -> None:
    async with cases.house.working():
        case = await cases.open()
        await cancelled(case)
    async with cases.house.working():
        await case.wait(days(2))
        assert (await case.clock("reply")).overdue_at is not None
        await case.withdraw()


async def test_a_cancellation_before_any_worker_came_is_refused_too(cases: Caseload) -> None:
    case = await cases.accept()
    await case.handle.cancel()
    async with cases.house.working():
        await case.until(lambda view: view.refusals == 1)
        await case.withdraw()
        assert (await case.finish()).view.outcome is Outcome.WITHDRAWN


async def test_every_run_of_a_case_may_be_cancelled(served: Caseload) -> None:
    case = await served.open(bounded(served))
    for times in (1, 2, 3):
        await cancelled(case, times)
        before = len(await case.runs())
        for _ in range(4):
            await case.send("record_note", text="We look into it.")
            await case.rest()
        assert len(await case.runs()) > before
    await case.withdraw()
    assert (await case.finish()).view.refusals == 3


def bounded(cases: Caseload) -> ComplaintClient:
    return cases.house.door(continue_after=EVENTS)


async def test_a_run_that_is_cancelled_at_its_very_end_is_seen_through(
    served: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await satisfied(served)
    await case.rest()
    closed_at = (await case.view()).closed_at
    assert closed_at is not None
    with monkeypatch.context() as patch:
        patch.setattr("store.journal.Journal.append", unavailable)
        await case.wait_until(closed_at + days(30) + minutes(2))
        await case.until(lambda view: view.completed)
        await case.handle.cancel()
        await case.until(lambda view: view.refusals == 1)
    await case.wait(minutes(5))
    record = await case.result()
    assert (record.view.completed, record.view.refusals) == (True, 1)
    assert await status_of(case) is WorkflowExecutionStatus.COMPLETED
