"""What was said to the customer (rules 4 and 29)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Message
from schemas.vocabulary import Channel


class MessageReleased(Wire):
    """A message to the customer is to be delivered under its key."""

    kind: Literal["message_released"] = "message_released"
    message: Message


class MessageDelivered(Wire):
    """The message reached its channel."""

    kind: Literal["message_delivered"] = "message_delivered"
    message: int
    channel: Channel | None = None
    delivered_at: datetime


class MessageGivenUp(Wire):
    """No channel took the message in time."""

    kind: Literal["message_given_up"] = "message_given_up"
    message: int
    reason: str


MessageEvent = MessageReleased | MessageDelivered | MessageGivenUp
