"""Canonical bytes and hashes: what makes two values the same, and a journal tamper-evident."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, cast

from schemas.base import Wire
from schemas.calendars import Calendar
from schemas.commands import NAMES, Command
from schemas.events import Envelope
from schemas.law import Law
from schemas.policy import Policy

SEALED_FIELDS = frozenset({"field", "box", "digest"})
RETRY_FIELDS = frozenset({"received_at", "signature", "key_id"})
DERIVED_FIELDS = frozenset({"law"})
"""What a door adds to a complaint by its rules, which may have changed when it is sent again."""


def canonical(data: object) -> bytes:
    """Return JSON with sorted keys and no white space as UTF-8; the data holds no floats."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def plain(model: Wire) -> dict[str, Any]:
    """Return a model as JSON data without the fields that have their default value.

    So a field added later with a default changes no hash of the past.
    """
    return model.model_dump(mode="json", exclude_defaults=True)


def digest(data: object) -> str:
    """Return the SHA-256 of the canonical form, hexadecimal."""
    return sha256(canonical(data)).hexdigest()


def policy_version(policy: Policy) -> str:
    """Return the short hash under which a policy is pinned (rule 8)."""
    return digest(plain(policy))[:16]


def calendar_version(calendar: Calendar) -> str:
    """Return the short hash under which a calendar is pinned (rule 8)."""
    return digest(plain(calendar))[:16]


def law_version(law: Law) -> str:
    """Return the short hash under which rules that others set are pinned (rule 8).

    Their calendars have hashes of their own.
    """
    return digest(plain(law.model_copy(update={"calendars": ()})))[:16]


def body_hash(command: Command, name: str | None = None) -> str:
    """Return the hash that decides whether a repeated command id brings the same body.

    Receipt time, signature and what the door adds do not count, and a sealed value counts by its
    keyed digest, so that a retry sealed anew has the same hash (docs/requirements.md).
    """
    body = command.model_dump(
        mode="json", exclude_defaults=True, exclude=set(RETRY_FIELDS | DERIVED_FIELDS)
    )
    return digest({"name": name or NAMES[type(command)], "body": _by_digest(body)})


def update_id(command: Command) -> str:
    """Return the id under which the server itself recognises a repeated update."""
    return f"{command.command_id}:{body_hash(command)[:16]}"


def envelope_hash(envelope: Envelope) -> str:
    """Return the hash of everything in an envelope but the hash itself."""
    data = envelope.model_dump(mode="json", exclude_defaults=True, exclude={"hash"})
    return digest({**data, "kind": envelope.event.kind})


def _by_digest(value: object) -> object:
    if isinstance(value, dict):
        if value.keys() == SEALED_FIELDS:
            return value["digest"]
        return {key: _by_digest(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_by_digest(item) for item in value]
    return value
