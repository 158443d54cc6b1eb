"""The HTTP adapter of remedies against a system that fails before acting and after it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest

from gateways.errors import OutcomeUnknown
from gateways.recording import RecordingRemedyService
from gateways.remedy_http import HttpRemedyService
from gateways.signature import signed_content, verify
from schemas.remedy_order import RemedyOrder
from schemas.remedy_refusal import (
    REFUSALS,
    NotReversible,
    RefundExceedsPaid,
    RemedyDiffers,
    RemedyRefused,
)
from schemas.vocabulary import RemedyKind
from store.memory import Memory, MemoryOrderBalances, MemoryRemedyLedger
from tests.support.remedies import fen, refund, remedy
from tests.support.remedy_system import SECRET, RemedySystem, Trouble, asking

KEY = "7:1:1:1"
NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
COUPON = remedy(RemedyKind.COUPON)

Handler = Callable[[httpx.Request], httpx.Response]
Place = tuple[HttpRemedyService, RemedySystem, RecordingRemedyService]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """A service, the system that it asks with 0.3 s of patience, and what happens behind."""
    behind = RecordingRemedyService()
    async with asking(behind, patience=0.3) as (service, system):
        yield service, system, behind


def answering(handler: Handler, url: str = "https://erp.example/api/") -> HttpRemedyService:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return HttpRemedyService(client, url, (SECRET,), lambda: NOW)


def saying(status: int, body: object = None) -> HttpRemedyService:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answering(lambda _: httpx.Response(status, stream=httpx.ByteStream(content)))


# ---- Requests -----------------------------------------------------------------------------------


async def test_each_request_is_signed_for_itself_alone() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        body = json.dumps({"reference": "RF-1", "order": order.model_dump(mode="json")})
        return httpx.Response(200, stream=httpx.ByteStream(body.encode()))

    service = answering(handle)
    order = refund(requested_by="agent-1", approved_by="supervisor-1")
    await service.carry_out(order)
    await service.lookup(order)
    await service.reverse(KEY)
    assert [request.method for request in seen] == ["PUT", "GET", "DELETE"]
    assert {str(request.url) for request in seen} == {"https://erp.example/api/remedies/7:1:1:1"}
    assert RemedyOrder.model_validate_json(seen[0].content) == order
    signed = {
        signed_content(request.method, "/remedies/7:1:1:1", request.content) for request in seen
    }
    assert len(signed) == 3
    for request in seen:
        content = signed_content(request.method, "/remedies/7:1:1:1", request.content)
        assert verify([SECRET], request.headers, content, NOW) == KEY


async def test_a_key_stays_one_part_of_the_path() -> None:
    seen: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(404, stream=httpx.ByteStream(b""))

    assert await answering(handle).lookup(refund(key="7/1?x#y")) is None
    assert seen == [b"/api/remedies/7%2F1%3Fx%23y"]


# ---- What went wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", Trouble)
async def test_a_lost_answer_is_settled_by_asking_and_never_acts_twice(
    place: Place, trouble: Trouble
) -> None:
    service, system, behind = place
    system.troubles = [trouble]
    with pytest.raises(OutcomeUnknown, match=KEY) as caught:
        await service.carry_out(COUPON)
    assert caught.value.retryable
    found = await service.lookup(COUPON)
    assert found == ("RM-1" if trouble.acts else None)
    assert await service.carry_out(COUPON) == "RM-1"
    assert list(behind.done) == [KEY]


@pytest.mark.parametrize("trouble", Trouble)
async def test_a_lookup_without_an_answer_settles_nothing(place: Place, trouble: Trouble) -> None:
    service, system, _ = place
    await service.carry_out(COUPON)
    system.troubles = [trouble]
    with pytest.raises(OutcomeUnknown):
        await service.lookup(COUPON)
    assert await service.lookup(COUPON) == "RM-1"


@pytest.mark.parametrize("trouble", Trouble)
async def test_a_lost_reversal_is_asked_for_again(place: Place, trouble: Trouble) -> None:
    service, system, behind = place
    await service.carry_out(COUPON)
    system.troubles = [trouble]
    with pytest.raises(OutcomeUnknown):
        await service.reverse(KEY)
    assert await service.reverse(KEY) == "RV-1"
    assert behind.reversed == [KEY]


async def test_a_system_that_does_not_know_us_does_nothing(place: Place) -> None:
    _, system, behind = place
    async with httpx.AsyncClient(trust_env=False) as client:
        stranger = HttpRemedyService(client, system.url, (bytes(32),), lambda: datetime.now(UTC))
        with pytest.raises(RemedyRefused, match="status 401"):
            await stranger.carry_out(COUPON)
        with pytest.raises(OutcomeUnknown):
            await stranger.lookup(COUPON)
    assert (behind.done, system.calls) == ({}, [])


async def test_nobody_listening_leaves_the_outcome_open() -> None:
    async with asking(RecordingRemedyService()) as (service, _):
        pass
    async with httpx.AsyncClient(trust_env=False) as client:
        alone = HttpRemedyService(client, service.url, (SECRET,), lambda: datetime.now(UTC))
        with pytest.raises(OutcomeUnknown):
            await alone.carry_out(COUPON)


# ---- What answers mean --------------------------------------------------------------------------


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_system_names_its_reason_by_code(refusal: type[RemedyRefused]) -> None:
    service = saying(409, {"code": refusal.code})
    for attempt in (service.carry_out(COUPON), service.reverse(KEY)):
        with pytest.raises(refusal) as caught:
            await attempt
        assert caught.value.key == KEY


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (409, {"code": "out_of_stock"}, "out_of_stock"),
        (400, {"code": "Ms Wang has moved"}, "status 400"),
        (422, {"error": "no"}, "status 422"),
        (403, b"<p>Forbidden</p>", "status 403"),
        (404, b"", "status 404"),
        (418, {"code": 17}, "status 418"),
    ],
)
async def test_any_other_refusal_is_final_too(status: int, body: object, reason: str) -> None:
    with pytest.raises(RemedyRefused) as caught:
        await saying(status, body).carry_out(COUPON)
    assert type(caught.value) is RemedyRefused
    assert caught.value.reason == reason
    assert not caught.value.retryable


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_not_there_or_not_any_more_is_told_as_nothing(status: int) -> None:
    assert await saying(status, {"code": "gone"}).reverse(KEY) is None


def standing(**changed: object) -> HttpRemedyService:
    """Return a system that has another refund under our key, in so far as it is changed."""
    order = refund(order="SO-1").model_copy(update=changed)
    return saying(200, {"reference": "RF-1", "order": order.model_dump(mode="json")})


async def test_a_look_believes_what_stands_there_word_by_word() -> None:
    ours = refund(order="so-1 ", requested_by="agent-1")
    assert await standing().lookup(ours) == "RF-1"
    others: list[dict[str, object]] = [
        {"amount": fen(1)},
        {"order": "SO-2"},
        {"kind": RemedyKind.REFUND},
        {"quantity": 2},
        {"number": 8},
    ]
    for changed in others:
        with pytest.raises(RemedyDiffers):
            await standing(**changed).lookup(ours)


async def test_a_system_that_does_not_say_what_stands_there_settles_nothing() -> None:
    with pytest.raises(OutcomeUnknown):
        await saying(200, {"reference": "RF-1"}).lookup(COUPON)


# ---- Paid by hand -------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", Trouble)
async def test_what_was_paid_by_hand_is_told_until_it_is_heard(
    place: Place, trouble: Trouble
) -> None:
    service, system, behind = place
    if trouble is not Trouble.ACT_AND_TALK_RUBBISH and trouble is not Trouble.ACT_AND_SAY_TOO_MUCH:
        system.troubles = [trouble]
        with pytest.raises(OutcomeUnknown):
            await service.enter_by_hand(refund(), "BANK-1")
    await service.enter_by_hand(refund(), "BANK-1")
    assert (behind.by_hand, behind.done) == ({KEY: "BANK-1"}, {})


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(404, None, "remedy_refused"), (409, {"code": "refund_exceeds_paid"}, "refund_exceeds_paid")],
)
async def test_what_was_paid_by_hand_may_not_add_up(status: int, body: object, code: str) -> None:
    with pytest.raises(RemedyRefused) as caught:
        await saying(status, body).enter_by_hand(refund(), "BANK-1")
    assert caught.value.code == code


@pytest.mark.parametrize("status", [409, 423, 500])
async def test_a_busy_system_is_told_again(status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        await saying(status).enter_by_hand(refund(), "BANK-1")


@pytest.mark.parametrize("status", [400, 401, 405, 409])
async def test_a_reversal_that_is_refused_is_final(status: int) -> None:
    with pytest.raises(NotReversible):
        await saying(status).reverse(KEY)


@pytest.mark.parametrize("status", [202, 204, 206, 302, 307, 408, 425, 429, 500, 502, 503, 999])
async def test_other_statuses_leave_the_outcome_open(status: int) -> None:
    service = saying(status, {"reference": "RF-1"})
    for attempt in (service.carry_out(COUPON), service.lookup(COUPON), service.reverse(KEY)):
        with pytest.raises(OutcomeUnknown):
            await attempt


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b'{"reference": ""}',
        b'{"reference": 17}',
        b'{"reference": "left with Ms Wang"}',
        b'{"reference": "R\\n"}',
        json.dumps({"reference": "R" * 65}).encode(),
    ],
)
async def test_an_answer_without_a_reference_leaves_the_outcome_open(body: bytes) -> None:
    service = saying(200, body)
    for attempt in (service.carry_out(COUPON), service.lookup(COUPON), service.reverse(KEY)):
        with pytest.raises(OutcomeUnknown):
            await attempt


async def test_what_is_created_is_as_good_as_what_was_there() -> None:
    assert await saying(201, {"reference": "RF-1", "newer": True}).carry_out(COUPON) == "RF-1"


async def test_a_redirect_is_not_followed() -> None:
    hosts: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(307, headers={"location": "https://elsewhere.example/"})

    with pytest.raises(OutcomeUnknown):
        await answering(handle).carry_out(COUPON)
    assert hosts == ["erp.example"]


# ---- Many at once, two of five in trouble -------------------------------------------------------


async def settled(service: HttpRemedyService, order: RemedyOrder) -> str:
    """Carry an order out as the activity does: after trouble say the same again."""
    for _ in range(1000):
        try:
            return await service.carry_out(order)
        except OutcomeUnknown:
            continue
        except RefundExceedsPaid as refusal:
            return refusal.code
    raise AssertionError(order.key)


async def test_many_refunds_in_trouble_differ_by_no_coin() -> None:
    memory = Memory(now=lambda: NOW)
    balances = MemoryOrderBalances(memory)
    orders = [refund(3_00, f"{n}:1:1:1", number=n, order=f"SO-{n % 15}") for n in range(150)]
    for order in {order.order for order in orders}:
        await balances.enter_paid(order, fen(20_00))
    dice = random.Random(7)
    quick = [trouble for trouble in Trouble if "STALL" not in trouble.name]
    async with asking(MemoryRemedyLedger(memory, balances.paid)) as (service, system):
        system.troubles = [dice.choice(quick) if dice.random() < 0.4 else None for _ in range(900)]
        results = [await settled(service, order) for order in orders]
    paid = [result for result in results if result != RefundExceedsPaid.code]
    assert len(paid) == len(set(paid)) == len(memory.remedies) == 15 * 6
    refunds = Counter(order.order for order in memory.remedies.values())
    assert [count * 3_00 for count in refunds.values()] == [18_00] * 15
    assert {call.method for call in system.calls} == {"PUT"}
