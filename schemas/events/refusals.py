"""What did not take effect (rule 22)."""

from __future__ import annotations

from typing import Literal

from schemas.base import Wire
from schemas.refusals import RefusalCode
from schemas.vocabulary import Stage


class NothingChanged(Wire):
    """A command asked for what was so already; it is answered and has no effect."""

    kind: Literal["nothing_changed"] = "nothing_changed"
    command: str


class CommandRefused(Wire):
    """A command did not take effect, and why (rule 22)."""

    kind: Literal["command_refused"] = "command_refused"
    command: str
    code: RefusalCode
    stage: Stage
    detail: str | None = None


class RefusalsCounted(Wire):
    """Further refusals that were counted, not stored (rule 22)."""

    kind: Literal["refusals_counted"] = "refusals_counted"
    count: int


RefusalEvent = NothingChanged | CommandRefused | RefusalsCounted
