"""How a case begins, is judged and learns more."""

from __future__ import annotations

from typing import assert_never

from domain.state import CaseState
from schemas.case import Cycle
from schemas.events import (
    CaseEscalated,
    CaseTriaged,
    ComplaintOpened,
    CycleStarted,
    InformationAdded,
    IntakeEvent,
    NoteRecorded,
    OwnerAssigned,
    StageChanged,
)


def evolve_intake(state: CaseState, event: IntakeEvent) -> CaseState:
    match event:
        case ComplaintOpened():
            return state.model_copy(update={"opening": event.opening})
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
        case InformationAdded() | NoteRecorded() | CaseEscalated():
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
        "explained": False,
        "withdrawn": False,
        "refusals_by_actor": {},
    }
    return state.model_copy(update=fresh)
