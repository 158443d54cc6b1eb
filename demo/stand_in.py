"""The warehouse's system as the demonstration plays it: a small HTTP service with packing records.

It stands in for a real system, so it speaks real HTTP on a free port of 127.0.0.1, one request
per connection, and trusts no request without our signature.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple, Self

from pydantic import ValidationError

from gateways.check_request import CheckRequest
from gateways.errors import SignatureInvalid
from gateways.signature import SECRET_PREFIX, secret_bytes, verify
from schemas.evidence import Evidence, PackingRecord
from schemas.vocabulary import Finding

BODY_BYTES = 64 * 1024


class Mood(StrEnum):
    """How the stand-in behaves; any but UP is for trying out what happens then."""

    UP = "up"
    DOWN = "down"
    SLOW = "slow"
    RUBBISH = "rubbish"


class Request(NamedTuple):
    """An HTTP request; header names in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """An HTTP answer with a JSON body."""

    status: HTTPStatus
    body: bytes = b""


class WarehouseStandIn:
    """`async with WarehouseStandIn(PACKING) as warehouse:` serves until the block ends.

    `asked` lists the keys of the checks it was asked, and `mood` may change at any time.
    """

    def __init__(
        self,
        records: Mapping[str, PackingRecord],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        secret: str | None = None,
    ) -> None:
        self.secret = secret or SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        self.mood = Mood.UP
        self.asked: list[str] = []
        self._records = records
        self._now = now
        self._exchanges: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        # A task cancelled before its first step would never close its connection.
        for writer in self._exchanges.values():
            writer.transport.abort()
        await asyncio.gather(*self._exchanges)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The address to configure for the warehouse."""
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = asyncio.create_task(self._exchange(reader, writer))
        self._exchanges[exchange] = writer
        exchange.add_done_callback(self._exchanges.pop)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; an asker that hangs up early is none of our business."""
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                request = await read_request(reader)
                if self.mood is Mood.SLOW:
                    await reader.read()  # Only the asker, by hanging up, ends this.
                    return
                writer.write(written(self._answer(request)))
                await writer.drain()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(self, request: Request | None) -> Answer:
        if request is None:
            return Answer(HTTPStatus.BAD_REQUEST)
        if self.mood is Mood.DOWN:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
        if self.mood is Mood.RUBBISH:
            return Answer(HTTPStatus.OK, b"<p>Welcome to the warehouse!</p>")
        return self._checked(request)

    def _checked(self, request: Request) -> Answer:
        """Answer a check if it is one and comes from us."""
        if not request.line.startswith("POST /checks "):
            return Answer(HTTPStatus.NOT_FOUND)
        try:
            secret = secret_bytes(self.secret)
            self.asked.append(verify([secret], request.headers, request.body, self._now()))
            check = CheckRequest.model_validate_json(request.body)
        except SignatureInvalid:
            return Answer(HTTPStatus.UNAUTHORIZED)
        except ValidationError:
            return Answer(HTTPStatus.BAD_REQUEST)
        record = self._records.get(check.order or "")
        if record is None:
            return Answer(HTTPStatus.ACCEPTED)
        return Answer(HTTPStatus.OK, judge(record).model_dump_json().encode())


def judge(record: PackingRecord) -> Evidence:
    """Conclude from a packing record whether something ordered was left out."""
    left_out = Counter(record.ordered) - Counter(record.packed)
    finding = Finding.PACKING_FAULT if left_out else Finding.NOT_CONFIRMED
    return Evidence(system="warehouse", finding=finding, reference=record.parcel, packing=record)


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read one request; None when it is malformed or too large."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.split("\r\n")[:-2]
        pairs = (field.partition(":") for field in fields)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        size = int(headers.get("content-length", "0"))
    except (asyncio.LimitOverrunError, ValueError):
        return None
    if not 0 <= size <= BODY_BYTES:
        return None
    return Request(line, headers, await reader.readexactly(size))


def written(answer: Answer) -> bytes:
    """Write an answer out, and say that the connection ends with it."""
    head = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(answer.body)}\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode() + answer.body
