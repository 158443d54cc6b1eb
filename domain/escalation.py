"""Escalation: raising a case to a higher authority (H9)."""

from __future__ import annotations

from domain.decision import Decision, require
from schemas.commands import Escalate
from schemas.events import CaseEscalated, NothingChanged
from schemas.refusals import RefusalCode
from schemas.vocabulary import Role

LEVELS = (Role.SUPERVISOR, Role.MANAGER)
"""To whom a case is raised, the lower authority first."""

REQUESTED = "requested"
SERIOUS = "serious"


def escalate(decision: Decision, command: Escalate) -> None:
    """Raise the case; to where it has been raised in this cycle already, or below, is nothing."""
    require(command.to in LEVELS, RefusalCode.NOT_ABOVE)
    reached = [LEVELS.index(e.to) for e in decision.state.escalations if e.to in LEVELS]
    if LEVELS.index(command.to) > max(reached, default=-1):
        decision.record(CaseEscalated(to=command.to, reason=REQUESTED, text=command.reason))
    else:
        decision.record(NothingChanged(command="escalate"))


def raise_to(decision: Decision, to: Role, reason: str) -> None:
    """Tell a higher authority, once per cycle for each reason."""
    if all((e.to, e.reason) != (to, reason) for e in decision.state.escalations):
        decision.record(CaseEscalated(to=to, reason=reason))


def raise_if_serious(decision: Decision) -> None:
    """Tell a supervisor of a case as serious as policy says (H9)."""
    serious = decision.state.policy.serious
    if serious is not None and decision.state.severity.rank >= serious.rank:
        raise_to(decision, Role.SUPERVISOR, SERIOUS)
