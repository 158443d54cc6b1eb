"""Values as columns take them; the exact ones stand in the JSON documents beside the columns."""

from __future__ import annotations

from datetime import UTC, datetime


def as_text(value: str) -> str:
    """Return the text without NUL and lone surrogates, which PostgreSQL's `text` refuses.

    Codes sent past the doors may hold them, and must not stop the projection of their case.
    """
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def as_moment(value: datetime) -> datetime:
    """Return the moment in UTC; one before year 1 there becomes the first moment of year 1."""
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        return (datetime.min if value.year == 1 else datetime.max).replace(tzinfo=UTC)
