"""What somebody asks for: one model per command, named on the wire as in `COMMANDS`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import AwareDatetime

from schemas.base import Wire
from schemas.evidence import Evidence
from schemas.money import Money
from schemas.offer import Option
from schemas.sealed import Attachment, Sealed
from schemas.triage import Triage
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Channel,
    Department,
    Finding,
    Language,
    RefusalReason,
    RemedyKind,
    ReturnReason,
    Role,
)


class Actor(Wire):
    """Who sends a command; `id` is a code, never a name."""

    id: str
    role: Role
    department: Department | None = None


class Command(Wire):
    """The header that every command carries (docs/requirements.md).

    `received_at` is stamped once by our door, in UTC; a retry sends the same bytes.
    `expected_version` counts the commands accepted from people. The last three fields are
    reserved for signed commands.
    """

    command_id: str
    actor: Actor
    received_at: AwareDatetime | None = None
    expected_version: int | None = None
    key_id: str | None = None
    signature: str | None = None
    check_token: str | None = None


class Contact(Wire):
    """One way to reach the customer: `kind` is a channel such as phone or email."""

    kind: Channel
    address: Sealed


class Customer(Wire):
    """Who complains; a missing customer is an anonymous complaint."""

    contacts: tuple[Contact, ...] = ()
    name: Sealed | None = None
    language: Language = Language.ZH_HANS
    time_zone: str = "Asia/Shanghai"
    member_no: Sealed | None = None


class Demand(Wire):
    """What the customer asks for (H19)."""

    remedy: RemedyKind | None = None
    text: Sealed | None = None


class OpenComplaint(Command):
    """A complaint as received (rule 33); the register gives it number and id.

    `source` and `source_key` together name the complaint in the system it comes from, so that
    sending it again is harmless (rule 19). References are codes of the company's own systems.
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


class AddInformation(Command):
    """More facts from the customer or a backend system."""

    text: Sealed | None = None
    attachments: tuple[Attachment, ...] = ()


class AssignOwner(Command):
    """Name the person who is responsible from now on (H21)."""

    owner: str


class Reply(Command):
    """A person answers the customer; stops the reply clock once delivered."""

    text: Sealed


class RecordNote(Command):
    """A note on the case; with a department it is work for that department's own process."""

    text: Sealed
    department: Department | None = None


class RequestCheck(Command):
    """Ask a department a question; a required check blocks the proposal (rule 9)."""

    department: Department
    question: Sealed
    required: bool = True


class ClaimCheck(Command):
    """Somebody of the department takes the check."""

    check: int


class CompleteCheck(Command):
    """Answer a check."""

    check: int
    finding: Finding
    summary: Sealed | None = None
    references: tuple[str, ...] = ()


class ReturnCheck(Command):
    """Send a check back unanswered."""

    check: int
    reason: ReturnReason
    question: Sealed | None = None


class WithdrawCheck(Command):
    """The check is no longer needed."""

    check: int


class Propose(Command):
    """Offer the customer one to five options; supersedes an earlier version."""

    options: tuple[Option, ...]
    text: Sealed | None = None


class AcceptOption(Command):
    """The customer agrees to one option of one version (H5, rule 11)."""

    version: int
    option: int
    evidence: str | None = None
    objection: Sealed | None = None


class RefuseProposal(Command):
    """The customer declines a version."""

    version: int
    reason: RefusalReason
    evidence: str | None = None
    text: Sealed | None = None


class Withdraw(Command):
    """The customer takes the complaint back (H15)."""

    reason: Sealed | None = None


class CloseExplained(Command):
    """An explanation at first contact answers everything; a callback follows (H20)."""

    explanation: Sealed


class RecordCallbackAttempt(Command):
    """One try to call the customer back; `called_at` in UTC (H11, rule 17)."""

    result: CallbackResult
    called_at: AwareDatetime
    note: Sealed | None = None


class AnswerSurvey(Command):
    """The customer's score from 1 to 5 for the last cycle (H12, rule 18)."""

    score: int
    comment: Sealed | None = None


class SettleStep(Command):
    """A remedy step has taken effect; `reference` is the outside record."""

    version: int
    step: int
    reference: str


class FailStep(Command):
    """A remedy step cannot be carried out as planned."""

    version: int
    step: int
    reason: str


class CompleteTask(Command):
    """A person has done a task."""

    task: int
    note: Sealed | None = None


class Reopen(Command):
    """Start a new cycle within the reopening window (reading 6)."""

    reason: Sealed | None = None


class RecordTriage(Command):
    """Internal: triage has read the complaint."""

    triage: Triage


class RecordEvidence(Command):
    """Internal: a department's system has answered, or could not."""

    check: int
    evidence: Evidence


class RecordDelivery(Command):
    """Internal: a message reached its channel, or delivery was given up (`channel` is None)."""

    message: int
    channel: Channel | None = None
    reason: str | None = None


class Wake(Command):
    """Internal: the alarm rang; see what is due."""


COMMANDS: Mapping[str, type[Command]] = MappingProxyType(
    {
        "add_information": AddInformation,
        "assign_owner": AssignOwner,
        "reply": Reply,
        "record_note": RecordNote,
        "request_check": RequestCheck,
        "claim_check": ClaimCheck,
        "complete_check": CompleteCheck,
        "return_check": ReturnCheck,
        "withdraw_check": WithdrawCheck,
        "propose": Propose,
        "accept_option": AcceptOption,
        "refuse_proposal": RefuseProposal,
        "withdraw": Withdraw,
        "close_explained": CloseExplained,
        "record_callback_attempt": RecordCallbackAttempt,
        "answer_survey": AnswerSurvey,
        "settle_step": SettleStep,
        "fail_step": FailStep,
        "complete_task": CompleteTask,
        "reopen": Reopen,
    }
)
"""The closed list of wire names; `open` starts the workflow instead."""

INTERNAL: Mapping[str, type[Command]] = MappingProxyType(
    {
        "record_triage": RecordTriage,
        "record_evidence": RecordEvidence,
        "record_delivery": RecordDelivery,
        "wake": Wake,
    }
)
"""What the case tells itself; refused when it arrives by wire."""

SIGNALS = (
    "add_information",
    "withdraw",
    "accept_option",
    "refuse_proposal",
    "answer_survey",
    "reopen",
    "claim_check",
    "complete_check",
    "return_check",
)
"""Commands of customers and departments, which are taken as signals too."""

NAMES: Mapping[type[Command], str] = MappingProxyType(
    {model: name for names in (COMMANDS, INTERNAL) for name, model in names.items()}
)
"""The wire name of each command."""
