"""What can go wrong at the door.

DoorError
├── InputRejected            input_rejected
├── ComplaintUnknown         complaint_unknown
├── LinkedComplaintUnknown   linked_complaint_unknown
├── SourceKeyConflict        source_conflict
├── PhraseForbidden          forbidden_phrase
├── PolicyLost               policy_unknown
└── OutcomeUnknown           outcome_unknown
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import RedressError


class DoorError(RedressError):
    """The door could not do what it was asked."""

    code = "door_error"


@dataclass(eq=False)
class InputRejected(DoorError):
    """{field}: {problem}. {remedy}."""

    code = "input_rejected"
    field: str
    problem: str
    remedy: str


@dataclass(eq=False)
class ComplaintUnknown(DoorError):
    """There is no complaint {number}; check the number on the acknowledgement."""

    code = "complaint_unknown"
    number: int


@dataclass(eq=False)
class LinkedComplaintUnknown(DoorError):
    """There is no complaint {of} to be linked to complaint {number}; check the number."""

    code = "linked_complaint_unknown"
    of: int
    number: int


@dataclass(eq=False)
class SourceKeyConflict(DoorError):
    """{source} sent {source_key} before with another body; it is complaint {number}.

    Send additions with add_information, or a new complaint under a key of its own.
    """

    code = "source_conflict"
    source: str
    source_key: str
    number: int


@dataclass(eq=False)
class PhraseForbidden(DoorError):
    """The text uses {count} phrase(s) that are not said to customers ({kinds}); reword it."""

    code = "forbidden_phrase"
    count: int
    kinds: str


@dataclass(eq=False)
class PolicyLost(DoorError):
    """The register has no policy {version}, under which complaint {number} was accepted."""

    code = "policy_unknown"
    version: str
    number: int


@dataclass(eq=False)
class OutcomeUnknown(DoorError):
    """Temporal did not say what became of {name} for complaint {number}.

    Send it again under the same command id, {command_id}: then it has its effect once, and gets
    the first answer.
    """

    code = "outcome_unknown"
    name: str
    number: int
    command_id: str
