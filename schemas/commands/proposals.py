"""What is offered, and what the customer answers (rules 11, 12 and 31)."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.commands.header import Command
from schemas.offer import Option
from schemas.sealed import Sealed
from schemas.vocabulary import RefusalReason, RemedyKind, UnmetReason


class Propose(Command):
    """Offer the customer one to five options; supersedes an earlier version.

    `unmet` says why no option is what the customer demands (H6). `promised_at`, in UTC, is by when
    the customer was promised an answer if another person must approve first (H4).
    """

    options: tuple[Option, ...]
    text: Sealed | None = None
    unmet: UnmetReason | None = None
    promised_at: AwareDatetime | None = None


class ApproveProposal(Command):
    """Let a proposal that is above its proposer's authority go to the customer (H4)."""

    version: int


class DeclineProposal(Command):
    """Send a proposal that awaits approval back to the owner."""

    version: int
    reason: Sealed


class AcceptOption(Command):
    """The customer agrees to one option of one version (H5, rule 11)."""

    version: int
    option: int
    evidence: str | None = None
    objection: Sealed | None = None


class ConfirmAcceptance(Command):
    """The customer stands by an acceptance that came with an objection (rule 11)."""

    version: int
    option: int
    evidence: str | None = None


class RefuseProposal(Command):
    """The customer declines a version."""

    version: int
    reason: RefusalReason
    evidence: str | None = None
    text: Sealed | None = None


class CounterDemand(Command):
    """The customer declines a version and says what is wanted instead."""

    version: int
    remedy: RemedyKind | None = None
    text: Sealed | None = None
    evidence: str | None = None
