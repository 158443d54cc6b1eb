"""Refusals of commands to cases whose run has ended (rule 22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg
from pydantic import TypeAdapter

from schemas.commands import Actor
from schemas.refusals import RefusalCode
from store.column import as_moment, as_text
from store.pool import Pool, borrowed
from store.sql import query


@dataclass(frozen=True, slots=True)
class LateRefusal:
    """A command that came after the end; `received_at` is None without a door's stamp."""

    number: int
    command_id: str
    command: str
    actor: Actor
    code: RefusalCode
    received_at: datetime | None


REFUSAL = TypeAdapter(LateRefusal)


class LateRefusals:
    """What came too late, kept beside the journal, which is complete by then."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def record(self, refusal: LateRefusal) -> None:
        """Keep a refusal; the same command again changes nothing."""
        stamp = refusal.received_at
        async with borrowed(self._pool) as connection:
            await connection.execute(
                query("record_late_refusal"),
                refusal.number,
                as_text(refusal.command_id),
                as_text(refusal.command),
                refusal.actor.model_dump_json(),
                refusal.code,
                None if stamp is None else as_moment(stamp),
            )

    async def of(self, number: int) -> list[LateRefusal]:
        """Return the late refusals of a complaint, the oldest first."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("late_refusals"), number)
        return [_refusal(row) for row in rows]


def _refusal(row: asyncpg.Record) -> LateRefusal:
    return REFUSAL.validate_python({**row, "actor": Actor.model_validate_json(row["actor"])})
