"""Rows into complaints: what a mapping makes of the cells of one row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from schemas.money import Money
from schemas.vocabulary import Category, Channel, Language, RemedyKind, Word
from starter.complaint import NewComplaint, PlainContact, PlainCustomer
from starter.hygiene import InputRejected
from starter.mapping import CODES, Amount, Moment, RowMapping
from starter.recipe import Cells

NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
DECIMALS: Mapping[str, int] = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
"""Currencies (ISO 4217) whose minor unit is not a hundredth."""

AnyWord = TypeVar("AnyWord", bound=Word)


def complaint_of(mapping: RowMapping, cells: Cells) -> NewComplaint:
    """Return the complaint in a row; `occurred_at` is the row's own time. Raises InputRejected."""
    fields = mapping.fields
    channel = _word(mapping, "channel", Channel, cells)
    if channel is None:
        remedy = "Fill it, or give [otherwise] channel in the mapping"
        raise InputRejected("channel", "the row names none", remedy)
    return NewComplaint(
        channel=channel,
        content=fields.content.fill(cells) or "",
        source=mapping.source,
        source_key=_source_key(mapping, cells),
        customer=_customer(mapping, cells),
        complainant=_text(mapping, "complainant", cells),
        demand=_word(mapping, "demand", RemedyKind, cells),
        demand_text=_text(mapping, "demand_text", cells),
        category=_word(mapping, "category", Category, cells),
        occurred_at=_moment(mapping.time, cells) if mapping.time else None,
        amount_involved=_amount(mapping.amount, cells) if mapping.amount else None,
        **{name: _text(mapping, name, cells) for name in CODES if name != "source_key"},
    )


def _text(mapping: RowMapping, field: str, cells: Cells) -> str | None:
    recipe = getattr(mapping.fields, field)
    return recipe.fill(cells) if recipe else None


def _source_key(mapping: RowMapping, cells: Cells) -> str:
    """Return the key, of which every part must be there: half a key could be another row's."""
    recipe = mapping.fields.source_key
    empty = recipe.empty_columns(cells)
    if empty:
        problem = f"{', '.join(empty)} is empty, so the row cannot be told from others"
        raise InputRejected("source_key", problem, "Fill it with what names the row for ever")
    return recipe.fill(cells) or ""


def _customer(mapping: RowMapping, cells: Cells) -> PlainCustomer | None:
    """Return what the row tells about the customer; None for an anonymous complaint."""
    told = {
        "name": _text(mapping, "name", cells),
        "member_no": _text(mapping, "member_no", cells),
        "language": _word(mapping, "language", Language, cells),
        "time_zone": _text(mapping, "time_zone", cells),
        "contacts": _contacts(mapping, cells),
    }
    given = {name: value for name, value in told.items() if value}
    return PlainCustomer.model_validate(given) if given else None


def _contacts(mapping: RowMapping, cells: Cells) -> tuple[PlainContact, ...]:
    filled = ((kind, recipe.fill(cells)) for kind, recipe in mapping.contacts.items())
    return tuple(PlainContact(kind=kind, address=address) for kind, address in filled if address)


def _word(
    mapping: RowMapping, field: str, words: type[AnyWord], cells: Cells
) -> AnyWord | None:
    """Return the word of ours that a row's word means, by table or being one itself."""
    said = _text(mapping, field, cells)
    table: Mapping[str, AnyWord] = getattr(mapping.tables, field)
    otherwise: AnyWord | None = getattr(mapping.otherwise, field)
    if not table and said in {word.value for word in words}:
        return words(said)
    if said in table:
        return table[said]
    if said is None or otherwise is not None:
        return otherwise
    remedy = f"Add it there, or give [otherwise] {field} in the mapping"
    raise InputRejected(field, f"what the row says is not in [tables.{field}]", remedy)


def _moment(time: Moment, cells: Cells) -> datetime | None:
    said = time.value.fill(cells)
    if said is None:
        return None
    for form in time.formats:
        try:
            moment = datetime.strptime(said, form)  # noqa: DTZ007 - The zone follows.
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time.zone))
    problem = f"the row's time has none of the forms {', '.join(time.formats)}"
    raise InputRejected("time", problem, "Mend it, or add its form to [time] formats")


def _amount(amount: Amount, cells: Cells) -> Money | None:
    said = amount.value.fill(cells)
    if said is None:
        return None
    if NUMBER.fullmatch(said) is None:
        raise InputRejected("amount", "the row's amount is no number", "Write such as 1299.00")
    minor = Decimal(said.replace(",", "")).scaleb(DECIMALS.get(amount.currency, 2))
    if minor != minor.to_integral_value():
        problem = f"the row's amount has more decimals than {amount.currency} has"
        raise InputRejected("amount", problem, "Write it to the smallest coin")
    return Money(minor=int(minor), currency=amount.currency)
