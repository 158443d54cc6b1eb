"""A policy with the defaults of the handbooks, and spans of time in words."""

from __future__ import annotations

from datetime import timedelta

from schemas.money import Money
from schemas.policy import Authority, Callback, Consent, Policy, Targets, Windows
from schemas.vocabulary import Category, Department, RemedyKind, Severity

LIMIT = 200_00
"""What an agent may grant alone, in fen."""


def days(number: float) -> timedelta:
    return timedelta(days=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def yuan(number: float) -> Money:
    return Money(minor=round(number * 100), currency="CNY")


def policy(**changes: object) -> Policy:
    """Return the default policy of docs/requirements.md, rule 3, with some values changed."""
    usual = Policy(
        targets={each: Targets(reply=hours(24), solution=hours(48)) for each in Category},
        critical_percent=50,
        warning_percent=80,
        consent=Consent(
            target=hours(72), reminders_after=(hours(24), hours(48)), refusals_before_escalation=2
        ),
        revision=hours(24),
        remedy=hours(24),
        callback=Callback(target=days(7), attempts=3, cycles=2),
        checks={department: hours(24) for department in Department},
        windows=Windows(reopening=days(30), survey=days(14), survey_change=hours(24)),
        authority=Authority(
            agent_limits=(Money(minor=LIMIT, currency="CNY"),),
            agent_remedies=tuple(k for k in RemedyKind if k is not RemedyKind.REFUND),
            most_pieces=10,
            witnessed=True,
        ),
        delivery_gives_up_after=hours(24),
        evidence_gives_up_after=hours(1),
        refusals_stored_per_actor=100,
        refusals_stored=500,
        rota=("agent-1", "agent-2", "agent-3"),
        closes_when_told=True,
    )
    return usual.model_copy(update=changes)


def attentive(**changes: object) -> Policy:
    """Return the policy with which customers hear of delays and superiors of serious cases."""
    targets = dict(policy().targets)
    progress = Targets(reply=hours(24), solution=hours(48), progress=hours(24))
    targets[Category.LOGISTICS] = progress
    told: dict[str, object] = {"targets": targets, "delay": days(1), "serious": Severity.MAJOR}
    return policy(**{**told, **changes})


def unwitnessed(**changes: object) -> Policy:
    """Return a policy from before pieces were counted, and hands watched."""
    before = {"most_pieces": None, "witnessed": False}
    return policy(authority=policy().authority.model_copy(update=before), **changes)
