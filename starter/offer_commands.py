"""The client's methods about what is offered, answered and carried out (rules 11 to 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.case import Answer
from schemas.offer import Option
from schemas.vocabulary import RefusalReason, RemedyKind, UnmetReason
from starter.speaker import Sender, Speaker


class OfferCommands(Speaker):
    """Commands about proposals, consent and remedy steps."""

    async def propose(
        self,
        number: int,
        options: Sequence[Option],
        *,
        by: Sender,
        text: str | None = None,
        unmet: UnmetReason | None = None,
        promised_at: datetime | None = None,
    ) -> Answer:
        """Offer one to five options; the answer's `created` is the proposal's version.

        Name `unmet` and a text where the demand is not met, and by when the customer was promised
        an answer where another person must approve first.
        """
        fields = {"text": text, "unmet": unmet, "promised_at": promised_at}
        return await self.send(number, "propose", by, options=tuple(options), **fields)

    async def approve_proposal(self, number: int, version: int, *, by: Sender) -> Answer:
        """Let a proposal of somebody else go to the customer; for a supervisor or manager."""
        return await self.send(number, "approve_proposal", by, version=version)

    async def decline_proposal(
        self, number: int, version: int, reason: str, *, by: Sender
    ) -> Answer:
        """Send a proposal of somebody else back to the owner; for a supervisor or manager."""
        return await self.send(number, "decline_proposal", by, version=version, reason=reason)

    async def accept_option(
        self,
        number: int,
        version: int,
        option: int,
        *,
        by: Sender,
        evidence: str | None = None,
        objection: str | None = None,
    ) -> Answer:
        """Agree to an option, counted from 1; evidence is the code of a recorded call."""
        fields = {"version": version, "option": option, "objection": objection}
        return await self.send(number, "accept_option", by, **fields, evidence=evidence)

    async def confirm_acceptance(
        self, number: int, version: int, option: int, *, by: Sender, evidence: str | None = None
    ) -> Answer:
        """Stand by an acceptance that came with an objection."""
        fields = {"version": version, "option": option, "evidence": evidence}
        return await self.send(number, "confirm_acceptance", by, **fields)

    async def refuse_proposal(
        self,
        number: int,
        version: int,
        reason: RefusalReason,
        *,
        by: Sender,
        evidence: str | None = None,
        text: str | None = None,
    ) -> Answer:
        """Turn a version down; staff name the evidence of what the customer said."""
        fields = {"version": version, "reason": reason, "text": text}
        return await self.send(number, "refuse_proposal", by, **fields, evidence=evidence)

    async def counter_demand(
        self,
        number: int,
        version: int,
        *,
        by: Sender,
        remedy: RemedyKind | None = None,
        evidence: str | None = None,
        text: str | None = None,
    ) -> Answer:
        """Turn a version down and say what is wanted instead, by remedy, text or both."""
        fields = {"version": version, "remedy": remedy, "text": text}
        return await self.send(number, "counter_demand", by, **fields, evidence=evidence)

    async def settle_step(
        self, number: int, version: int, step: int, reference: str, *, by: Sender
    ) -> Answer:
        fields = {"version": version, "step": step, "reference": reference}
        return await self.send(number, "settle_step", by, **fields)

    async def fail_step(
        self, number: int, version: int, step: int, reason: str, *, by: Sender
    ) -> Answer:
        fields = {"version": version, "step": step, "reason": reason}
        return await self.send(number, "fail_step", by, **fields)

    async def compensate_step(
        self, number: int, version: int, step: int, *, by: Sender, reason: str | None = None
    ) -> Answer:
        """Take a step back, or give up one that never took effect; for a supervisor or manager."""
        fields = {"version": version, "step": step, "reason": reason}
        return await self.send(number, "compensate_step", by, **fields)
