"""The HTTP adapter against answers that a well-behaved stand-in never gives."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateways.check_request import CheckRequest
from gateways.department_http import HttpDepartmentSystem
from gateways.errors import AddressUnusable, DepartmentUnavailable, SecretUnusable, Silence
from gateways.signature import verify
from gateways.signed_http import ANSWER_BYTES
from schemas.evidence import Evidence
from schemas.vocabulary import Department, Finding

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
MARKER = "Planted-Marker"
REQUEST = CheckRequest(
    number=17,
    check=2,
    department=Department.WAREHOUSE,
    question=f"{MARKER} misses a part.",
    due_at=NOW + timedelta(hours=12),
    key="17:check:2",
    order="SO-1",
    product="RICE-COOKER-5L",
)
FOUND = {"system": "wms", "finding": "packing_fault", "reference": "PX-1"}
PACKING = {"parcel": "PX-1", "ordered": ["A", "B"], "packed": ["A"]}
TRACKING = {"carrier": "C", "parcel": "PX-1", "status": "delivered"}
RULE = {"rule": "R-1", "edition": "2026", "applies": False}
STAFF = {"shift": "S-1", "staff": ["P-1"], "confirmed": True}
TILL = {"till": "T-1", "receipt": "R-1", "booked_at": "2026-11-07T09:30:00+08:00"}
INSPECTION = {"batch": "B-1", "inspected": 40, "faulty": 11}
REPAIR = {"repair": "RO-1", "promised": 2, "kept": 0, "status": "waiting"}

Handler = Callable[[httpx.Request], httpx.Response]


class Trickle(httpx.AsyncByteStream):
    """An answer that begins and never ends."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()


class Endless(httpx.AsyncByteStream):
    """An answer that goes on for as long as somebody reads."""

    read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.read += 1024
            yield b" " * 1024


async def ask(handler: Handler, patience: float = 5) -> Evidence | None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
        system = HttpDepartmentSystem(
            client, "https://wms.example/api/", (SECRET,), lambda: NOW, timedelta(seconds=patience)
        )
        return await system.ask(REQUEST)


async def silence(handler: Handler, patience: float = 5) -> DepartmentUnavailable:
    with pytest.raises(DepartmentUnavailable) as caught:
        await ask(handler, patience)
    return caught.value


def answering(
    status: int,
    content: object,
    headers: dict[str, str] | None = None,
) -> Handler:
    """Answer with a stream, bytes as they are, or anything else as JSON."""
    if not isinstance(content, httpx.AsyncByteStream):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        content = httpx.ByteStream(body)
    return lambda _: httpx.Response(status, stream=content, headers=headers)


def raising(error: Exception) -> Handler:
    def handle(_: httpx.Request) -> httpx.Response:
        raise error

    return handle


async def test_the_question_is_posted_as_signed_json() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202)

    assert await ask(handle) is None
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", "https://wms.example/api/checks")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert set(request.extensions["timeout"].values()) == {5.0}
    assert verify([SECRET], request.headers, request.content, NOW) == "17:check:2"
    assert CheckRequest.model_validate_json(request.content) == REQUEST
    assert json.loads(request.content)["due_at"] == "2026-11-07T21:30:00Z"


async def test_a_finding_with_fields_of_a_newer_system_is_read() -> None:
    evidence = await ask(answering(200, {**FOUND, "packing": PACKING, "mood": "good"}))
    assert evidence is not None
    assert (evidence.system, evidence.finding) == ("wms", Finding.PACKING_FAULT)
    assert evidence.packing is not None
    assert evidence.packing.packed == ("A",)


async def test_records_of_every_kind_are_read() -> None:
    given = {
        "packing": PACKING,
        "tracking": TRACKING,
        "rule": RULE,
        "staff": STAFF,
        "till": TILL,
        "inspection": INSPECTION,
        "repair": REPAIR,
    }
    evidence = await ask(answering(200, {**FOUND, **given}))
    assert evidence is not None
    assert given.keys() <= {name for name, value in evidence if value is not None}
    assert evidence.till is not None
    assert evidence.till.booked_at == datetime(2026, 11, 7, 1, 30, tzinfo=UTC)


async def test_evidence_without_a_finding_is_evidence() -> None:
    assert await ask(answering(200, {"system": "wms"})) == Evidence(system="wms")


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (201, Silence.RUBBISH, False),
        (204, Silence.RUBBISH, False),
        (301, Silence.REDIRECTED, False),
        (307, Silence.REDIRECTED, False),
        (400, Silence.REFUSED, False),
        (401, Silence.REFUSED, False),
        (404, Silence.REFUSED, False),
        (408, Silence.BUSY, True),
        (425, Silence.BUSY, True),
        (429, Silence.BUSY, True),
        (500, Silence.SERVER_ERROR, True),
        (503, Silence.SERVER_ERROR, True),
        (999, Silence.RUBBISH, False),
    ],
)
async def test_other_statuses_are_no_answer(status: int, reason: Silence, retryable: bool) -> None:
    headers = {"location": "https://elsewhere.example/"}
    failure = await silence(answering(status, FOUND, headers))
    assert (failure.reason, failure.retryable) == (reason, retryable)


