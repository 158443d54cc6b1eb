"""What the case tells itself: results of its own work, and the alarm."""

from __future__ import annotations

from schemas.commands.header import Command
from schemas.evidence import Evidence
from schemas.triage import Triage
from schemas.vocabulary import Channel


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


class RecordStep(Command):
    """Internal: a service carried a step out, or could not (`reference` is None)."""

    version: int
    step: int
    reference: str | None = None
    code: str | None = None


class RecordReversal(Command):
    """Internal: a service took a step back, or could not (`reference` is None)."""

    version: int
    step: int
    reference: str | None = None
    code: str | None = None


class RecordPayment(Command):
    """Internal: the ledger knows what was paid back by hand; `code` says what is wrong with it."""

    version: int
    step: int
    code: str | None = None


class Wake(Command):
    """Internal: the alarm rang; see what is due."""
