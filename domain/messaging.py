"""Messages to the customer: released by a command, delivered later (reading 4, rule 29)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from domain import clocks, ground, pauses, progress, promises, tasks
from domain.decision import Decision
from domain.state import CaseState
from schemas.case import Message, Proposal
from schemas.commands import RecordDelivery
from schemas.events import (
    MessageDelivered,
    MessageGivenUp,
    MessageReleased,
    NothingChanged,
    ProposalDelivered,
    ProposalEnded,
    StageChanged,
)
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, ClockKind, Party, Purpose, Stage, TaskKind

OFFERS = (Purpose.PROPOSAL, Purpose.PROPOSAL_REMINDER)
"""Messages that ask for an answer to a version, and mean nothing once it has ended."""


class Term(NamedTuple):
    """A date that a message gives, or until when it wants an answer, and why one was missed."""

    promised_at: datetime | None = None
    reason: Party | None = None
    answer_until: datetime | None = None


NO_TERM = Term()

OFFERED = "offered"
"""Why a hold ends: the solution is on its way."""


def release(
    decision: Decision,
    purpose: Purpose,
    *,
    answers: tuple[str, ...] = (),
    text: Sealed | None = None,
    version: int | None = None,
    term: Term = NO_TERM,
) -> None:
    """Let a message go out; its delivery ends the clocks whose keys are in `answers`.

    Whoever offers the solution waits for the customer's information no longer (rule 5).
    """
    if set(answers) & set(clocks.keys_of(decision.state, ClockKind.SOLUTION)):
        pauses.end(decision, decision.at, OFFERED)
    message = Message(
        number=len(decision.state.messages) + 1,
        cycle=decision.state.cycle.number,
        purpose=purpose,
        released_at=decision.at,
        proof=decision.proof,
        answers=answers,
        text=text,
        version=version,
        promised_at=term.promised_at,
        reason=term.reason,
        answer_until=term.answer_until,
    )
    decision.record(MessageReleased(message=message))


def announce(decision: Decision, promised_at: datetime, text: Sealed | None = None) -> None:
    """Give the customer a date: a holding message, which is an answer (reading 3)."""
    answers = clocks.keys_of(decision.state, ClockKind.REPLY, ClockKind.PROGRESS)
    term = Term(promised_at=promised_at)
    release(decision, Purpose.PROMISE_MADE, answers=answers, text=text, term=term)


def offer(decision: Decision, proposal: Proposal, text: Sealed | None) -> None:
    """Let a proposal go to the customer, which answers them and, once delivered, is a solution."""
    answers = clocks.keys_of(decision.state, *clocks.ANSWERED_BY_SOLUTION)
    version = proposal.version
    release(decision, Purpose.PROPOSAL, answers=answers, text=text, version=version)


def record_delivery(decision: Decision, command: RecordDelivery) -> None:
    """Take note that a message reached its channel, or that no channel took it (rule 4)."""
    message = decision.state.messages[command.message - 1]
    if message.delivered_at is not None or message.given_up is not None:
        decision.record(NothingChanged(command="record_delivery"))
    elif command.reason is not None:
        decision.record(MessageGivenUp(message=message.number, reason=command.reason))
        if not decision.state.is_closed and _still_matters(decision.state, message):
            tasks.create(decision, TaskKind.DELIVER_MESSAGE, message.number)
    else:
        delivered(decision, message, command.channel)


def deliver_by_hand(decision: Decision, message: Message) -> None:
    """Take note that a person told the customer; the clocks are judged by the person's report."""
    told = message.model_copy(update={"released_at": decision.at, "proof": decision.proof})
    delivered(decision, told, channel=None)


def delivered(decision: Decision, message: Message, channel: Channel | None) -> None:
    """End the clocks that the message answers, by the moment that released it (reading 4)."""
    decision.record(
        MessageDelivered(message=message.number, channel=channel, delivered_at=decision.now)
    )
    tasks.withdraw_about(decision, TaskKind.DELIVER_MESSAGE, message.number)
    answered = _answered_by(decision.state, message)
    solved = set(answered) & set(clocks.keys_of(decision.state, ClockKind.SOLUTION))
    for key in answered:
        clocks.answer(decision, key, message.released_at, message.proof)
    if solved:
        about = ClockKind.SOLUTION
        promises.keep_about(decision, about, message.released_at, message.proof)
    progress.follow(decision)
    standing = decision.state.standing
    if standing is not None and standing.version == message.version:
        present_proposal(decision, standing)


def _answered_by(state: CaseState, message: Message) -> tuple[str, ...]:
    """Return the clocks that the delivery ends: none of a later cycle.

    A version that no longer stands is an answer to the customer, but not the solution.
    """
    if message.cycle != state.cycle.number:
        return ()
    if _still_matters(state, message):
        return message.answers
    replies = clocks.keys_of(state, ClockKind.REPLY, ClockKind.PROGRESS)
    return tuple(key for key in message.answers if key in replies)


def _still_matters(state: CaseState, message: Message) -> bool:
    """Tell whether a message is of this cycle and offers nothing but what stands.

    That a complaint is without ground matters only for as long as nothing else is decided.
    """
    if message.purpose is Purpose.UNJUSTIFIED_CLOSED:
        return ground.is_last_word(state, message)
    standing = state.standing.version if state.standing is not None else None
    offers = message.purpose in OFFERS
    return message.cycle == state.cycle.number and (not offers or message.version == standing)


def end_standing(decision: Decision, ended: str) -> None:
    """End the proposal that stands, if one does, and with it the tasks of bringing it across."""
    standing = decision.state.standing
    if standing is not None:
        decision.record(ProposalEnded(version=standing.version, ended=ended))
        for message in decision.state.messages:
            if message.version == standing.version:
                tasks.withdraw_about(decision, TaskKind.DELIVER_MESSAGE, message.number)


def present_proposal(decision: Decision, proposal: Proposal) -> None:
    """Start the customer's time for consent, once the proposal has arrived."""
    if proposal.delivered_at is None:
        decision.record(ProposalDelivered(version=proposal.version, delivered_at=decision.now))
        decision.record(StageChanged(stage=Stage.AWAITING_CONSENT))
        await_consent(decision, proposal.version, decision.now)


def await_consent(decision: Decision, version: int, since: datetime) -> None:
    """Start the clock of the customer's answer to a version, which they hold since then.

    It runs no shorter than they were told, whatever policy says since.
    """
    state = decision.state
    told = state.proposals[version - 1].answer_until or since
    target = max(state.policy.consent.target, told - since)
    clocks.start(decision, ClockKind.CONSENT, f"consent.{version}", since, target)
