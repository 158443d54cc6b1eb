"""Taking in a complaint: sealed, registered, then started (rules 19 and 25)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import structlog
import uuid_utils.compat
from temporalio.client import Client
from temporalio.service import RPCError

from activities.origin import RunForged
from domain.chain import body_hash
from domain.law import pinned
from schemas.commands import Actor
from schemas.law import Law
from starter.complaint import NewComplaint, Sealer, identifiers, sealed_opening
from starter.errors import SourceKeyConflict
from starter.hygiene import plausible_time
from starter.policies import Policies
from starter.sending import UNCONNECTED
from starter.starting import start_case
from store.errors import StoreUnavailable
from store.register import Entry, NewEntry, Register
from store.vault import Vault

RESPITE = 2.0
"""Seconds for which no door waits for Temporal again after it was away."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told at once: the number, and whether it is a new complaint."""

    number: int
    is_new: bool
    received_at: datetime


class Intake:
    """Accepts complaints, each exactly once under its source key."""

    def __init__(
        self,
        temporal: Client,
        register: Register,
        vault: Vault,
        policies: Policies,
        law: Law,
    ) -> None:
        self._temporal = temporal
        self._register = register
        self._vault = vault
        self._policies = policies
        self._law = law
        self._try_again_at = 0.0

    async def open(self, complaint: NewComplaint, actor: Actor, received_at: datetime) -> Receipt:
        """Accept a complaint and start its case; it is accepted even if Temporal is away.

        Raises InputRejected, RuleUnknown, CalendarYearUnknown, SourceKeyConflict, and
        StoreUnavailable when PostgreSQL is away: then nothing is known to be accepted, and the same
        call is to be made again.
        """
        known = await self._register.find(complaint.source, complaint.source_key)
        if known is not None:
            return await self._again(complaint, actor, known)
        received_at = plausible_time("received_at", received_at, received_at)
        complaint_id = str(uuid_utils.compat.uuid7())
        key = self._vault.create(complaint_id, identifiers(complaint))
        opening = sealed_opening(complaint, Sealer(key.key, complaint_id), actor, received_at)
        # Only now: what was accepted under other rules is known again whatever they are today.
        opening = opening.model_copy(update={"law": pinned(self._law, opening, received_at)})
        version = self._policies.version
        new = NewEntry(opening, body_hash(opening, "open"), version, received_at, key)
        await self._policies.save()
        acceptance = await self._register.accept(new)
        if not acceptance.is_new:
            return await self._again(complaint, actor, acceptance.entry)
        await self._start(acceptance.entry)
        return Receipt(acceptance.entry.number, is_new=True, received_at=received_at)

    async def _again(self, complaint: NewComplaint, actor: Actor, known: Entry) -> Receipt:
        """Recognise a complaint sent again: the same words have the same keyed digests."""
        sealer = Sealer(await self._vault.key_of(known.complaint_id), known.complaint_id)
        opening = sealed_opening(complaint, sealer, actor, known.received_at)
        if body_hash(opening, "open") != known.request_hash:
            raise SourceKeyConflict(complaint.source, complaint.source_key, known.number)
        return Receipt(known.number, is_new=False, received_at=known.received_at)

    async def _start(self, entry: Entry) -> None:
        """Start the case, unless Temporal was away a moment ago: the dispatcher does it then."""
        if time.monotonic() < self._try_again_at:
            return
        try:
            await start_case(self._temporal, self._register, entry)
        except (RPCError, *UNCONNECTED, StoreUnavailable, RunForged):
            # Accepted is accepted: the dispatcher starts it, or notes that it runs.
            log.warning("complaint waits for the dispatcher", number=entry.number)
            self._try_again_at = time.monotonic() + RESPITE
