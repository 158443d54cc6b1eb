"""Authority: what an agent may grant alone, and which amounts make sense at all (H4, rule 12)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from domain.state import CaseState
from schemas.offer import Option, RemedyStep
from schemas.vocabulary import Department, Finding, RemedyKind, StepStatus

FREE = (RemedyKind.EXPLANATION, RemedyKind.APOLOGY, RemedyKind.CHANGE_OF_STAFF)
"""Remedies that cost nothing; every other names what it costs us or pays the customer."""

PAYING = (RemedyKind.REFUND, RemedyKind.PARTIAL_REFUND)
"""Remedies that pay money, so that they name an amount."""

DEAREST = 10**12
"""Minor units that no single amount exceeds, so that sums fit every ledger."""

PIECES = (RemedyKind.EXCHANGE, RemedyKind.RESEND, RemedyKind.COUPON, RemedyKind.GIFT)
"""Remedies of which the customer is handed so many pieces."""

MOST_PIECES = 1000
"""Pieces that a single step sends at most."""


def is_sound(option: Option) -> bool:
    """Tell whether every step names its item and positive amounts where it must."""
    return all(_is_sound(step) for step in option.steps)


def may_grant(state: CaseState, options: Iterable[Option]) -> bool:
    """Tell whether an agent may offer these options without approval.

    The cost of the dearest option counts together with what the case has been granted already,
    so that splitting a remedy does not stay below the limit (rule 12). What was taken back does
    not count.
    """
    if is_flagged(state):
        return False
    granted = [s.remedy for s in state.steps if s.status is not StepStatus.COMPENSATED]
    return all(_is_within(state, [*granted, *option.steps]) for option in options)


def is_flagged(state: CaseState) -> bool:
    """Tell whether legal found an abuse of a rule, so that nobody grants anything alone."""
    legal = [check for check in state.checks if check.department is Department.LEGAL]
    return any(check.findings[-1:] == (Finding.ABUSE,) for check in legal)


def _is_sound(step: RemedyStep) -> bool:
    amounts = [money for money in (step.amount, step.cost) if money is not None]
    named = step.kind in FREE or (step.amount if step.kind in PAYING else amounts)
    sane = all(0 < money.minor <= DEAREST for money in amounts)
    sendable = step.kind is not RemedyKind.RESEND or step.item is not None
    return bool(named) and sendable and 0 < step.quantity <= MOST_PIECES and sane


def _is_within(state: CaseState, steps: Iterable[RemedyStep]) -> bool:
    """Tell whether the shares of the limits of all currencies together are at most a whole.

    So a second currency does not double the limit. Fractions of whole numbers are exact.
    """
    authority = state.policy.authority
    limits = {limit.currency: limit.minor for limit in authority.agent_limits}
    most, given = authority.most_pieces, 0
    share = Fraction()
    for step in steps:
        if step.kind not in authority.agent_remedies or not _is_plain(step, most):
            return False
        pieces = 1 if most is None else _pieces(step)
        given += pieces if step.kind in PIECES else 0
        for money in (step.amount, step.cost):
            if money is not None:
                if money.currency not in limits:
                    return False
                share += Fraction(money.minor * pieces, limits[money.currency])
    return share <= 1 and (most is None or given <= most)


def _is_plain(step: RemedyStep, most: int | None) -> bool:
    """Tell whether it can be seen what a step is worth: a coupon is worth what it says.

    What a coupon costs us is anybody's guess, so that it would measure nothing.
    """
    return most is None or step.kind is not RemedyKind.COUPON or step.amount is not None


def _pieces(step: RemedyStep) -> int:
    """Return for how many pieces amount and cost count; a refund is its amount."""
    return 1 if step.kind in PAYING else step.quantity
