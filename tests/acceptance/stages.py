"""Which command is taken in which stage, and where it leads: found out by trying.

Nothing here repeats a rule. The recorded lives of `tests/replay/histories` are replayed. In every
situation of theirs every command is tried, with every word that its fields may hold; and plainly
in every situation that this leads to. What was not taken by then is tried further on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple, get_args

from domain import permissions
from domain.decide import decide
from domain.decision import Decision, Refused
from domain.journaling import fold
from domain.state import CaseState
from schemas.base import Wire
from schemas.commands import COMMANDS, Actor, Command
from schemas.events import Envelope
from schemas.offer import Option
from schemas.sealed import Sealed
from schemas.vocabulary import (
    CheckStatus,
    Department,
    Finding,
    Role,
    Stage,
    StepStatus,
    TaskKind,
)
from tests.replay import golden
from tests.replay.checks import journal, relive, started
from tests.support import commands
from tests.unit.test_permissions import EXAMPLES

SOON = timedelta(days=2)
MORE_ROUNDS = 3
"""How many commands more there may be before one that was not taken so far."""

NUMBERED = {"check": "checks", "step": "steps", "task": "tasks", "version": "proposals"}
"""Fields that name one of several things by its number, and where the state keeps them."""

OTHERS: Mapping[str, tuple[Any, ...]] = {
    "score": (1,),
    "department": (Department.LEGAL,),
    "finding": (Finding.NOT_CONFIRMED, Finding.INCONCLUSIVE),
    "options": ((Option(steps=(commands.coupon(150),)),), (Option(steps=(commands.APOLOGY,)),)),
}
"""Further values of fields, where not just every word is tried."""

PAST = frozenset(
    """number complaint_id policy policy_version opening owner clocks messages ledger version seq
    head answers refusals refusals_by_actor authenticity keys evidence reclassified held promises
    promises_broken escalations links appointment suggestions
    adopted counts_from pauses""".split()
)
"""What may differ between two situations that count as one."""


TELLING = Stage | CheckStatus | StepStatus | TaskKind | Department | Finding
"""Words by which situations differ; others say only how one came to be."""


class Turn(NamedTuple):
    """A change of stage, and the name of the command that brought it about."""

    before: Stage
    cause: str
    after: Stage


class Situation(NamedTuple):
    """A case at a moment."""

    state: CaseState
    now: datetime


class Findings(NamedTuple):
    """What trying showed: each turn, and the stages in which each command was taken."""

    turns: tuple[Turn, ...]
    taken: Mapping[str, tuple[Stage, ...]]


class Notes:
    """Findings in the making."""

    def __init__(self) -> None:
        self.turns: set[Turn] = set()
        self.taken: dict[str, set[Stage]] = {name: set() for name in COMMANDS}

    def note(self, name: str, before: Stage, after: Stage) -> None:
        self.taken.setdefault(name, set()).add(before)
        if after is not before:
            self.turns.add(Turn(before, name, after))

    def untaken(self) -> list[str]:
        return [name for name, stages in self.taken.items() if not stages]

    def found(self) -> Findings:
        order = list(Stage)
        turns = sorted(self.turns, key=lambda t: (order.index(t[0]), order.index(t[2]), t[1]))
        taken = {name: tuple(sorted(s, key=order.index)) for name, s in self.taken.items()}
        return Findings(tuple(turns), taken)


@cache
def tried() -> Findings:
    """Try every command in every situation of the recorded lives, and a little further."""
    notes = Notes()
    situations = _distinct(_recorded(notes))
    reached = _distinct(_following(situations, list(COMMANDS), notes), situations)
    further = list(_following(reached, list(COMMANDS), notes, is_varied=False))
    for _ in range(MORE_ROUNDS):
        wanted = notes.untaken()
        if wanted:
            further = list(_following(_distinct(further), wanted, notes))
    return notes.found()


def _recorded(notes: Notes) -> Iterator[Situation]:
    """Yield the situations in which the recorded lives were, one after each message."""
    for envelopes, policy in asyncio.run(_journals()):
        past: list[Envelope] = []
        stage = Stage.RECEIVED
        for cause, group in groupby(envelopes, key=lambda e: (e.cause.name, e.cause.command_id)):
            past += group
            state = fold(past, policy)
            if state.stage is not stage:
                notes.note(cause[0], stage, state.stage)
            stage = state.stage
            yield Situation(state, past[-1].recorded_at)
            if state.stage is Stage.FOLLOWING_UP:
                yield Situation(_in_its_last_cycle(state), past[-1].recorded_at)


def _in_its_last_cycle(state: CaseState) -> CaseState:
    """Allow no further cycle; what comes then is out of reach of a few commands."""
    callback = state.policy.callback.model_copy(update={"cycles": 1})
    policy = state.policy.model_copy(update={"callback": callback})
    return state.model_copy(update={"policy": policy})


async def _journals() -> list[tuple[Sequence[Envelope], Any]]:
    lived = [await relive(golden.load(name)) for name in golden.names()]
    return [(journal(runs), started(runs[0]).policy) for runs in lived]


def _distinct(found: Iterable[Situation], known: Sequence[Situation] = ()) -> list[Situation]:
    """Return one situation of each kind, without those that are known."""
    seen = {_kind(situation.state) for situation in known}
    kept: list[Situation] = []
    for situation in found:
        kind = _kind(situation.state)
        if kind not in seen:
            seen.add(kind)
            kept.append(situation)
    return kept


def _following(
    situations: Sequence[Situation],
    names: Sequence[str],
    notes: Notes,
    *,
    is_varied: bool = True,
) -> Iterator[Situation]:
    """Try commands in situations, and yield those that they lead to."""
    for situation in situations:
        for name in (name for name in names if name in EXAMPLES):
            for command in _variants(situation, name, is_varied=is_varied):
                state = _after(situation, command, name)
                if state is not None:
                    notes.note(name, situation.state.stage, state.stage)
                    if not _is_as_before(state, situation.state):
                        yield Situation(state, situation.now)


def _is_as_before(state: CaseState, before: CaseState) -> bool:
    """Tell quickly whether nothing has changed by which situations differ."""
    return all(
        getattr(state, name) is getattr(before, name)
        for name in CaseState.model_fields.keys() - PAST
    )


def _after(situation: Situation, command: Command, name: str) -> CaseState | None:
    """Return the state after a command; None if it is refused."""
    decision = Decision(situation.state, command, situation.now)
    try:
        permissions.check_sender(command.actor, name)
        decide(decision, command)
    except Refused:
        return None
    return decision.state


def _variants(situation: Situation, name: str, *, is_varied: bool) -> Iterator[Command]:
    """Yield a command by who may send it; if varied, with each field varied in turn."""
    example = EXAMPLES[name]
    usual = example.model_copy(update=_usual(situation, example) | {"command_id": "tried"})
    for actor in _senders(situation.state, usual):
        by_actor = usual.model_copy(update={"actor": actor})
        yield by_actor
        for field in _fields(example) if is_varied else ():
            for other in _others(situation, usual, field):
                yield by_actor.model_copy(update={field: other})


def _senders(state: CaseState, usual: Command) -> list[Actor]:
    """Return the sender of the example or, for a department, those that were asked."""
    if usual.actor.role is not Role.DEPARTMENT:
        return [usual.actor]
    asked = dict.fromkeys(check.department for check in state.checks)
    return [usual.actor.model_copy(update={"department": each}) for each in asked]


def _fields(command: Command) -> Iterator[str]:
    yield from (name for name in type(command).model_fields if name not in Command.model_fields)


def _usual(situation: Situation, example: Command) -> dict[str, Any]:
    """Return numbers of what is there and moments that are near, instead of the example's."""
    found: dict[str, Any] = {}
    for field in _fields(example):
        if field in NUMBERED:
            found[field] = _numbers(situation.state, field)[0]
        elif field == "called_at":
            found[field] = situation.now
        elif isinstance(getattr(example, field), datetime):
            found[field] = situation.now + SOON
    return found


