"""Writing the journal and the read model (architecture, step 6)."""

from __future__ import annotations

from datetime import UTC, datetime

from temporalio import activity

from schemas.activity_io import RECORD_EVENTS, Flush, Flushed
from store.journal import Journal


class JournalActivities:
    """Writes what happened to PostgreSQL, in one transaction for each batch."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @activity.defn(name=RECORD_EVENTS)
    async def record_events(self, flush: Flush) -> Flushed:
        """Write a batch; writing it again changes nothing, and an attempt that is late neither."""
        began_at = datetime.now(UTC)
        return Flushed(seq=await self._journal.append(flush, began_at=began_at))
