"""What was paid for orders: no order is paid back more than that (rule 13)."""

from __future__ import annotations

from schemas.ids import order_code
from schemas.money import Money
from store.errors import PaidDiffers
from store.pool import Pool, borrowed
from store.sql import query


class OrderBalances:
    """Keeps what was paid for an order; what was refunded of it is counted by the ledger."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def enter_paid(self, order: str, money: Money) -> None:
        """Enter what was paid for an order; again the same is harmless, PaidDiffers otherwise."""
        if await self._kept(order_code(order), money) != money:
            raise PaidDiffers(order)

    async def paid(self, order: str) -> Money | None:
        """Return what was paid for an order, however its code is spelled, if that is known."""
        return await self._known(order_code(order))

    async def _known(self, order: str) -> Money | None:
        async with borrowed(self._pool) as connection:
            row = await connection.fetchrow(query("paid"), order)
        return None if row is None else Money(minor=row["paid_minor"], currency=row["currency"])

    async def _kept(self, order: str, money: Money) -> Money | None:
        """Return what stands for the order after this was offered."""
        async with borrowed(self._pool) as connection:
            await connection.execute(query("enter_paid"), order, money.currency, money.minor)
        return await self._known(order)
