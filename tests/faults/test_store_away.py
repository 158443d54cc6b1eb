"""PostgreSQL away, dead or frozen: cases go on, and nothing of it is lost (rule 25).

REDRESS_FAULT_OUTAGE is for how many seconds, at least.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from shutil import copytree
from typing import Any

import pytest

from runtime.settings import PROJECT
from schemas.case import Answer
from schemas.commands import Actor
from schemas.events import ClockOverdue, LevelReached, OwnerAssigned
from schemas.offer import Option, RemedyStep
from schemas.views import CaseView
from schemas.vocabulary import (
    CallbackResult,
    Channel,
    CommandStatus,
    Department,
    Finding,
    RemedyKind,
    ReturnReason,
)
from starter.complaint import NewComplaint
from store.errors import StoreUnavailable
from tests.faults.checker import check_cases, gather, together
from tests.support.actors import AGENT, CUSTOMER, LOGISTICS, SHOP
from tests.support.eventually import eventually
from tests.support.measured import measured
from tests.support.processes import SetUp, Wanted, kept_setup

pytestmark = pytest.mark.server

OUTAGE = float(os.environ.get("REDRESS_FAULT_OUTAGE", "5"))
BOUND = 5.0
"""Seconds within which an update answers on a busy machine; the promise is two."""

PACE = 0.2
CAUGHT_UP = 90.0
SCRIPTED = 3
"""How many cases are led through the whole script."""

NOW = object()
REPLY_DUE = 'reply = "24h"'
REPLY_DUE_SOON = 'reply = "5s"'

SCRIPT: tuple[tuple[str, Actor, Mapping[str, Any]], ...] = (
    ("assign_owner", AGENT, {"owner": "agent-9"}),
    ("claim_check", LOGISTICS, {"check": 1}),
    (
        "complete_check",
        LOGISTICS,
        {"check": 1, "finding": Finding.CONFIRMED, "references": ("T-1",)},
    ),
    ("return_check", LOGISTICS, {"check": 2, "reason": ReturnReason.QUESTION}),
    ("complete_task", AGENT, {"task": 1}),
    ("accept_option", CUSTOMER, {"version": 1, "option": 1}),
    ("settle_step", AGENT, {"version": 1, "step": 1, "reference": "S-1"}),
    ("record_callback_attempt", AGENT, {"result": CallbackResult.SATISFIED, "called_at": NOW}),
    ("answer_survey", CUSTOMER, {"score": 5}),
    ("reopen", CUSTOMER, {}),
    ("withdraw", CUSTOMER, {}),
)
"""A case from its checks to its end and back, in codes alone."""

BY_HAND = Option(steps=(RemedyStep(kind=RemedyKind.CHANGE_OF_STAFF),))


@dataclass
class Stopwatch:
    """How long each answer took, in seconds."""

    taken: list[tuple[float, str]] = field(default_factory=list)

    async def time(self, what: str, answer: Awaitable[Answer]) -> Answer:
        began = time.monotonic()
        result = await answer
        self.taken.append((time.monotonic() - began, what))
        assert result.status is CommandStatus.ACCEPTED, (what, result)
        return result


@pytest.fixture(scope="module")
async def setup(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SetUp]:
    place = tmp_path_factory.mktemp("store-away")
    config = copytree(PROJECT / "config", place / "config")
    policy = config / "policy.toml"
    text = policy.read_text("utf-8")
    assert REPLY_DUE in text
    policy.write_text(text.replace(REPLY_DUE, REPLY_DUE_SOON), "utf-8")
    async with kept_setup(place, Wanted(config_dir=config)) as setup:
        yield setup


@pytest.mark.parametrize("manner", ["killed", "frozen"])
async def test_cases_go_on_while_postgresql_is_away(setup: SetUp, manner: str) -> None:
    cases = [await prepared(setup, f"{manner}-{n}") for n in range(SCRIPTED)]
    owned, waiting = [await opened(setup, f"{manner}-{name}") for name in ("owned", "waiting")]
    watch = Stopwatch()
    owners: list[str] = []
    await go_away(setup, manner)
    gone = time.monotonic()

    refused = asyncio.create_task(refuse_texts(setup, owned))
    playing = asyncio.create_task(together(cases, lambda number: play(setup, watch, number)))
    while time.monotonic() < gone + OUTAGE or not playing.done():
        owner = f"agent-{len(owners):04}"
        owners.append(owner)
        await watch.time("assign_owner", setup.client.assign_owner(owned, owner, by=AGENT))
        await asyncio.sleep(PACE)  # The pace of this client; nothing is waited for.
    await asyncio.gather(playing, refused)
    await eventually(lambda: setup.client.view(waiting), lambda view: "reply" in view.overdue)
    assert await is_away(setup)

    away = time.monotonic() - gone
    await come_back(setup, manner)
    back = time.monotonic()
    await together([*cases, owned, waiting], lambda number: caught_up(setup, number))
    report(manner, away, time.monotonic() - back, watch)
    assert max(watch.taken)[0] < BOUND

    assert (await setup.client.reply(owned, "Here we are again.", by=AGENT)).code is None
    await caught_up(setup, owned)
    await check_timers(setup, waiting)
    assert await assigned(setup, owned) == owners
    await check_cases(await gather(setup), setup.config.policy)


async def go_away(setup: SetUp, manner: str) -> None:
    if manner == "killed":
        await setup.postgres.kill()
    else:
        setup.postgres.freeze()


async def come_back(setup: SetUp, manner: str) -> None:
    if manner == "killed":
        await setup.postgres.start()
    else:
        setup.postgres.thaw()


async def is_away(setup: SetUp) -> bool:
    try:
        await setup.client.case(1)
    except StoreUnavailable:
        return True
    return False


async def opened(setup: SetUp, key: str) -> int:
    """Open a complaint and wait until it is acknowledged."""
    complaint = NewComplaint(
        channel=Channel.WEB, source="shop", source_key=key, content="The parcel never came."
    )
    number = (await setup.client.open(complaint, by=SHOP)).number
    await caught_up(setup, number)
    return number


async def prepared(setup: SetUp, key: str) -> int:
    """Open a complaint with two checks and a proposal that waits for an answer."""
    number = await opened(setup, key)
    for question in ("Where is it?", "Who signed for it?"):
        await setup.client.request_check(
            number, Department.LOGISTICS, question, by=AGENT, required=False
        )
    await setup.client.propose(number, [BY_HAND], by=AGENT)
    await caught_up(setup, number)
    return number


async def play(setup: SetUp, watch: Stopwatch, number: int) -> None:
    """Lead a case through the script, with the moments of this machine."""
    for name, by, fields in SCRIPT:
        now = datetime.now(UTC)
        given = {key: now if value is NOW else value for key, value in fields.items()}
        await watch.time(name, setup.client.send(number, name, by, **given))


async def refuse_texts(setup: SetUp, number: int) -> None:
    """Check that what needs the vault or the register says at the door that it cannot be had."""
    client = setup.client
    complaint = NewComplaint(
        channel=Channel.WEB, source="shop", source_key="while-away", content="Hello?"
    )
    texts: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: client.reply(number, "text", by=AGENT),
        lambda: client.add_information(number, "text", by=CUSTOMER),
        lambda: client.record_note(number, "text", by=AGENT),
        lambda: client.close_explained(number, "text", by=AGENT),
        lambda: client.withdraw(number, by=CUSTOMER, reason="text"),
        lambda: client.open(complaint, by=SHOP),
    )

    async def refused(text: Callable[[], Awaitable[object]]) -> None:
        with pytest.raises(StoreUnavailable) as caught:
            await text()
        assert caught.value.code == "temporarily_unavailable"

    await together(texts, refused)


async def caught_up(setup: SetUp, number: int) -> CaseView:
    """Wait until messages are delivered and the read model has all that the case knows."""

    async def look() -> tuple[CaseView, int]:
        view = await setup.client.view(number)
        seq = await setup.pool.fetchval("SELECT seq FROM case_view WHERE number = $1", number)
        return view, seq or 0

    def is_written(seen: tuple[CaseView, int]) -> bool:
        view, seq = seen
        is_told = bool(view.messages) and all(m.delivered_at for m in view.messages)
        return is_told and view.seq == seq

    return (await eventually(look, is_written, seconds=CAUGHT_UP))[0]


async def check_timers(setup: SetUp, number: int) -> None:
    """Check that the timer of the reply clock rang once and in time, in the outage."""
    journal = await setup.client.timeline(number)
    (rang,) = [e for e in journal if isinstance(e.event, ClockOverdue)]
    assert isinstance(rang.event, ClockOverdue)
    late = (rang.recorded_at - rang.event.due_at).total_seconds()
    measured(f"the timer rang {late:.2f} s after its time")
    assert 0 <= late < BOUND
    levels = [e.event.level for e in journal if isinstance(e.event, LevelReached)]
    assert levels == [1, 2, 3]


async def assigned(setup: SetUp, number: int) -> list[str]:
    """Return the owners in the order of the journal, without the one from the rota."""
    journal = await setup.client.timeline(number)
    return [e.event.owner for e in journal if isinstance(e.event, OwnerAssigned)][1:]


def report(manner: str, away: float, caught_up: float, watch: Stopwatch) -> None:
    seconds = sorted(taken for taken, _ in watch.taken)
    slowest = ", ".join(f"{name} {taken:.2f} s" for taken, name in sorted(watch.taken)[-3:])
    above = sum(taken > 2 for taken in seconds)
    measured(
        f"\nPostgreSQL {manner} for {away:.1f} s: {len(seconds)} coded updates, median"
        f" {seconds[len(seconds) // 2]:.3f} s, {above} above 2 s, slowest {slowest};"
        f" caught up {caught_up:.1f} s after its return"
    )
