"""Telling the customer: rendered in their language, kept sealed, sent by key (rules 4 and 29)."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from temporalio import activity

from domain.messages import Facts, Rendered, reachable, render
from domain.phrases import forbidden
from domain.templates import Templates
from gateways.errors import MessageUndelivered
from gateways.outgoing_message import OutgoingMessage
from gateways.ports import MessageChannel, Outbox
from schemas.activity_io import DELIVER_MESSAGE, Delivery
from schemas.commands import Contact, Customer
from schemas.effects import DeliverMessage
from schemas.errors import RedressError
from schemas.phrases import Phrases
from schemas.vocabulary import Channel
from store.vault import Vault

log = structlog.get_logger()


class PhraseForbidden(RedressError):
    """A message holds a phrase that is not said to customers (H17); a person must reword it."""

    code = "forbidden_phrase"
    retryable = False


class NotificationActivities:
    """Renders messages, keeps each in the outbox, and sends it where the customer can be reached.

    `channels` are the configured ways to send, by the kind of contact that each serves.
    """

    def __init__(
        self,
        vault: Vault,
        outbox: Outbox,
        templates: Templates,
        phrases: Phrases,
        channels: Mapping[Channel, MessageChannel],
    ) -> None:
        self._vault = vault
        self._outbox = outbox
        self._templates = templates
        self._phrases = phrases
        self._channels = channels

    @activity.defn(name=DELIVER_MESSAGE)
    async def deliver_message(self, effect: DeliverMessage) -> Delivery:
        """Deliver a message under its key; doing so again keeps it once and sends the same key."""
        message = await self._rendered(effect)
        # Kept before it is sent: so nothing has ever been said to a customer that is not on record,
        # and whoever must tell the customer by hand, when no channel takes it, finds the words.
        await self._keep(effect, message)
        return Delivery(channel=await self._send(effect, message))

    async def _keep(self, effect: DeliverMessage, message: Rendered) -> None:
        text = f"{message.subject}\n\n{message.body}"
        sealed = await self._vault.seal(effect.complaint_id, "message", text)
        await self._outbox.put(effect.key, effect.number, effect.purpose, sealed)

    async def _send(self, effect: DeliverMessage, message: Rendered) -> Channel | None:
        """Return the channel that took it; None if it can only wait in the outbox.

        The next contact is tried only when the one before can never be reached: a channel that
        will answer later may have taken the message. Raises the last MessageUndelivered.
        """
        failure: MessageUndelivered | None = None
        for contact in reachable(effect.customer, self._channels):
            outgoing = await self._addressed(effect, message, contact)
            try:
                await self._channels[contact.kind].send(outgoing)
            except MessageUndelivered as error:
                log.warning("message not taken", key=effect.key, reason=str(error.reason))
                if error.retryable:
                    raise
                failure = error
            else:
                return contact.kind
        if failure is not None:
            raise failure
        return None

    async def _addressed(
        self, effect: DeliverMessage, message: Rendered, contact: Contact
    ) -> OutgoingMessage:
        (address,) = await self._vault.open(
            effect.complaint_id, [contact.address], who="redress", purpose="delivery"
        )
        return OutgoingMessage(
            key=effect.key,
            number=effect.number,
            complaint_id=effect.complaint_id,
            purpose=effect.purpose,
            channel=contact.kind,
            address=address,
            language=(effect.customer or Customer()).language,
            subject=message.subject,
            body=message.body,
        )

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
            promised_at=effect.promised_at,
            survivor=effect.survivor,
            reason=effect.reason,
            version=effect.version,
            options=effect.options,
            agreed=effect.agreed,
        )
        zone = customer.time_zone
        return render(self._templates, effect.purpose, customer.language, facts, zone=zone)
