"""What the twins share, as the real classes share a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from schemas.money import Money
from schemas.remedy_order import RemedyOrder
from store.door_keys import DoorKey
from store.errors import StoreUnavailable
from store.late_refusals import LateRefusal
from store.outbox import OutboxMessage
from store.register import Entry
from store.rows import CheckRow, NoticeRow
from store.vault import Opening, StoredKey


@dataclass(slots=True)
class Queued:
    """A row of the dispatch queue."""

    next_attempt_at: datetime
    attempts: int = 0
    last_error: str | None = None


@dataclass(slots=True)
class Memory:
    """The tables; `now` is the database's clock, and `away` makes every call fail."""

    now: Callable[[], datetime]
    away: bool = False
    keys: dict[str, StoredKey] = field(default_factory=dict)
    openings: dict[str, list[Opening]] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    register: dict[int, Entry] = field(default_factory=dict)
    dispatch: dict[int, Queued] = field(default_factory=dict)
    runs: dict[int, str] = field(default_factory=dict)
    journal: dict[int, dict[int, str]] = field(default_factory=dict)
    tails: dict[int, dict[int, str]] = field(default_factory=dict)
    attempts: dict[int, datetime] = field(default_factory=dict)
    late_refusals: dict[tuple[int, str], LateRefusal] = field(default_factory=dict)
    cases: dict[int, str] = field(default_factory=dict)
    checks: dict[int, list[CheckRow]] = field(default_factory=dict)
    notices: dict[tuple[int, int], NoticeRow] = field(default_factory=dict)
    outbox: dict[str, OutboxMessage] = field(default_factory=dict)
    remedies: dict[str, RemedyOrder] = field(default_factory=dict)
    reversals: set[str] = field(default_factory=set)
    by_hand: dict[str, str] = field(default_factory=dict)
    paid: dict[str, Money] = field(default_factory=dict)
    door_keys: dict[str, DoorKey] = field(default_factory=dict)

    def reach(self) -> None:
        """Raise StoreUnavailable while the store is away."""
        if self.away:
            raise StoreUnavailable("away")
