"""Rule 24: a case parked by a mistake of ours is seen soon, and goes on after the mend."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionDescription

from domain import decide
from schemas import commands
from schemas.case import Answer
from schemas.commands import Command
from schemas.events import InformationAdded, NoteRecorded
from schemas.vocabulary import CommandStatus, Stage
from starter.composing import By
from starter.errors import OutcomeUnknown
from tests.support.actors import AGENT, CUSTOMER
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.eventually import eventually
from tests.support.histories import failures

pytestmark = pytest.mark.server

SEEN_WITHIN = 30.0
MENDED_WITHIN = 60.0
"""Seconds; the server gives a failed task out again after a while."""


SECRET = "Wanda Geheim"
"""Not written where it is raised: a stack trace shows that line."""


def mistaken(*_: Any) -> None:
    raise KeyError(SECRET)


def mistaken_about(kind: type[Command]) -> Mapping[type[Command], Any]:
    return {**decide.RULES, kind: mistaken}


@contextmanager
def mistakes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make a mistake in each of decide, evolve and effects."""
    with monkeypatch.context() as patch:
        patch.setattr(decide, "RULES", mistaken_about(commands.RecordNote))
        patch.setattr("domain.evolve.evolve_checks", mistaken)
        patch.setattr("domain.effects._delivery", mistaken)
        yield


def problems(described: WorkflowExecutionDescription) -> list[str]:
    found = described.search_attributes.get("TemporalReportedProblems", [])
    return [str(problem) for problem in found]


async def test_parked_cases_are_seen_and_go_on_without_a_loss(
    served: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked = [await served.open() for _ in range(3)]
    sound = await served.open()
    await asyncio.gather(*(case.rest() for case in (*parked, sound)))
    with mistakes(monkeypatch):
        sending = [
            asyncio.create_task(insist(case, name, **fields))
            for case, (name, fields) in zip(parked, CAUSES, strict=True)
        ]
        await asyncio.gather(
            *(eventually(case.handle.describe, problems, seconds=SEEN_WITHIN) for case in parked)
        )
        await asyncio.gather(
            *(case.signal("add_information", text="Are you there?") for case in parked)
        )
        await sound.send("assign_owner", owner="agent-9")
    async with asyncio.timeout(MENDED_WITHIN):
        answers = await asyncio.gather(*sending)
    assert [answer.status for answer in answers] == [CommandStatus.ACCEPTED] * 3
    await asyncio.gather(*(check_mended(case) for case in parked))
    kinds = [{type(e.event) for e in await case.journal()} for case in parked]
    assert NoteRecorded in kinds[0]
    assert all(InformationAdded in each for each in kinds)


CAUSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("record_note", {"text": "A note."}),
    ("request_check", {"department": "quality", "question": "Was it tested?"}),
    ("reply", {"text": "We are looking into it."}),
)
"""Commands that meet the mistakes in decide, evolve and effects."""


async def insist(case: Case, name: str, **fields: Any) -> Answer:
    """Send a command under the same id until the case answers."""
    by = By(AGENT, command_id=f"insisted-{case.number}")
    while True:
        with suppress(OutcomeUnknown):
            return await case.client.send(case.number, name, by, **fields)


async def check_mended(case: Case) -> None:
    """Check that a case goes on, is no longer reported, and tells no secret of its failure."""
    case.is_jammed = True  # Its history holds the failures that this test is about.
    await case.until(lambda view: view.seq > 0, seconds=MENDED_WITHIN)
    await eventually(
        case.journal,
        lambda found: any(isinstance(e.event, InformationAdded) for e in found),
        seconds=MENDED_WITHIN,
    )
    await eventually(case.handle.describe, lambda found: not problems(found))
    events = await case.events()
    assert failures(events) != []
    assert SECRET not in "".join(map(str, events))
    await case.send("withdraw", CUSTOMER)
    await case.stage(Stage.CLOSED)
