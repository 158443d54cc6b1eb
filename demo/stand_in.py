"""The company's systems as the demonstration plays them: one small HTTP service with records.

`POST /<department>/checks` asks a department's system about a check. `GET /orders/<code>` says
what was paid for an order. It stands in for real systems, so it speaks real HTTP on a free port of
127.0.0.1, one request per connection, and trusts no request without our signature.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple, Self

from pydantic import ValidationError

from demo.judging import judge
from demo.records import PAID, RECORDS, Shelf
from gateways.check_request import CheckRequest
from gateways.errors import SignatureInvalid
from gateways.signature import SECRET_PREFIX, secret_bytes, signed_content, verify
from schemas.vocabulary import Department

BODY_BYTES = 64 * 1024
MEMBERS = frozenset(Department)
EMPTY = Shelf("order", {})


class Mood(StrEnum):
    """How the stand-in behaves; any but UP is for trying out what happens then."""

    UP = "up"
    DOWN = "down"
    SLOW = "slow"
    RUBBISH = "rubbish"


class Request(NamedTuple):
    """An HTTP request; header names in lower case, the path by its parts."""

    method: str
    path: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """An HTTP answer with a JSON body."""

    status: HTTPStatus
    body: bytes = b""


class StandIn:
    """`async with StandIn() as company:` serves until the block ends.

    `asked` lists the keys of the checks it was asked, and `moods` may change at any time.
    """

    def __init__(
        self,
        records: Mapping[Department, Shelf] = RECORDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        secret: str | None = None,
    ) -> None:
        self.secret = secret or SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        self.moods = dict.fromkeys(Department, Mood.UP)
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
        """The address of the whole; orders are below it."""
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    def url_of(self, department: Department) -> str:
        """Return the address to configure for a department."""
        return f"{self.url}/{department}"

    def environment(self) -> dict[str, str]:
        """Return the settings of a worker that asks here about everything."""
        systems = {department.upper(): self.url_of(department) for department in Department}
        systems["ORDER"] = self.url
        urls = {f"REDRESS_{name}_URL": url for name, url in systems.items()}
        return urls | {f"REDRESS_{name}_SECRET": self.secret for name in systems}

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = asyncio.create_task(self._exchange(reader, writer))
        self._exchanges[exchange] = writer
        exchange.add_done_callback(self._exchanges.pop)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; an asker that hangs up early is none of our business."""
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                answer = self._answer(await read_request(reader))
                if answer is None:
                    await reader.read()  # Only the asker, by hanging up, ends this.
                    return
                writer.write(written(answer))
                await writer.drain()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(self, request: Request | None) -> Answer | None:
        """Return what to answer; None keeps the asker waiting."""
        match request:
            case None:
                return Answer(HTTPStatus.BAD_REQUEST)
            case Request(method="POST", path=(department, "checks")) if department in MEMBERS:
                return self._asked(Department(department), request)
            case Request(method="GET", path=("orders", code)):
                return self._paid(code, request)
            case _:
                return Answer(HTTPStatus.NOT_FOUND)

    def _asked(self, department: Department, request: Request) -> Answer | None:
        match self.moods[department]:
            case Mood.SLOW:
                return None
            case Mood.DOWN:
                return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
            case Mood.RUBBISH:
                return Answer(HTTPStatus.OK, b"<p>Welcome to our intranet!</p>")
            case _:
                return self._checked(department, request)

    def _checked(self, department: Department, request: Request) -> Answer:
        """Answer a check if it is one and comes from us."""
        try:
            self.asked.append(self._signed(request))
            check = CheckRequest.model_validate_json(request.body)
        except SignatureInvalid:
            return Answer(HTTPStatus.UNAUTHORIZED)
        except ValidationError:
            return Answer(HTTPStatus.BAD_REQUEST)
        shelf = self._records.get(department, EMPTY)
        records = shelf.records.get(getattr(check, shelf.key) or "")
        if records is None:
            return Answer(HTTPStatus.ACCEPTED)
        return Answer(HTTPStatus.OK, judge(department, *records).model_dump_json().encode())

    def _paid(self, code: str, request: Request) -> Answer:
        """Answer what was paid for an order if we are the ones who ask."""
        try:
            self._signed(request)
        except SignatureInvalid:
            return Answer(HTTPStatus.UNAUTHORIZED)
        paid = PAID.get(code)
        if paid is None:
            return Answer(HTTPStatus.NOT_FOUND)
        order = {"order": code, "paid": {"minor": paid.minor, "currency": paid.currency}}
        return Answer(HTTPStatus.OK, json.dumps(order).encode())

    def _signed(self, request: Request) -> str:
        """Return the key of a request that we have signed. Raises SignatureInvalid."""
        content = signed_content(request.method, "/" + "/".join(request.path), request.body)
        return verify([secret_bytes(self.secret)], request.headers, content, self._now())


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
    method, target, *_ = [*line.split(" "), "", ""]
    path = tuple(target.removeprefix("/").split("/"))
    return Request(method, path, headers, await reader.readexactly(size))


def written(answer: Answer) -> bytes:
    """Write an answer out, and say that the connection ends with it."""
    head = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(answer.body)}\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode() + answer.body
