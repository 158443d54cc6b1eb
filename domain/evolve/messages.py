"""What is said to the customer."""

from __future__ import annotations

from typing import assert_never

from domain.evolve.numbered import change
from domain.state import CaseState
from schemas.events import MessageDelivered, MessageEvent, MessageGivenUp, MessageReleased


def evolve_messages(state: CaseState, event: MessageEvent) -> CaseState:
    match event:
        case MessageReleased():
            messages = (*state.messages, event.message)
        case MessageDelivered():
            messages = change(
                state.messages,
                event.message,
                delivered_at=event.delivered_at,
                channel=event.channel,
            )
        case MessageGivenUp():
            messages = change(state.messages, event.message, given_up=event.reason)
        case _:
            assert_never(event)
    return state.model_copy(update={"messages": messages})
