"""kill -9 of every part while complaints pour in: nothing accepted is missing or double.

REDRESS_FAULT_COMPLAINTS makes it longer and REDRESS_FAULT_SEED another one; for every thirty
complaints there is one kill. Beyond five minutes pytest needs -o faulthandler_timeout=0.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.journaling import fold
from domain.view import case_view
from schemas.vocabulary import Channel
from starter.complaint import NewComplaint, PlainContact, PlainCustomer
from starter.composing import By
from store.journal import Journal
from store.read_model import EVERY_CASE, ReadModel
from store.register import Register
from tests.faults.calls import Call, CallLog, read_calls
from tests.faults.checker import check_calls, check_cases, gather, together
from tests.faults.nemesis import Fault, plan, strike
from tests.support.actors import AGENT, SHOP
from tests.support.eventually import eventually
from tests.support.measured import measured
from tests.support.processes import SetUp, kept_setup

pytestmark = pytest.mark.server

WAVE = 30
WAVES = max(3, int(os.environ.get("REDRESS_FAULT_COMPLAINTS", "120")) // WAVE)
COMPLAINTS = WAVES * WAVE
SEED = int(os.environ.get("REDRESS_FAULT_SEED", "20261121"))
AT_ONCE = 10
LIVELY = 120.0
"""Within so many seconds after the last fault everything must have caught up."""

NEW_OWNER = "agent-77"


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[SetUp]:
    async with kept_setup(tmp_path) as setup:
        yield setup


async def test_nothing_accepted_is_lost_or_doubled_by_kills(setup: SetUp, tmp_path: Path) -> None:
    log = CallLog(tmp_path / "calls.jsonl")
    faults = plan(random.Random(SEED), WAVES, WAVE)
    began = time.monotonic()
    followers: list[asyncio.Task[None]] = []
    away = [await suffer(setup, log, wave, fault, followers) for wave, fault in enumerate(faults)]
    await asyncio.gather(*followers)
    stopped = time.monotonic()
    await catch_up(setup)
    caught_up = time.monotonic()
    report(setup, log, dict(zip(faults, away, strict=True)))
    measured(f"under attack {stopped - began:.1f} s, caught up {caught_up - stopped:.1f} s later")

    found = await gather(setup)
    check_calls(read_calls(tmp_path / "calls.jsonl"), found)
    await check_cases(found, setup.config.policy)
    measured(f"checked and replayed all in {time.monotonic() - caught_up:.1f} s")
    await check_repetition(setup, log)


async def suffer(
    setup: SetUp, log: CallLog, wave: int, fault: Fault, followers: list[asyncio.Task[None]]
) -> float:
    """Open a wave of complaints under a fault; return for how many seconds a part was away.

    As soon as a complaint has a number a new owner is named, by a follower that nobody waits for.
    """

    async def serve(index: int) -> None:
        opened = await open_complaint(setup, log, index)
        followers.append(asyncio.create_task(assign(setup, log, opened)))
        if index % 10 == 0:
            await contradict(setup, log, index)

    indexes = range(wave * WAVE, (wave + 1) * WAVE)
    before = len(followers)
    opening = asyncio.create_task(together(indexes, serve, AT_ONCE))
    counts = (lambda: len(followers) - before, lambda: len(log.calls))
    away, _ = await asyncio.gather(strike(setup, fault, opening, *counts), opening)
    return away


async def open_complaint(setup: SetUp, log: CallLog, index: int) -> Call:
    complaint = complaint_of(index)
    return await log.persist(
        "open", complaint.source_key, lambda: setup.client.open(complaint, by=SHOP)
    )


async def contradict(setup: SetUp, log: CallLog, index: int) -> None:
    """Send another body under a source key that is taken: that fails and changes nothing."""
    other = complaint_of(index).model_copy(update={"content": "something else"})
    call = await log.persist(
        "contradict", other.source_key, lambda: setup.client.open(other, by=SHOP)
    )
    assert call.code == "source_conflict"


async def assign(setup: SetUp, log: CallLog, opened: Call) -> None:
    """Name a new owner under one command id, as often as it takes."""
    by = By(AGENT, command_id=f"assign-{opened.key}")
    number = opened.number
    await log.persist(
        "assign_owner",
        str(by.command_id),
        lambda: setup.client.assign_owner(number, NEW_OWNER, by=by),
        number,
    )


def complaint_of(index: int) -> NewComplaint:
    """Return complaints of both languages, some of them anonymous."""
    reach = PlainContact(kind=Channel.PHONE, address=f"+86 138 0000 {index:04}")
    return NewComplaint(
        channel=Channel.WEB,
        source="shop",
        source_key=f"kill-{index}",
        content=f"A part is missing, box {index}." if index % 2 else f"第{index}箱少了配件。",
        customer=PlainCustomer(contacts=(reach,)) if index % 3 else None,
        order=f"SO-{index}",
    )


async def catch_up(setup: SetUp) -> None:
    """Wait until every case is acknowledged and has its new owner, in the read model too."""

    async def unsettled() -> set[int]:
        views = await ReadModel(setup.pool).cases(EVERY_CASE, limit=COMPLAINTS + 1)
        acknowledged = {v.number for v in views if any(m.delivered_at for m in v.messages)}
        reassigned = {v.number for v in views if v.owner == NEW_OWNER}
        return set(range(1, COMPLAINTS + 1)) - (acknowledged & reassigned)

    await eventually(unsettled, lambda numbers: not numbers, seconds=LIVELY)

    async def undispatched() -> int:
        return await Register(setup.pool).undispatched()

    await eventually(undispatched, lambda count: count == 0, seconds=LIVELY)


async def check_repetition(setup: SetUp, log: CallLog) -> None:
    """Check that opening everything again changes nothing, nor rebuilding the read model."""
    before = await digest(setup)
    again = await together(range(COMPLAINTS), lambda index: open_complaint(setup, log, index))
    assert not any(call.is_new for call in again)
    assert await digest(setup) == before
    read_model, policy = ReadModel(setup.pool), setup.config.policy
    assert await read_model.rebuild(lambda journal: case_view(fold(journal, policy))) == COMPLAINTS
    assert await digest(setup) == before


async def digest(setup: SetUp) -> tuple[object, ...]:
    """Return what a repetition must not change."""
    row = await setup.pool.fetchrow(
        "SELECT (SELECT count(*) FROM register), (SELECT last_number FROM register_counter),"
        " (SELECT count(*) FROM outbox)"
    )
    assert row is not None
    heads = [envelope.hash async for envelope in Journal(setup.pool).stream_all()]
    return (*row, heads, await ReadModel(setup.pool).rows_digest())


def report(setup: SetUp, log: CallLog, away: dict[Fault, float]) -> None:
    kills = {part.name: part.kills for part in (setup.worker, setup.temporal, setup.postgres)}
    outcomes = Counter(f"{call.action} {call.outcome}" for call in log.calls)
    measured(f"\nseed {SEED}: {COMPLAINTS} complaints, kills {kills}, calls {dict(outcomes)}")
    parts = [f"{fault.part} {seconds:.1f} s" for fault, seconds in away.items()]
    measured(f"away: {', '.join(parts)}")
