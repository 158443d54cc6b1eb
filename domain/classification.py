"""Classification: judging category and severity anew (H20, rule 7)."""

from __future__ import annotations

from domain import checks, clocks, escalation, overdue, progress
from domain.decision import Decision
from domain.state import running
from schemas.commands import Reclassify, SetSeverity
from schemas.events import CaseReclassified, NothingChanged
from schemas.sealed import Sealed
from schemas.vocabulary import Category, ClockKind, Severity

RECLASSIFIED = "reclassified"

CUSTOMER_CLOCKS = (ClockKind.REPLY, ClockKind.SOLUTION, ClockKind.PROGRESS)
"""Clocks whose times depend on category and severity."""


def reclassify(decision: Decision, command: Reclassify) -> None:
    """Judge the category anew, and the severity if it is named."""
    severity = command.severity or decision.state.severity
    _judge(decision, command.category, severity, "reclassify", command.reason)


def set_severity(decision: Decision, command: SetSeverity) -> None:
    """Judge the severity anew."""
    _judge(decision, decision.state.category, command.severity, "set_severity")


def raise_severity(decision: Decision) -> None:
    """Let the case weigh one degree more; a critical one stays critical (H22)."""
    state = decision.state
    higher = [each for each in Severity if each.rank == state.severity.rank + 1]
    for severity in higher:
        _record(decision, state.category, severity)


def _judge(
    decision: Decision,
    category: Category,
    severity: Severity,
    command: str,
    reason: Sealed | None = None,
) -> None:
    if (category, severity) == (decision.state.category, decision.state.severity):
        decision.record(NothingChanged(command=command))
    else:
        _record(decision, category, severity, reason)


def _record(
    decision: Decision, category: Category, severity: Severity, reason: Sealed | None = None
) -> None:
    before = decision.state.category
    decision.record(CaseReclassified(category=category, severity=severity, reason=reason))
    checks.withdraw_pointless(decision, before, RECLASSIFIED)
    _retarget(decision)
    escalation.raise_if_serious(decision)


def _retarget(decision: Decision) -> None:
    """Move the customer's clocks; one that is past due by the move is so because of it."""
    before = running(decision.state)
    clocks.retarget(decision, RECLASSIFIED)
    progress.follow(decision, RECLASSIFIED)
    overdue.mark_passed(decision, before, RECLASSIFIED, *CUSTOMER_CLOCKS)
