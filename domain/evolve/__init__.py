"""How each event changes the state; holds no rule, only what the event says (architecture)."""

from __future__ import annotations

from typing import assert_never

from domain.evolve.checks import evolve_checks
from domain.evolve.clocks import evolve_clocks
from domain.evolve.followup import evolve_followup
from domain.evolve.handling import evolve_handling
from domain.evolve.intake import evolve_intake
from domain.evolve.messages import evolve_messages
from domain.evolve.proposals import evolve_proposals
from domain.evolve.remedies import evolve_remedies
from domain.state import CaseState
from schemas.events import (
    CheckEvent,
    ClockEvent,
    Event,
    FollowUpEvent,
    HandlingEvent,
    IntakeEvent,
    MessageEvent,
    ProposalEvent,
    RefusalEvent,
    RemedyEvent,
)

__all__ = ["evolve"]


def evolve(state: CaseState, event: Event) -> CaseState:
    """Return the state after the event."""
    if isinstance(event, IntakeEvent):
        return evolve_intake(state, event)
    if isinstance(event, ClockEvent):
        return evolve_clocks(state, event)
    if isinstance(event, MessageEvent):
        return evolve_messages(state, event)
    if isinstance(event, CheckEvent):
        return evolve_checks(state, event)
    if isinstance(event, ProposalEvent):
        return evolve_proposals(state, event)
    if isinstance(event, RemedyEvent):
        return evolve_remedies(state, event)
    if isinstance(event, FollowUpEvent):
        return evolve_followup(state, event)
    if isinstance(event, HandlingEvent):
        return evolve_handling(state, event)
    if isinstance(event, RefusalEvent):
        return state  # Refusals change nothing but the counts that every envelope brings.
    assert_never(event)
