"""Amounts of money as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

from domain.wording import MINOR_DIGITS, USUAL_MINOR_DIGITS
from schemas.money import Money
from starter.errors import InputRejected

NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]+)?")


def parse_amount(text: str, currency: str) -> Money:
    """Return "1,299.50" of a currency (ISO 4217) as whole minor units. Raises InputRejected."""
    if NUMBER.fullmatch(text) is None:
        raise InputRejected("amount", "the amount is no number", "Write such as 1299.50")
    digits = MINOR_DIGITS.get(currency, USUAL_MINOR_DIGITS)
    minor = Decimal(text.replace(",", "")).scaleb(digits)
    if minor != minor.to_integral_value():
        problem = f"the amount has more decimals than {currency} has"
        raise InputRejected("amount", problem, "Write it to the smallest coin")
    return Money(minor=int(minor), currency=currency)
