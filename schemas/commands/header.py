"""The header that every command carries, and who sends it."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.base import Wire
from schemas.vocabulary import Department, Role


class Actor(Wire):
    """Who sends a command; `id` is a code, never a name."""

    id: str
    role: Role
    department: Department | None = None


class Command(Wire):
    """The header that every command carries (docs/requirements.md).

    `received_at` is stamped once by our door, in UTC; a retry sends the same bytes.
    `expected_version` counts the commands accepted from people. `key_id` and `signature` say
    which door made the command; `check_token` lets a department answer without a door.
    """

    command_id: str
    actor: Actor
    received_at: AwareDatetime | None = None
    expected_version: int | None = None
    key_id: str | None = None
    signature: str | None = None
    check_token: str | None = None
