"""Which cases a command looks at, by when they were received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"]

From = Annotated[
    datetime | None,
    typer.Option(
        "--from", metavar="TIME", formats=MOMENTS, help="Cases received since 2026-03-01 (in UTC)"
    ),
]
To = Annotated[
    datetime | None,
    typer.Option(
        "--to", metavar="TIME", formats=MOMENTS, help="Cases received before 2026-04-01 (in UTC)"
    ),
]


@dataclass(frozen=True)
class Period:
    """When the cases were received: from the first moment on, and before the second."""

    since: datetime | None
    until: datetime | None

    def includes(self, moment: datetime) -> bool:
        """Tell whether a case that was received then is wanted."""
        begun = self.since is None or moment >= aware(self.since)
        return begun and (self.until is None or moment < aware(self.until))


def aware(moment: datetime) -> datetime:
    """Return a moment of the command line, which is in UTC unless it says otherwise."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
