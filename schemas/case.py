"""The values of which a case consists; events carry them and state keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.base import Wire
from schemas.commands import Actor
from schemas.evidence import Evidence
from schemas.offer import Option, RemedyStep
from schemas.refusals import RefusalCode
from schemas.sealed import Sealed
from schemas.vocabulary import (
    CallbackResult,
    Channel,
    CheckStatus,
    ClockKind,
    CommandStatus,
    CycleCause,
    Department,
    Finding,
    NoticeLevel,
    Outcome,
    Party,
    Proof,
    Purpose,
    Stage,
    StepStatus,
    TaskKind,
    Verdict,
)


class Clock(Wire):
    """A promise being measured. All moments in UTC; `key` is unique within the cycle.

    `answered_at` is when the answer reached us, `ended_at` when the verdict was written.
    `breached_at` is the due moment of a breached clock, whenever that was noticed.
    """

    key: str
    kind: ClockKind
    started_at: datetime
    target: timedelta
    due_at: datetime
    noticed: tuple[NoticeLevel, ...] = ()
    overdue_at: datetime | None = None
    verdict: Verdict | None = None
    answered_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    proof: Proof | None = None
    reason: str | None = None


class Cycle(Wire):
    """One pass from opening or reopening to closing; `clocks` are those frozen at its end."""

    number: int
    cause: CycleCause
    started_at: datetime
    policy_version: str
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    score: int | None = None
    clocks: tuple[Clock, ...] = ()


class Check(Wire):
    """A question to a department, and its answer; the first finding stays when corrected."""

    number: int
    department: Department
    question: Sealed
    required: bool
    requested_at: datetime
    status: CheckStatus = CheckStatus.OPEN
    claimed_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    summary: Sealed | None = None
    references: tuple[str, ...] = ()
    ended_at: datetime | None = None


class Message(Wire):
    """A message to the customer; `answers` are the clocks that its delivery ends.

    Those clocks are judged by `released_at`, when the command that released it reached us
    (reading 4).
    """

    number: int
    cycle: int
    purpose: Purpose
    released_at: datetime
    proof: Proof
    answers: tuple[str, ...] = ()
    text: Sealed | None = None
    version: int | None = None
    delivered_at: datetime | None = None
    channel: Channel | None = None
    given_up: str | None = None


class Proposal(Wire):
    """A version of what we offer; it `stands` from its delivery until it is answered."""

    version: int
    options: tuple[Option, ...]
    proposed_by: str
    proposed_at: datetime
    delivered_at: datetime | None = None
    accepted: int | None = None
    ended: str | None = None
    reminders: int = 0
    reminded_at: datetime | None = None


class Step(Wire):
    """A remedy step being carried out under a key that makes it happen at most once."""

    number: int
    version: int
    key: str
    remedy: RemedyStep
    status: StepStatus = StepStatus.STARTED
    reference: str | None = None
    reason: str | None = None


class Task(Wire):
    """Work for a person; `subject` is the number of the message, step or check concerned."""

    number: int
    kind: TaskKind
    subject: int | None = None
    created_at: datetime
    ended_at: datetime | None = None


class Attempt(Wire):
    """One callback attempt; only attempts on other days and hours count (rule 17)."""

    result: CallbackResult
    called_at: datetime
    by: str
    counts: bool
    note: Sealed | None = None


class Survey(Wire):
    """The survey of a cycle; `first_answered_at` starts the time in which it may change."""

    cycle: int
    until: datetime
    score: int | None = None
    first_answered_at: datetime | None = None


class Segment(Wire):
    """From `since` on, `party` owns the time of the case in `cycle` (rule 21)."""

    since: datetime
    party: Party
    cycle: int


class Answer(Wire):
    """What the sender of a command is told; the same again for a repeated command.

    `version` is the case's version after the command. `created` is the number of the check,
    proposal version, message or task that the command made, where it made one.
    """

    status: CommandStatus
    number: int
    version: int
    stage: Stage
    code: RefusalCode | None = None
    explanation: str | None = None
    created: int | None = None
    next_due_at: datetime | None = None
    outcome: Outcome | None = None


class Cause(Wire):
    """Which message made an event happen."""

    command_id: str
    name: str
    body_hash: str
    actor: Actor
