"""Asking departments, and their answers (rules 9 and 10)."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.commands.header import Command
from schemas.sealed import Sealed
from schemas.vocabulary import Department, Finding, ReturnReason


class RequestCheck(Command):
    """Ask a department a question; a required check blocks the proposal (rule 9).

    The door adds `token`, with which the department may answer past the doors, and the
    hexadecimal SHA-256 of it, by which the case knows it.
    """

    department: Department
    question: Sealed
    required: bool = True
    token: Sealed | None = None
    token_hash: str | None = None


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


class ProceedWithoutCheck(Command):
    """Decide that a proposal need not wait for this check any longer (rule 9)."""

    check: int
    reason: Sealed


class CorrectFinding(Command):
    """Replace the finding of a check that was answered; the first one stays on record (rule 9)."""

    check: int
    finding: Finding
    summary: Sealed | None = None
    references: tuple[str, ...] = ()


class AskExtension(Command):
    """Ask a supervisor for more time for a check, until a moment in UTC."""

    check: int
    until: AwareDatetime
    reason: Sealed


class GrantExtension(Command):
    """Give a check more time, as it was asked for or less; `until` in UTC."""

    check: int
    until: AwareDatetime


class DeclineExtension(Command):
    """Leave the due moment of a check as it is."""

    check: int


class HandOverCheck(Command):
    """Pass a check on to the department that can answer it.

    The door adds `token` and its hash, as when the check was requested.
    """

    check: int
    department: Department
    token: Sealed | None = None
    token_hash: str | None = None
