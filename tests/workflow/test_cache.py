"""A whole case lives alike whether its worker remembers it or replays it at every task."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

import pytest

from schemas.events import Envelope, InformationAdded
from schemas.evidence import Evidence
from schemas.vocabulary import CallbackResult, Finding, Outcome, Stage, Verdict
from tests.support.actors import CUSTOMER
from tests.support.caseload import Caseload
from tests.support.cases import clock
from tests.support.eventually import eventually
from tests.support.policies import days, hours

pytestmark = pytest.mark.server

USUAL = 10_000
NO_CACHE = pytest.param(
    0,
    marks=pytest.mark.skipif(
        os.getloadavg()[0] > 3,
        reason="every task replays its whole case: too slow for a machine that is busy otherwise",
    ),
)


@pytest.mark.parametrize("cached", [NO_CACHE, USUAL])
async def test_a_whole_case(cases: Caseload, cached: int) -> None:
    house = cases.house
    settings = house.settings.model_copy(update={"max_cached_workflows": cached})
    house.warehouse.answers = {
        "SO-cache": Evidence(system="warehouse", finding=Finding.PACKING_FAULT, reference="PX-1")
    }
    async with house.working(settings=settings):
        case = await cases.open(order="SO-cache")
        await case.wait(hours(20))
        await case.reply()
        await case.ask()
        await case.stage(Stage.DECIDING)
        await case.propose()
        await case.wait(hours(30))
        await case.accept()
        await case.stage(Stage.FOLLOWING_UP)
        await case.wait(days(1))
        await case.call_back(CallbackResult.NOT_REACHED)
        await case.wait(hours(26))
        await case.call_back()
        view = await case.stage(Stage.CLOSED)
        assert clock(view, "callback").verdict is Verdict.MET
        await case.send("answer_survey", CUSTOMER, score=5)
        record = await case.finish()
    assert record.view.outcome is Outcome.SATISFIED
    assert record.view.cycles[0].score == 5


@pytest.mark.parametrize("cached", [NO_CACHE, USUAL])
async def test_a_crowd_of_messages(cases: Caseload, cached: int) -> None:
    house = cases.house
    settings = house.settings.model_copy(update={"max_cached_workflows": cached})
    async with house.working(settings=settings):
        case = await cases.open()
        signals = [case.signal("add_information", text=f"fact {n}") for n in range(25)]
        updates = [case.send("add_information", CUSTOMER, text=f"more {n}") for n in range(25)]
        await asyncio.gather(*signals, *updates)
        await eventually(case.journal, lambda found: len(told(found)) >= 50)
        assert len(set(told(await case.journal()))) == 50
        await case.withdraw()
        assert (await case.finish()).view.outcome is Outcome.WITHDRAWN


def told(journal: Sequence[Envelope]) -> list[str]:
    return [e.cause.command_id for e in journal if isinstance(e.event, InformationAdded)]
