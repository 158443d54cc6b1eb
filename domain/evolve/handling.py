"""Waiting for the customer, judging anew, and dates that were given."""

from __future__ import annotations

from typing import assert_never

from domain.state import CaseState, is_paused, running
from schemas.case import Adopted, Pause, Proposal
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
    PolicyMigrated,
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
            return _without_hold(state, event)
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
        case PolicyMigrated():
            return _under_policy(state, event)
        case _:
            assert_never(event)


def _adopted(state: CaseState, event: DuplicateAdopted) -> dict[str, object]:
    others = tuple(each for each in state.adopted if each.number != event.of)
    adopted = Adopted(number=event.of, received_at=event.contacted_at)
    counts_from = min(event.contacted_at, state.counts_from or state.cycle.started_at)
    return {"adopted": (*others, adopted), "counts_from": counts_from}


def _without_hold(state: CaseState, event: HoldEnded) -> dict[str, object]:
    since = state.hold.started_at if state.hold else event.ended_at
    paused = tuple(clock.key for clock in running(state) if is_paused(state, clock))
    pause = Pause(since=since, until=event.ended_at, clocks=paused)
    held = state.held + (event.ended_at - since)
    return {"hold": None, "held": held, "pauses": (*state.pauses, pause)}


def _under_policy(state: CaseState, event: PolicyMigrated) -> dict[str, object]:
    """The cycles before keep the policy under which they ended."""
    present = state.cycle.model_copy(update={"policy_version": event.version})
    return {
        "policy": event.policy,
        "policy_version": event.version,
        "cycles": (*state.cycles[:-1], present),
        "proposals": tuple(_answerable(state, each, event) for each in state.proposals),
    }


def _answerable(state: CaseState, proposal: Proposal, event: PolicyMigrated) -> Proposal:
    if proposal != state.standing:
        return proposal
    return proposal.model_copy(update={"answer_until": event.answer_until})
