"""Values as columns take them; the exact ones stand in the JSON documents beside the columns."""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def as_text(value: str) -> str:
    """Return the text without NUL and lone surrogates, which PostgreSQL's `text` refuses.

    Codes sent past the doors may hold them, and must not stop the projection of their case.
    """
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def as_moment(value: datetime) -> datetime:
    """Return the moment in UTC; one outside the years 1 to 9999 there is moved to their edge.

    A moment without a zone counts as UTC.
    """
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        return EARLIEST if value.year == 1 else LATEST
