"""What is offered, and what the customer answers."""

from __future__ import annotations

from typing import assert_never

from domain.evolve.numbered import change
from domain.state import CaseState
from schemas.events import (
    AcceptanceHeld,
    DemandChanged,
    ObjectionRaised,
    OptionAccepted,
    ProposalApproved,
    ProposalDeclined,
    ProposalDelivered,
    ProposalEnded,
    ProposalEvent,
    ProposalMade,
    ProposalRefused,
    ProposalReinstated,
    ReminderGiven,
)


def evolve_proposals(state: CaseState, event: ProposalEvent) -> CaseState:
    match event:
        case ProposalMade():
            return state.model_copy(update={"proposals": (*state.proposals, event.proposal)})
        case ProposalDelivered():
            return _changed(state, event.version, delivered_at=event.delivered_at)
        case ProposalEnded():
            return _changed(state, event.version, ended=event.ended)
        case ProposalReinstated():
            return _changed(state, event.version, ended=None)
        case ReminderGiven():
            return _changed(
                state, event.version, reminders=event.reminder, reminded_at=event.given_at
            )
        case OptionAccepted():
            return _changed(state, event.version, accepted=event.option)
        case ProposalRefused():
            return state.model_copy(update={"proposals_refused": state.proposals_refused + 1})
        case ProposalApproved():
            return _changed(state, event.version, approved_by=event.by)
        case DemandChanged():
            return state.model_copy(update={"demand": event.demand})
        case AcceptanceHeld():
            return state.model_copy(update={"option_held": event.option})
        case ObjectionRaised() | ProposalDeclined():
            return state
        case _:
            assert_never(event)


def _changed(state: CaseState, version: int, **changes: object) -> CaseState:
    return state.model_copy(update={"proposals": change(state.proposals, version, **changes)})
