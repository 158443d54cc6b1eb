"""Telling a case anew: the same deeds at the same moments, under another policy.

People are taken as they were: they do and say the same at the same time, and what was refused
them then they do not try. Alarms ring at their moments, as if we had never been down. What nobody
knows counts as done at once: the delivery of a message that was not released then, and the
approval of a proposal that needed none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from domain import ownership, permissions
from domain.alarm import next_alarm
from domain.approvals import is_awaited
from domain.carry_out import REDRESS
from domain.counterparts import counterpart, readdressed
from domain.decide import decide
from domain.decision import Decision, Refused
from domain.evolve import evolve
from domain.journaling import blank, fold
from domain.recollection import OPEN, WAKE, Deed, deeds, recall
from domain.state import CaseState
from schemas.case import Message
from schemas.commands import (
    INTERNAL,
    NAMES,
    Actor,
    ApproveProposal,
    Command,
    OpenComplaint,
    Propose,
    RecordDelivery,
    Wake,
)
from schemas.events import Envelope, Event
from schemas.policy import Policy
from schemas.refusals import RefusalCode
from schemas.vocabulary import Channel, Role

APPROVER = Actor(id="redress-backtest", role=Role.SUPERVISOR)
"""Who agrees where only the other policy asks anybody."""


class NotTaken(NamedTuple):
    """A command that took effect then, and now does not; without a code it has lost its object."""

    command: str
    code: RefusalCode | None


class Telling(NamedTuple):
    """How a case went: its state in the end, all that happened, and what was not taken.

    `approvals` counts the proposals that somebody would have had to approve.
    """

    state: CaseState
    events: tuple[Event, ...]
    not_taken: tuple[NotTaken, ...] = ()
    approvals: int = 0


class Rerun:
    """A case being told anew; `waits` says of a message that its delivery is still to come."""

    def __init__(self, state: CaseState, waits: Callable[[CaseState, Message], bool]) -> None:
        self.state = state
        self._now: datetime | None = None
        self._waits = waits
        self._events: list[Event] = []
        self._not_taken: list[NotTaken] = []
        self._approvals = 0

    def tell(self, command: Command, now: datetime) -> None:
        """Let a command be handled, after the alarms before it."""
        self.ring(now, including=False)
        code = self._take(command, now)
        if code is not None:
            self.lose(NAMES.get(type(command), OPEN), code)

    def propose(self, command: Propose, now: datetime) -> None:
        """Let a proposal be handled; where nobody was asked to approve, somebody does at once."""
        was_free = command.promised_at is None
        if was_free:
            promised_at = (command.received_at or now) + self.state.policy.authority.approval
            command = command.model_copy(update={"promised_at": promised_at})
        self.tell(command, now)
        proposal = self.state.standing
        if was_free and proposal is not None and is_awaited(proposal):
            self._approvals += 1
            approval = ApproveProposal(
                command_id=f"{APPROVER.id}:{proposal.version}",
                actor=APPROVER,
                received_at=command.received_at,
                version=proposal.version,
            )
            self._take(approval, now)

    def lose(self, name: str, code: RefusalCode | None = None) -> None:
        """Take note of a command that is not taken."""
        self._not_taken.append(NotTaken(name, code))

    def ring(self, until: datetime, *, including: bool = True) -> None:
        """Let every alarm ring until a moment, each at its own.

        A command can bring forward what should have rung by then; that rings right after it.
        """
        while (alarm := next_alarm(self.state)) is not None:
            at = max(alarm.at, self._now or alarm.at)
            if at > until or (at == until and not including):
                return
            self._take(Wake(command_id="redress:alarm", actor=REDRESS), at)

    def told(self) -> Telling:
        """Return how it went."""
        return Telling(self.state, tuple(self._events), tuple(self._not_taken), self._approvals)

    def _take(self, command: Command, now: datetime) -> RefusalCode | None:
        """Decide a command and build on it; nothing of this is journaled."""
        decision = Decision(self.state, command, now)
        try:
            if not isinstance(command, OpenComplaint):
                permissions.check_sender(command.actor, NAMES[type(command)])
            decide(decision, command)
        except Refused as refusal:
            return refusal.code
        self.state, self._now = _after(self.state, decision), now
        self._events += decision.events
        self._deliver(now)
        return None

    def _deliver(self, now: datetime) -> None:
        """Let the messages arrive of which the record says nothing."""
        for message in self.state.messages:
            told = message.delivered_at is not None or message.given_up is not None
            if not told and not self._waits(self.state, message):
                self._take(_arrival(message), now)


def _after(state: CaseState, decision: Decision) -> CaseState:
    """Return the state that the journal would lead to, with the ledger after each event."""
    for event in decision.events:
        evolved = evolve(state, event)
        ledger = ownership.advance(evolved, ownership.since_when(event, decision.at))
        state = evolved.model_copy(update={"ledger": ledger})
    return state


def recorded(journal: Sequence[Envelope], policy: Policy) -> Telling:
    """Return how a case went by its own journal; the policy plays no part in that."""
    return Telling(fold(journal, policy), tuple(envelope.event for envelope in journal))


def rerun(journal: Sequence[Envelope], policy: Policy, until: datetime) -> Telling:
    """Tell a journal anew under another policy, up to a moment or its last event."""
    record = fold(journal, policy)
    before = blank(record.number, record.complaint_id, record.opening, policy)
    case = Rerun(before, lambda state, message: _is_recorded(state, message, record))
    for deed in deeds(journal):
        _retell(case, deed, record)
    case.ring(max(until, journal[-1].recorded_at))
    return case.told()


def _retell(case: Rerun, deed: Deed, record: CaseState) -> None:
    now, name = deed.moment.recorded_at, deed.cause.name
    if name == WAKE:
        case.ring(now)
        return
    recalled = recall(deed, record)
    command = recalled and readdressed(recalled, record, case.state)
    if isinstance(command, Propose):
        case.propose(command, now)
    elif command is not None:
        case.tell(command, now)
    elif recalled is not None and name not in INTERNAL:
        case.lose(name)


def _is_recorded(state: CaseState, message: Message, record: CaseState) -> bool:
    """Tell whether the same message was released then, so that its own report counts."""
    return counterpart("message", message.number, state, record) is not None


def _arrival(message: Message) -> RecordDelivery:
    return RecordDelivery(
        command_id=f"delivery:{message.number}",
        actor=REDRESS,
        message=message.number,
        channel=Channel.PHONE,
    )