async def test_a_redirect_is_not_followed_even_by_a_client_that_would() -> None:
    hosts: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(307, headers={"location": "https://elsewhere.example/"})

    transport = httpx.MockTransport(handle)
    async with httpx.AsyncClient(transport=transport, follow_redirects=True) as client:
        system = HttpDepartmentSystem(client, "https://wms.example", (SECRET,), lambda: NOW)
        with pytest.raises(DepartmentUnavailable):
            await system.ask(REQUEST)
    assert hosts == ["wms.example"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.ConnectError("no"), Silence.UNREACHABLE),
        (httpx.ReadError("no"), Silence.UNREACHABLE),
        (httpx.RemoteProtocolError("no"), Silence.UNREACHABLE),
        (httpx.ConnectTimeout("no"), Silence.TIMEOUT),
        (httpx.ReadTimeout("no"), Silence.TIMEOUT),
        (httpx.PoolTimeout("no"), Silence.TIMEOUT),
    ],
)
async def test_a_broken_connection_may_be_tried_again(error: Exception, reason: Silence) -> None:
    failure = await silence(raising(error))
    assert (failure.reason, failure.retryable) == (reason, True)


async def test_nobody_listening_is_unreachable() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{port}"
        system = HttpDepartmentSystem(client, url, (SECRET,), lambda: NOW)
        with pytest.raises(DepartmentUnavailable) as caught:
            await system.ask(REQUEST)
    assert caught.value.reason is Silence.UNREACHABLE


async def test_an_answer_that_trickles_is_late() -> None:
    failure = await silence(answering(200, Trickle()), patience=0.05)
    assert failure.reason is Silence.TIMEOUT


async def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    endless = Endless()
    failure = await silence(answering(200, endless))
    assert (failure.reason, failure.retryable) == (Silence.TOO_LARGE, False)
    assert endless.read == ANSWER_BYTES + 1024


async def test_an_answer_of_exactly_the_limit_is_read() -> None:
    answer = json.dumps(FOUND).encode().ljust(ANSWER_BYTES)
    assert await ask(answering(200, answer)) is not None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<p>Welcome</p>",
        b"\xff\xfe",
        b'{"system": "wms"',
        b"[" * 10_000,
        b'{"system": 17}',
        b'{"system": ""}',
        b'{"system": "wms", "finding": "guilty"}',
        b'{"system": "wms", "finding": 1}',
        b'{"system": "wms", "packing": {"parcel": "P", "ordered": "A", "packed": []}}',
    ],
)
async def test_what_is_no_evidence_is_rubbish(answer: bytes) -> None:
    failure = await silence(answering(200, answer))
    assert (failure.reason, failure.retryable) == (Silence.RUBBISH, False)


@pytest.mark.parametrize(
    "changed",
    [
        {"system": "the system of Ms Wang"},
        {"reference": "王女士"},
        {"reference": "wang@mail.example"},
        {"reference": "P" * 65},
        {"unavailable": "closed for lunch"},
        {"packing": PACKING | {"parcel": "next to the door"}},
        {"packing": PACKING | {"ordered": ["A", "B\n"]}},
        {"packing": PACKING | {"packed": ["A", "\u202e"]}},
        {"packing": PACKING | {"weight_grams": -1}},
        {"packing": PACKING | {"expected_grams": 10**400}},
        {"tracking": TRACKING | {"signed_by": "Mr Wang next door"}},
        {"tracking": TRACKING | {"due_at": "2026-11-07T09:30:00"}},
        {"tracking": TRACKING | {"delivered_at": "yesterday"}},
        {"inspection": INSPECTION | {"faulty": -1}},
        {"inspection": INSPECTION | {"fault": "it flickers"}},
        {"rule": RULE | {"abuse_markers": ["R-1", "always complains"]}},
        {"repair": REPAIR | {"promised": 10**9}},
        {"staff": STAFF | {"staff": ["Li Lei"]}},
        {"till": TILL | {"booked_at": 1762479000}},
    ],
)
async def test_an_answer_with_more_than_codes_is_rubbish(changed: dict[str, Any]) -> None:
    assert (await silence(answering(200, FOUND | changed))).reason is Silence.RUBBISH


async def test_a_compressed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(json.dumps(FOUND).encode())
    headers = {"content-encoding": "gzip"}
    failure = await silence(answering(200, bomb, headers))
    assert failure.reason is Silence.RUBBISH


async def test_neither_errors_nor_logs_nor_repr_show_words_of_people(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        failure = await silence(answering(200, {"system": MARKER + " "}))
    assert MARKER not in caplog.text + str(failure) + repr(failure) + repr(REQUEST)
    assert failure.__cause__ is None
    assert failure.__context__ is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "wms.example",
        "ftp://wms.example",
        "https://",
        "https://user:word@wms.example",
        "https://wms.example/?token=word",
        "https://wms.example/#word",
        "https://wms.example:port",
    ],
)
async def test_an_unusable_address_is_found_at_start_and_not_shown(url: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(AddressUnusable) as caught:
            HttpDepartmentSystem(client, url, (SECRET,), lambda: NOW)
    assert "http:// or https://" in str(caught.value)
    assert "word" not in str(caught.value).replace("password", "")


async def test_no_question_leaves_unsigned_and_no_secret_is_shown() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(SecretUnusable):
            HttpDepartmentSystem(client, "https://wms.example", (), lambda: NOW)
        system = HttpDepartmentSystem(client, "https://wms.example", (b"marker" * 4,), lambda: NOW)
    assert "marker" not in repr(system)
