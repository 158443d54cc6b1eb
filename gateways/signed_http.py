"""One signed exchange with an outside system over HTTP, on which adapters are built."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

import httpx

from gateways.errors import AddressUnusable, SecretUnusable, Silence
from gateways.signature import sign, signed_content

ANSWER_BYTES = 64 * 1024
PATIENCE = timedelta(seconds=5)

_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class Request(NamedTuple):
    """What is sent; `path` begins with a slash, and `key` stays the same when sent again."""

    method: str
    path: str
    key: str
    body: bytes = b""


class Reply(NamedTuple):
    """What came back; of an answer longer than ANSWER_BYTES only the beginning, still too long."""

    status: int
    body: bytes


@dataclass(frozen=True)
class SignedHttp:
    """Asks over HTTP; nothing of question or answer is logged or put into an error.

    `now` is the clock of the machine, because signatures hold for 5 min of real time.
    `patience` bounds the whole exchange, so that a system that trickles is late as well.
    Raises AddressUnusable or SecretUnusable when it is set up wrongly.
    """

    client: httpx.AsyncClient
    url: str
    secrets: tuple[bytes, ...] = field(repr=False)
    now: Callable[[], datetime]
    patience: timedelta = PATIENCE

    def __post_init__(self) -> None:
        """Find a wrong set-up at start, not at the first complaint."""
        if not _is_address(self.url):
            raise AddressUnusable
        if not self.secrets:
            raise SecretUnusable

    async def _exchange(self, request: Request, reads: Container[int]) -> Reply | Silence:
        """Return the reply, its body only for a status in `reads`; else why there was none."""
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await self._sent(request, reads)
        except (TimeoutError, httpx.TimeoutException):
            return Silence.TIMEOUT
        except httpx.TransportError:
            return Silence.UNREACHABLE

    async def _sent(self, request: Request, reads: Container[int]) -> Reply:
        content = signed_content(request.method, request.path, request.body)
        async with self.client.stream(
            request.method,
            self.url.rstrip("/") + request.path,
            content=request.body,
            headers=_headers(sign(self.secrets, request.key, self.now(), content)),
            timeout=self.patience.total_seconds(),
            follow_redirects=False,
        ) as response:
            status = response.status_code
            return Reply(status, await _beginning(response) if status in reads else b"")


def silence(status: int) -> Silence:
    """Say what a status means that is no answer."""
    if status in _BUSY:
        return Silence.BUSY
    match status // 100:
        case 3:
            return Silence.REDIRECTED
        case 4:
            return Silence.REFUSED
        case 5:
            return Silence.SERVER_ERROR
        case _:
            return Silence.RUBBISH


def _is_address(url: str) -> bool:
    """Tell whether this is an HTTP address that holds no secret and no query."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    plain = not (parts.userinfo or parts.query or parts.fragment)
    return parts.scheme in {"http", "https"} and bool(parts.host) and plain


def _headers(signed: dict[str, str]) -> dict[str, str]:
    # A compressed answer could swell beyond any limit while it is unpacked.
    return {**signed, "content-type": "application/json", "accept-encoding": "identity"}


async def _beginning(response: httpx.Response) -> bytes:
    """Return the answer as sent; of one that is too long only the beginning, still too long."""
    answer = bytearray()
    async for chunk in response.aiter_raw():
        answer += chunk
        if len(answer) > ANSWER_BYTES:
            break
    return bytes(answer)
