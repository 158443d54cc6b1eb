"""Cases that another system has kept: what its log says of them, told under a policy of ours.

Such a log knows when work was done and when a case was called solved or closed, and little else.
What stands for what is decided here, once for every log (docs/how-to/backtest-a-policy.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from domain.carry_out import REDRESS
from domain.journaling import blank
from domain.rerun import Rerun, Telling
from domain.tasks import open_tasks
from schemas.commands import (
    Actor,
    CloseExplained,
    Command,
    Hold,
    OpenComplaint,
    RecordCallbackAttempt,
    RecordTriage,
    Reopen,
    Reply,
    Resume,
    SignOff,
    Withdraw,
)
from schemas.policy import Policy
from schemas.sealed import Sealed
from schemas.triage import Triage
from schemas.vocabulary import CallbackResult, Category, Channel, Role, Severity, Stage, TaskKind

NO_CODE = re.compile(r"[^A-Za-z0-9._-]+")

UNKNOWN = Sealed(field="text", box="", digest="")
"""Stands for every text: a log has none."""

MOMENT = timedelta(microseconds=1)


class Fact(StrEnum):
    """What an activity of a foreign log means here, in the order in which a case meets them."""

    OPENED = "opened"
    REOPENED = "reopened"
    NOTED = "noted"
    REPLIED = "replied"
    HELD = "held"
    SOLVED = "solved"
    CLOSED = "closed"


class Entry(NamedTuple):
    """One event of a log; `at` in UTC, `by` is who did it, as far as the log says."""

    at: datetime
    fact: Fact
    by: str


@dataclass(frozen=True)
class ForeignCase:
    """A case of a log: its events in order, of which the first opens it."""

    name: str
    entries: tuple[Entry, ...]
    category: Category = Category.OTHER
    severity: Severity = Severity.MODERATE


def told_under(case: ForeignCase, policy: Policy, until: datetime) -> Telling:
    """Tell a case of a log under a policy, with every alarm up to a moment."""
    opening = _opening(case)
    telling = Rerun(blank(1, case.name, opening, policy), lambda _state, _message: False)
    telling.tell(opening, case.entries[0].at)
    telling.tell(_triage(case), case.entries[0].at)
    for entry in case.entries:
        for command in _commands(telling, entry):
            telling.tell(command, entry.at)
    telling.ring(until)
    return telling.told()


def _commands(telling: Rerun, entry: Entry) -> Iterator[Command]:
    """Yield what an event means for the case as it stands; each is handled before the next."""
    match entry.fact:
        case Fact.REPLIED:
            yield from _return(telling, entry)
            if telling.state.hold is not None:
                yield Resume(**_by(entry))
            yield Reply(**_by(entry), text=UNKNOWN)
        case Fact.HELD:
            yield from _return(telling, entry)
            left = telling.state.policy.longest_hold - telling.state.held
            yield Hold(**_by(entry), question=UNKNOWN, remind_at=entry.at + left - MOMENT)
        case Fact.SOLVED:
            if telling.state.is_closed:
                yield from _return(telling, entry)
            # A second solution, with no work between, is the first one said again.
            if telling.state.stage is not Stage.FOLLOWING_UP:
                yield CloseExplained(**_by(entry), explanation=UNKNOWN)
        case Fact.REOPENED:
            yield from _return(telling, entry)
        case Fact.CLOSED:
            yield from _end(telling, entry)
        case _:
            return


def _return(telling: Rerun, entry: Entry) -> Sequence[Command]:
    """Return what brings a case back into work: the customer was not content, or came again."""
    if telling.state.is_closed:
        return (Reopen(**_by(entry)),)
    if telling.state.stage is Stage.FOLLOWING_UP and not _waits_for_manager(telling):
        return (RecordCallbackAttempt(**_by(entry), result=CallbackResult.DISSATISFIED),)
    return ()


def _end(telling: Rerun, entry: Entry) -> Sequence[Command]:
    """Return what closes a case: the call after a solution, or else the customer's word."""
    if telling.state.is_closed:
        return ()
    if _waits_for_manager(telling):
        return (SignOff(**_by(entry, Role.MANAGER)),)
    if telling.state.stage is Stage.FOLLOWING_UP:
        return (RecordCallbackAttempt(**_by(entry), result=CallbackResult.NEUTRAL),)
    return (Withdraw(**_by(entry)),)


def _waits_for_manager(telling: Rerun) -> bool:
    return bool(open_tasks(telling.state, TaskKind.SIGN_OFF))


def _by(entry: Entry, role: Role = Role.AGENT) -> dict[str, Any]:
    """Return the header of a command."""
    actor = Actor(id=NO_CODE.sub("-", entry.by) or "unknown", role=role)
    return {"command_id": "log", "actor": actor, "received_at": entry.at}


def _opening(case: ForeignCase) -> OpenComplaint:
    return OpenComplaint(
        **_by(case.entries[0]),
        source="log",
        source_key=NO_CODE.sub("-", case.name),
        channel=Channel.WEB,
        content=UNKNOWN,
        category=case.category,
    )


def _triage(case: ForeignCase) -> RecordTriage:
    triage = Triage(
        category=case.category,
        severity=case.severity,
        confidence=100,
        certain=True,
        rule_version="log",
    )
    return RecordTriage(command_id="triage", actor=REDRESS, triage=triage)
