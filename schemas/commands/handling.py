"""What the owner and superiors do with a case."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.commands.header import Command
from schemas.keys import PublicKey
from schemas.policy import Policy
from schemas.sealed import Sealed
from schemas.vocabulary import Category, Department, Role, Severity


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


class CloseExplained(Command):
    """An explanation at first contact answers everything; a callback follows (H20)."""

    explanation: Sealed


class CompleteTask(Command):
    """A person has done a task."""

    task: int
    note: Sealed | None = None


class Hold(Command):
    """Ask the customer, and let the solution clock stand still until the answer (rule 5).

    At `remind_at` the customer is asked once more.
    """

    question: Sealed
    remind_at: AwareDatetime


class Resume(Command):
    """Wait for the customer no longer."""


class Reclassify(Command):
    """Judge the category anew, and the severity if it is named (rule 7)."""

    category: Category
    reason: Sealed
    severity: Severity | None = None


class SetSeverity(Command):
    """Judge the severity anew (rule 7)."""

    severity: Severity


class Promise(Command):
    """Give the customer a date; it becomes a clock and a task (rule 15)."""

    promised_at: AwareDatetime
    text: Sealed


class Escalate(Command):
    """Raise the case to a supervisor or a manager (H9)."""

    to: Role
    reason: Sealed | None = None


class CloseUnjustified(Command):
    """Close as without ground, on a finding of legal or quality."""

    explanation: Sealed


class TrustKeys(Command):
    """From now on only these keys make a command count; they replace the ones before."""

    keys: tuple[PublicKey, ...]


class MigratePolicy(Command):
    """The case goes on under the policy of this version, which its clocks follow (rule 8).

    The door adds the policy itself, so that the case needs no file.
    """

    policy: str
    document: Policy
