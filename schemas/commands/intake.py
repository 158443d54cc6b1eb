"""How a complaint comes in, grows, is taken back and comes again."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.base import Wire
from schemas.calendars import Span
from schemas.commands.header import Command
from schemas.law import PinnedLaw
from schemas.money import Money
from schemas.sealed import Attachment, Sealed
from schemas.vocabulary import Category, Channel, Language, RemedyKind


class Contact(Wire):
    """One way to reach the customer: `kind` is a channel such as phone or email."""

    kind: Channel
    address: Sealed


class Customer(Wire):
    """Who complains; a missing customer is an anonymous complaint.

    `call_hours` are those in which the customer wishes to be called, in `time_zone`.
    `ref` is the code by which our systems know them: if it is given, nobody else speaks as them.
    """

    contacts: tuple[Contact, ...] = ()
    name: Sealed | None = None
    language: Language = Language.ZH_HANS
    time_zone: str = "Asia/Shanghai"
    member_no: Sealed | None = None
    call_hours: tuple[Span, ...] = ()
    ref: str | None = None


class Demand(Wire):
    """What the customer asks for (H19)."""

    remedy: RemedyKind | None = None
    text: Sealed | None = None


class OpenComplaint(Command):
    """A complaint as received (rule 33); the register gives it number and id.

    `source` and `source_key` together name the complaint in the system it comes from, so that
    sending it again is harmless (rule 19). References are codes of the company's own systems.
    A platform or authority sets `external_due_at`, or its rule does (rule 26). `sold_at` is when
    the goods reached the customer. `law` is what the door makes of these, and no word of the
    sender's.
    """

    source: str
    source_key: str
    channel: Channel
    content: Sealed
    customer: Customer | None = None
    complainant: Sealed | None = None
    demand: Demand | None = None
    category: Category | None = None
    occurred_at: AwareDatetime | None = None
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
    external_due_at: AwareDatetime | None = None
    external_rule: str | None = None
    sold_at: AwareDatetime | None = None
    sold_remotely: bool = False
    failed_repairs: int = 0
    law: PinnedLaw | None = None


class AddInformation(Command):
    """More facts from the customer or a backend system."""

    text: Sealed | None = None
    attachments: tuple[Attachment, ...] = ()


class LinkDuplicate(Command):
    """Another complaint, number `of`, is about the same matter (H22)."""

    of: int


class MergeInto(Command):
    """The complaint goes on under the number of another, the survivor (H22)."""

    survivor: int


class UndoMerge(Command):
    """It was another matter after all: the complaint goes on under its own number again (H22)."""


class AdoptDuplicate(Command):
    """Made by the door of `merge_into`: complaint `of` goes on here, and nothing of it later.

    `contacted_at` is its receipt, or that of its present cycle. The others are the moments, in
    UTC, at which what is still owed to its sender is due; `promised_at` is the next date given.
    """

    of: int
    contacted_at: AwareDatetime
    reply_due_at: AwareDatetime | None = None
    solution_due_at: AwareDatetime | None = None
    external_due_at: AwareDatetime | None = None
    promised_at: AwareDatetime | None = None


class ReleaseDuplicate(Command):
    """Made by the door of `undo_merge`: complaint `of` does not go on here any more."""

    of: int


class Withdraw(Command):
    """The customer takes the complaint back (H15)."""

    reason: Sealed | None = None


class Reopen(Command):
    """Start a new cycle within the reopening window (reading 6)."""

    reason: Sealed | None = None
