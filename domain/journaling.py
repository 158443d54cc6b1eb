"""Turning events into the journal's envelopes, and envelopes back into state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain import ownership
from domain.chain import envelope_hash, policy_version
from domain.evolve import evolve
from domain.room import text_size
from domain.state import Answered, CaseState
from schemas.case import Answer, Cause
from schemas.commands import OpenComplaint
from schemas.errors import RedressError
from schemas.events import CommandRefused, ComplaintOpened, CycleStarted, Envelope, Event
from schemas.keys import PublicKey
from schemas.policy import Policy
from schemas.vocabulary import Authenticity, CommandStatus, Role


@dataclass(eq=False)
class JournalIncomplete(RedressError):
    """The journal of complaint {number} begins at seq {seq} instead of its opening."""

    code = "journal_incomplete"
    number: int
    seq: int


class Moment(NamedTuple):
    """When the cause of events reached us, and when it was handled; both in UTC."""

    occurred_at: datetime
    recorded_at: datetime


class Journaled(NamedTuple):
    """The state after some envelopes, and the envelopes."""

    state: CaseState
    envelopes: tuple[Envelope, ...]


def blank(
    number: int,
    complaint_id: str,
    opening: OpenComplaint,
    policy: Policy,
    *,
    authenticity: Authenticity = Authenticity.OPEN,
    keys: tuple[PublicKey, ...] = (),
) -> CaseState:
    """Return the state of a case in which nothing has happened yet."""
    return CaseState(
        number=number,
        complaint_id=complaint_id,
        opening=opening,
        policy=policy,
        policy_version=policy_version(policy),
        authenticity=authenticity,
        keys=keys,
    )


def journal(
    state: CaseState, events: Sequence[Event], cause: Cause, moment: Moment, answer: Answer | None
) -> Journaled:
    """Chain the events to the journal; the last one carries the answer to the command."""
    envelopes: list[Envelope] = []
    for event in events:
        envelope = Envelope(
            complaint=state.number,
            cycle=_cycle_of(state, event),
            seq=state.seq + 1,
            occurred_at=moment.occurred_at,
            recorded_at=moment.recorded_at,
            cause=cause,
            policy_version=state.policy_version,
            event=event,
            answer=answer if event is events[-1] else None,
            prev_hash=state.head,
        )
        sealed = envelope.model_copy(update={"hash": envelope_hash(envelope)})
        envelopes.append(sealed)
        state = apply(state, sealed)
    return Journaled(state, tuple(envelopes))


def apply(state: CaseState, envelope: Envelope) -> CaseState:
    """Return the state after an envelope: its event, and the counts that every one brings."""
    evolved = evolve(state, envelope.event)
    since = ownership.since_when(envelope.event, envelope.occurred_at)
    counts: dict[str, object] = {
        "seq": envelope.seq,
        "head": envelope.hash,
        "ledger": ownership.advance(evolved, since),
        "text_size": state.text_size + text_size(envelope.event),
    }
    if isinstance(envelope.event, CommandRefused):
        by_actor = state.refusals_by_actor
        actor = envelope.cause.actor.id
        counts["refusals"] = state.refusals + 1
        counts["refusals_by_actor"] = {**by_actor, actor: by_actor.get(actor, 0) + 1}
    if envelope.answer is not None:
        counts |= _remembered(state, envelope.cause, envelope.answer)
    return evolved.model_copy(update=counts)


def fold(envelopes: Iterable[Envelope], policy: Policy) -> CaseState:
    """Return the state of a case from its whole journal, under the policy it names."""
    rest = iter(envelopes)
    first = next(rest)
    if not isinstance(first.event, ComplaintOpened):
        raise JournalIncomplete(first.complaint, first.seq)
    opened = first.event
    state = apply(blank(first.complaint, opened.complaint_id, opened.opening, policy), first)
    for envelope in rest:
        state = apply(state, envelope)
    return state


def _cycle_of(state: CaseState, event: Event) -> int:
    """Return the cycle that an event belongs to; the first events of a case are of the first."""
    return event.cycle if isinstance(event, CycleStarted) else max(len(state.cycles), 1)


def _remembered(state: CaseState, cause: Cause, answer: Answer) -> dict[str, object]:
    """Remember the first answer; a person's accepted command makes a new version."""
    answers = state.answers
    if cause.command_id not in answers:
        answered = Answered(body_hash=cause.body_hash, answer=answer)
        answers = {**answers, cause.command_id: answered}
    by_person = answer.status is CommandStatus.ACCEPTED and cause.actor.role is not Role.SYSTEM
    return {"answers": answers, "version": state.version + by_person}
