"""Deliveries: what a message that has arrived, or that nobody could bring, leads to (rule 4)."""

from __future__ import annotations

from domain import messaging, unfounded
from domain.decision import Decision
from schemas.case import Message
from schemas.commands import RecordDelivery


def record_delivery(decision: Decision, command: RecordDelivery) -> None:
    """Take note of what became of a message, and close the case if it was the last word."""
    message = decision.state.messages[command.message - 1]
    messaging.record_delivery(decision, command)
    unfounded.close_if_told(decision, message)


def deliver_by_hand(decision: Decision, message: Message) -> None:
    """Take note that a person has told the customer what the message says."""
    messaging.deliver_by_hand(decision, message)
    unfounded.close_if_told(decision, message)
