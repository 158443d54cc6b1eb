"""Records every golden history anew: `.venv/bin/python -m tests.replay.record`.

It starts servers of its own, plays the cases of the demonstration and those of
`tests/replay/lives.py` to the end of their runs, and writes one file per case into
`tests/replay/histories/`, once each replays as it was lived. It takes about a minute.

Recording is never part of a test run. It is for a new life, and for a change that is meant to
do other than the past did; then the difference in the files is part of what is reviewed.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from demo.cases import CASES
from demo.judging import judge
from demo.player import Stage as Scene
from demo.player import play_case
from demo.records import PAID, RECORDS
from demo.script import DemoCase
from runtime.temporal import connect
from store.balances import OrderBalances
from store.door_keys import DoorKeys
from tests.replay.checks import check_journal, differences, relive
from tests.replay.golden import Golden, Run, save
from tests.replay.listening import Listening
from tests.replay.lives import LIVES, Life
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.house import House, intercepted, running_house
from tests.support.keys import DOOR
from tests.support.proofs import check_completed, is_running

IDENTITY = "golden"
"""Stands in every event, where usually the name of the machine would be."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - This is a command.


async def main() -> None:
    """Live every life, one after the other, so that complaints keep their numbers."""
    # In one life PostgreSQL is away, which the worker would lament at length.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    listening = Listening()
    async with open_house(listening) as house, house.working():
        for name, life in LIVES.items():
            await record(name, life, house, listening)
        # Cases from before there was a key believe every sender; those from now on do not.
        await DoorKeys(house.pool).add(DOOR.public)
        for order, paid in PAID.items():
            await OrderBalances(house.pool).enter_paid(order, paid)
        for told in CASES:
            await record(name_of(told), played(told), house, listening)


async def record(name: str, life: Life, house: House, listening: Listening) -> None:
    """Live a life to its end and keep its history."""
    say(f"{name} …")
    case = await life(Caseload(house))
    if await is_running(case):
        await case.finish()
    await check_completed(case)
    golden = await recorded(name, case, listening)
    await check(golden)
    save(golden)


def lives() -> list[str]:
    """Return the names of all lives that are recorded."""
    return [*LIVES, *map(name_of, CASES)]


def name_of(told: DemoCase) -> str:
    return told.title.lower().replace(" ", "_")


def played(told: DemoCase) -> Life:
    """Return the life of a case of the demonstration."""

    async def life(cases: Caseload) -> Case:
        house = cases.house
        for department, shelf in RECORDS.items():
            answers = {code: judge(department, *each) for code, each in shelf.records.items()}
            house.departments[department].answers = answers
        scene = Scene(house.door(sign=DOOR.signed), house.skipper, house.temporal, lambda _: None)
        record = (await play_case(scene, told)).record
        return Case(house, scene.client, record.view.number)

    return life


async def recorded(name: str, case: Case, listening: Listening) -> Golden:
    """Fetch all runs of a case, with what their local activities were asked."""
    return Golden(name, [Run(run, listening.asked[run.run_id]) for run in await case.runs()])


async def check(golden: Golden) -> None:
    """Check that what is about to be written replays as it was lived."""
    lived = await relive(golden)
    for replayed in lived:
        assert replayed.failure is None, replayed.failure
        found = differences(replayed)
        assert found == [], "\n".join(found)
    check_journal(lived)


@asynccontextmanager
async def open_house(listening: Listening) -> AsyncIterator[House]:
    """Start a house whose client and workers are named, and listened to."""
    async with running_house() as house:
        address = house.temporal.service_client.config.target_host
        client = await connect(address, identity=IDENTITY)
        yield replace(house, temporal=intercepted(client, listening))


if __name__ == "__main__":
    asyncio.run(main())
