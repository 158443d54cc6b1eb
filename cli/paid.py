"""redress paid: what a customer paid for an order, so that refunds of it can be bounded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.database import find_places
from cli.opening import CURRENCY
from cli.options import DataDir, Output
from cli.program import carry_out
from cli.terminal import Format, show, show_json
from domain.codes import CODE
from domain.wording import show_money
from runtime.settings import load_settings
from schemas.money import Money
from starter.amount import parse_amount
from starter.errors import InputRejected
from store.balances import OrderBalances
from store.pool import open_pool


def paid(
    order: Annotated[str, typer.Argument(help="The order's code, as complaints name it")],
    amount: Annotated[str, typer.Argument(help="What was paid, such as 1299.00")],
    currency: Annotated[str, typer.Argument(help="ISO 4217, such as CNY")],
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Enter what was paid for an order: refunds of it never exceed that.

    Harmless to repeat; another amount for the same order is refused. Needed only where the shop's
    own system is not asked (REDRESS_ORDER_URL).

    Example: redress paid SO-2026-1107 1299.00 CNY
    """
    carry_out(_enter(order, amount, currency, data_dir, output))


def parse_payment(order: str, amount: str, currency: str) -> Money:
    """Return the payment; raises InputRejected."""
    if CODE.fullmatch(order) is None:
        remedy = "Write its code: letters, digits and . _ : / @ # + = -, without blanks"
        raise InputRejected("order", "this is no code of an order", remedy)
    if CURRENCY.fullmatch(currency) is None:
        raise InputRejected("currency", "this is no currency", "Write its ISO 4217 code, as CNY")
    return parse_amount(amount, currency)


async def _enter(
    order: str, amount: str, currency: str, data_dir: Path | None, output: Format | None
) -> None:
    money = parse_payment(order, amount, currency)
    pool = await open_pool(find_places(load_settings(data_dir=data_dir)).database_url, size=1)
    try:
        await OrderBalances(pool).enter_paid(order, money)
    finally:
        await pool.close()
    if output is Format.JSON:
        show_json({"order": order, "paid": money.model_dump()})
    else:
        show(f"{show_money(money)} was paid for order {order}.")
