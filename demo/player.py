"""Plays the demonstration on real servers, weeks of case time in seconds, and proves the result."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from demo.cases import CASES
from demo.report import Played, show
from demo.script import DemoCase, Later, Move, Pass, Send, Until
from demo.stand_in import StandIn
from demo.tally import tally
from runtime.config import load_config
from runtime.embedded.directory import temporary_directory
from runtime.kek import ensure_kek
from runtime.replaying import replayed_result
from runtime.settings import load_settings
from schemas.errors import RedressError
from schemas.ids import workflow_id
from schemas.views import CaseRecord
from schemas.vocabulary import CommandStatus
from starter.client import ComplaintClient
from starter.connecting import make_client
from starter.serving import served_in_passing
from starter.signing import choose_key
from store.door_keys import DoorKeys
from store.pool import open_pool
from workflows.complaint import ComplaintWorkflow

POLL = 0.05
"""Seconds between looks at a case that Redress is working on."""
PATIENCE = 60.0

Say = Callable[[str], None]


@dataclass(eq=False)
class DemoFailed(RedressError):
    """Case {case} of the demonstration did not get to: {what}."""

    code = "demo_failed"
    case: int
    what: str


@dataclass
class Stage:
    """Where the cases are played: the door, and the machine that moves their time."""

    client: ComplaintClient
    skipper: TimeSkipper
    temporal: Client
    say: Say

    def handle(self, number: int) -> WorkflowHandle[ComplaintWorkflow, CaseRecord]:
        """Return the run of a complaint."""
        return self.temporal.get_workflow_handle_for(ComplaintWorkflow.run, workflow_id(number))


async def play(*, as_json: bool, cases: Sequence[DemoCase] = CASES) -> int:
    """Play the cases side by side, print what came of them, and return the exit code."""
    say: Say = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731, T201
    say("Starting PostgreSQL, Temporal, a worker and the company's stand-in …")
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(temporary_directory())
        settings = load_settings(data_dir=directory)
        ensure_kek(settings)
        company = await stack.enter_async_context(StandIn())
        served = await stack.enter_async_context(
            served_in_passing(directory, time_skipping=True, environment=company.environment())
        )
        pool = await open_pool(served.database_url)
        stack.push_async_callback(pool.close)
        skipper = TimeSkipper(served.temporal)
        config = load_config(settings.config_dir)

        async def case_time(number: int | None) -> datetime:
            if number is None:
                return datetime.now(UTC)
            handle = served.temporal.get_workflow_handle(workflow_id(number))
            return await skipper.get_current_time(handle)

        key = await choose_key(settings, DoorKeys(pool))
        client = make_client(served.temporal, pool, settings, config, case_time, key.signed)
        scene = Stage(client, skipper, served.temporal, say)
        played = await asyncio.gather(*(play_case(scene, case) for case in cases))
        say("Stopping …")
    show(played, as_json=as_json)
    return 0 if all(one.is_as_told for one in played) else 1


async def play_case(scene: Stage, case: DemoCase) -> Played:
    """Play one case to the end of its run, then replay its history and compare."""
    receipt = await scene.client.open(case.complaint, by=case.opened_by)
    scene.say(f"case {case.number} · {case.title}: complaint {receipt.number} opened")
    for move in case.moves:
        await _make(scene, case, receipt.number, move)
    scene.say(f"case {case.number} · {case.title}: run completed, replaying its history")
    handle = scene.handle(receipt.number)
    record, history = await asyncio.gather(handle.result(), handle.fetch_history())
    again = await replayed_result(ComplaintWorkflow, history, CaseRecord)
    return Played(
        case=case,
        record=record,
        timeline=await scene.client.timeline(receipt.number),
        tally=tally(history),
        replayed=again == record,
    )


async def _make(scene: Stage, case: DemoCase, number: int, move: Move) -> None:
    match move:
        case Pass():
            await scene.skipper.fast_forward(scene.handle(number), move.time)
        case Until():
            await _await(scene, case, number, move)
        case Send():
            await _send(scene, case, number, move)
        case _:
            assert_never(move)


async def _await(scene: Stage, case: DemoCase, number: int, move: Until) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not move.holds(await scene.client.view(number)):  # noqa: ASYNC110 - asked from outside.
                await asyncio.sleep(POLL)
    except TimeoutError:
        raise DemoFailed(case.number, move.what) from None


async def _send(scene: Stage, case: DemoCase, number: int, move: Send) -> None:
    now = await scene.skipper.get_current_time(scene.handle(number))
    fields = {key: _at(now, value) for key, value in move.fields.items()}
    answer = await scene.client.send(number, move.command, move.by, **fields)
    if answer.status is CommandStatus.REFUSED:
        raise DemoFailed(case.number, f"{move.command} was refused: {answer.explanation}")
    scene.say(f"case {case.number} · {case.title}: {move.command} by {move.by.id}")


def _at(now: datetime, value: object) -> object:
    return now + value.by.time if isinstance(value, Later) else value
