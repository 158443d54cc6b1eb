"""Room: how much a case takes, so that it can always be handed over to its next run (rule 27)."""

from __future__ import annotations

from domain.decision import Refused, require
from domain.permissions import STAFF
from domain.state import CaseState
from schemas.base import Wire
from schemas.commands import INTERNAL, Command
from schemas.refusals import RefusalCode
from schemas.sealed import Sealed
from schemas.vocabulary import Authenticity

MOST_COMMANDS = 3000
"""Commands whose answers a case remembers: with more, its state would outgrow one message."""

MOST_TEXT = 600_000
"""Bytes of sealed text that a case keeps, for the same reason."""

COMMANDS_FOR_STAFF = 500
TEXT_FOR_STAFF = 100_000
"""The last of these, so that whoever floods a case cannot keep us from closing it."""


def check_room(state: CaseState, command: Command, name: str) -> None:
    """Refuse what a case could not hand over any more; the last places are for staff."""
    if name in INTERNAL:
        return
    is_staff = command.actor.role in STAFF
    commands = MOST_COMMANDS - (0 if is_staff else COMMANDS_FOR_STAFF)
    text = MOST_TEXT - (0 if is_staff else TEXT_FOR_STAFF)
    if len(state.answers) >= commands or state.text_size + text_size(command) > text:
        raise Refused(RefusalCode.TOO_MANY_COMMANDS)


def check_stamp(state: CaseState, command: Command) -> None:
    """Refuse a signed command that may be one that was refused and not stored (rule 22).

    Which ones those were nobody remembers. But each was stamped by its door, so that none of them
    can take effect later if no stamp up to the latest of theirs counts any more.
    """
    if state.refused_until is None or command.signature is None:
        return
    stamp = command.received_at
    require(stamp is not None and stamp > state.refused_until, RefusalCode.STAMP_PASSED)


def forgetting(state: CaseState, command: Command) -> CaseState:
    """Return the state after a command was refused that is not stored."""
    if state.authenticity is Authenticity.OPEN or command.received_at is None:
        return state
    latest = max(command.received_at, state.refused_until or command.received_at)
    return state.model_copy(update={"refused_until": latest})


def text_size(value: object) -> int:
    """Return how many bytes of sealed text a value holds."""
    if isinstance(value, Sealed):
        return len(value.box)
    if isinstance(value, Wire):
        return sum(text_size(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, tuple):
        return sum(map(text_size, value))
    return 0
