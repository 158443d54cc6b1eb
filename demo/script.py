"""What a demonstration case is made of: a complaint, moves, and what must come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from schemas.commands import Actor
from schemas.money import Money
from schemas.views import CaseView
from schemas.vocabulary import CallbackResult, Department, Outcome, Role, Stage
from starter.complaint import NewComplaint

AGENT = Actor(id="agent-lin", role=Role.AGENT)
SUPERVISOR = Actor(id="supervisor-qian", role=Role.SUPERVISOR)
MANAGER = Actor(id="manager-he", role=Role.MANAGER)
CUSTOMER = Actor(id="customer", role=Role.CUSTOMER)
SHOP = Actor(id="web-shop", role=Role.SYSTEM)
DESK = Actor(id="desk-021", role=Role.AGENT)
REPAIR_DESK = Actor(id="repairs-3", role=Role.DEPARTMENT, department=Department.AFTER_SALES)


@dataclass(frozen=True)
class Send:
    """Somebody sends a command."""

    command: str
    by: Actor
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Until:
    """Redress does its part; go on once this holds."""

    what: str
    holds: Callable[[CaseView], bool]


@dataclass(frozen=True)
class Pass:
    """Time of the case passes."""

    time: timedelta


@dataclass(frozen=True)
class Later:
    """Stands for the case's own time at which a command is sent, and so much more."""

    by: Pass


NOW = Later(Pass(timedelta()))

Move = Send | Until | Pass


@dataclass(frozen=True)
class DemoCase:
    """One case of the demonstration, and the outcome it is to have."""

    number: int
    title: str
    complaint: NewComplaint
    moves: tuple[Move, ...]
    outcome: Outcome
    opened_by: Actor = SHOP


def stage(wanted: Stage) -> Until:
    """Wait until the case is in this stage."""
    return Until(f"stage {wanted}", lambda view: view.stage is wanted)


def hours(count: float) -> Pass:
    """Let some hours pass."""
    return Pass(timedelta(hours=count))


def days(count: float) -> Pass:
    """Let some days pass."""
    return Pass(timedelta(days=count))


def yuan(amount: int) -> Money:
    """Return an amount of whole yuan."""
    return Money(minor=amount * 100, currency="CNY")


def _called(result: CallbackResult) -> Send:
    return Send("record_callback_attempt", AGENT, {"result": result})


TRIAGED = Until("acknowledged", lambda view: any(m.delivered_at for m in view.messages))
REPLIED = Until(
    "reply delivered", lambda view: any(c.key == "reply" and c.verdict for c in view.clocks)
)
RUN_OUT = Until("every window has passed", lambda view: view.completed)
ESCALATED = Until("manager told", lambda view: any(e.to is Role.MANAGER for e in view.escalations))

SATISFIED = _called(CallbackResult.SATISFIED)
DISSATISFIED = _called(CallbackResult.DISSATISFIED)
NOT_REACHED = _called(CallbackResult.NOT_REACHED)
