"""From a command to what is recorded and answered: the only way into a case, and pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain import permissions, room, senders
from domain.alarm import next_deadline
from domain.chain import body_hash
from domain.decide import decide
from domain.decision import Decision, Refused
from domain.journaling import Moment, journal
from domain.signature import Document
from domain.state import CaseState
from schemas.case import Answer, Cause
from schemas.commands import INTERNAL, NAMES, Actor, Command, OpenComplaint
from schemas.events import CheckTokenSpent, CommandRefused, Envelope, Event, RefusalsCounted
from schemas.refusals import RefusalCode
from schemas.vocabulary import CommandStatus, Role

REDRESS = Actor(id="redress", role=Role.SYSTEM)
"""Who acts when the case itself does."""

STRANGER = Actor(id="unknown", role=Role.SYSTEM)
"""Who sent what cannot be read."""

CANCEL = "cancel"
"""What a request to cancel the run is called in the journal, though it is no command."""

SPEND = "spend_tokens"
"""What stands in the journal as the cause when tokens have been shown."""


class Handled(NamedTuple):
    """What came of a message; `counted_only` refusals are too many to be stored (rule 22)."""

    state: CaseState
    envelopes: tuple[Envelope, ...]
    answer: Answer
    counted_only: bool = False


def carry_out(
    state: CaseState, command: Command, now: datetime, written: Document | None = None
) -> Handled:
    """Decide a command at `now` (UTC) and record what follows; never raises for bad commands.

    `written` is what a command that came by wire said; None for what the case tells itself.
    The same command id with the same body gets the first answer again (docs/requirements.md).
    """
    name = "open" if isinstance(command, OpenComplaint) else NAMES[type(command)]
    cause = Cause(
        command_id=command.command_id,
        name=name,
        body_hash=body_hash(command, name),
        actor=command.actor,
    )
    if written is not None:
        try:
            command = senders.believed(state, name, command, written)
        except Refused as refusal:
            return _turned_away(state, cause, now, refusal)
        cause = cause.model_copy(update={"actor": command.actor})
    first = None if name in INTERNAL else state.answers.get(command.command_id)
    if first is not None and first.body_hash == cause.body_hash:
        return Handled(state, (), first.answer)
    decision = Decision(state, command, now)
    try:
        if first is not None:
            raise Refused(RefusalCode.COMMAND_ID_REUSED)  # noqa: TRY301
        room.check_stamp(decision.state, command)
        room.check_room(state, command, name)
        if name != "open":
            permissions.check_sender(command.actor, name)
            permissions.check_customer(state, command.actor)
        decide(decision, command)
    except Refused as refusal:
        refused = _refused(state, cause, Moment(decision.at, now), refusal)
        if refused.counted_only:
            return refused._replace(state=room.forgetting(refused.state, command))
        return refused
    return _accepted(state, cause, Moment(decision.at, now), decision)


def refuse_unread(
    state: CaseState, name: str, code: RefusalCode, now: datetime, detail: str | None = None
) -> Handled:
    """Record a message that could not even be read as a command (rule 22)."""
    cause = Cause(command_id=f"unread:{state.seq + 1}", name=name, body_hash="", actor=STRANGER)
    return _refused(state, cause, Moment(now, now), Refused(code, detail))


def refuse_cancellation(state: CaseState, now: datetime) -> Handled:
    """Record that somebody asked Temporal to cancel the run, which ends nothing (rule 22)."""
    return refuse_unread(state, CANCEL, RefusalCode.CANCELLATION, now)


def spend_tokens(state: CaseState, tokens: Sequence[str], now: datetime) -> Handled:
    """Let a check's token that a message has shown, without ending the check, count no more."""
    cause = Cause(command_id=f"tokens:{state.seq + 1}", name=SPEND, body_hash="", actor=REDRESS)
    events = tuple(CheckTokenSpent(check=n) for n in senders.checks_shown(state, tokens))
    journaled = journal(state, events, cause, Moment(now, now), None)
    return Handled(*journaled, _answer(journaled.state, CommandStatus.ACCEPTED))


def count_refusals(state: CaseState, count: int, now: datetime) -> Handled:
    """Record how many refusals were counted without being stored one by one."""
    cause = Cause(command_id=f"counted:{state.seq + 1}", name="count", body_hash="", actor=REDRESS)
    events = (RefusalsCounted(count=count),)
    journaled = journal(state, events, cause, Moment(now, now), None)
    return Handled(*journaled, _answer(journaled.state, CommandStatus.ACCEPTED))


def _accepted(state: CaseState, cause: Cause, moment: Moment, decision: Decision) -> Handled:
    by_person = cause.actor.role is not Role.SYSTEM
    after = decision.state.model_copy(update={"version": state.version + by_person})
    answer = _answer(after, CommandStatus.ACCEPTED, created=decision.created)
    kept = None if cause.name in INTERNAL else answer
    journaled = journal(state, decision.events, cause, moment, kept)
    return Handled(*journaled, answer)


def _turned_away(state: CaseState, cause: Cause, now: datetime, refusal: Refused) -> Handled:
    """Record a message that counts as nobody's, and take no command id from anybody for it."""
    cause = cause.model_copy(update={"actor": senders.NOBODY})
    return _refused(state, cause, Moment(now, now), refusal, is_remembered=False)


def _refused(
    state: CaseState,
    cause: Cause,
    moment: Moment,
    refusal: Refused,
    *,
    is_remembered: bool = True,
) -> Handled:
    answer = _answer(state, CommandStatus.REFUSED, refusal)
    limits = state.policy
    by_actor = state.refusals_by_actor.get(cause.actor.id, 0)
    crowded = len(state.answers) >= room.MOST_COMMANDS - room.COMMANDS_FOR_STAFF
    if (
        crowded
        or state.refusals >= limits.refusals_stored
        or by_actor >= limits.refusals_stored_per_actor
    ):
        return Handled(state, (), answer, counted_only=True)
    event: Event = CommandRefused(
        command=cause.name, code=refusal.code, stage=state.stage, detail=refusal.detail
    )
    kept = answer if is_remembered else None
    return Handled(*journal(state, (event,), cause, moment, kept), answer)


def _answer(
    state: CaseState,
    status: CommandStatus,
    refusal: Refused | None = None,
    created: int | None = None,
) -> Answer:
    deadline = next_deadline(state)
    explanation = None
    if refusal is not None:
        parts = [refusal.code.sentence, refusal.detail]
        explanation = " ".join(part for part in parts if part)
    return Answer(
        status=status,
        number=state.number,
        version=state.version,
        stage=state.stage,
        code=refusal.code if refusal else None,
        explanation=explanation,
        created=created,
        next_due_at=deadline.due_at if deadline else None,
        outcome=state.outcome if state.cycles else None,
        survivor=state.merged_into,
    )
