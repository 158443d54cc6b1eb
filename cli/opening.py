"""redress open: take in one complaint (H18, H19)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import uuid_utils.compat
from pydantic import ValidationError

from cli import complaint_options as field
from cli.door import open_door
from cli.options import As, DataDir, Output, myself, parse_actor
from cli.program import carry_out
from cli.reading import STANDARD_INPUT, read_object, read_text
from cli.terminal import Format, say, show, show_json
from schemas.commands import Actor
from schemas.money import Money
from schemas.vocabulary import Channel
from starter.amount import parse_amount
from starter.complaint import NewComplaint
from starter.errors import InputRejected
from starter.intake import Receipt

SOURCE = "cli"
CURRENCY = re.compile("[A-Z]{3}")
CUSTOMER = ("name", "member_no", "language", "time_zone", "call_hours")
SALE = {"at": "sold_at", "remotely": "sold_remotely", "failed-repairs": "failed_repairs"}
MADE_OF_MORE = ("contact", "amount", "external", "sale")
NOT_FIELDS = (*MADE_OF_MORE, "json", "sender", "data_dir", "output", *CUSTOMER)
OPTIONS = {name: f"sale {key}=…" for key, name in SALE.items()}
"""What an option is called that is not called as its field."""


def open_complaint(
    *,
    channel: field.ChannelOption = None,
    content: field.Content = None,
    source: field.Source = None,
    source_key: field.SourceKey = None,
    name: field.Name = None,
    contact: field.ContactOption = None,
    member_no: field.MemberNo = None,
    language: field.LanguageOption = None,
    time_zone: field.TimeZone = None,
    call_hours: field.CallHours = None,
    complainant: field.Complainant = None,
    demand: field.Demand = None,
    demand_text: field.DemandText = None,
    category: field.CategoryOption = None,
    occurred_at: field.OccurredAt = None,
    order: field.Order = None,
    product: field.Product = None,
    batch: field.Batch = None,
    store: field.Store = None,
    carrier: field.Carrier = None,
    amount: field.AmountOption = None,
    recorded_by: field.RecordedBy = None,
    read_back_confirmed: field.ReadBack = None,
    linked_to: field.LinkedTo = None,
    external: field.External = None,
    sale: field.Sale = None,
    json: field.Json = None,
    sender: As = None,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Open a complaint and print its number.

    Without a customer it is anonymous. Others can see a command line: give names with --json.

    Example: redress open --channel phone --content "The charger is missing" --order SO-2026-1107
    """
    carry_out(_open(locals(), parse_actor(sender or myself()), data_dir, output))


def complaint_from(given: Mapping[str, Any], key: str) -> NewComplaint:
    """Return the complaint that the options and the JSON describe; options count before JSON.

    Without a source key it gets this one. Raises InputRejected.
    """
    fields = read_object(given["json"]) if "json" in given else {}
    fields |= {key: value for key, value in given.items() if key not in NOT_FIELDS}
    if str(STANDARD_INPUT) == fields.get("content"):
        fields["content"] = read_text(STANDARD_INPUT)
    if "amount" in given:
        fields["amount_involved"] = _amount(given["amount"])
    if "external" in given:
        fields |= _external(given["external"])
    fields |= dict(map(_sale, given.get("sale", ())))
    customer = {key: given[key] for key in CUSTOMER if key in given}
    if given.get("contact"):
        customer["contacts"] = [_contact(each) for each in given["contact"]]
    if customer:
        fields["customer"] = {**(fields.get("customer") or {}), **customer}
    fields.setdefault("source", SOURCE)
    fields.setdefault("source_key", key)
    try:
        return NewComplaint.model_validate(fields)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, fault["loc"]))
        option = OPTIONS.get(where, where.replace("_", "-"))
        remedy = f"Give --{option}, or see redress open --help"
        raise InputRejected(where, fault["msg"].lower(), remedy) from None


async def _open(
    given: Mapping[str, Any], actor: Actor, data_dir: Path | None, output: Format | None
) -> None:
    made_up = str(uuid_utils.compat.uuid7())
    complaint = complaint_from({k: v for k, v in given.items() if v is not None}, made_up)
    async with open_door(data_dir) as door:
        receipt = await door.client.open(complaint, by=actor)
    _show(complaint, receipt, output)
    if complaint.source_key == made_up:
        say("Its source key was made up. With one of your own, opening it again would be harmless.")


def _show(complaint: NewComplaint, receipt: Receipt, output: Format | None) -> None:
    if output is Format.JSON:
        show_json(
            {
                "number": receipt.number,
                "is_new": receipt.is_new,
                "received_at": receipt.received_at.isoformat(),
                "source": complaint.source,
                "source_key": complaint.source_key,
            }
        )
    elif receipt.is_new:
        show(f"Complaint {receipt.number} is open. See it: redress show {receipt.number}")
    else:
        show(f"This is complaint {receipt.number}, known since {receipt.received_at:%Y-%m-%d}.")


def _amount(text: str) -> Money:
    number, _, currency = text.strip().rpartition(" ")
    if CURRENCY.fullmatch(currency) is None:
        problem = "the amount names no currency"
        raise InputRejected("amount", problem, "Write such as '129.00 CNY'")
    return parse_amount(number.strip(), currency)


def _external(text: str) -> dict[str, object]:
    """Return the date of a platform or authority, or the code of its rule."""
    try:
        return {"external_due_at": datetime.fromisoformat(text)}
    except ValueError:
        return {"external_rule": text}


def _sale(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    if key not in SALE or not value:
        remedy = f"Write KEY=VALUE; the keys are {', '.join(SALE)}"
        raise InputRejected("sale", "this says nothing about a sale", remedy)
    return SALE[key], value


def _contact(text: str) -> dict[str, str]:
    kind, _, address = text.partition("=")
    if kind not in set(Channel) or not address:
        remedy = "Write KIND=ADDRESS, such as phone=13900000000; the kinds are those of --channel"
        raise InputRejected("contact", "this is no way to reach somebody", remedy)
    return {"kind": kind, "address": address}
