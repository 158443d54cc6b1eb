"""Entitlements: which remedies rules of law want or forbid among the options (rule 26)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.decision import require
from domain.demands import is_met, kinds_of
from domain.state import CaseState
from schemas.law import RemedyRule
from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.vocabulary import Choice, Department, Finding, RemedyKind, StepStatus

JUDGES = (Department.LEGAL, Department.QUALITY)
"""Departments whose finding takes a complaint out of a rule."""


def check_granted(state: CaseState, options: tuple[Option, ...]) -> None:
    """Refuse options that a rule forbids, or that lack what it gives the customer.

    Nobody can decide otherwise: must is must. What does away with a rule is a finding.
    """
    rules = state.opening.law.remedies if state.opening.law is not None else ()
    for rule in rules:
        if _applies(state, rule):
            barred = [kind for kind in kinds_of(options) if kind in rule.may_not]
            _require(not barred, rule, "it forbids", barred)
            owed = _owed(state, rule, options)
            granted = not owed or any(is_met(kind, options) for kind in owed)
            _require(granted, rule, "it gives the customer", owed)


def _owed(
    state: CaseState, rule: RemedyRule, options: tuple[Option, ...]
) -> tuple[RemedyKind, ...]:
    """Return the remedies of which one must be offered; none if the customer gets the own wish."""
    demanded = state.demand.remedy if state.demand is not None else None
    if demanded is not None and is_met(demanded, options):
        return ()
    if demanded in rule.must and rule.choice is not Choice.SELLER:
        return (demanded,)
    return () if rule.choice is Choice.DEMANDED else rule.must


def _applies(state: CaseState, rule: RemedyRule) -> bool:
    """Tell whether a rule that fits the age of the sale fits the case as it stands now."""
    found = _findings(state)
    waits = bool(rule.if_found) and not set(rule.if_found) & set(found.values())
    judged = {found[department] for department in JUDGES if department in found}
    return (
        (not rule.categories or state.category in rule.categories)
        and _failed_repairs(state) >= rule.failed_repairs
        and not waits
        and not judged & set(rule.unless_found)
    )


def _findings(state: CaseState) -> dict[Department, Finding]:
    """Return the last finding of each department."""
    return {check.department: check.findings[-1] for check in state.checks if check.findings}


def _failed_repairs(state: CaseState) -> int:
    """Count the repairs before the complaint, and ours after which the customer came back."""
    earlier = [p.version for p in state.proposals if p.proposed_at < state.cycle.started_at]
    ours = sum(
        step.remedy.kind is RemedyKind.REPAIR and step.status is StepStatus.SETTLED
        for step in state.steps
        if step.version in earlier
    )
    return state.opening.failed_repairs + ours


def _require(condition: bool, rule: RemedyRule, what: str, kinds: Iterable[RemedyKind]) -> None:  # noqa: FBT001
    named = f"Rule {rule.code}, edition {rule.edition}"
    require(condition, RefusalCode.NOT_ALLOWED_BY_RULE, f"{named}: {what} {' or '.join(kinds)}.")
