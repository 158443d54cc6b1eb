"""The program `redress`, run within a test on twins instead of servers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from typer.testing import CliRunner, Result

from cli.app import app
from cli.door import Door
from domain.view import case_view
from schemas.case import Answer
from schemas.commands import Actor
from schemas.events import Envelope
from schemas.refusals import RefusalCode
from schemas.views import CaseView
from schemas.vocabulary import CommandStatus, Department, Stage
from starter.client import ComplaintClient
from starter.complaint import NewComplaint
from starter.composing import By
from starter.errors import ComplaintUnknown
from starter.intake import Receipt
from starter.letters import Letter
from store.read_model import CaseFilter
from store.rows import CheckRow, NoticeRow
from tests.support.imports import TwinDoor
from tests.support.story import Story

COMMANDS_WITH_A_DOOR = tuple(
    f"cli.{name}"
    for name in (
        *("opening", "looking", "sending", "importing", "telling", "clocks", "department_times"),
    )
)


@dataclass
class FakeClient:
    """Answers as ComplaintClient does, from stories; `sent` is what it was asked to send."""

    twin: TwinDoor
    stories: dict[int, Story] = field(default_factory=dict)
    sent: list[tuple[str, int, str, By, dict[str, Any]]] = field(default_factory=list)
    checks: list[CheckRow] = field(default_factory=list)
    asked: list[tuple[CaseFilter, int, int]] = field(default_factory=list)
    told: list[NoticeRow] = field(default_factory=list)
    written: list[Letter] = field(default_factory=list)
    collected_by: list[Actor] = field(default_factory=list)
    refuses: RefusalCode | None = None

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        return await self.twin.open(complaint, by=by, received_at=received_at)

    async def cases(self, where: CaseFilter, *, limit: int, after: int) -> list[CaseView]:
        self.asked.append((where, limit, after))
        views = [case_view(story.state) for story in self.stories.values()]
        return [view for view in views if view.number > after][:limit]

    async def view(self, number: int) -> CaseView:
        if number not in self.stories:
            raise ComplaintUnknown(number)
        return case_view(self.stories[number].state)

    async def case(self, number: int) -> CaseView:
        return await self.view(number)

    async def timeline(self, number: int) -> list[Envelope]:
        return self.stories[number].journal

    async def inbox(self, department: Department) -> list[CheckRow]:
        return [check for check in self.checks if check.department is department]

    async def notices(self, owner: str) -> list[NoticeRow]:
        return [notice for notice in self.told if notice.to_whom == owner]

    async def letters(self, _number: int, *, by: Actor) -> list[Letter]:
        self.collected_by.append(by)
        return self.written

    async def signal(self, number: int, name: str, by: By, **fields: Any) -> None:
        self.sent.append(("signal", number, name, by, fields))

    async def send(self, number: int, name: str, by: By, /, **fields: Any) -> Answer:
        self.sent.append(("update", number, name, by, fields))
        if self.refuses is None:
            return Answer(
                status=CommandStatus.ACCEPTED,
                number=number,
                version=2,
                stage=Stage.INVESTIGATING,
                created=1,
                next_due_at=datetime.fromisoformat("2026-11-03T01:00:00+00:00"),
            )
        return Answer(
            status=CommandStatus.REFUSED,
            number=number,
            version=2,
            stage=Stage.CLOSED,
            code=self.refuses,
            explanation=self.refuses.sentence,
        )


class Program:
    """Runs commands; what they find behind the door is `client` and `twin`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
        self.twin = TwinDoor()
        self.client = FakeClient(self.twin)
        self.directory = directory
        monkeypatch.setenv("REDRESS_DATA_DIR", str(directory / "data"))
        for name in ("REDRESS_DATABASE_URL", "TEMPORAL_ADDRESS"):
            monkeypatch.delenv(name, raising=False)
        # No request of Temporal's is under way here, for whose end to wait.
        monkeypatch.setattr("runtime.main.SETTLING_SECONDS", 0)
        for module in COMMANDS_WITH_A_DOOR:
            monkeypatch.setattr(f"{module}.open_door", self._open_door)

    def run(self, *words: str, stdin: str | None = None, **environment: str) -> Result:
        """Run `redress` with these words."""
        return CliRunner().invoke(app, words, input=stdin, env=environment, prog_name="redress")

    def json(self, *words: str, stdin: str | None = None) -> Any:
        """Run a command that must succeed, and return the JSON that it prints."""
        result = self.run(*words, "-o", "json", stdin=stdin)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    @asynccontextmanager
    async def _open_door(self, _data_dir: Path | None) -> AsyncIterator[Door]:
        client = cast("ComplaintClient", self.client)
        yield Door(client, self.twin.register, self.twin.vault)