def _others(situation: Situation, usual: Command, field: str) -> list[Any]:
    """Return what else a field may hold, as far as it may make a difference."""
    given = getattr(usual, field)
    if field in NUMBERED:
        return _numbers(situation.state, field)[1:]
    if field in OTHERS:
        return list(OTHERS[field])
    if isinstance(given, bool):
        return [not given]
    kinds = _kinds(type(usual).model_fields[field].annotation)
    words = [k for k in kinds if isinstance(k, type) and issubclass(k, Enum)]
    found: list[Any] = [word for kind in words for word in kind if word is not given]
    if given is None:
        found += [commands.sealed()] if Sealed in kinds else []
        found += [situation.now + SOON] if datetime in kinds else []
    return found


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """Return the types of which the annotation of a field is made."""
    return get_args(annotation) or (annotation,)


def _numbers(state: CaseState, field: str) -> list[int]:
    """Return the last two numbers that were given, the last one first."""
    last = len(getattr(state, NUMBERED[field]))
    return [last, last - 1] if last > 1 else [1]


def _kind(state: CaseState) -> Any:
    """Return what is equal for situations that count as one."""
    return state.policy.callback.cycles, _shape(state)


def _shape(value: object) -> Any:
    """Return what is left of a value without numbers, times, texts and most words."""
    if isinstance(value, bool | TELLING):
        return value
    if isinstance(value, Wire):
        return tuple((name, _shape(part)) for name, part in value if name not in PAST)
    if isinstance(value, tuple):
        return frozenset(_shape(item) for item in value)
    return value is None
