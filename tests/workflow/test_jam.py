"""Rule 24: a mistake of ours parks the case in sight, and loses nothing; effects begin once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType

from domain import decide
from schemas import commands
from store.journal import Journal
from tests.support.actors import CUSTOMER
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.eventually import eventually
from tests.support.histories import failures, of

pytestmark = pytest.mark.server

SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED


async def acknowledged(case: Case) -> list[str]:
    """Wait until the journal says that the acknowledgement was delivered; return what it tells."""

    async def told() -> list[str]:
        return [e.event.kind for e in await Journal(case.house.pool).read(case.number)]

    # A task that failed is given out again after some seconds.
    return await eventually(told, lambda kinds: "message_delivered" in kinds, seconds=60)


def broken(*_: Any) -> None:
    raise KeyError("a mistake of ours")


@pytest.mark.parametrize("report", [commands.RecordTriage, commands.RecordDelivery])
async def test_a_mistake_in_what_follows_an_activity_parks_the_case(
    cases: Caseload, monkeypatch: pytest.MonkeyPatch, report: type[commands.Command]
) -> None:
    house = cases.house
    case = await cases.accept()
    case.is_jammed = True  # Its history holds the failures that this test is about.
    with monkeypatch.context() as patch:
        patch.setattr(decide, "RULES", {**decide.RULES, report: broken})
        async with house.working():
            await eventually(case.events, failures)
    async with house.working():
        assert (await acknowledged(case)).count("message_released") == 1


async def test_a_mistake_beside_the_main_course_parks_the_case(
    cases: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = cases.house
    case = await cases.accept()
    case.is_jammed = True  # Its history holds the failures that this test is about.
    with monkeypatch.context() as patch:
        patch.setattr("domain.view.waiting", broken)
        async with house.working():
            await eventually(case.events, failures)
    async with house.working():
        assert "complaint_opened" in await acknowledged(case)


async def test_a_message_before_the_first_task_starts_each_effect_once(cases: Caseload) -> None:
    case = await cases.accept()
    await case.signal("withdraw", CUSTOMER)
    async with cases.house.working():
        view = await case.until(
            lambda view: view.closed_at and all(m.delivered_at for m in view.messages)
        )
        await case.journal()
    assert len(of(await case.events(), SCHEDULED)) == len(view.messages)


async def test_a_question_before_the_first_task_is_asked_once(cases: Caseload) -> None:
    case = await cases.accept()
    asking = asyncio.create_task(case.ask())
    await eventually(case.events, len)
    async with cases.house.working():
        await asking
        await acknowledged(case)
        await case.journal()
    asked = [q.key for q in cases.house.warehouse.asked if q.number == case.number]
    assert len(asked) == 1
