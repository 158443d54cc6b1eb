"""Doors to import into: the real intake on twins of the store, and a Temporal that can be away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.law_file import load_law
from schemas.commands import Actor
from schemas.law import Law
from starter.complaint import NewComplaint
from starter.intake import Intake, Receipt
from starter.mapping import RowMapping, load_mapping
from starter.policies import Policies
from store.memory import Memory, MemoryRegister, MemoryVault
from store.sealing import Kek
from tests.support.policies import policy

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
LAW = load_law(ROOT / "config")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)

PLAIN_MAPPING = """
source = "test"
[fields]
source_key = "{id}"
content = "{text}"
channel = "web"
"""


@dataclass
class FakeTemporal:
    """Starts cases in name only; `away` makes it refuse."""

    away: bool = False
    started: list[str] = field(default_factory=list)

    async def start_workflow(self, *_: object, **given: Any) -> None:
        if self.away:
            raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
        self.started.append(given["id"])


class TwinDoor:
    """Takes complaints as ComplaintClient does, into memory."""

    def __init__(self) -> None:
        self.memory = Memory(now=lambda: NOW)
        self.temporal = FakeTemporal()
        self.register = MemoryRegister(self.memory)
        self.vault = MemoryVault(self.memory, Kek("kek-1", b"k" * 32))
        self.now = NOW
        self.policies = Policies(self.register, policy())
        self.lay_down(LAW)

    def lay_down(self, law: Law) -> None:
        """Go on under other rules of law."""
        temporal = cast("Client", self.temporal)
        self.intake = Intake(temporal, self.register, self.vault, self.policies, law)

    async def open(
        self, complaint: NewComplaint, *, by: Actor, received_at: datetime | None = None
    ) -> Receipt:
        return await self.intake.open(complaint, by, received_at or self.now)

    async def text_of(self, number: int) -> str:
        """Return what complaint says, opened."""
        entry = self.memory.register[number]
        found = await self.vault.open(
            entry.complaint_id, [entry.opening.content], who="test", purpose="test"
        )
        return found[0]


def mapping_from(directory: Path, text: str = PLAIN_MAPPING) -> RowMapping:
    """Return a mapping written to a file of its own."""
    file = directory / "mapping.toml"
    file.write_text(text, "utf-8")
    return load_mapping(file)


def example_mapping(name: str) -> RowMapping:
    return load_mapping(EXAMPLES / "mappings" / f"{name}.toml")


def cells(**given: str) -> Mapping[str, str]:
    return given
