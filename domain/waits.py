"""Waits for departments: for whom one counts, once the last required check has ended (rule 21)."""

from __future__ import annotations

from domain.decision import Decision
from domain.ownership import is_unattributed
from domain.state import required_checks
from schemas.case import Check
from schemas.events import WaitAttributed
from schemas.ledger import lengths
from schemas.vocabulary import CheckStatus, Party


def attribute(decision: Decision, ended: Check) -> None:
    """Let the wait count for the department that ended last, if nothing is waited for any more.

    Of checks that end at the same moment the one handled last has ended last. If that one was
    taken back, the wait counts for the agent who had asked for nothing.
    """
    state = decision.state
    waited = [time for s, time in lengths(state.ledger, decision.at) if is_unattributed(s)]
    if required_checks(state) or not any(waited):
        return
    last = _last(decision, ended)
    if last.status is CheckStatus.WITHDRAWN:
        decision.record(WaitAttributed(party=Party.AGENT))
    else:
        decision.record(WaitAttributed(party=Party.DEPARTMENTS, department=last.department))


def _last(decision: Decision, ended: Check) -> Check:
    """Return the check that ended last by receipt, which need not be the one handled last."""
    checks = decision.state.checks
    later = [(c.ended_at, c) for c in checks if c.required and c.ended_at is not None]
    later = [each for each in later if each[0] > decision.at]
    return max(later, key=lambda each: each[0])[1] if later else checks[ended.number - 1]
