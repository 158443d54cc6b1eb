"""What would have differed: the same cases told twice, counted side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from domain.rerun import Telling
from domain.state import CaseState
from schemas.case import Clock
from schemas.events import CaseEscalated, NoticeGiven
from schemas.vocabulary import Category


class Measure(StrEnum):
    """What is counted."""

    VERDICT = "verdict"
    ESCALATION = "escalation"
    NOTICE = "notice"
    OUTCOME = "outcome"
    NOT_TAKEN = "not_taken"
    APPROVAL = "approval"


OVERDUE, RUNNING = "overdue", "running"
"""Stand for the verdict of a clock that has none yet."""

LOST = "object_missing"
"""Why a command is not taken that is about something that does not come to be."""


class Key(NamedTuple):
    """One line of the comparison; `about` is the kind of clock, or whom it went to and why."""

    measure: Measure
    category: Category
    about: str
    value: str


@dataclass
class Line:
    """How often before and after, and the names of the cases in which that differs."""

    before: int = 0
    after: int = 0
    cases: list[str] = field(default_factory=list)


@dataclass
class Differences:
    """The comparison of many cases, one after the other; it keeps names, not cases."""

    cases: int = 0
    changed: list[str] = field(default_factory=list)
    lines: dict[Key, Line] = field(default_factory=dict)

    def add(self, name: str, before: Telling, after: Telling) -> None:
        """Count one case in."""
        category = before.state.category
        was, would_be = _counted(before, category), _counted(after, category)
        self.cases += 1
        if was != would_be:
            self.changed.append(name)
        for key in sorted(was | would_be):
            line = self.lines.setdefault(key, Line())
            line.before += was[key]
            line.after += would_be[key]
            if was[key] != would_be[key]:
                line.cases.append(name)


def _counted(telling: Telling, category: Category) -> Counter[Key]:
    found = Counter(Key(measure, category, *rest) for measure, *rest in _facts(telling))
    if telling.approvals:
        found[Key(Measure.APPROVAL, category, "proposal", "assumed")] = telling.approvals
    return found


def _facts(telling: Telling) -> Iterator[tuple[Measure, str, str]]:
    for clock in all_clocks(telling.state):
        yield Measure.VERDICT, clock.kind, verdict_of(clock)
    for event in telling.events:
        if isinstance(event, CaseEscalated):
            yield Measure.ESCALATION, event.to, event.reason
        elif isinstance(event, NoticeGiven):
            # The key of a clock begins with its kind.
            yield Measure.NOTICE, event.key.partition(".")[0], event.level
    for cycle in telling.state.cycles:
        yield Measure.OUTCOME, "cycle", cycle.outcome or RUNNING
    for command, code in telling.not_taken:
        yield Measure.NOT_TAKEN, command, code or LOST


def all_clocks(state: CaseState) -> Iterator[Clock]:
    """Yield the clocks of every cycle."""
    for cycle in state.cycles:
        yield from cycle.clocks
    if state.cycles and state.cycle.outcome is None:
        yield from state.clocks


def verdict_of(clock: Clock) -> str:
    """Return the verdict of a clock, or how it stands without one."""
    return clock.verdict or (OVERDUE if clock.overdue_at is not None else RUNNING)
