"""The state of a case: one immutable value, the fold of its journal."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from schemas.base import Wire
from schemas.case import (
    Adopted,
    Answer,
    Attempt,
    Check,
    Clock,
    Cycle,
    Escalation,
    HoldPeriod,
    Message,
    Pause,
    PromisedDate,
    Proposal,
    Segment,
    Step,
    Suggestion,
    Survey,
    Task,
)
from schemas.commands import Demand, OpenComplaint
from schemas.keys import PublicKey
from schemas.policy import Policy
from schemas.vocabulary import (
    Authenticity,
    Category,
    CheckStatus,
    ClockKind,
    Outcome,
    Severity,
    Stage,
    StepStatus,
    TaskKind,
)

UNDECIDED = (
    Stage.RECEIVED,
    Stage.INVESTIGATING,
    Stage.DECIDING,
    Stage.AWAITING_APPROVAL,
    Stage.AWAITING_CONSENT,
)
"""Stages in which the customer has not agreed to anything yet."""

GENESIS = "0" * 64
"""What the first event of every journal names as its predecessor."""


class Answered(Wire):
    """What a command was told, and the hash of the body that was answered."""

    body_hash: str
    answer: Answer


class CaseState(Wire):
    """Everything a decision may depend on.

    `version` counts the commands accepted from people, `seq` the events and `head` is the hash
    of the last one. `clocks`, `attempts`, `escalations`, `appointment`, `promises_broken`, the
    `pauses` and the time `held` in them are those of the present cycle; checks, messages,
    proposals, steps, tasks, promises and suggestions are numbered through the whole case. What a
    person `reclassified` is judged by no rule any more. `option_held` is the one of the last
    acceptance that came with an objection, `refused_until` the latest stamp of a signed command
    that was refused without being stored; the journal does not tell it. Once another complaint
    has gone on in this one, reply and solution count from `counts_from` at the latest, and move
    to no later moment.
    """

    number: int
    complaint_id: str
    policy: Policy
    policy_version: str
    opening: OpenComplaint
    stage: Stage = Stage.RECEIVED
    category: Category = Category.OTHER
    severity: Severity = Severity.MODERATE
    owner: str = ""
    triaged: bool = False
    explained: bool = False
    withdrawn: bool = False
    completed: bool = False
    proposals_refused: int = 0
    demand: Demand | None = None
    cycles: tuple[Cycle, ...] = ()
    clocks: tuple[Clock, ...] = ()
    checks: tuple[Check, ...] = ()
    messages: tuple[Message, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    steps: tuple[Step, ...] = ()
    tasks: tuple[Task, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    survey: Survey | None = None
    ledger: tuple[Segment, ...] = ()
    version: int = 0
    seq: int = 0
    head: str = GENESIS
    answers: dict[str, Answered] = Field(default={})
    text_size: int = 0
    refusals: int = 0
    refusals_by_actor: dict[str, int] = Field(default={})
    authenticity: Authenticity = Authenticity.OPEN
    keys: tuple[PublicKey, ...] = ()
    reclassified: bool = False
    hold: HoldPeriod | None = None
    held: timedelta = timedelta()
    promises: tuple[PromisedDate, ...] = ()
    promises_broken: int = 0
    escalations: tuple[Escalation, ...] = ()
    links: tuple[int, ...] = ()
    appointment: datetime | None = None
    suggestions: tuple[Suggestion, ...] = ()
    option_held: int | None = None
    refused_until: datetime | None = None
    adopted: tuple[Adopted, ...] = ()
    counts_from: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def cycle(self) -> Cycle:
        """The present cycle, or the last one of a closed case."""
        return self.cycles[-1]

    @property
    def is_closed(self) -> bool:
        return self.stage is Stage.CLOSED

    @property
    def outcome(self) -> Outcome | None:
        return self.cycle.outcome

    @property
    def closed_at(self) -> datetime | None:
        return self.cycle.closed_at

    @property
    def merged_into(self) -> int | None:
        """The number under which a case goes on that was closed as merged."""
        return self.cycle.merged_into if self.cycles else None

    @property
    def standing(self) -> Proposal | None:
        """The proposal that waits for delivery or an answer."""
        latest = self.proposals[-1] if self.proposals else None
        if latest is None or latest.ended is not None or latest.accepted is not None:
            return None
        return latest


def running(state: CaseState, *kinds: ClockKind) -> tuple[Clock, ...]:
    """Return the clocks without a verdict, of these kinds or of every kind."""
    return tuple(c for c in state.clocks if c.verdict is None and (not kinds or c.kind in kinds))


def is_paused(state: CaseState, clock: Clock) -> bool:
    """Tell whether a clock stands still: the solution clock does, unless it was late before."""
    hold = state.hold
    return hold is not None and clock.kind is ClockKind.SOLUTION and hold.started_at <= clock.due_at


def open_checks(state: CaseState) -> tuple[Check, ...]:
    """Return the checks that departments still have to answer."""
    return tuple(c for c in state.checks if c.status in (CheckStatus.OPEN, CheckStatus.CLAIMED))


def required_checks(state: CaseState) -> tuple[Check, ...]:
    """Return the open checks for which a proposal waits."""
    return tuple(c for c in open_checks(state) if c.required and not c.waived)


def blocking_checks(state: CaseState) -> tuple[Check, ...]:
    """Return the checks that block a proposal: required ones that are open, or were sent back.

    One that was sent back does so until somebody has seen to it (rule 9).
    """
    answers = [t for t in state.tasks if t.kind is TaskKind.ANSWER_DEPARTMENT]
    unseen = [task.subject for task in answers if task.ended_at is None]
    returned = tuple(c for c in state.checks if c.required and c.number in unseen)
    return (*required_checks(state), *returned)


def open_steps(state: CaseState) -> tuple[Step, ...]:
    """Return the remedy steps that have not taken effect; they keep the case open (rule 13)."""
    done = (StepStatus.SETTLED, StepStatus.COMPENSATED)
    return tuple(s for s in state.steps if s.status not in done)
