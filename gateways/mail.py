"""Messages by e-mail, handed in to a mail server over SMTP."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiosmtplib

from gateways.errors import MessageUndelivered, Undelivered
from gateways.mail_letter import domain_of, is_mail_address, letter, sender_address
from gateways.mail_server import Encryption, MailServer
from gateways.outgoing_message import OutgoingMessage

PATIENCE = timedelta(seconds=20)
FAREWELL = timedelta(seconds=1)

_PERMANENT = 5
_LOGIN_NEEDED = 530


@dataclass(frozen=True)
class MailChannel:
    """Hands mail in, one connection for each; no address or text gets into an error or a log.

    `sender` is ADDRESS or NAME <ADDRESS>. `tls` decides which certificates are trusted, by
    default those that this machine trusts. `patience` bounds the whole exchange.
    Raises SenderUnusable when it is set up wrongly.
    """

    server: MailServer
    sender: str
    now: Callable[[], datetime]
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    patience: timedelta = PATIENCE

    def __post_init__(self) -> None:
        """Find a wrong set-up at start, not at the first message."""
        sender_address(self.sender)

    async def send(self, message: OutgoingMessage) -> None:
        """Hand a message in; raises MessageUndelivered.

        A mail server takes the same message twice. It may do so when its first answer was lost,
        and the Message-ID made of the key is what a repetition is recognised by.
        """
        reason = await self._undelivered(message)
        if reason is not None:
            raise MessageUndelivered(message.key, message.channel, reason)

    async def _undelivered(self, message: OutgoingMessage) -> Undelivered | None:
        if not is_mail_address(message.address):
            return Undelivered.ADDRESS_UNUSABLE
        client = self._client()
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                await self._hand_in(client, message)
            await _take_leave(client)
        except (aiosmtplib.SMTPException, OSError) as error:
            return undelivered(error)
        finally:
            client.close()
        return None

    async def _hand_in(self, client: aiosmtplib.SMTP, message: OutgoingMessage) -> None:
        """Return once the server has answered for the message; each line may fail."""
        sender = sender_address(self.sender)
        await client.connect()
        if self.server.encryption is Encryption.STARTTLS:
            await client.starttls()
        if self.server.user is not None:
            await client.login(self.server.user, self.server.password)
        await client.mail(sender)
        await client.rcpt(message.address)
        await client.data(letter(message, self.sender, self.now()))

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.server.host,
            port=self.server.port,
            use_tls=self.server.encryption is Encryption.TLS,
            # Asked for in `_hand_in`: by itself the client would go on without it.
            start_tls=False,
            tls_context=self.tls,
            # The name of this machine is nobody's business, and looking it up may take seconds.
            local_hostname=domain_of(sender_address(self.sender)),
            timeout=self.patience.total_seconds(),
        )


def undelivered(error: aiosmtplib.SMTPException | OSError) -> Undelivered:
    """Say what went wrong; only what concerns this address or this message is for good.

    That the server does not accept us is not: it passes once somebody mends our set-up.
    """
    match error:
        case TimeoutError():
            return Undelivered.TIMEOUT
        case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPDataError():
            return _declined(error.code)
        case aiosmtplib.SMTPResponseException() if error.code // 100 != _PERMANENT:
            return Undelivered.BUSY
        case ConnectionError() if not isinstance(error.__cause__, ssl.SSLError):
            return Undelivered.UNREACHABLE
        case _:
            return Undelivered.UNSUITED


def _declined(code: int) -> Undelivered:
    """Say what it means that a server does not take a recipient or a text."""
    if code == _LOGIN_NEEDED:
        return Undelivered.UNSUITED
    return Undelivered.REFUSED if code // 100 == _PERMANENT else Undelivered.BUSY


async def _take_leave(client: aiosmtplib.SMTP) -> None:
    """End the conversation; the message is taken, however the server answers now."""
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit(timeout=FAREWELL.total_seconds())
