"""Temporal away: complaints are accepted all the same, and commands are sent again (rule 25)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.events import OwnerAssigned
from schemas.vocabulary import Channel, CommandStatus
from starter.client import ComplaintClient
from starter.complaint import NewComplaint
from starter.composing import By
from starter.errors import OutcomeUnknown
from starter.intake import Receipt
from starter.sending import Persistence, Sending
from store.journal import Journal
from store.late_refusals import LateRefusals
from store.read_model import EVERY_CASE, ReadModel
from store.register import Register
from tests.faults.checker import check_cases, gather
from tests.support.actors import AGENT, SHOP
from tests.support.eventually import eventually
from tests.support.measured import measured
from tests.support.processes import SetUp, kept_setup

pytestmark = pytest.mark.server

TOLD_WITHIN = 8.0
"""Seconds: five of waiting for Temporal, and the rest for a busy machine."""

HASTY = Persistence(tries=2, patience=timedelta(seconds=1))
"""As in service, only sooner at its wits' end."""


@pytest.fixture(scope="module")
async def setup(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SetUp]:
    async with kept_setup(tmp_path_factory.mktemp("temporal-away")) as setup:
        yield setup


async def test_complaints_and_commands_outlast_temporal(setup: SetUp) -> None:
    client = hasty(setup)
    known = (await open_complaint(client, "before")).number
    await written(setup)
    await setup.temporal.kill()

    began = time.monotonic()
    receipts = await asyncio.gather(*(open_complaint(client, f"away-{n}") for n in range(5)))
    told = time.monotonic() - began
    assert {receipt.number for receipt in receipts} == set(range(known + 1, known + 6))
    assert told < TOLD_WITHIN
    by = By(AGENT, command_id="assign-once")
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            await client.assign_owner(known, "agent-5", by=by)
    again = await open_complaint(client, "away-0")
    assert (again.number, again.is_new) == (receipts[0].number, False)

    await setup.temporal.start()
    back = time.monotonic()
    answers = [await setup.client.assign_owner(known, "agent-5", by=by) for _ in range(3)]
    assert answers[0].status is CommandStatus.ACCEPTED
    assert answers == [answers[0]] * 3
    await written(setup)
    measured(
        f"\nTemporal away: numbers within {told:.1f} s,"
        f" all cases written {time.monotonic() - back:.1f} s after its return"
    )
    assert await Register(setup.pool).undispatched() == 0
    journal = await setup.client.timeline(known)
    owners = [e.event.owner for e in journal if isinstance(e.event, OwnerAssigned)]
    assert owners[1:] == ["agent-5"]
    await check_cases(await gather(setup), setup.config.policy)


async def test_a_caller_may_give_up(setup: SetUp) -> None:
    number = (await open_complaint(setup.client, "patience")).number
    await written(setup)
    await setup.worker.kill()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await setup.client.assign_owner(number, "agent-5", by=AGENT)
    view = await setup.client.view(number)
    assert view.owner != "agent-5"


def hasty(setup: SetUp) -> ComplaintClient:
    """Return the client of the set-up with less patience for commands."""
    pool, parts = setup.pool, setup.client._parts
    stores = (Register(pool), Journal(pool), ReadModel(pool), LateRefusals(pool))
    return ComplaintClient(replace(parts, sending=Sending(setup.temporal_client, *stores, HASTY)))


async def open_complaint(client: ComplaintClient, key: str) -> Receipt:
    complaint = NewComplaint(
        channel=Channel.WEB, source="shop", source_key=key, content="It never came."
    )
    return await client.open(complaint, by=SHOP)


async def written(setup: SetUp) -> None:
    """Wait until every case is acknowledged, and the read model has all they know."""
    count = await Register(setup.pool).count()

    async def look() -> list[bool]:
        views = await ReadModel(setup.pool).cases(EVERY_CASE)
        fresh = [await setup.client.view(view.number) for view in views]
        return [
            view.seq == now.seq and any(m.delivered_at for m in view.messages)
            for view, now in zip(views, fresh, strict=True)
        ]

    await eventually(look, lambda seen: len(seen) == count and all(seen), seconds=60)
