"""The outbox: messages that wait until the customer collects them under the number."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg
from pydantic import TypeAdapter

from schemas.sealed import Sealed
from schemas.vocabulary import Purpose
from store.pool import Pool, borrowed
from store.sql import query


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A rendered message; its text stays sealed until somebody collects it."""

    key: str
    number: int
    purpose: Purpose
    text: Sealed


MESSAGE = TypeAdapter(OutboxMessage)


class Outbox:
    """Keeps each message once, under its key (rule 29)."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, key: str, number: int, purpose: Purpose, text: Sealed) -> None:
        """Keep a message; under a key that is used already the first message stands."""
        async with borrowed(self._pool) as connection:
            await connection.execute(
                query("put_message"), key, number, purpose, text.model_dump_json()
            )

    async def collect(self, number: int) -> list[OutboxMessage]:
        """Return all messages of a complaint, the oldest first, and note that they were read."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("collect_messages"), number)
        return [_message(row) for row in rows]


def _message(row: asyncpg.Record) -> OutboxMessage:
    return MESSAGE.validate_python({**row, "text": Sealed.model_validate_json(row["body"])})
