"""The stand-in company answers signed requests only and survives whatever else connects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from demo.judging import judge
from demo.records import MISSING_PARTS_ORDER, PACKING, PAID
from demo.stand_in import Mood, StandIn
from gateways.check_request import CheckRequest
from gateways.signature import secret_bytes, sign, signed_content
from schemas.evidence import Evidence
from schemas.vocabulary import Department

NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
CHECK = CheckRequest(
    number=17,
    check=1,
    department=Department.WAREHOUSE,
    question="What was packed?",
    due_at=NOW,
    key="17:check:1",
    order=MISSING_PARTS_ORDER,
)


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with StandIn(now=lambda: NOW) as running:
        yield running


async def post(
    stand_in: StandIn, body: bytes, headers: dict[str, str], path: str = "/warehouse/checks"
) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(stand_in.url + path, content=body, headers=headers)


def signed(stand_in: StandIn, body: bytes, at: datetime = NOW) -> dict[str, str]:
    return sign([secret_bytes(stand_in.secret)], CHECK.key, at, body)


async def connect(
    stand_in: StandIn,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = stand_in.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def raw(stand_in: StandIn, sent: bytes) -> bytes:
    reader, writer = await connect(stand_in)
    writer.write(sent)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_signed_check_is_answered_and_remembered(stand_in: StandIn) -> None:
    body = CHECK.model_dump_json().encode()
    answer = await post(stand_in, body, signed(stand_in, body))
    assert answer.status_code == 200
    evidence = Evidence.model_validate_json(answer.content)
    assert evidence == judge(Department.WAREHOUSE, PACKING[MISSING_PARTS_ORDER])
    assert stand_in.asked == ["17:check:1"]


async def test_a_configured_secret_is_used() -> None:
    async with StandIn(now=lambda: NOW, secret="whsec_" + "A" * 32) as stand_in:
        body = CHECK.model_dump_json().encode()
        assert stand_in.secret == "whsec_" + "A" * 32
        assert (await post(stand_in, body, signed(stand_in, body))).status_code == 200


async def test_two_stand_ins_share_no_secret() -> None:
    assert StandIn().secret != StandIn().secret


async def test_unsigned_or_old_requests_are_turned_away(stand_in: StandIn) -> None:
    body = CHECK.model_dump_json().encode()
    old = signed(stand_in, body, NOW - timedelta(minutes=6))
    other = sign([bytes(32)], CHECK.key, NOW, body)
    for headers in ({}, old, other):
        assert (await post(stand_in, body, headers)).status_code == 401
    assert stand_in.asked == []


async def test_a_signed_body_that_is_no_check_is_a_bad_request(stand_in: StandIn) -> None:
    answer = await post(stand_in, b"{}", signed(stand_in, b"{}"))
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/stock", "/checks", "/garage/checks", "/warehouse/checks/1"])
async def test_there_is_nothing_but_checks_and_orders(stand_in: StandIn, path: str) -> None:
    body = CHECK.model_dump_json().encode()
    answer = await post(stand_in, body, signed(stand_in, body), path)
    assert answer.status_code == 404


@pytest.mark.parametrize("department", [d for d in Department if d is not Department.WAREHOUSE])
async def test_what_a_department_does_not_know_is_left_to_people(
    stand_in: StandIn, department: Department
) -> None:
    body = CHECK.model_dump_json().encode()
    answer = await post(stand_in, body, signed(stand_in, body), f"/{department}/checks")
    assert answer.status_code == 202


async def ordered(stand_in: StandIn, code: str, signed_for: str) -> httpx.Response:
    content = signed_content("GET", f"/orders/{signed_for}", b"")
    headers = sign([secret_bytes(stand_in.secret)], "order:1", NOW, content)
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"{stand_in.url}/orders/{code}", headers=headers)


async def test_what_was_paid_is_told_to_us_alone(stand_in: StandIn) -> None:
    answer = await ordered(stand_in, MISSING_PARTS_ORDER, MISSING_PARTS_ORDER)
    paid = PAID[MISSING_PARTS_ORDER]
    assert answer.json() == {
        "order": MISSING_PARTS_ORDER,
        "paid": {"minor": paid.minor, "currency": paid.currency},
    }
    assert (await ordered(stand_in, MISSING_PARTS_ORDER, "SO-1")).status_code == 401
    assert (await ordered(stand_in, "SO-1", "SO-1")).status_code == 404


async def test_each_department_has_its_own_mood(stand_in: StandIn) -> None:
    stand_in.moods[Department.LEGAL] = Mood.DOWN
    body = CHECK.model_dump_json().encode()
    headers = signed(stand_in, body)
    assert (await post(stand_in, body, headers, "/legal/checks")).status_code == 503
    assert (await post(stand_in, body, headers)).status_code == 200


def test_its_settings_name_every_system(stand_in: StandIn) -> None:
    environment = stand_in.environment()
    assert environment["REDRESS_STORE_OPERATIONS_URL"] == f"{stand_in.url}/store_operations"
    assert environment["REDRESS_ORDER_URL"] == stand_in.url
    assert set(environment.values()) >= {stand_in.secret}
    assert len(environment) == 2 * (len(Department) + 1)


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"POST /warehouse/checks HTTP/1.1\r\ncontent-length: many\r\n\r\n",
        b"POST /warehouse/checks HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /warehouse/checks HTTP/1.1\r\ncontent-length: 9999999\r\n\r\n",
    ],
)
async def test_a_malformed_request_is_a_bad_request(stand_in: StandIn, sent: bytes) -> None:
    status = (await raw(stand_in, sent)).split(b"\r\n")[0]
    assert status in {b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 404 Not Found"}


@pytest.mark.parametrize(
    "sent", [b"", b"POST", b"POST /warehouse/checks HTTP/1.1\r\ncontent-length: 9\r\n\r\n{"]
)
async def test_an_asker_that_hangs_up_gets_nothing(stand_in: StandIn, sent: bytes) -> None:
    assert await raw(stand_in, sent) == b""


@pytest.mark.parametrize("mood", [Mood.UP, Mood.SLOW])
async def test_it_stops_while_somebody_still_waits(mood: Mood) -> None:
    async with StandIn(now=lambda: NOW) as stand_in, asyncio.timeout(5):
        reader, writer = await connect(stand_in)
        writer.write(b"POST /warehouse/checks HTTP/1.1\r\n")
        # Connections are taken in order, so an answer to the second proves that it has the first.
        await raw(stand_in, b"\r\n\r\n")
        stand_in.moods[Department.WAREHOUSE] = mood
        writer.write(b"content-length: 1\r\n\r\n")
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
