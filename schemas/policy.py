"""Policy: every number and limit a business may choose, as one value pinned in each cycle."""

from __future__ import annotations

from datetime import timedelta

from schemas.base import Wire
from schemas.money import Money
from schemas.vocabulary import Category, Department, RemedyKind


class Targets(Wire):
    """How long the customer waits at most, in plain hours from receipt (H1, H2)."""

    reply: timedelta
    solution: timedelta


class Consent(Wire):
    """How long a proposal stands and when the customer is reminded, from its delivery."""

    target: timedelta
    reminders_after: tuple[timedelta, ...]
    refusals_before_escalation: int


class Callback(Wire):
    """How the customer is followed up after the remedy (H11, rule 17)."""

    target: timedelta
    attempts: int
    cycles: int


class Windows(Wire):
    """How long a closed case can still be answered (reading 6, rule 18)."""

    reopening: timedelta
    survey: timedelta
    survey_change: timedelta


class Authority(Wire):
    """What an agent may grant alone, summed over the case (H4, rule 12)."""

    agent_limits: tuple[Money, ...]
    agent_remedies: tuple[RemedyKind, ...]


class Policy(Wire):
    """The whole policy; its hash is recorded in each cycle (rule 8)."""

    targets: dict[Category, Targets]
    critical_percent: int
    warning_percent: int
    consent: Consent
    revision: timedelta
    remedy: timedelta
    callback: Callback
    checks: dict[Department, timedelta]
    windows: Windows
    authority: Authority
    delivery_gives_up_after: timedelta
    evidence_gives_up_after: timedelta
    refusals_stored_per_actor: int
    refusals_stored: int
    rota: tuple[str, ...]
