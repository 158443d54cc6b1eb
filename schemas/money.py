"""Money as docs/requirements.md reading 9 fixes it."""

from __future__ import annotations

from schemas.base import Wire


class Money(Wire):
    """An integer number of minor units (fen, cent) of an ISO 4217 currency."""

    minor: int
    currency: str
