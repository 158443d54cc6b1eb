"""Answers that reach us before and after a deadline, while a part of the set-up is away over it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count

from schemas.case import Clock
from schemas.events import Envelope
from schemas.views import CaseView
from schemas.vocabulary import Channel, Department, Finding
from starter.client import ComplaintClient
from starter.complaint import NewComplaint
from starter.connecting import make_client
from starter.sending import Persistence, Sending
from store.journal import Journal
from store.late_refusals import LateRefusals
from store.read_model import ReadModel
from store.register import Register
from tests.faults.checker import together
from tests.support.actors import AGENT, LOGISTICS, SHOP
from tests.support.eventually import eventually
from tests.support.processes import Part, SetUp

PATIENCE = 90.0
STUBBORN = Persistence(tries=100)
"""A door that tries until what is away has come back."""

CHECK, REPLY = "check.1", "reply"
SOURCE_KEYS = count(1)


class Away(StrEnum):
    """What is away over the deadline."""

    NOTHING = "all up"
    WORKER = "worker down"
    TEMPORAL = "Temporal down"
    POSTGRES = "PostgreSQL down"

    @property
    def is_noticed(self) -> bool:
        """Tell whether the deadline can be noticed when it comes."""
        return self in {Away.NOTHING, Away.POSTGRES}

    @property
    def keys(self) -> tuple[str, ...]:
        """The clocks that can be answered: a reply is a text, which needs the vault (rule 25)."""
        return (CHECK,) if self is Away.POSTGRES else (CHECK, REPLY)

    def part(self, setup: SetUp) -> Part | None:
        parts = {
            Away.WORKER: setup.worker,
            Away.TEMPORAL: setup.temporal,
            Away.POSTGRES: setup.postgres,
        }
        return parts.get(self)


class Moment(StrEnum):
    """When the answer is to reach us."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Stamps:
    """The clock of a door, which remembers its last stamp for every complaint."""

    last: dict[int, datetime] = field(default_factory=dict)

    async def __call__(self, number: int | None) -> datetime:
        now = datetime.now(UTC)
        if number is not None:
            self.last[number] = now
        return now


@dataclass(frozen=True)
class Trial:
    """One complaint, the clock of it that is answered, and when."""

    number: int
    key: str
    moment: Moment
    due_at: datetime


@dataclass(frozen=True)
class Tried:
    """What came of a trial: the answer was stamped so, and something was away in between."""

    trial: Trial
    stamp: datetime
    gone_at: datetime
    back_at: datetime
    view: CaseView
    journal: Sequence[Envelope]

    @property
    def is_in_time(self) -> bool:
        return self.stamp <= self.trial.due_at


