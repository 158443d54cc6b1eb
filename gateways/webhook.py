"""Messages by webhook: `POST` to one address of the company, which knows WeChat, SMS and the like.

Signed as Standard Webhooks; the id is the message's key, the same whenever it is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from gateways.errors import MessageUndelivered, Silence, Undelivered
from gateways.outgoing_message import OutgoingMessage
from gateways.signed_http import Reply, Request, SignedHttp, silence

_TAKEN = range(200, 300)


@dataclass(frozen=True)
class WebhookChannel(SignedHttp):
    """Posts messages as JSON to the address itself; see SignedHttp for how it is set up.

    With two secrets, during a rotation, each message bears a signature by either.
    """

    async def send(self, message: OutgoingMessage) -> None:
        """Post a message; raises MessageUndelivered."""
        body = message.model_dump_json().encode()
        # What the answer says beside its status is not read.
        reason = undelivered(await self._exchange(Request("POST", "", message.key, body), ()))
        if reason is not None:
            raise MessageUndelivered(message.key, message.channel, reason)


def undelivered(reply: Reply | Silence) -> Undelivered | None:
    """Say what an answer means; None for one that takes the message.

    401 is not for good: it passes once the secrets are the same again.
    """
    match reply:
        case Silence():
            return Undelivered(reply.value)
        case Reply(status) if status in _TAKEN:
            return None
        case Reply(HTTPStatus.UNAUTHORIZED):
            return Undelivered.UNSUITED
        case Reply(status):
            reason = silence(status)
            known = reason is not Silence.RUBBISH
            return Undelivered(reason.value) if known else Undelivered.SERVER_ERROR
