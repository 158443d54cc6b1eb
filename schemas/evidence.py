"""What a department's own system says about a check."""

from __future__ import annotations

from schemas.base import Wire
from schemas.vocabulary import Finding


class PackingRecord(Wire):
    """What the warehouse packed for an order; items are product codes."""

    parcel: str
    ordered: tuple[str, ...]
    packed: tuple[str, ...]
    weight_grams: int | None = None
    expected_grams: int | None = None


class Evidence(Wire):
    """An answer of a department's system (rule 10).

    `finding` is given when the answer is conclusive; then no person is needed. Without a finding
    the check waits for a person. `unavailable` says in a code why the system gave no answer.
    """

    system: str
    finding: Finding | None = None
    reference: str | None = None
    packing: PackingRecord | None = None
    unavailable: str | None = None