@dataclass
class Trials:
    """All trials with one thing away."""

    away: Away
    setup: SetUp
    copies: int
    stamps: Stamps = field(default_factory=Stamps)
    done: list[Tried] = field(default_factory=list)

    async def run(self) -> None:
        """Try until every early answer was early: a machine may be too busy for that."""
        for _ in range(3):
            tried = await self._round()
            self.done += tried
            if all(each.is_in_time for each in tried if each.trial.moment is Moment.BEFORE):
                return

    def of(self, moment: Moment) -> list[Tried]:
        return [tried for tried in self.done if tried.trial.moment is moment]

    @property
    def door(self) -> ComplaintClient:
        setup, pool = self.setup, self.setup.pool
        client = make_client(setup.temporal_client, pool, setup.settings, setup.config, self.stamps)
        stores = (Register(pool), Journal(pool), ReadModel(pool), LateRefusals(pool))
        sending = Sending(setup.temporal_client, *stores, STUBBORN)
        return ComplaintClient(replace(client._parts, sending=sending))

    async def _round(self) -> list[Tried]:
        wanted = [(key, moment) for key in self.away.keys for moment in Moment] * self.copies
        trials = await together(wanted, lambda pair: self._prepared(*pair))
        part = self.away.part(self.setup)
        if part is not None:
            await part.kill()
        gone_at = datetime.now(UTC)
        early = await self._answer(trials, Moment.BEFORE)
        await self._deadlines_pass(trials)
        late = await self._answer(trials, Moment.AFTER)
        if self.away.is_noticed:
            await asyncio.gather(*early, *late)
        back_at = datetime.now(UTC)
        if part is not None:
            await part.start()
        await asyncio.gather(*early, *late)
        return await together(trials, lambda trial: self._settled(trial, gone_at, back_at))

    async def _prepared(self, key: str, moment: Moment) -> Trial:
        """Open a complaint, and ask a department if it is to answer."""
        complaint = NewComplaint(
            channel=Channel.WEB,
            source="shop",
            source_key=f"trial-{next(SOURCE_KEYS)}",
            content="The parcel never came.",
        )
        number = (await self.door.open(complaint, by=SHOP)).number
        if key == CHECK:
            question = "Where is it?"
            await self.door.request_check(number, Department.LOGISTICS, question, by=AGENT)
        view = await self._caught_up(number, lambda view: True)
        return Trial(number, key, moment, clock(view, key).due_at)

    async def _answer(self, trials: Sequence[Trial], moment: Moment) -> list[asyncio.Task[object]]:
        """Let answers reach the door, and return once all are stamped."""
        before = dict(self.stamps.last)
        chosen = [trial for trial in trials if trial.moment is moment]
        tasks = [asyncio.ensure_future(self._sent(trial)) for trial in chosen]

        async def stamped() -> bool:
            last = self.stamps.last
            return all(last.get(t.number) != before.get(t.number) for t in chosen)

        await eventually(stamped, bool)
        return tasks

    def _sent(self, trial: Trial) -> Awaitable[object]:
        if trial.key == REPLY:
            return self.door.reply(trial.number, "We are looking into it.", by=AGENT)
        finding = {"check": 1, "finding": Finding.CONFIRMED}
        return self.door.signal(trial.number, "complete_check", LOGISTICS, **finding)

    async def _deadlines_pass(self, trials: Sequence[Trial]) -> None:
        """Wait until the time of all clocks is over and, where it can be, that was noticed."""
        latest = max(trial.due_at for trial in trials)

        async def now() -> datetime:
            return datetime.now(UTC)

        await eventually(now, lambda now: now > latest, seconds=PATIENCE)
        if self.away.is_noticed:
            await together(trials, lambda trial: self._noticed(trial.number, latest))

    async def _noticed(self, number: int, latest: datetime) -> None:
        """Wait until nothing that was due by then is neither answered nor overdue."""

        def holds(view: CaseView) -> bool:
            awaited = [c for c in view.clocks if c.verdict is None and c.overdue_at is None]
            return all(c.due_at > latest for c in awaited)

        await eventually(lambda: self.setup.client.view(number), holds, seconds=PATIENCE)

    async def _settled(self, trial: Trial, gone_at: datetime, back_at: datetime) -> Tried:
        """Wait for the verdict, and for all else that is still to be noticed and written."""

        def holds(view: CaseView) -> bool:
            unanswered = [c for c in view.clocks if c.key == REPLY and c.verdict is None]
            noticed = all(c.overdue_at and c.told == LEVELS_BY_THEN for c in unanswered)
            return clock(view, trial.key).verdict is not None and noticed

        view = await self._caught_up(trial.number, holds)
        journal = await Journal(self.setup.pool).read(trial.number)
        return Tried(trial, self.stamps.last[trial.number], gone_at, back_at, view, journal)

    async def _caught_up(self, number: int, holds: Callable[[CaseView], bool]) -> CaseView:
        """Wait until the case is as wanted, its messages delivered, and all of it written."""

        async def look() -> tuple[CaseView, int]:
            view = await self.setup.client.view(number)
            seq = await self.setup.pool.fetchval(
                "SELECT seq FROM case_view WHERE number = $1", number
            )
            return view, seq or 0

        def is_written(seen: tuple[CaseView, int]) -> bool:
            view, seq = seen
            told = bool(view.messages) and all(m.delivered_at for m in view.messages)
            return told and view.seq == seq and holds(view)

        return (await eventually(look, is_written, seconds=PATIENCE))[0]


LEVELS_BY_THEN = 3
"""Levels of a ladder that have come with the due moment: 50, 80 and 100 %."""


def clock(view: CaseView, key: str) -> Clock:
    return next(clock for clock in view.clocks if clock.key == key)
