"""What a demonstration case is made of: a complaint, moves, and what must come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from schemas.commands import Actor
from schemas.views import CaseView
from schemas.vocabulary import Outcome, Role, Stage
from starter.complaint import NewComplaint

AGENT = Actor(id="agent-lin", role=Role.AGENT)
CUSTOMER = Actor(id="customer", role=Role.CUSTOMER)
SHOP = Actor(id="web-shop", role=Role.SYSTEM)

NOW = object()
"""Stands for the case's own time at which a command is sent."""


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
