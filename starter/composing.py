"""Composing a command of plain values: cleaned, sealed, stamped, signed (architecture, step 1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import uuid_utils.compat
from pydantic import ValidationError

from domain.codes import holds_plain_text
from domain.duplicates import HIGHEST
from domain.phrases import forbidden
from schemas.commands import COMMANDS, Actor, Command, LinkDuplicate, MergeInto, OpenComplaint
from schemas.phrases import Phrases
from schemas.sealed import Sealed
from starter.complaint import Sealer
from starter.errors import (
    ComplaintUnknown,
    InputRejected,
    LinkedComplaintUnknown,
    PhraseForbidden,
)
from starter.hygiene import code_of_somebody, impersonal_code
from starter.policies import Policies
from store.register import Entry, Register
from store.vault import Vault

Clock = Callable[[int | None], Awaitable[datetime]]
"""Gives the moment in UTC at which a message about this complaint reaches us."""

TOLD = (
    ("reply", "text"),
    ("hold", "question"),
    ("promise", "text"),
    ("propose", "text"),
    ("close_explained", "explanation"),
    ("close_unjustified", "explanation"),
)
"""Texts that the customer will read, so that forbidden phrases are caught at the door (H17)."""

Sign = Callable[[int, Command], Command]
"""Returns a command to this complaint with its signature."""

MADE_HERE = (*Command.model_fields, "token", "token_hash", "document")
"""Fields that no sender gives: the header, the token of a check, and the policy of a version."""


PERSONS = ("owner",)
"""Fields with codes of people, who are shown in Temporal in the clear."""


async def real_time(_number: int | None) -> datetime:
    """Return the time of this machine: the clock of doors in service."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class By:
    """Who sends a command, and optionally under which id and as of which version of the case.

    `command_id` is made up unless given. Give one, and a repetition under it gets the first
    answer. A command whose `expected_version` is no longer present is refused.
    """

    actor: Actor
    command_id: str | None = None
    expected_version: int | None = None


class Composer:
    """Makes commands of plain values, for any door."""

    def __init__(
        self,
        register: Register,
        vault: Vault,
        phrases: Phrases,
        policies: Policies,
        clock: Clock,
        sign: Sign | None = None,
    ) -> None:
        self._register = register
        self._vault = vault
        self._phrases = phrases
        self._policies = policies
        self._clock = clock
        self._sign = sign or _unsigned

    async def now(self, number: int | None) -> datetime:
        """Return the moment at which a message about this complaint reaches us."""
        return await self._clock(number)

    async def compose(self, number: int, name: str, by: By, fields: Mapping[str, Any]) -> Command:
        """Return the command of this wire name.

        Raises InputRejected, PhraseForbidden, ComplaintUnknown, LinkedComplaintUnknown; while
        PostgreSQL is away StoreUnavailable if there is a text to seal, a complaint to link or a
        policy to find: other coded content needs no store (rule 25).
        """
        model = _model(name)
        plain = {key: value for key, value in fields.items() if value is not None}
        texts = [key for key in plain if _is_sealed(model, key)]
        self._check_phrases(name, plain)
        command_id = by.command_id or str(uuid_utils.compat.uuid7())
        asks = "token_hash" in model.model_fields
        sealer = await self._sealer(number) if texts or asks else None
        if sealer is not None:
            plain |= {key: sealer.text(key, str(plain[key])) for key in texts}
            plain |= sealer.token(command_id) if asks else {}
        if "document" in model.model_fields and "policy" in plain:
            plain["document"] = await self._policies.named(str(plain["policy"]))
        header = {
            "command_id": command_id,
            "actor": by.actor,
            "received_at": await self.now(number),
            "expected_version": by.expected_version,
        }
        command = _checked(model, {**plain, **header})
        if isinstance(command, LinkDuplicate | MergeInto):
            other = command.of if isinstance(command, LinkDuplicate) else command.survivor
            await self._check_linked(number, other)
        return self._sign(number, command)

    async def _check_linked(self, number: int, of: int) -> None:
        """Refuse a number that was never given out; the case refuses what cannot be one."""
        if 1 <= of <= HIGHEST and await self._register.entry(of) is None:
            raise LinkedComplaintUnknown(of, number)

    async def opening(self, number: int) -> OpenComplaint:
        """Return a complaint as it was accepted. Raises ComplaintUnknown, StoreUnavailable."""
        return (await self._entry(number)).opening

    async def _sealer(self, number: int) -> Sealer:
        entry = await self._entry(number)
        return Sealer(await self._vault.key_of(entry.complaint_id), entry.complaint_id)

    async def _entry(self, number: int) -> Entry:
        entry = await self._register.entry(number)
        if entry is None:
            raise ComplaintUnknown(number)
        return entry

    def _check_phrases(self, name: str, plain: Mapping[str, Any]) -> None:
        texts = [str(plain[key]) for command, key in TOLD if command == name and key in plain]
        hits = [hit for text in texts for hit in forbidden(text, self._phrases) if hit.blocks]
        if hits:
            raise PhraseForbidden(len(hits), ", ".join(sorted({hit.kind for hit in hits})))


def _unsigned(_number: int, command: Command) -> Command:
    """Leave a command as it is, which only cases from before there were door keys believe."""
    return command


def _model(name: str) -> type[Command]:
    if name not in COMMANDS:
        problem = f"there is no command {name!r}"
        raise InputRejected("command", problem, f"Use one of {', '.join(COMMANDS)}")
    return COMMANDS[name]


def _is_sealed(model: type[Command], field: str) -> bool:
    known = model.model_fields.get(field)
    if known is None or field in MADE_HERE:
        names = [name for name in model.model_fields if name not in MADE_HERE]
        remedy = f"Use {', '.join(names)}" if names else "Leave it out"
        raise InputRejected(field, "the command has no such field", remedy)
    return known.annotation is Sealed or Sealed in get_args(known.annotation)


def _checked(model: type[Command], data: Mapping[str, Any]) -> Command:
    try:
        command = model.model_validate(data, strict=False)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, fault["loc"]))
        raise InputRejected(field, fault["msg"].lower(), "See the command's help") from None
    if holds_plain_text(command):
        problem = "a reference is no code: letters, digits and . _ : / @ # + = - without blanks"
        raise InputRejected("reference", problem, "Send codes; free text has fields of its own")
    _expect_impersonal(command)
    return command


def _expect_impersonal(command: Command) -> None:
    """Refuse codes that are addresses, and for people telephone numbers."""
    code_of_somebody("actor", command.actor.id)
    for field, value in command:
        if field in PERSONS:
            code_of_somebody(field, value)
        for code in value if isinstance(value, tuple) else (value,):
            if isinstance(code, str) and field not in MADE_HERE:
                impersonal_code(field, code)
