"""Complaints without ground: closed once the customer has been told why (H20, reading 4)."""

from __future__ import annotations

from domain import clocks, cycles, ground, messaging, proposals
from domain.decision import Decision, Refused
from schemas.case import Message
from schemas.commands import CloseUnjustified
from schemas.events import NothingChanged, StageChanged
from schemas.vocabulary import Outcome, Purpose, Stage


def close_unjustified(decision: Decision, command: CloseUnjustified) -> None:
    """Tell the customer why the complaint is without ground, and close once they know.

    It takes a finding of this cycle by legal or quality. Reply and solution are answered by the
    delivery (reading 4); a message that is given up is a task, and the case stays open. Under a
    policy from before, the case closes at once.
    """
    state = decision.state
    obstacle = ground.obstacle(state)
    if obstacle is not None:
        raise Refused(obstacle)
    under_way = (m for m in state.messages if m.delivered_at is None and m.given_up is None)
    if any(ground.is_last_word(state, message) for message in under_way):
        decision.record(NothingChanged(command="close_unjustified"))
    elif state.policy.closes_when_told:
        _take_offer_back(decision)
        answers = clocks.keys_of(decision.state, *clocks.ANSWERED_BY_SOLUTION)
        text = command.explanation
        messaging.release(decision, Purpose.UNJUSTIFIED_CLOSED, answers=answers, text=text)
    else:
        for key in clocks.keys_of(state, *clocks.ANSWERED_BY_SOLUTION):
            clocks.answer(decision, key, decision.at, decision.proof)
        messaging.release(decision, Purpose.UNJUSTIFIED_CLOSED, text=command.explanation)
        cycles.close(decision, Outcome.UNJUSTIFIED)


def close_if_told(decision: Decision, message: Message) -> None:
    """Close the case if a message that was still under way has told the customer by now."""
    state = decision.state
    arrived = state.messages[message.number - 1].delivered_at is not None
    if arrived and message.delivered_at is None and ground.is_last_word(state, message):
        cycles.close(decision, Outcome.UNJUSTIFIED)


def _take_offer_back(decision: Decision) -> None:
    """End the proposal that stands; the owner has the time of a revision to tell the customer."""
    standing = decision.state.standing
    if standing is not None:
        proposals.take_back(decision, Outcome.UNJUSTIFIED, standing.version + 1)
        if decision.state.stage is not Stage.DECIDING:
            decision.record(StageChanged(stage=Stage.DECIDING))
