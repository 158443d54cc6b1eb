"""Unwinding: what was carried out for a complaint that is withdrawn is taken back (rule 13)."""

from __future__ import annotations

from domain.decision import Decision
from domain.state import CaseState
from schemas.events import CompensationStarted, StepNotCompensated
from schemas.remedy_codes import NOT_REVERSIBLE
from schemas.remedy_order import BY_SERVICE
from schemas.vocabulary import StepStatus


def is_wanted(state: CaseState) -> bool:
    """Tell whether what was carried out is to be taken back; older policies leave it as it is."""
    return state.withdrawn and state.policy.withdrawal_takes_back


def go_back(decision: Decision) -> bool:
    """Have the last step taken back that still can be, and tell whether one is under way.

    One after the other, in reverse; what no service can take back is listed and stays as it is.
    """
    state = decision.state
    version = state.proposals[-1].version
    left = [s for s in state.steps if s.version == version and s.status is StepStatus.SETTLED]
    for step in reversed(left if is_wanted(state) else []):
        if step.kept:
            continue
        if step.remedy.kind in BY_SERVICE:
            decision.record(CompensationStarted(step=step.number, by=decision.actor.id))
            return True
        decision.record(StepNotCompensated(step=step.number, code=NOT_REVERSIBLE, kept=True))
    return False
