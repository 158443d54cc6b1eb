"""Authority: what an agent may grant alone, and which amounts make sense at all (H4, rule 12)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.state import CaseState
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import RemedyKind

FREE = (RemedyKind.EXPLANATION, RemedyKind.APOLOGY, RemedyKind.CHANGE_OF_STAFF)
"""Remedies that cost nothing; every other names what it costs us or pays the customer."""

PAYING = (RemedyKind.REFUND, RemedyKind.PARTIAL_REFUND)
"""Remedies that pay money, so that they name an amount."""


DEAREST = 10**12
"""Minor units that no single amount exceeds, so that sums fit every ledger."""

MOST_PIECES = 1000
"""Pieces that a single step sends at most."""


def is_sound(option: Option) -> bool:
    """Tell whether every step names its item and positive amounts where it must."""
    return all(_is_sound(step) for step in option.steps)


def may_grant(state: CaseState, options: Iterable[Option]) -> bool:
    """Tell whether an agent may offer these options without approval.

    The cost of the dearest option counts together with what the case has been granted already,
    so that splitting a remedy does not stay below the limit (rule 12).
    """
    granted = [step.remedy for step in state.steps]
    return all(_is_within(state, [*granted, *option.steps]) for option in options)


def _is_sound(step: RemedyStep) -> bool:
    amounts = [money for money in (step.amount, step.cost) if money is not None]
    named = step.kind in FREE or (step.amount if step.kind in PAYING else amounts)
    sane = all(0 < money.minor <= DEAREST for money in amounts)
    sendable = step.kind is not RemedyKind.RESEND or step.item is not None
    return bool(named) and sendable and 0 < step.quantity <= MOST_PIECES and sane


def _is_within(state: CaseState, steps: Iterable[RemedyStep]) -> bool:
    authority = state.policy.authority
    limits = {limit.currency: limit.minor for limit in authority.agent_limits}
    spent: dict[str, int] = {}
    for step in steps:
        if step.kind not in authority.agent_remedies:
            return False
        for money in (step.amount, step.cost):
            if money is not None:
                spent[money.currency] = spent.get(money.currency, 0) + money.minor
    return all(spent[currency] <= limits.get(currency, 0) for currency in sorted(spent))
