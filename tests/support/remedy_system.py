"""A system that carries out remedies over HTTP as gateways/remedy_http.py asks it, and also fails.

It speaks real HTTP on a free port of 127.0.0.1, and trusts no request without our signature.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from http import HTTPStatus
from typing import NamedTuple, Self
from urllib.parse import unquote

import httpx
from pydantic import ValidationError

from demo.stand_in import Answer, Request, read_request, written
from gateways.errors import SignatureInvalid
from gateways.ports import RemedyService
from gateways.remedy_http import HttpRemedyService
from gateways.signature import signed_content, verify
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import RemedyRefused

SECRET = bytes(range(32))
ENOUGH = 64 * 1024 + 1
"""Bytes that are too many for any honest answer."""


class Trouble(Enum):
    """What goes wrong with one exchange, before or after the remedy was carried out."""

    FAIL = auto()
    STALL = auto()
    HANG_UP = auto()
    ACT_AND_FAIL = auto()
    ACT_AND_STALL = auto()
    ACT_AND_HANG_UP = auto()
    ACT_AND_TALK_RUBBISH = auto()
    ACT_AND_SAY_TOO_MUCH = auto()
    ACT_AND_POINT_ELSEWHERE = auto()

    @property
    def acts(self) -> bool:
        return self.name.startswith("ACT")


SILENT = (Trouble.STALL, Trouble.ACT_AND_STALL, Trouble.HANG_UP, Trouble.ACT_AND_HANG_UP)
ANSWERS = {
    Trouble.FAIL: Answer(HTTPStatus.SERVICE_UNAVAILABLE),
    Trouble.ACT_AND_FAIL: Answer(HTTPStatus.INTERNAL_SERVER_ERROR),
    Trouble.ACT_AND_TALK_RUBBISH: Answer(HTTPStatus.OK, b"<p>Done!</p>"),
    Trouble.ACT_AND_SAY_TOO_MUCH: Answer(HTTPStatus.OK, b'{"reference": "' + b"R" * ENOUGH),
    Trouble.ACT_AND_POINT_ELSEWHERE: Answer(HTTPStatus.FOUND),
}


class Call(NamedTuple):
    """What was asked for."""

    method: str
    key: str


class RemedySystem:
    """Serves until its block ends; `troubles` are used up one per exchange, None being none."""

    def __init__(self, behind: RemedyService) -> None:
        self.behind = behind
        self.troubles: list[Trouble | None] = []
        self.calls: list[Call] = []
        self.orders: dict[str, RemedyOrder] = {}
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._exchanges: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._exchanges.values():
            writer.transport.abort()
        await asyncio.gather(*self._exchanges)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = asyncio.create_task(self._exchange(reader, writer))
        self._exchanges[exchange] = writer
        exchange.add_done_callback(self._exchanges.pop)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                request = await read_request(reader)
                assert request is not None
                trouble = self.troubles.pop(0) if self.troubles else None
                answer = await self._answer(request, trouble)
                if trouble in {Trouble.STALL, Trouble.ACT_AND_STALL}:
                    await reader.read()  # Only the asker, by hanging up, ends this.
                elif trouble not in SILENT:
                    writer.write(written(answer))
                    await writer.drain()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, request: Request, trouble: Trouble | None) -> Answer:
        if trouble is None or trouble.acts:
            answer = await self._done(request)
            return answer if trouble is None else ANSWERS.get(trouble, answer)
        return ANSWERS.get(trouble, Answer(HTTPStatus.OK))

    async def _done(self, request: Request) -> Answer:
        """Do what a signed request asks for."""
        key = unquote(request.path[1])
        content = signed_content(request.method, "/" + "/".join(request.path), request.body)
        try:
            assert verify([SECRET], request.headers, content, self.now()) == key
            self.calls.append(Call(request.method, key))
            answer = await self._carried_out(request, key)
        except SignatureInvalid:
            return Answer(HTTPStatus.UNAUTHORIZED)
        except ValidationError:
            return Answer(HTTPStatus.BAD_REQUEST)
        except RemedyRefused as refusal:
            return Answer(HTTPStatus.CONFLICT, json.dumps({"code": refusal.code}).encode())
        if answer is None:
            return Answer(HTTPStatus.NOT_FOUND)
        return Answer(HTTPStatus.OK, json.dumps(answer).encode())

    async def _carried_out(self, request: Request, key: str) -> dict[str, object] | None:
        match request.method:
            case "PUT" if request.path[-1] == "by-hand":
                return await self._entered(json.loads(request.body))
            case "PUT":
                order = RemedyOrder.model_validate_json(request.body)
                assert order.key == key
                reference = await self.behind.carry_out(order)
                self.orders.setdefault(key, order)
                return {"reference": reference}
            case "GET":
                stands = self.orders.get(key)
                found = stands and await self.behind.lookup(stands)
                told = stands and stands.model_dump(mode="json")
                return {"reference": found, "order": told} if found else None
            case _:
                reversal = await self.behind.reverse(key)
                return {"reference": reversal} if reversal else None

    async def _entered(self, told: dict[str, object]) -> dict[str, object]:
        order = RemedyOrder.model_validate_json(json.dumps(told["order"]))
        await self.behind.enter_by_hand(order, str(told["reference"]))
        return {}


@asynccontextmanager
async def asking(
    behind: RemedyService, patience: float = 5.0
) -> AsyncIterator[tuple[HttpRemedyService, RemedySystem]]:
    """Run a system for a while, and ask it with so many seconds of patience."""
    async with RemedySystem(behind) as system, httpx.AsyncClient(trust_env=False) as client:
        yield (
            HttpRemedyService(
                client,
                system.url,
                (SECRET,),
                lambda: datetime.now(UTC),
                timedelta(seconds=patience),
            ),
            system,
        )
