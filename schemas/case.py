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
    ReturnReason,
    Role,
    Stage,
    StepStatus,
    TaskKind,
    UnmetReason,
    Verdict,
)


class Clock(Wire):
    """A promise being measured. All moments in UTC; `key` is unique within the cycle.

    `answered_at` is when the answer reached us, `ended_at` when the verdict was written.
    `breached_at` is the due moment of a breached clock, whenever that was noticed. `held` is how
    long it stood still in holds that have ended; it is due after `target` and `held` together,
    both in the hours of `calendar`, which the pinned policy has; without one in plain hours.
    `levels` of its ladder were reached, and of `told` of these somebody was told. While it is less,
    because of quiet hours, `notice_at` is when that happens.
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
    held: timedelta = timedelta()
    calendar: str | None = None
    levels: int = 0
    told: int = 0
    notice_at: datetime | None = None


class Cycle(Wire):
    """One pass from opening or reopening to closing; `clocks` are those frozen at its end.

    One that ended as merged goes on under the number `merged_into`.
    """

    number: int
    cause: CycleCause
    started_at: datetime
    policy_version: str
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    score: int | None = None
    clocks: tuple[Clock, ...] = ()
    merged_into: int | None = None


class Adopted(Wire):
    """A complaint that goes on under the number of another, and when it was received."""

    number: int
    received_at: datetime


class Check(Wire):
    """A question to a department, and its answer; the first finding stays when corrected.

    With `token` the department may answer past the doors; `token_hash` is its SHA-256. A check that
    is `waived` can still be answered, but blocks nothing. `extension` is the moment until when more
    time is asked for. `handed_over_from` is the check whose question it took over.
    """

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
    token: Sealed | None = None
    token_hash: str | None = None
    returned: ReturnReason | None = None
    waived: bool = False
    extension: datetime | None = None
    handed_over_from: int | None = None


class Message(Wire):
    """A message to the customer; `answers` are the clocks that its delivery ends.

    Those clocks are judged by `released_at`, when the command that released it reached us
    (reading 4). `promised_at` is the date that it gives, `reason` who owned the time when a date
    was missed, and `answer_until` the last moment for what a person asks.
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
    promised_at: datetime | None = None
    reason: Party | None = None
    answer_until: datetime | None = None


class Proposal(Wire):
    """A version of what we offer; it `stands` from its delivery until it is answered.

    One that `needs_approval` is offered once somebody else has approved it, with the `text` that it
    keeps until then (H4). `unmet` says why no option is what the customer demands (H6). Until
    `answer_until` it can be answered at least, whatever policy says since the customer was told so.
    """

    version: int
    options: tuple[Option, ...]
    proposed_by: str
    proposed_at: datetime
    delivered_at: datetime | None = None
    accepted: int | None = None
    ended: str | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    needs_approval: bool = False
    text: Sealed | None = None
    approved_by: str | None = None
    unmet: UnmetReason | None = None
    answer_until: datetime | None = None


class Step(Wire):
    """A remedy step being carried out under a key that makes it happen at most once.

    While it is `reversing`, a service is taking it back. `reason` is a code that says why it
    failed, or why it could not be taken back. One that is `unheard` may have acted although it
    failed: nobody could be asked. What was given `by_hand` no service has done. One that is `kept`
    outlasts the withdrawal of the complaint.
    """

    number: int
    version: int
    key: str
    remedy: RemedyStep
    status: StepStatus = StepStatus.STARTED
    reference: str | None = None
    reason: str | None = None
    reversing: bool = False
    unheard: bool = False
    kept: bool = False
    by_hand: bool = False


class Task(Wire):
    """Work for a person; `subject` is the number of a message, step or check, or it is a year."""

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


class HoldPeriod(Wire):
    """We wait for what the customer knows (rule 5), from `started_at` until `until` at most.

    At `remind_at` the customer is asked once more.
    """

    number: int
    question: Sealed
    started_at: datetime
    remind_at: datetime
    until: datetime


class Pause(Wire):
    """A hold that has ended, and the keys of the clocks that stood still in it."""

    since: datetime
    until: datetime
    clocks: tuple[str, ...]


class PromisedDate(Wire):
    """A date that the customer was given (rule 15); its clock has the same number.

    `root` is the first of the promises that this one renews, or itself. `about` is the kind of
    clock whose answer keeps it; without one a person reports that it is kept.
    """

    number: int
    root: int
    promised_at: datetime
    owner: str
    about: ClockKind | None = None


class Escalation(Wire):
    """A higher authority was told (H9), for this reason."""

    to: Role
    reason: str


class Suggestion(Wire):
    """What the customer would have us do better (rule 34)."""

    number: int
    cycle: int
    by: str
    recorded_at: datetime
    text: Sealed


class Survey(Wire):
    """The survey of a cycle; `first_answered_at` starts the time in which it may change."""

    cycle: int
    until: datetime
    score: int | None = None
    first_answered_at: datetime | None = None


class Segment(Wire):
    """From `since` on, `party` owns the time of the case in `cycle` (rule 21).

    `department` is set once departments have all answered: the one that ended last.
    """

    since: datetime
    party: Party
    cycle: int
    department: Department | None = None


class Answer(Wire):
    """What the sender of a command is told; the same again for a repeated command.

    `version` is the case's version after the command. `created` is the number of the check,
    proposal version, message or task that the command made, where it made one. A complaint that
    was merged goes on under the number `survivor`.
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
    survivor: int | None = None


class Cause(Wire):
    """Which message made an event happen."""

    command_id: str
    name: str
    body_hash: str
    actor: Actor
