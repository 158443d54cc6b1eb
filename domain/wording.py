"""Money, moments and options as a customer reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from string import Template
from zoneinfo import ZoneInfo

from domain.errors import MomentWithoutZone, ZoneUnknown
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.wording import Wording

SYMBOLS: Mapping[str, str] = {
    "CNY": "¥",
    "HKD": "HK$",
    "MOP": "MOP$",
    "TWD": "NT$",
    "SGD": "S$",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
}
"""Signs that are clear beside each other; other currencies show their ISO 4217 code."""

MINOR_DIGITS: Mapping[str, int] = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
"""ISO 4217: decimal places of the currencies that have not two."""

USUAL_MINOR_DIGITS = 2


def show_money(money: Money) -> str:
    """Return an amount with its currency: 123456 fen are ¥1,234.56, JPY has no decimals."""
    digits = MINOR_DIGITS.get(money.currency, USUAL_MINOR_DIGITS)
    major, minor = divmod(abs(money.minor), 10**digits)
    sign = "-" if money.minor < 0 else ""
    decimals = f".{minor:0{digits}}" if digits else ""
    return f"{sign}{SYMBOLS.get(money.currency, money.currency + ' ')}{major:,}{decimals}"


def show_moment(moment: datetime, zone: str, wording: Wording) -> str:
    """Return a moment in the customer's zone, with the name and offset of that zone.

    ZoneUnknown for a name that is no IANA zone; MomentWithoutZone for a moment that has none.
    """
    if moment.tzinfo is None:
        raise MomentWithoutZone(moment.isoformat())
    local = moment.astimezone(_zone(zone))
    return Template(wording.moment).substitute(
        year=local.year,
        month=wording.months[local.month - 1],
        day=local.day,
        clock=f"{local:%H:%M}",
        zone=wording.zones.get(zone, zone.replace("_", " ")),
        offset=local.isoformat()[-len("+00:00") :],
    )


def show_options(options: Iterable[Option], wording: Wording) -> str:
    """Return a line for each option, numbered from 1 as the customer names them."""
    return "\n".join(
        Template(wording.option).substitute(option=number, steps=show_steps(option, wording))
        for number, option in enumerate(options, start=1)
    )


def show_steps(option: Option, wording: Wording) -> str:
    """Return what an option consists of; what it costs us is not said."""
    return wording.between_steps.join(_step(step, wording) for step in option.steps)


def _step(step: RemedyStep, wording: Wording) -> str:
    text = wording.remedies[step.kind]
    if step.amount is not None:
        amount = show_money(step.amount)
        text = Template(wording.step_with_amount).substitute(step=text, amount=amount)
    if step.item is not None:
        text = Template(wording.step_with_item).substitute(
            step=text, item=step.item, quantity=step.quantity
        )
    return text


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        # A folder of zones, such as "Asia", raises OSError.
        raise ZoneUnknown(name) from None
