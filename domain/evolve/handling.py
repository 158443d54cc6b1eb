"""Waiting for the customer, judging anew, and dates that were given."""

from __future__ import annotations

from typing import assert_never

from domain.state import CaseState
from schemas.case import Adopted
from schemas.events import (
    CaseReclassified,
    ComplaintMerged,
    DuplicateAdopted,
    DuplicateLinked,
    DuplicateReleased,
    HandlingEvent,
    HoldEnded,
    HoldStarted,
    MergeUndone,
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
        case ComplaintMerged():
            merged = state.cycle.model_copy(update={"merged_into": event.survivor})
            return {"cycles": (*state.cycles[:-1], merged)}
        case MergeUndone():
            return {"counts_from": state.cycle.started_at}
        case DuplicateAdopted():
            return _adopted(state, event)
        case DuplicateReleased():
            return {"adopted": tuple(each for each in state.adopted if each.number != event.of)}
        case _:
            assert_never(event)


def _adopted(state: CaseState, event: DuplicateAdopted) -> dict[str, object]:
    others = tuple(each for each in state.adopted if each.number != event.of)
    adopted = Adopted(number=event.of, received_at=event.contacted_at)
    counts_from = min(event.contacted_at, state.counts_from or state.cycle.started_at)
    return {"adopted": (*others, adopted), "counts_from": counts_from}
