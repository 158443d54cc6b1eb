"""What doors show of a case: the read model's rows and the answer to a query."""

from __future__ import annotations

from datetime import datetime

from pydantic import computed_field

from schemas.base import Wire
from schemas.case import (
    Adopted,
    Attempt,
    Check,
    Clock,
    Cycle,
    Escalation,
    HoldPeriod,
    Message,
    PromisedDate,
    Proposal,
    Segment,
    Step,
    Suggestion,
    Survey,
    Task,
)
from schemas.ledger import CycleWaiting, Waiting, by_cycle
from schemas.vocabulary import (
    Category,
    Channel,
    ClockKind,
    Outcome,
    Party,
    Severity,
    Stage,
    Verdict,
)


class NextDeadline(Wire):
    """The one deadline an open case has next (H8); `due_at` in UTC, past when overdue."""

    key: str
    kind: ClockKind
    due_at: datetime
    overdue: bool


class CaseView(Wire):
    """A case as people see it; personal data stays sealed. `seq` says how current it is.

    `clocks` are those of the ongoing cycle; `cycles` keep the clocks of completed ones.
    `callback_from_receipt` is the second, literal measure of H1: the callback's target counted
    from the receipt of the cycle (reading 5). `keys` are the ids of the door keys it trusts;
    without any it believes every sender. `links` are complaints about the same matter, and
    `appointment` is when the customer is called back, where a time was agreed. `calls` are when it
    is best tried, from now until the customer counts as unreachable (rule 17). The complaints
    `adopted` go on under this number, and this one goes on under that of `merged_into` (H22).
    """

    number: int
    complaint_id: str
    seq: int
    version: int
    head: str
    stage: Stage
    category: Category
    severity: Severity
    channel: Channel
    owner: str
    store: str | None = None
    order: str | None = None
    received_at: datetime
    cycle: int
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    next_deadline: NextDeadline | None = None
    overdue: tuple[str, ...]
    cycles: tuple[Cycle, ...]
    clocks: tuple[Clock, ...]
    checks: tuple[Check, ...]
    proposals: tuple[Proposal, ...]
    steps: tuple[Step, ...]
    tasks: tuple[Task, ...]
    messages: tuple[Message, ...]
    attempts: tuple[Attempt, ...]
    survey: Survey | None = None
    waiting: tuple[Waiting, ...]
    owned_by: Party
    owned_since: datetime
    refusals: int
    completed: bool
    callback_from_receipt: Verdict | None = None
    keys: tuple[str, ...] = ()
    hold: HoldPeriod | None = None
    promises: tuple[PromisedDate, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    links: tuple[int, ...] = ()
    appointment: datetime | None = None
    suggestions: tuple[Suggestion, ...] = ()
    calls: tuple[datetime, ...] = ()
    adopted: tuple[Adopted, ...] = ()
    merged_into: int | None = None


class CaseRecord(Wire):
    """What a finished run returns, so that a replay can be compared by value.

    `head` is the hash of the journal's last event; `ledger` says from when on who owned the time.
    """

    view: CaseView
    ledger: tuple[Segment, ...]
    head: str

    @computed_field  # type: ignore[prop-decorator]  # As pydantic's own documentation has it.
    @property
    def totals(self) -> tuple[CycleWaiting, ...]:
        """Who had the time for how long in each cycle, over segments that have ended.

        Worked out from the ledger by whoever reads the record, so that no two can differ.
        """
        return by_cycle(self.ledger, self.ledger[-1].since) if self.ledger else ()
