"""kill -9 of every part while complaints pour in: nothing accepted is missing or double."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copy2

import pytest

from domain.journaling import fold
from domain.view import case_view
from schemas.vocabulary import Channel
from starter.complaint import NewComplaint, PlainContact, PlainCustomer
from starter.composing import By
from store.read_model import EVERY_CASE, ReadModel
from store.register import Register
from tests.faults.calls import Call, CallLog, Outcome, read_calls
from tests.faults.checker import check_found, check_replay, gather, together
from tests.faults.nemesis import attack, plan
from tests.support.actors import AGENT, SHOP
from tests.support.eventually import eventually
from tests.support.postgres import fast_directory
from tests.support.processes import SetUp, running_setup

pytestmark = pytest.mark.server

COMPLAINTS = int(os.environ.get("REDRESS_FAULT_COMPLAINTS", "120"))
SEED = int(os.environ.get("REDRESS_FAULT_SEED", "20261121"))
KILLS = max(3, COMPLAINTS // 20)
OPENERS = 12
LIVELY = 120.0
"""Within so many seconds after the last fault everything must have caught up."""

NEW_OWNER = "agent-77"


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[SetUp]:
    with fast_directory() as directory:
        try:
            async with running_setup(directory) as setup:
                yield setup
        finally:
            # pytest keeps these of the last runs, for whoever wants to know what went wrong.
            for log in directory.glob("**/*.log"):
                copy2(log, tmp_path / f"{log.parent.name}-{log.name}")


async def test_nothing_accepted_is_lost_or_doubled_by_kills(setup: SetUp, tmp_path: Path) -> None:
    log = CallLog(tmp_path / "calls.jsonl")
    rng = random.Random(SEED)
    faults = plan(rng, KILLS, COMPLAINTS)
    print(f"\nseed {SEED}: {COMPLAINTS} complaints, faults {[(f.part, f.at) for f in faults]}")
    began = time.monotonic()
    clients = asyncio.create_task(serve_everybody(setup, log))
    nemesis = asyncio.create_task(
        attack(setup, faults, lambda: count_opened(log), lambda: len(log.calls))
    )
    _, away = await asyncio.gather(clients, nemesis)
    stopped = time.monotonic()
    await catch_up(setup)
    settled = time.monotonic() - stopped
    print("away for", [f"{part.part} {seconds:.1f} s" for part, seconds in zip(faults, away, strict=True)])
    report(setup, log, {"faulty": stopped - began, "away": sum(away), "settled": settled})

    found = await gather(setup)
    check_found(read_calls(tmp_path / "calls.jsonl"), found, setup.config.policy)
    await check_replay(found)

    before = await digest(setup)
    again = await together(range(COMPLAINTS), lambda n: open_complaint(setup, log, n))
    assert not any(call.is_new for call in again)
    assert [call.outcome for call in again] == [Outcome.OK] * COMPLAINTS
    assert await digest(setup) == before
    assert await rebuilt(setup) == before[-1]


async def serve_everybody(setup: SetUp, log: CallLog) -> None:
    """Open every complaint, and name a new owner of each as soon as it has a number."""
    followers: list[asyncio.Task[None]] = []

    async def serve(index: int) -> None:
        opened = await open_complaint(setup, log, index)
        followers.append(asyncio.create_task(assign(setup, log, opened)))
        if index % 10 == 0:
            await contradict(setup, log, index)

    await together(range(COMPLAINTS), serve, OPENERS)
    await asyncio.gather(*followers)


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


def count_opened(log: CallLog) -> int:
    return sum(call.action == "open" and call.outcome is Outcome.OK for call in log.calls)


async def catch_up(setup: SetUp) -> None:
    """Wait until every case is acknowledged and has its new owner, in the read model too."""

    async def unsettled() -> set[int]:
        views = await ReadModel(setup.pool).cases(EVERY_CASE, limit=COMPLAINTS + 1)
        settled = {v.number for v in views if v.owner == NEW_OWNER and any(m.delivered_at for m in v.messages)}
        return set(range(1, COMPLAINTS + 1)) - settled

    await eventually(unsettled, lambda numbers: not numbers, seconds=LIVELY)
    assert await Register(setup.pool).undispatched() == 0


async def digest(setup: SetUp) -> tuple[object, ...]:
    """Return what a repetition must not change; the read model's hash comes last."""
    row = await setup.pool.fetchrow(
        "SELECT (SELECT count(*) FROM register), (SELECT count(*) FROM outbox),"
        " (SELECT count(*) FROM journal), (SELECT sum(last_number) FROM register_counter)"
    )
    assert row is not None
    return (*row, await ReadModel(setup.pool).rows_digest())


async def rebuilt(setup: SetUp) -> str:
    """Return the read model's hash after everything was dropped and made anew (rule 1)."""
    read_model, policy = ReadModel(setup.pool), setup.config.policy
    assert await read_model.rebuild(lambda journal: case_view(fold(journal, policy))) == COMPLAINTS
    return await read_model.rows_digest()


def report(setup: SetUp, log: CallLog, seconds: dict[str, float]) -> None:
    outcomes = Counter(f"{call.action} {call.outcome}" for call in log.calls)
    kills = {part.name: part.kills for part in (setup.worker, setup.temporal, setup.postgres)}
    print(f"kills {kills}; calls {dict(outcomes)}")
    print("; ".join(f"{name} {value:.1f} s" for name, value in seconds.items()))
