"""The stand-in warehouse takes signed checks only and survives whatever else connects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from demo.records import PACKING
from demo.stand_in import Mood, WarehouseStandIn, judge
from gateways.check_request import CheckRequest
from gateways.signature import secret_bytes, sign
from schemas.evidence import Evidence, PackingRecord
from schemas.vocabulary import Department, Finding

NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
CHECK = CheckRequest(
    number=17,
    check=1,
    department=Department.WAREHOUSE,
    question="What was packed?",
    due_at=NOW,
    key="17:check:1",
    order="SO-2026-1107",
)


@pytest.fixture
async def stand_in() -> AsyncIterator[WarehouseStandIn]:
    async with WarehouseStandIn(PACKING, lambda: NOW) as running:
        yield running


async def post(
    stand_in: WarehouseStandIn, body: bytes, headers: dict[str, str], path: str = "/checks"
) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(stand_in.url + path, content=body, headers=headers)


def signed(stand_in: WarehouseStandIn, body: bytes, at: datetime = NOW) -> dict[str, str]:
    return sign([secret_bytes(stand_in.secret)], CHECK.key, at, body)


async def connect(
    stand_in: WarehouseStandIn,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = stand_in.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def raw(stand_in: WarehouseStandIn, sent: bytes) -> bytes:
    reader, writer = await connect(stand_in)
    writer.write(sent)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_signed_check_is_answered_and_remembered(stand_in: WarehouseStandIn) -> None:
    body = CHECK.model_dump_json().encode()
    answer = await post(stand_in, body, signed(stand_in, body))
    assert answer.status_code == 200
    evidence = Evidence.model_validate_json(answer.content)
    assert evidence == judge(PACKING["SO-2026-1107"])
    assert stand_in.asked == ["17:check:1"]


async def test_a_configured_secret_is_used() -> None:
    async with WarehouseStandIn(PACKING, lambda: NOW, "whsec_" + "A" * 32) as stand_in:
        body = CHECK.model_dump_json().encode()
        assert stand_in.secret == "whsec_" + "A" * 32
        assert (await post(stand_in, body, signed(stand_in, body))).status_code == 200


async def test_two_stand_ins_share_no_secret() -> None:
    assert WarehouseStandIn(PACKING).secret != WarehouseStandIn(PACKING).secret


async def test_unsigned_or_old_requests_are_turned_away(stand_in: WarehouseStandIn) -> None:
    body = CHECK.model_dump_json().encode()
    old = signed(stand_in, body, NOW - timedelta(minutes=6))
    other = sign([bytes(32)], CHECK.key, NOW, body)
    for headers in ({}, old, other):
        assert (await post(stand_in, body, headers)).status_code == 401
    assert stand_in.asked == []


async def test_a_signed_body_that_is_no_check_is_a_bad_request(stand_in: WarehouseStandIn) -> None:
    answer = await post(stand_in, b"{}", signed(stand_in, b"{}"))
    assert answer.status_code == 400


async def test_there_is_nothing_but_checks(stand_in: WarehouseStandIn) -> None:
    body = CHECK.model_dump_json().encode()
    answer = await post(stand_in, body, signed(stand_in, body), "/stock")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"POST /checks HTTP/1.1\r\ncontent-length: many\r\n\r\n",
        b"POST /checks HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /checks HTTP/1.1\r\ncontent-length: 9999999\r\n\r\n",
    ],
)
async def test_a_malformed_request_is_a_bad_request(
    stand_in: WarehouseStandIn, sent: bytes
) -> None:
    status = (await raw(stand_in, sent)).split(b"\r\n")[0]
    assert status in {b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 404 Not Found"}


@pytest.mark.parametrize(
    "sent", [b"", b"POST", b"POST /checks HTTP/1.1\r\ncontent-length: 9\r\n\r\n{"]
)
async def test_an_asker_that_hangs_up_gets_nothing(stand_in: WarehouseStandIn, sent: bytes) -> None:
    assert await raw(stand_in, sent) == b""


@pytest.mark.parametrize("mood", [Mood.UP, Mood.SLOW])
async def test_it_stops_while_somebody_still_waits(mood: Mood) -> None:
    async with WarehouseStandIn(PACKING, lambda: NOW) as stand_in, asyncio.timeout(5):
        reader, writer = await connect(stand_in)
        writer.write(b"POST /checks HTTP/1.1\r\n")
        # Connections are taken in order, so an answer to the second proves that it has the first.
        await raw(stand_in, b"\r\n\r\n")
        stand_in.mood = mood
        writer.write(b"content-length: 1\r\n\r\n")
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("packed", "finding"),
    [
        (("A", "B", "B"), Finding.NOT_CONFIRMED),
        (("B", "A", "B"), Finding.NOT_CONFIRMED),
        (("A", "B"), Finding.PACKING_FAULT),
        (("A", "B", "C"), Finding.PACKING_FAULT),
        ((), Finding.PACKING_FAULT),
    ],
)
def test_a_parcel_that_lacks_something_ordered_is_a_packing_fault(
    packed: tuple[str, ...], finding: Finding
) -> None:
    record = PackingRecord(parcel="PX-1", ordered=("A", "B", "B"), packed=packed)
    assert judge(record).finding is finding
