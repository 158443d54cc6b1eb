"""How a case begins, is judged and learns more."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from domain.state import CaseState
from schemas.case import Cycle, Escalation
from schemas.events import (
    CaseEscalated,
    CaseTriaged,
    ComplaintOpened,
    CycleStarted,
    InformationAdded,
    IntakeEvent,
    KeysTrusted,
    NoteRecorded,
    OwnerAssigned,
    StageChanged,
)
from schemas.vocabulary import Authenticity


def evolve_intake(state: CaseState, event: IntakeEvent) -> CaseState:
    match event:
        case ComplaintOpened():
            opened = {"opening": event.opening, "demand": event.opening.demand}
            return state.model_copy(update=opened)
        case CycleStarted():
            return _next_cycle(state, event)
        case OwnerAssigned():
            return state.model_copy(update={"owner": event.owner})
        case StageChanged():
            return state.model_copy(update={"stage": event.stage})
        case CaseTriaged():
            return state.model_copy(
                update={"category": event.category, "severity": event.severity, "triaged": True}
            )
        case KeysTrusted():
            trusted: dict[str, object] = {
                "keys": event.keys,
                "authenticity": Authenticity.SIGNED,
            }
            return state.model_copy(update=trusted)
        case CaseEscalated():
            escalation = Escalation(to=event.to, reason=event.reason)
            return state.model_copy(update={"escalations": (*state.escalations, escalation)})
        case InformationAdded() | NoteRecorded():
            return state
        case _:
            assert_never(event)


def _next_cycle(state: CaseState, event: CycleStarted) -> CaseState:
    cycle = Cycle(
        number=event.cycle,
        cause=event.cause,
        started_at=event.started_at,
        policy_version=event.policy_version,
    )
    fresh: dict[str, object] = {
        "cycles": (*state.cycles, cycle),
        "clocks": (),
        "attempts": (),
        "survey": None,
        "proposals_refused": 0,
        "promises_broken": 0,
        "escalations": (),
        "appointment": None,
        "counts_from": None,
        "held": timedelta(),
        "pauses": (),
        "explained": False,
        "withdrawn": False,
        "refusals_by_actor": {},
    }
    return state.model_copy(update=fresh)
