"""Waiting for the customer, judging anew, and dates that were given."""

from __future__ import annotations

from typing import assert_never

from domain.state import CaseState
from schemas.events import (
    CaseReclassified,
    DuplicateLinked,
    HandlingEvent,
    HoldEnded,
    HoldStarted,
    PromiseBroken,
    PromiseMade,
)


def evolve_handling(state: CaseState, event: HandlingEvent) -> CaseState:
    return state.model_copy(update=_changes(state, event))


def _changes(state: CaseState, event: HandlingEvent) -> dict[str, object]:
    match event:
        case HoldStarted():
            return {"hold": event.hold}
        case HoldEnded():
            since = state.hold.started_at if state.hold else event.ended_at
            return {"hold": None, "held": state.held + (event.ended_at - since)}
        case CaseReclassified():
            judged = {"category": event.category, "severity": event.severity}
            return {**judged, "reclassified": True}
        case PromiseMade():
            return {"promises": (*state.promises, event.promise)}
        case PromiseBroken():
            return {"promises_broken": state.promises_broken + 1}
        case DuplicateLinked():
            return {"links": (*state.links, event.of)}
        case _:
            assert_never(event)
