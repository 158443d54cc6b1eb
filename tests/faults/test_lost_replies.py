"""Answers lost between a door and Temporal: a command sent again takes effect once (rule 13)."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.temporal import connect
from schemas.case import Answer
from schemas.commands import Command
from schemas.events import OwnerAssigned
from schemas.vocabulary import Channel, CommandStatus
from starter.client import ComplaintClient
from starter.complaint import NewComplaint
from starter.composing import By
from starter.sending import Persistence, Sending
from store.journal import Journal
from store.late_refusals import LateRefusals
from store.read_model import ReadModel
from store.register import Register
from tests.faults.checker import check_cases, gather
from tests.support.actors import AGENT, SHOP
from tests.support.eventually import eventually
from tests.support.measured import measured
from tests.support.processes import SetUp, kept_setup
from tests.support.proxy import Proxy

pytestmark = pytest.mark.server

COMMANDS = 50
SEED = 20261121
LOSSES = 6
STUBBORN = Persistence(tries=60, patience=timedelta(seconds=1))


class CountingSending(Sending):
    """Counts how often the commands were sent."""

    tries = 0

    async def _update(self, number: int, command: Command) -> Answer:
        self.tries += 1
        return await super()._update(number, command)


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[SetUp]:
    async with kept_setup(tmp_path) as setup:
        yield setup


async def test_commands_whose_answers_are_lost_take_effect_once(setup: SetUp) -> None:
    complaint = NewComplaint(channel=Channel.WEB, source_key="lost", content="It never came.")
    number = (await setup.client.open(complaint, by=SHOP)).number
    async with Proxy(setup.temporal_address) as proxy:
        client, sending = await through(setup, proxy)
        adversary = asyncio.create_task(lose_answers(proxy, sending, random.Random(SEED)))
        answers = await asyncio.gather(*(assign(client, number, n) for n in range(COMMANDS)))
        adversary.cancel()
        with suppress(asyncio.CancelledError):
            await adversary
    measured(
        f"\nseed {SEED}: {COMMANDS} commands sent {sending.tries} times,"
        f" {proxy.lost} bytes of answers lost"
    )
    assert sending.tries > COMMANDS

    again = await asyncio.gather(*(assign(setup.client, number, n) for n in range(COMMANDS)))
    assert again == answers
    assert {answer.status for answer in answers} == {CommandStatus.ACCEPTED}
    assert sorted(answer.version for answer in answers) == list(range(1, COMMANDS + 1))
    await written(setup, number)
    causes = await assigned(setup, number)
    assert causes == Counter({command_id(n): 1 for n in range(COMMANDS)})
    await check_cases(await gather(setup), setup.config.policy)


async def lose_answers(proxy: Proxy, sending: CountingSending, rng: random.Random) -> None:
    """Again and again swallow some answers, break every connection off, and let some through.

    Every second time that takes so long that the door gives up the try; in between, Temporal's
    own client notices the break and asks again by itself.
    """
    for loss in range(LOSSES):
        proxy.is_swallowing = True
        await grows(lambda: proxy.lost, rng.randint(300, 1500))
        if loss % 2 == 0:
            await grows(lambda: sending.tries, rng.randint(1, 10))
        proxy.reset()
        proxy.is_swallowing = False
        await grows(lambda: proxy.answered, rng.randint(300, 1000))


async def grows(count: Callable[[], int], by: int) -> None:
    """Wait until a count has grown by so much."""
    least = count() + by

    async def look() -> int:
        return count()

    await eventually(look, lambda seen: seen >= least)


async def through(setup: SetUp, proxy: Proxy) -> tuple[ComplaintClient, CountingSending]:
    """Return a client whose commands travel through the proxy."""
    pool, temporal = setup.pool, await connect(proxy.address)
    stores = (Register(pool), Journal(pool), ReadModel(pool), LateRefusals(pool))
    sending = CountingSending(temporal, *stores, STUBBORN)
    return ComplaintClient(replace(setup.client._parts, sending=sending)), sending


async def assign(client: ComplaintClient, number: int, index: int) -> Answer:
    return await client.assign_owner(number, f"agent-{index}", by=By(AGENT, command_id(index)))


def command_id(index: int) -> str:
    return f"assign-{index}"


async def written(setup: SetUp, number: int) -> None:
    async def look() -> bool:
        view, standing = await setup.client.view(number), await setup.client.case(number)
        return view == standing and all(message.delivered_at for message in view.messages)

    await eventually(look, bool, seconds=60)


async def assigned(setup: SetUp, number: int) -> Counter[str]:
    """Return how often each command named an owner; the first one is from the rota."""
    journal = await setup.client.timeline(number)
    named = [e.cause.command_id for e in journal if isinstance(e.event, OwnerAssigned)]
    return Counter(named[1:])
