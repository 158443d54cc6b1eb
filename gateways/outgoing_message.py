"""A message to a customer as it leaves us by a channel."""

from __future__ import annotations

from pydantic import Field

from schemas.base import Wire
from schemas.vocabulary import Channel, Language, Purpose


class OutgoingMessage(Wire):
    """A rendered message and where it goes; what is personal is never shown by repr.

    `key` stays the same when the message is sent again; together with `complaint_id` it is like
    no other key of any installation. `channel` says what kind of address it is.
    """

    key: str
    number: int
    complaint_id: str
    purpose: Purpose
    channel: Channel
    address: str = Field(repr=False)
    language: Language
    subject: str = Field(repr=False)
    body: str = Field(repr=False)
