"""What a workflow is started with, and how a message is read without ever jamming a case."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from pydantic import ValidationError
from temporalio.common import RawValue

from domain.codes import CODE, holds_plain_text
from domain.signature import Document
from domain.state import CaseState
from schemas.base import Wire
from schemas.commands import COMMANDS, INTERNAL, SIGNALS, Command, OpenComplaint
from schemas.effects import Effect
from schemas.events import Envelope
from schemas.keys import PublicKey
from schemas.policy import Policy
from schemas.refusals import RefusalCode
from schemas.sealed import Sealed
from schemas.vocabulary import Authenticity

MOST_BYTES = 64 * 1024
"""A command is refused above this size; documents travel by reference."""

SHOWN = re.compile(rb'"check_token"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,200})"')
"""A check's token as it stands in a message, however unfit the rest of it is."""

JSON_ENCODING = b"json/plain"
MALFORMED = "it is not well-formed JSON"


class Carried(Wire):
    """What a run that continues as new hands over: nothing of a case may be lost (rule 27)."""

    state: CaseState
    unflushed: tuple[Envelope, ...]
    pending: tuple[Effect, ...]
    counted_refusals: int


class CaseStart(Wire):
    """What starts a case: the complaint as registered, under the policy of its acceptance.

    `keys` are those of our doors: a case that is started as signed believes no other sender.
    `continue_after` bounds the events of a run below the server's own suggestion.
    """

    number: int
    complaint_id: str
    opening: OpenComplaint
    policy: Policy
    authenticity: Authenticity = Authenticity.OPEN
    keys: tuple[PublicKey, ...] = ()
    continue_after: int | None = None
    carried: Carried | None = None


class Arrived(NamedTuple):
    """A command, and all that its sender wrote, which is what a signature covers."""

    command: Command
    written: Document


class Unread(NamedTuple):
    """A message that is no command, and why."""

    code: RefusalCode
    detail: str | None = None


class _DuplicateKey(ValueError):
    """JSON with one key twice means two things at once."""


def name_of(name: str) -> str:
    """Return a message's name as the journal may keep it: a name can be free text too."""
    return name if CODE.fullmatch(name) else "unreadable"


def read_command(name: str, args: Sequence[RawValue], *, signal: bool) -> Arrived | Unread:
    """Read a message as the command of this name, or say why it is none (rule 24).

    Only reading is guarded: whatever a sender puts on the wire becomes a command or a refusal.
    """
    if name in INTERNAL:
        return Unread(RefusalCode.INTERNAL_COMMAND)
    if name not in COMMANDS:
        return Unread(RefusalCode.UNKNOWN_COMMAND)
    if signal and name not in SIGNALS:
        return Unread(RefusalCode.UNKNOWN_COMMAND, "it is an update, not a signal")
    if len(args) != 1:
        return Unread(RefusalCode.WRONG_ARITY, f"{len(args)} arguments")
    payload = args[0].payload
    if payload.metadata.get("encoding") != JSON_ENCODING:
        return Unread(RefusalCode.UNDECODABLE, "the encoding is not json/plain")
    if len(payload.data) > MOST_BYTES:
        return Unread(RefusalCode.TOO_LARGE)
    return _parse(COMMANDS[name], payload.data)


def tokens_in(args: Sequence[RawValue]) -> tuple[str, ...]:
    """Return the tokens of checks that a message shows to whoever reads the history."""
    shown = (match for arg in args for match in SHOWN.finditer(arg.payload.data))
    return tuple(match[1].decode() for match in shown)


def _parse(model: type[Command], data: bytes) -> Arrived | Unread:
    try:
        # The model comes first: it bounds the depth of what json then reads, whose own bound
        # depends on how deep the stack is, so that a replay could decide otherwise.
        command = model.model_validate_json(data)
        written = json.loads(data, object_pairs_hook=_without_duplicates)
    except ValidationError as error:
        return _misfit(error)
    except ValueError:
        return Unread(RefusalCode.UNDECODABLE, MALFORMED)
    if holds_plain_text(command):
        return Unread(RefusalCode.PLAIN_TEXT)
    return Arrived(command, written)


def _misfit(error: ValidationError) -> Unread:
    """Name the fields that do not fit, never their content."""
    faults = error.errors(include_url=False, include_input=False)
    if any(fault.get("ctx", {}).get("class_name") == Sealed.__name__ for fault in faults):
        return Unread(RefusalCode.PLAIN_TEXT)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Unread(RefusalCode.UNDECODABLE, MALFORMED)
    places = sorted({".".join(map(str, fault["loc"])) for fault in faults})
    return Unread(RefusalCode.UNDECODABLE, ", ".join(filter(str.isprintable, places))[:200])


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKey
    return found
