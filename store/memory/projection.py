"""The twin of the projection."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.events import Envelope
from schemas.views import CaseView
from store.memory.tables import Memory
from store.rows import check_rows, notice_rows


def project(memory: Memory, view: CaseView, envelopes: Iterable[Envelope]) -> None:
    """Write the rows of a view unless a newer one stands, and those of new notices."""
    standing = memory.cases.get(view.number)
    if standing is None or CaseView.model_validate_json(standing).seq < view.seq:
        memory.cases[view.number] = view.model_dump_json()
        memory.checks[view.number] = check_rows(view)
    for notice in notice_rows(envelopes):
        memory.notices.setdefault((notice.number, notice.seq), notice)
