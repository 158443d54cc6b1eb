"""Rows into complaints: what a mapping makes of the cells of one row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from schemas.money import Money
from schemas.vocabulary import Category, Channel, Language, RemedyKind, Word
from starter.amount import parse_amount
from starter.complaint import NewComplaint, PlainContact, PlainCustomer
from starter.errors import InputRejected
from starter.mapping import Amount, Moment, RowMapping
from starter.recipe import Cells

AnyWord = TypeVar("AnyWord", bound=Word)


def complaint_of(mapping: RowMapping, cells: Cells) -> NewComplaint:
    """Return the complaint in a row; `occurred_at` is the row's own time. Raises InputRejected."""
    return NewComplaint(
        channel=_channel(mapping, cells),
        content=mapping.fields.content.fill(cells) or "",
        source=mapping.source,
        source_key=_source_key(mapping, cells),
        customer=_customer(mapping, cells),
        complainant=_text(mapping, "complainant", cells),
        demand=_word(mapping, "demand", RemedyKind, cells),
        demand_text=_text(mapping, "demand_text", cells),
        category=_word(mapping, "category", Category, cells),
        occurred_at=_moment(mapping, "time", cells),
        external_due_at=_moment(mapping, "external_due", cells),
        external_rule=_text(mapping, "external_rule", cells),
        sold_at=_moment(mapping, "sold", cells),
        sold_remotely=mapping.sold_remotely,
        amount_involved=_amount(mapping.amount, cells) if mapping.amount else None,
        order=_text(mapping, "order", cells),
        product=_text(mapping, "product", cells),
        batch=_text(mapping, "batch", cells),
        store=_text(mapping, "store", cells),
        carrier=_text(mapping, "carrier", cells),
        recorded_by=_text(mapping, "recorded_by", cells),
    )


def _channel(mapping: RowMapping, cells: Cells) -> Channel:
    channel = _word(mapping, "channel", Channel, cells)
    if channel is None:
        remedy = "Fill it in, or give [otherwise] channel in the mapping"
        raise InputRejected("channel", "the row names none", remedy)
    return channel


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


def _word(mapping: RowMapping, field: str, words: type[AnyWord], cells: Cells) -> AnyWord | None:
    """Return the word of ours that a row's word means, by table or being one itself."""
    said = _text(mapping, field, cells)
    table: Mapping[str, AnyWord] = getattr(mapping.tables, field)
    otherwise: AnyWord | None = getattr(mapping.otherwise, field)
    if not table and said in {word.value for word in words}:
        return words(said)
    if said is None:
        return otherwise
    if said in table or otherwise is not None:
        return table.get(said, otherwise)
    remedy = f"Add it there, or give [otherwise] {field} in the mapping"
    raise InputRejected(field, f"what the row says is not in [tables.{field}]", remedy)


def _moment(mapping: RowMapping, table: str, cells: Cells) -> datetime | None:
    time: Moment | None = getattr(mapping, table)
    said = time.value.fill(cells) if time else None
    if time is None or said is None:
        return None
    for form in time.formats:
        try:
            moment = datetime.strptime(said, form)  # noqa: DTZ007 - The zone follows.
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time.zone))
    problem = f"the row's time has none of the forms {', '.join(time.formats)}"
    raise InputRejected(table, problem, f"Mend it, or add its form to [{table}] formats")


def _amount(amount: Amount, cells: Cells) -> Money | None:
    said = amount.value.fill(cells)
    return None if said is None else parse_amount(said, amount.currency)
