"""Who speaks: as whose word a message counts (architecture: who speaks)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

from domain.decision import Decision, Refused, require
from domain.signature import Document, is_signed_by, is_usable, signed_bytes
from domain.state import CaseState, open_checks
from schemas.commands import (
    Actor,
    Command,
    CompleteCheck,
    ReturnCheck,
    TrustKeys,
)
from schemas.events import KeysTrusted
from schemas.refusals import RefusalCode
from schemas.vocabulary import Authenticity, Department, Role

UNVERIFIED = "unverified"
"""What stands in the journal for a name that nobody has proved."""

NOBODY = Actor(id=UNVERIFIED, role=Role.SYSTEM)
"""As whom the journal knows the sender of a message that does not count."""

BY_TOKEN = (CompleteCheck, ReturnCheck)
"""What a department may send past the doors, with the token of the very check.

Claiming is not among it: a token that has been shown is spent, and the answer is still to come.
"""


def unverified(department: Department) -> Actor:
    """Return the actor of what came with a check's token: the department, whoever that was."""
    return Actor(id=f"{department}:{UNVERIFIED}", role=Role.DEPARTMENT, department=department)


def is_unverified(actor: Actor) -> bool:
    """Tell whether an actor is known by a check's token only."""
    return actor.department is not None and actor == unverified(actor.department)


def believed(state: CaseState, name: str, command: Command, written: Document) -> Command:
    """Return a command that came by wire as far as it is believed; raises Refused.

    Signed by a key that the case trusts, it counts as it is. Else it may answer a check, under
    that check's own token: then its actor and its receipt time are ours.
    """
    if state.authenticity is Authenticity.OPEN:
        return command
    fault = _fault(state, name, command, written)
    if fault is None:
        return command
    if command.check_token is None or not isinstance(command, BY_TOKEN):
        raise Refused(fault, _claim(command))
    department = _holder(state, command.check, command.check_token)
    if department is None:
        invalid = RefusalCode.TOKEN_INVALID if fault is RefusalCode.UNSIGNED else fault
        raise Refused(invalid, _claim(command))
    return command.model_copy(update={"actor": unverified(department), "received_at": None})


def trust_keys(decision: Decision, command: TrustKeys) -> None:
    """Believe these keys and no others from now on.

    The key that signed the command must be among them, so that nobody locks everybody out.
    """
    ids = [key.id for key in command.keys]
    usable = len(ids) > 0 and len(set(ids)) == len(ids) and all(map(is_usable, command.keys))
    keeps_sender = command.key_id is None or command.key_id in ids
    require(usable and keeps_sender, RefusalCode.KEYS_UNUSABLE)
    decision.record(KeysTrusted(keys=command.keys))


def _fault(state: CaseState, name: str, command: Command, written: Document) -> RefusalCode | None:
    """Return why a command does not count as signed, or None if it does."""
    if command.signature is None:
        return RefusalCode.UNSIGNED
    key = next((key for key in state.keys if key.id == command.key_id), None)
    if key is None:
        return RefusalCode.KEY_UNKNOWN
    message = signed_bytes(name, state.number, written)
    if not is_signed_by(key, command.signature, message):
        return RefusalCode.SIGNATURE_INVALID
    return None


def _holder(state: CaseState, number: int, token: str) -> Department | None:
    """Return the department whose check this is, if this is its token."""
    if not 1 <= number <= len(state.checks):
        return None
    check = state.checks[number - 1]
    expected = (check.token_hash or "").encode()
    fits = hmac.compare_digest(token_hash(token).encode(), expected)
    return check.department if fits else None


def checks_shown(state: CaseState, tokens: Sequence[str]) -> tuple[int, ...]:
    """Return the open checks of a signed case whose tokens these are.

    Whoever reads the history has seen them by now.
    """
    if state.authenticity is Authenticity.OPEN:
        return ()
    hashes = [token_hash(token) for token in tokens]
    return tuple(check.number for check in open_checks(state) if check.token_hash in hashes)


def token_hash(token: str) -> str:
    """Return by what a case knows a token."""
    return sha256(token.encode()).hexdigest()


def _claim(command: Command) -> str:
    """Say as whom the sender wants to be believed."""
    return f"as {command.actor.role}:{command.actor.id}"
