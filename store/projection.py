"""Writing the read model; called by the journal with each batch and when it is rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from schemas.events import Envelope
from schemas.views import CaseView
from store.pool import Connection
from store.rows import case_columns, check_rows, notice_rows
from store.sql import query


async def project(connection: Connection, view: CaseView, envelopes: Sequence[Envelope]) -> None:
    """Write the rows of a view, and those of the notices among its last events."""
    await connection.execute(query("put_case"), *case_columns(view))
    checks = columns(check_rows(view), width=8)
    await connection.execute(query("put_checks"), view.number, *checks[1:])
    if envelopes:
        await connection.execute(query("drop_notices"), view.number, envelopes[0].seq)
    notices = notice_rows(envelopes)
    if notices:
        await connection.execute(query("add_notices"), *columns(notices, width=7))


def columns(rows: Sequence[object], width: int) -> list[list[object]]:
    """Turn rows into one list per column, as `unnest` takes them."""
    values = [astuple(row) for row in rows]  # type: ignore[call-overload]
    return [[row[column] for row in values] for column in range(width)]
