"""Asking the shop what was paid for an order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateways.errors import OrderRecordsUnavailable, Silence
from gateways.order_http import HttpOrderRecords
from gateways.ports import OrderRecords
from gateways.signature import signed_content, verify
from schemas.money import Money

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
PAID = {"minor": 129_900, "currency": "CNY"}

Handler = Callable[[httpx.Request], httpx.Response]


async def asked(handler: Handler, order: str = "SO-2026-1107") -> Money | None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
        records: OrderRecords = HttpOrderRecords(
            client, "https://shop.example", (SECRET,), lambda: NOW
        )
        return await records.paid(order)


def saying(status: int, body: Any = None) -> Handler:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: httpx.Response(status, stream=httpx.ByteStream(content))


@pytest.mark.parametrize(
    ("order", "path"),
    [
        ("SO-2026-1107", "/orders/SO-2026-1107"),
        ("shop:7/8.b#2", "/orders/shop%3A7%2F8.b%232"),
    ],
)
async def test_the_question_is_signed_for_this_order_alone(order: str, path: str) -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return saying(200, {"order": order, "paid": PAID})(request)

    assert await asked(handle, order) == Money(minor=129_900, currency="CNY")
    (request,) = seen
    assert (request.method, request.url.raw_path) == ("GET", path.encode())
    assert verify([SECRET], request.headers, signed_content("GET", path, b""), NOW)


async def test_an_order_that_the_shop_does_not_know_was_paid_nothing_we_know_of() -> None:
    assert await asked(saying(404)) is None


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (202, Silence.RUBBISH, False),
        (302, Silence.REDIRECTED, False),
        (401, Silence.REFUSED, False),
        (429, Silence.BUSY, True),
        (503, Silence.SERVER_ERROR, True),
    ],
)
async def test_other_statuses_are_no_answer(status: int, reason: Silence, retryable: bool) -> None:
    with pytest.raises(OrderRecordsUnavailable) as caught:
        await asked(saying(status, {"paid": PAID}))
    assert (caught.value.reason, caught.value.retryable) == (reason, retryable)


async def test_a_broken_connection_may_be_tried_again() -> None:
    def handle(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("no")

    with pytest.raises(OrderRecordsUnavailable) as caught:
        await asked(handle)
    assert caught.value.retryable


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<p>Welcome</p>",
        {},
        {"paid": 129_900},
        {"paid": None},
        {"paid": {"minor": "129900", "currency": "CNY"}},
        {"paid": {"minor": 1299.0, "currency": "CNY"}},
        {"paid": {"minor": -1, "currency": "CNY"}},
        {"paid": {"minor": 10**15, "currency": "CNY"}},
        {"paid": {"minor": 1, "currency": "yuan"}},
    ],
)
async def test_what_is_no_amount_is_rubbish(body: object) -> None:
    with pytest.raises(OrderRecordsUnavailable) as caught:
        await asked(saying(200, body))
    assert caught.value.reason is Silence.RUBBISH


async def test_an_endless_answer_is_too_large() -> None:
    with pytest.raises(OrderRecordsUnavailable) as caught:
        await asked(saying(200, b" " * 70_000))
    assert caught.value.reason is Silence.TOO_LARGE
