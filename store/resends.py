"""The ledger of parcels sent again: each key means at most one parcel (rule 13)."""

from __future__ import annotations

from hashlib import sha256

from store.errors import ResendDiffers
from store.pool import Pool, borrowed, transaction
from store.sql import query


class ResendLedger:
    """Orders parcels by entering them; whoever packs them works from this ledger."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def resend(self, key: str, order: str, item: str, quantity: int) -> str:
        """Return the reference of the parcel with this key, entering it at the first call.

        ResendDiffers if the key stands with another order, item or quantity.
        """
        content = (order, item, quantity)
        async with transaction(self._pool) as connection:
            await connection.execute(query("enter_resend"), key, *content, reference_of(key))
            row = await connection.fetchrow(query("resend"), key)
        if row is None or (row["order_ref"], row["item"], row["quantity"]) != content:
            raise ResendDiffers(key)
        return str(row["reference"])

    async def lookup(self, key: str) -> str | None:
        """Return the reference if a parcel was ordered under this key."""
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("resend"), key)
        return None if row is None else str(row["reference"])


def reference_of(key: str) -> str:
    """Return the reference that people read on the parcel: short, and always the same for a key."""
    return f"RS-{sha256(key.encode()).hexdigest()[:12].upper()}"
