"""A real mail server in this process, which takes mail or misbehaves as told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
LOGIN = ("redress", "p@ss:word/1")
TAKEN = "250 OK"


@dataclass
class PostOffice:
    """Remembers what it took; each answer may be another, and it may stall or hang up instead.

    `encrypted` tells for each session whether it was.
    """

    port: int = 0
    sender: str = TAKEN
    recipient: str = TAKEN
    data: str = TAKEN
    stalls: bool = False
    hangs_up: bool = False
    envelopes: list[Envelope] = field(default_factory=list)
    sessions: list[Any] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - The library names its hooks so.
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        assert server.transport is not None
        self.sessions.append(session)
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        envelope.mail_from = address
        envelope.mail_options += options
        return self.sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.data == TAKEN:
            self.envelopes.append(envelope)
        if self.stalls:
            await asyncio.Event().wait()
        if self.hangs_up:
            hang_up(server)
        return self.data

    async def content(self) -> list[bytes]:
        """What was taken so far, for a test that waits for it."""
        return [envelope.original_content or b"" for envelope in self.envelopes]

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, as a reader of mail understands it."""
        contents = [envelope.original_content or b"" for envelope in self.envelopes]
        return [message_from_bytes(each, policy=SMTP_POLICY) for each in contents]


@asynccontextmanager
async def post_office(
    *, tls: ssl.SSLContext | None = None, starttls: bool = False, login: bool = False
) -> AsyncIterator[PostOffice]:
    """Serve on a free port; with a context by TLS from the start, or by STARTTLS."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    served: list[SMTP] = []

    def protocol() -> SMTP:
        with catch_warnings():
            # It warns of logins in the clear, which is what a test of them wants.
            simplefilter("ignore", UserWarning)
            smtp = SMTP(
                office,
                loop=loop,
                hostname="post.example",
                tls_context=tls if starttls else None,
                require_starttls=starttls,
                auth_required=login,
                auth_require_tls=False,
                authenticator=_authenticated,
            )
        served.append(smtp)
        return smtp

    server = await loop.create_server(protocol, HOST, 0, ssl=None if starttls else tls)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        for smtp in served:
            hang_up(smtp)
        await server.wait_closed()


def hang_up(smtp: SMTP) -> None:
    """End a conversation without a word."""
    if isinstance(smtp.transport, asyncio.WriteTransport):
        smtp.transport.abort()


def _authenticated(
    server: SMTP, session: Any, envelope: Envelope, mechanism: str, given: Any
) -> AuthResult:
    assert isinstance(given, LoginPassword)
    known = (given.login.decode(), given.password.decode()) == LOGIN
    return AuthResult(success=known, handled=known)


def certified(directory: Path, name: str = HOST) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the contexts of a server with a certificate for an address, and of who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "post.example")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), False)
        .sign(key, hashes.SHA256())
    )
    file = directory / "server.pem"
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form) + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())
