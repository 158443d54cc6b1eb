"""Where mail is handed in, and how that connection is kept secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from gateways.errors import MailServerUnusable


class Encryption(Enum):
    """How the way to the mail server is encrypted."""

    NONE = auto()
    STARTTLS = auto()
    TLS = auto()


PORTS = {Encryption.NONE: 25, Encryption.STARTTLS: 587, Encryption.TLS: 465}
QUERIES = ("", "starttls=yes")


@dataclass(frozen=True)
class MailServer:
    """A server that takes mail for everybody, and how we log in to it."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)


def mail_server(url: str) -> MailServer:
    """Read smtp:// (by STARTTLS, plain only on this machine) or smtps:// (TLS from the start).

    `?starttls=yes` asks for STARTTLS on this machine too. Raises MailServerUnusable.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise MailServerUnusable from None
    elsewhere = parts.path not in {"", "/"} or parts.query not in QUERIES or bool(parts.fragment)
    if parts.scheme not in {"smtp", "smtps"} or not host or elsewhere:
        raise MailServerUnusable
    encryption = _encryption(parts, host)
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password or "")
    return MailServer(host, port or PORTS[encryption], encryption, user, password)


def _encryption(parts: SplitResult, host: str) -> Encryption:
    if parts.scheme == "smtps":
        return Encryption.TLS
    is_plain = _is_this_machine(host) and not parts.query
    return Encryption.NONE if is_plain else Encryption.STARTTLS


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
