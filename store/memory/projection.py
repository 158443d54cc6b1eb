"""The twin of the projection."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events import Envelope
from schemas.views import CaseView
from store.memory.tables import Memory
from store.rows import check_rows, notice_rows


def project(memory: Memory, view: CaseView, envelopes: Sequence[Envelope]) -> None:
    """Write the rows of a view, and those of the notices among its last events."""
    memory.cases[view.number] = view.model_dump_json()
    memory.checks[view.number] = check_rows(view)
    if envelopes:
        gone = [key for key in memory.notices if key >= (view.number, envelopes[0].seq)]
        for key in gone:
            if key[0] == view.number:
                del memory.notices[key]
    for notice in notice_rows(envelopes):
        memory.notices[notice.number, notice.seq] = notice
