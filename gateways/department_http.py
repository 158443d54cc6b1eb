"""A department's own system behind HTTP: `POST {url}/checks`, signed.

It answers 200 with evidence as JSON, or 202 when the answer will come later by signal.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

import httpx
from pydantic import ValidationError

from gateways.check_request import CheckRequest
from gateways.errors import AddressUnusable, DepartmentUnavailable, SecretUnusable, Silence
from gateways.signature import sign
from schemas.evidence import Evidence

ANSWER_BYTES = 64 * 1024
PATIENCE = timedelta(seconds=5)

_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_CODE_FORM = re.compile(r"[A-Za-z0-9_.:/#+-]{1,64}")
_GRAMS = range(1_000_000_000)


@dataclass(frozen=True)
class HttpDepartmentSystem:
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

    async def ask(self, request: CheckRequest) -> Evidence | None:
        """Return the evidence given, or None; raises DepartmentUnavailable."""
        answer = await self._answer(request)
        if isinstance(answer, Silence):
            raise DepartmentUnavailable(request.department, answer)
        return answer

    async def _answer(self, request: CheckRequest) -> Evidence | Silence | None:
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await self._exchange(request)
        except (TimeoutError, httpx.TimeoutException):
            return Silence.TIMEOUT
        except httpx.TransportError:
            return Silence.UNREACHABLE

    async def _exchange(self, request: CheckRequest) -> Evidence | Silence | None:
        body = request.model_dump_json().encode()
        async with self.client.stream(
            "POST",
            f"{self.url.rstrip('/')}/checks",
            content=body,
            headers=_headers(sign(self.secrets, request.key, self.now(), body)),
            timeout=self.patience.total_seconds(),
            follow_redirects=False,
        ) as response:
            match response.status_code:
                case HTTPStatus.OK:
                    return evidence(await _beginning(response))
                case HTTPStatus.ACCEPTED:
                    return None
                case status:
                    return silence(status)


def silence(status: int) -> Silence:
    """Say what a status other than 200 and 202 means."""
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


def evidence(answer: bytes) -> Evidence | Silence:
    """Read an answer strictly; what is no code has no place in a history and is rubbish."""
    if len(answer) > ANSWER_BYTES:
        return Silence.TOO_LARGE
    try:
        found = Evidence.model_validate_json(answer)
    except ValidationError:
        return Silence.RUBBISH
    coded = all(_CODE_FORM.fullmatch(code) for code in _codes(found))
    return found if coded and all(grams in _GRAMS for grams in _weights(found)) else Silence.RUBBISH


def _codes(found: Evidence) -> Iterator[str]:
    """Give every word that the other side was free to choose."""
    yield found.system
    yield from (code for code in (found.reference, found.unavailable) if code is not None)
    if found.packing is not None:
        yield from (found.packing.parcel, *found.packing.ordered, *found.packing.packed)


def _weights(found: Evidence) -> Iterator[int]:
    if found.packing is not None:
        weights = (found.packing.weight_grams, found.packing.expected_grams)
        yield from (grams for grams in weights if grams is not None)


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
