"""What became of the steps of a remedy (rule 13)."""

from __future__ import annotations

from schemas.commands.header import Command
from schemas.sealed import Sealed


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


class CompensateStep(Command):
    """Take a step back that was carried out, or give up one that was not (rule 13)."""

    version: int
    step: int
    reason: Sealed | None = None
