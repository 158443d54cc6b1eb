"""Which queues a worker serves, as an operator names them."""

from __future__ import annotations

from runtime.errors import QueueUnknown
from schemas.vocabulary import Department

CASES = "cases"
"""The cases themselves, and the activities that belong to no department."""

QUEUES: tuple[str, ...] = (CASES, *Department)


def parse_queues(text: str | None) -> tuple[str, ...]:
    """Return the queues named in `warehouse,legal`, or all of them. Raises QueueUnknown."""
    if text is None:
        return QUEUES
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in QUEUES:
            raise QueueUnknown(name=name, known=", ".join(QUEUES))
    return tuple(queue for queue in QUEUES if queue in names)
