"""Policy: every number and limit a business may choose, as one value pinned in each cycle."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from schemas.base import Wire
from schemas.calendars import Calendar, Span
from schemas.money import Money
from schemas.vocabulary import Category, ClockKind, Department, Rank, RemedyKind, Severity


class Targets(Wire):
    """How long the customer waits at most, in plain hours from receipt (H1, H2).

    With `progress` the customer hears so often how it goes, until a solution is offered.
    """

    reply: timedelta
    solution: timedelta
    progress: timedelta | None = None


class Consent(Wire):
    """How long a proposal stands and when the customer is reminded, from its delivery."""

    target: timedelta
    reminders_after: tuple[timedelta, ...]
    refusals_before_escalation: int


class Callback(Wire):
    """How the customer is followed up after the remedy (H11, rule 17).

    Calls are planned in the `hours` of the customer's zone, each span a part of the day, from
    `wait` after the remedy on; without hours none is planned.
    """

    target: timedelta
    attempts: int
    cycles: int
    hours: tuple[Span, ...] = ()
    wait: timedelta = timedelta()


class Windows(Wire):
    """How long a closed case can still be answered (reading 6, rule 18)."""

    reopening: timedelta
    survey: timedelta
    survey_change: timedelta


class Authority(Wire):
    """What an agent may grant alone, summed over the case (H4, rule 12).

    Shares of the limits are summed over currencies. `approval` is how long an approver may take.
    With `most_pieces` what is given counts for each piece, and of more pieces no agent gives any
    alone. With `witnessed` nobody reports by hand that the money or things were given which they
    proposed themselves, and what people pay back by hand is entered in the ledger too. A policy
    from before these were known has neither.
    """

    agent_limits: tuple[Money, ...]
    agent_remedies: tuple[RemedyKind, ...]
    approval: timedelta = timedelta(hours=4)
    most_pieces: int | None = None
    witnessed: bool = False


class Promises(Wire):
    """What happens when a date that was given to the customer is missed (rule 15).

    The new date is so much later; with so many broken in a cycle the manager is told.
    """

    renewal: timedelta
    broken_before_escalation: int


class Level(Wire):
    """A level of a ladder (rule 14): who is told when this share of a clock's time has run.

    `after` is how long after the due moment that is, in the hours of the clock; then all has run.
    With `department`, the department that has a check is told too (rule 9).
    """

    tell: Rank
    percent: int = 100
    after: timedelta = timedelta()
    department: bool = False


class Shift(Wire):
    """Somebody of a rank is on duty in the hours of a calendar; without one, always."""

    person: str
    rank: Rank
    calendar: str | None = None


class Absence(Wire):
    """Somebody is away, from `since` on and before `until`, in UTC."""

    person: str
    since: datetime
    until: datetime


class Duty(Wire):
    """Who can be told what when: superiors, deputies in the order of preference, absences."""

    shifts: tuple[Shift, ...] = ()
    deputies: dict[str, tuple[str, ...]] = Field(default={})
    absences: tuple[Absence, ...] = ()


class Policy(Wire):
    """The whole policy; its hash is recorded in each cycle (rule 8).

    With `delay` a customer whose solution is late is told a date so much later, and cases from
    the severity `serious` on are raised to a supervisor. A policy from before these were known
    does neither. With `withdrawal_takes_back` what was carried out of a remedy is taken back when
    the customer withdraws. `needed` are the departments that complaints of a category need; of
    one that is not named nothing is said. With `closes_when_told` a complaint without ground
    closes once its customer has been told. A kind of clock, or a department, without a calendar
    of its own counts plain hours. A kind of clock that has no ladder gets the two notices to its
    owner from before there were ladders. Outside `notices_in` are quiet hours. `calendars` are
    those that are named.
    """

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
    delay: timedelta | None = None
    serious: Severity | None = None
    longest_hold: timedelta = timedelta(days=7)
    promises: Promises = Promises(renewal=timedelta(hours=24), broken_before_escalation=2)
    contacts_before_raise: int = 3
    calendars: tuple[Calendar, ...] = ()
    clock_calendars: dict[ClockKind, str] = Field(default={})
    check_calendars: dict[Department, str] = Field(default={})
    ladders: dict[ClockKind, tuple[Level, ...]] = Field(default={})
    duty: Duty = Duty()
    notices_in: str | None = None
    withdrawal_takes_back: bool = False
    closes_when_told: bool = False
    needed: dict[Category, tuple[Department, ...]] = Field(default={})
