"""Telling the customer: rendered in their language, sealed, delivered once (rules 4 and 29)."""

from __future__ import annotations

from temporalio import activity

from domain.messages import Facts, Rendered, render
from domain.phrases import forbidden
from domain.templates import Templates
from gateways.ports import Outbox
from schemas.activity_io import DELIVER_MESSAGE, Delivery
from schemas.commands import Customer
from schemas.effects import DeliverMessage
from schemas.errors import RedressError
from schemas.phrases import Phrases
from store.vault import Vault


class PhraseForbidden(RedressError):
    """A message holds a phrase that is not said to customers (H17); a person must reword it."""

    code = "forbidden_phrase"
    retryable = False


class NotificationActivities:
    """Renders messages and leaves them in the outbox, where they are collected by the number."""

    def __init__(
        self, vault: Vault, outbox: Outbox, templates: Templates, phrases: Phrases
    ) -> None:
        self._vault = vault
        self._outbox = outbox
        self._templates = templates
        self._phrases = phrases

    @activity.defn(name=DELIVER_MESSAGE)
    async def deliver_message(self, effect: DeliverMessage) -> Delivery:
        """Deliver a message under its key; doing so again delivers nothing twice."""
        message = await self._rendered(effect)
        text = f"{message.subject}\n\n{message.body}"
        sealed = await self._vault.seal(effect.complaint_id, "message", text)
        await self._outbox.put(effect.key, effect.number, effect.purpose, sealed)
        return Delivery()

    async def _rendered(self, effect: DeliverMessage) -> Rendered:
        customer = effect.customer or Customer()
        wanted = [sealed for sealed in (customer.name, effect.text) if sealed is not None]
        opened = await self._vault.open(
            effect.complaint_id, wanted, who="redress", purpose=effect.purpose
        )
        words = dict(zip((sealed.field for sealed in wanted), opened, strict=True))
        text = words.get(effect.text.field) if effect.text else None
        if any(hit.blocks for hit in forbidden(text or "", self._phrases)):
            raise PhraseForbidden
        facts = Facts(
            number=effect.number,
            name=words.get("name"),
            text=text,
            reply_due_at=effect.reply_due_at,
            solution_due_at=effect.solution_due_at,
            answer_until=effect.answer_until,
            version=effect.version,
            options=effect.options,
            agreed=effect.agreed,
        )
        zone = customer.time_zone
        return render(self._templates, effect.purpose, customer.language, facts, zone=zone)
