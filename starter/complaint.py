"""A complaint in plain words, as a door takes it, and its sealing (H19, rule 33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict

from domain.promises import FARTHEST
from domain.senders import token_hash
from runtime.calendar_form import Hours
from schemas.commands import Actor, Contact, Customer, Demand, OpenComplaint
from schemas.money import Money
from schemas.sealed import Attachment, Sealed
from schemas.vocabulary import Category, Channel, Language, RemedyKind
from starter.errors import InputRejected
from starter.hygiene import (
    clean_code,
    clean_text,
    code_of_somebody,
    impersonal_code,
    plausible_time,
)
from store.sealing import DataKey, check_token, seal


class Plain(BaseModel):
    """What a backend system writes; unknown fields are an error here, so typing errors show."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PlainContact(Plain):
    """One way to reach the customer, such as a telephone number."""

    kind: Channel
    address: str


class PlainCustomer(Plain):
    """Who complains; `time_zone` is an IANA name.

    `call_hours` are the hours of it in which the customer wishes to be called: "18:00-20:00".
    `ref` is the code by which the sender's systems know them, as whom alone they speak later.
    """

    contacts: tuple[PlainContact, ...] = ()
    name: str | None = None
    language: Language = Language.ZH_HANS
    time_zone: str = "Asia/Shanghai"
    member_no: str | None = None
    call_hours: Hours = ()
    ref: str | None = None


class NewComplaint(Plain):
    """A complaint as received; only channel, content and a source key are required.

    Without a customer it is anonymous. `source_key` names it in the system it comes from, so
    that opening it again is harmless. A platform or authority wants its answer by
    `external_due_at`, or by a rule of config/rules.toml; `sold_at` is when the customer got it.
    """

    channel: Channel
    content: str
    source_key: str
    source: str = "backend"
    customer: PlainCustomer | None = None
    complainant: str | None = None
    demand: RemedyKind | None = None
    demand_text: str | None = None
    category: Category | None = None
    occurred_at: datetime | None = None
    order: str | None = None
    product: str | None = None
    batch: str | None = None
    store: str | None = None
    carrier: str | None = None
    amount_involved: Money | None = None
    attachments: tuple[Attachment, ...] = ()
    recorded_by: str | None = None
    read_back_confirmed: bool = False
    linked_to: int | None = None
    external_due_at: datetime | None = None
    external_rule: str | None = None
    sold_at: datetime | None = None
    sold_remotely: bool = False
    failed_repairs: int = 0


@dataclass(frozen=True)
class Sealer:
    """Cleans and seals the texts of one complaint under its key."""

    key: DataKey
    complaint_id: str

    def text(self, field: str, text: str) -> Sealed:
        """Seal a text that must be there; raises InputRejected."""
        return seal(self.key, self.complaint_id, field, clean_text(field, text))

    def token(self, command_id: str) -> dict[str, object]:
        """Return the fields with which a check is asked for: its token, sealed and hashed."""
        token = check_token(self.key, command_id)
        sealed = seal(self.key, self.complaint_id, "token", token)
        return {"token": sealed, "token_hash": token_hash(token)}

    def maybe(self, field: str, text: str | None) -> Sealed | None:
        """Seal a text that may be missing."""
        return None if text is None else self.text(field, text)


def identifiers(complaint: NewComplaint) -> tuple[str, ...]:
    """Return what identifies the person, in plain text, for later erasure (rule 28)."""
    customer = complaint.customer
    if customer is None:
        return ()
    found = [contact.address for contact in customer.contacts]
    return (*found, customer.member_no) if customer.member_no else tuple(found)


def sealed_opening(
    complaint: NewComplaint, sealer: Sealer, actor: Actor, received_at: datetime
) -> OpenComplaint:
    """Return the complaint with every personal field sealed; raises InputRejected."""
    _check_external(complaint)
    return OpenComplaint(
        command_id=opening_id(complaint.source, complaint.source_key),
        actor=actor.model_copy(update={"id": code_of_somebody("actor", actor.id)}),
        received_at=received_at,
        source=clean_code("source", complaint.source),
        source_key=clean_code("source_key", complaint.source_key),
        channel=complaint.channel,
        content=sealer.text("content", complaint.content),
        customer=_customer(complaint.customer, sealer),
        complainant=sealer.maybe("complainant", complaint.complainant),
        demand=_demand(complaint, sealer),
        category=complaint.category,
        occurred_at=_time("occurred_at", complaint.occurred_at, received_at),
        amount_involved=complaint.amount_involved,
        attachments=complaint.attachments,
        read_back_confirmed=complaint.read_back_confirmed,
        linked_to=complaint.linked_to,
        order=_code("order", complaint.order),
        product=_code("product", complaint.product),
        batch=_code("batch", complaint.batch),
        store=_person("store", complaint.store),
        carrier=_person("carrier", complaint.carrier),
        recorded_by=_person("recorded_by", complaint.recorded_by),
        external_due_at=_answer_date(complaint.external_due_at, received_at),
        external_rule=_code("external_rule", complaint.external_rule),
        sold_at=_time("sold_at", complaint.sold_at, received_at),
        sold_remotely=complaint.sold_remotely,
        failed_repairs=complaint.failed_repairs,
    )


def opening_id(source: str, source_key: str) -> str:
    """Return the command id of an opening: the same for every try under one source key."""
    named = sha256(f"{source} {source_key}".encode())
    return f"open:{named.hexdigest()[:32]}"


def _code(field: str, code: str | None) -> str | None:
    return None if code is None else impersonal_code(field, code)


def _person(field: str, code: str | None) -> str | None:
    return None if code is None else code_of_somebody(field, code)


def _time(field: str, moment: datetime | None, latest: datetime) -> datetime | None:
    return None if moment is None else plausible_time(field, moment, latest)


def _answer_date(moment: datetime | None, received_at: datetime) -> datetime | None:
    """Return the date in UTC; one that has passed already is late, and no mistake."""
    latest = received_at + FARTHEST
    if moment is not None and moment.tzinfo is not None and moment > latest:
        problem = f"the date lies more than {FARTHEST.days} days ahead"
        raise InputRejected("external_due_at", problem, "Check day, month and year")
    return _time("external_due_at", moment, latest)


def _check_external(complaint: NewComplaint) -> None:
    if complaint.external_due_at is not None and complaint.external_rule is not None:
        remedy = "Give the date that the platform or authority set, else its rule"
        raise InputRejected("external_rule", "the answer date is given already", remedy)
    if complaint.failed_repairs < 0:
        raise InputRejected("failed_repairs", "there are fewer than none", "Count them from 0")


def _customer(customer: PlainCustomer | None, sealer: Sealer) -> Customer | None:
    if customer is None:
        return None
    try:
        ZoneInfo(customer.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problem = "there is no such time zone"
        raise InputRejected("time_zone", problem, "Use an IANA name: Asia/Shanghai") from None
    return Customer(
        contacts=tuple(
            Contact(kind=contact.kind, address=sealer.text("contact", contact.address))
            for contact in customer.contacts
        ),
        name=sealer.maybe("name", customer.name),
        language=customer.language,
        time_zone=customer.time_zone,
        member_no=sealer.maybe("member_no", customer.member_no),
        call_hours=customer.call_hours,
        ref=_person("ref", customer.ref),
    )


def _demand(complaint: NewComplaint, sealer: Sealer) -> Demand | None:
    if complaint.demand is None and complaint.demand_text is None:
        return None
    return Demand(remedy=complaint.demand, text=sealer.maybe("demand", complaint.demand_text))
