"""The journal: our append-only, hash-chained store of events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime

from schemas.activity_io import Flush
from schemas.events import Envelope
from store.column import as_moment
from store.errors import JournalForked, JournalGap
from store.pool import LONG, Connection, Pool, borrowed, sweep, transaction
from store.projection import project
from store.sql import query

PREFETCH = 1000


class Journal:
    """Events by complaint and seq, and the projections that follow them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def append(self, flush: Flush, *, began_at: datetime | None = None) -> int:
        """Write a batch and the view it leads to in one transaction; return the last settled seq.

        Settled events stay for ever; the others are kept beside the journal and replaced by the
        next batch. Doing it again is harmless, and an attempt that began before one that has
        written already changes nothing. JournalForked if the journal holds other events in the
        place of settled ones, JournalGap if it does not hold what precedes the batch; then
        nothing is written.
        """
        number = flush.view.number
        settled, unsettled = divided(flush)
        async with transaction(self._pool) as connection:
            moment = began_at or datetime.now(UTC)  # noqa: TID251 - Orders attempts, judges nothing.
            if await connection.fetchval(query("begin_attempt"), number, moment):
                await _append_envelopes(connection, settled)
                await _replace_tail(connection, number, unsettled)
                await project(connection, flush.view, flush.envelopes)
            return int(await connection.fetchval(query("settled_seq"), number))

    async def read(self, number: int, after: int = 0) -> list[Envelope]:
        """Return the events of a complaint with a seq above `after`, in order."""
        async with borrowed(self._pool) as connection:
            rows = await connection.fetch(query("read_journal"), number, after)
        return [Envelope.model_validate_json(row["envelope"]) for row in rows]

    async def stream_all(self) -> AsyncIterator[Envelope]:
        """Yield all events by complaint and seq, as they stood at the first; bounded memory."""
        async with sweep(self._pool) as connection:
            async for envelope in stream_envelopes(connection):
                yield envelope


async def stream_envelopes(connection: Connection) -> AsyncIterator[Envelope]:
    """Yield all events through a cursor of the server, within a transaction."""
    rows = connection.cursor(query("stream_journal"), prefetch=PREFETCH, timeout=LONG)
    async for row in rows:
        yield Envelope.model_validate_json(row["envelope"])


async def _append_envelopes(connection: Connection, envelopes: Sequence[Envelope]) -> None:
    if not envelopes:
        return
    await connection.execute(query("append_envelopes"), *_columns(envelopes))
    first, last = envelopes[0], envelopes[-1]
    # Read after writing: a second writer of this complaint has waited for the first by now.
    rows = await connection.fetch(query("hashes_between"), first.complaint, first.seq - 1, last.seq)
    expect_continuation({row["seq"]: row["hash"] for row in rows}, envelopes)


async def _replace_tail(connection: Connection, number: int, envelopes: Sequence[Envelope]) -> None:
    await connection.execute(query("clear_tail"), number)
    if not envelopes:
        return
    between = (number, envelopes[0].seq - 1, envelopes[-1].seq)
    rows = await connection.fetch(query("hashes_between"), *between)
    standing = {row["seq"]: row["hash"] for row in rows}
    own = {envelope.seq: envelope.hash for envelope in envelopes}
    expect_continuation({**own, **standing}, envelopes)
    columns = _columns([envelope for envelope in envelopes if envelope.seq not in standing])
    await connection.execute(query("put_tail"), columns[0], columns[1], columns[6])


def divided(flush: Flush) -> tuple[Sequence[Envelope], Sequence[Envelope]]:
    """Return the settled events of a batch, and those that are not settled yet."""
    if flush.settled is None:
        return flush.envelopes, ()
    settled = [envelope for envelope in flush.envelopes if envelope.seq <= flush.settled]
    return settled, flush.envelopes[len(settled) :]


def expect_continuation(standing: Mapping[int, str], envelopes: Sequence[Envelope]) -> None:
    """Raise unless the journal's hashes by seq hold the batch and what precedes it.

    JournalGap where the predecessor is missing, JournalForked where a hash is another.
    """
    for envelope in envelopes:
        before = envelope.seq - 1
        if before and before not in standing:
            raise JournalGap(envelope.complaint, envelope.seq)
        if before and standing[before] != envelope.prev_hash:
            raise JournalForked(envelope.complaint, before)
        if standing[envelope.seq] != envelope.hash:
            raise JournalForked(envelope.complaint, envelope.seq)


def _columns(envelopes: Sequence[Envelope]) -> tuple[list[object], ...]:
    return (
        [envelope.complaint for envelope in envelopes],
        [envelope.seq for envelope in envelopes],
        [envelope.cycle for envelope in envelopes],
        [envelope.event.kind for envelope in envelopes],
        [as_moment(envelope.occurred_at) for envelope in envelopes],
        [as_moment(envelope.recorded_at) for envelope in envelopes],
        [envelope.model_dump_json() for envelope in envelopes],
        [envelope.hash for envelope in envelopes],
    )
