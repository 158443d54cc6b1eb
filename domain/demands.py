"""Demands: what the customer asks for, and what is owed where it is not offered (rule 31)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.decision import require
from domain.state import CaseState
from schemas.commands import Propose
from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.vocabulary import RemedyKind

WORDS = (RemedyKind.EXPLANATION, RemedyKind.APOLOGY)
"""Remedies that are words; alone they are no alternative to what is asked for."""


def check_met(state: CaseState, command: Propose) -> None:
    """Refuse a proposal that neither meets the demand nor says why and offers something else."""
    demanded = state.demand.remedy if state.demand is not None else None
    if demanded is not None and not is_met(demanded, command.options):
        is_explained = command.unmet is not None and command.text is not None
        offers = [kind for kind in kinds_of(command.options) if kind not in WORDS]
        require(is_explained and offers, RefusalCode.ALTERNATIVE_MISSING, f"asked for {demanded}")


def is_met(demanded: RemedyKind, options: Iterable[Option]) -> bool:
    """Tell whether an option has what is demanded; a whole refund is more than a partial one."""
    kinds = kinds_of(options)
    more = demanded is RemedyKind.PARTIAL_REFUND and RemedyKind.REFUND in kinds
    return demanded in kinds or more


def kinds_of(options: Iterable[Option]) -> list[RemedyKind]:
    """Return the remedies of all options, in order."""
    return [step.kind for option in options for step in option.steps]
