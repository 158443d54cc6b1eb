"""What every remedy service does: our ledger, its twin, an HTTP system, and the recording twin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateways.ports import RemedyService
from gateways.recording import RecordingRemedyService
from schemas.money import Money
from schemas.remedy_order import BY_SERVICE, RemedyOrder
from schemas.remedy_refusal import (
    ApprovalMissing,
    NotReversible,
    PaidUnknown,
    RefundExceedsPaid,
    RemedyDiffers,
    RemedyUnsound,
    SelfApproved,
)
from schemas.vocabulary import RemedyKind
from store.remedies import LETTERS, REVERSIBLE
from tests.contract.stores import Stores, memory_stores, postgres_stores
from tests.support.remedies import ORDER, PAID, fen, refund, remedy
from tests.support.remedy_system import asking

KEY = "7:1:1:1"
LASTING = tuple(kind for kind in BY_SERVICE if kind not in REVERSIBLE)
LEDGERS = ("memory", pytest.param("postgres", marks=pytest.mark.server), "http")

Place = tuple[str, Stores]


@pytest.fixture(params=LEDGERS)
def place(request: pytest.FixtureRequest) -> Place:
    return request.param, stores_of(request)


@pytest.fixture(params=[*LEDGERS, "twin"])
def any_place(request: pytest.FixtureRequest) -> Place:
    return request.param, stores_of(request)


@pytest.fixture
async def ledger(place: Place) -> AsyncIterator[RemedyService]:
    """A service that knows money; PAID was paid for ORDER."""
    async with served(*place) as service:
        yield service


@pytest.fixture
async def service(any_place: Place) -> AsyncIterator[RemedyService]:
    """Any service; of the recording twin nothing is expected about money."""
    async with served(*any_place) as service:
        yield service


def stores_of(request: pytest.FixtureRequest) -> Stores:
    if request.param == "postgres":
        return postgres_stores(request.getfixturevalue("pool"))
    return memory_stores()


@asynccontextmanager
async def served(kind: str, stores: Stores) -> AsyncIterator[RemedyService]:
    await stores.balances.enter_paid(ORDER, PAID)
    if kind == "twin":
        yield RecordingRemedyService()
    elif kind == "http":
        async with asking(stores.remedies) as (service, _):
            yield service
    else:
        yield stores.remedies


# ---- Once ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BY_SERVICE)
async def test_a_remedy_takes_effect_once_under_its_key(
    ledger: RemedyService, kind: RemedyKind
) -> None:
    assert await ledger.lookup(remedy(kind)) is None
    reference = await ledger.carry_out(remedy(kind))
    assert await ledger.carry_out(remedy(kind)) == reference
    assert await ledger.lookup(remedy(kind)) == reference
    assert await ledger.carry_out(remedy(kind, "7:1:1:2")) != reference
    assert reference.startswith(LETTERS[kind])


def test_the_ledger_knows_every_kind_that_services_do() -> None:
    assert set(LETTERS) == set(BY_SERVICE)


async def test_every_service_gives_one_reference_per_key(service: RemedyService) -> None:
    assert await service.lookup(remedy(RemedyKind.RESEND)) is None
    assert await service.reverse(KEY) is None
    reference = await service.carry_out(remedy(RemedyKind.RESEND))
    assert await service.carry_out(remedy(RemedyKind.RESEND)) == reference
    assert await service.lookup(remedy(RemedyKind.RESEND)) == reference


@pytest.mark.parametrize(
    "changed",
    [
        {"order": "SO-2"},
        {"item": "CUP"},
        {"quantity": 2},
        {"amount": fen(1)},
        {"amount": Money(minor=10_00, currency="USD")},
        {"number": 8},
        {"kind": RemedyKind.GIFT},
        {"requested_by": "agent-1"},
        {"requested_by": "agent-1", "approved_by": "supervisor-1"},
    ],
    ids=str,
)
async def test_a_key_means_one_content(service: RemedyService, changed: dict[str, object]) -> None:
    first = remedy(RemedyKind.COUPON, item="LID-1")
    reference = await service.carry_out(first)
    with pytest.raises(RemedyDiffers, match=KEY) as caught:
        await service.carry_out(first.model_copy(update=changed))
    assert not caught.value.retryable
    assert await service.lookup(first) == reference


async def test_a_key_of_a_parcel_never_pays(ledger: RemedyService) -> None:
    await ledger.carry_out(remedy(RemedyKind.RESEND))
    with pytest.raises(RemedyDiffers):
        await ledger.carry_out(refund(100_00))
    assert await ledger.carry_out(refund(100_00, "7:1:1:2"))


async def test_concurrent_calls_under_one_key_are_one_refund(ledger: RemedyService) -> None:
    calls = (ledger.carry_out(refund(30_00)) for _ in range(8))
    assert len(set(await asyncio.gather(*calls))) == 1
    assert await ledger.carry_out(refund(70_00, "7:1:1:2"))


# ---- Money --------------------------------------------------------------------------------------


async def test_an_order_is_paid_back_to_the_last_coin_and_no_further(
    ledger: RemedyService,
) -> None:
    await ledger.carry_out(refund(99_99, "7:1:1:1"))
    with pytest.raises(RefundExceedsPaid) as caught:
        await ledger.carry_out(refund(2, "7:1:1:2"))
    assert not caught.value.retryable
    assert await ledger.lookup(refund(2, "7:1:1:2")) is None
    await ledger.carry_out(remedy(RemedyKind.REFUND, "8:1:1:1", number=8, amount=fen(1)))
    with pytest.raises(RefundExceedsPaid):
        await ledger.carry_out(refund(1, "9:1:1:1"))


async def test_what_only_costs_us_is_no_refund(ledger: RemedyService) -> None:
    await ledger.carry_out(remedy(RemedyKind.COUPON, amount=fen(500_00)))
    assert await ledger.carry_out(refund(100_00, "7:1:1:2"))


@pytest.mark.parametrize(
    "order",
    [refund(1, order="SO-9"), remedy(RemedyKind.REFUND, amount=Money(minor=1, currency="USD"))],
    ids=["order", "currency"],
)
async def test_nothing_is_paid_back_of_what_is_not_known_to_be_paid(
    ledger: RemedyService, order: RemedyOrder
) -> None:
    with pytest.raises(PaidUnknown) as caught:
        await ledger.carry_out(order)
    assert not caught.value.retryable
    assert await ledger.lookup(order) is None


@pytest.mark.parametrize(
    "order",
    [
        refund(0),
        refund(-1),
        refund(10**15),
        refund(1, quantity=0),
        remedy(RemedyKind.GIFT, quantity=-1),
        remedy(RemedyKind.GIFT, quantity=10**6),
        remedy(RemedyKind.COUPON, amount=fen(-1)),
        remedy(RemedyKind.REFUND, amount=None),
        remedy(RemedyKind.RESEND, item=None),
        remedy(RemedyKind.APOLOGY),
    ],
    ids=repr,
)
async def test_an_impossible_remedy_is_refused(ledger: RemedyService, order: RemedyOrder) -> None:
    with pytest.raises(RemedyUnsound):
        await ledger.carry_out(order)
    assert await ledger.lookup(order) is None


@pytest.mark.parametrize("requested_by", ["agent-1", None])
async def test_nobody_approves_their_own_request(
    ledger: RemedyService, requested_by: str | None
) -> None:
    order = refund(requested_by=requested_by, approved_by="agent-1")
    with pytest.raises(SelfApproved):
        await ledger.carry_out(order)
    assert await ledger.lookup(order) is None
    assert await ledger.carry_out(refund(requested_by="agent-2", approved_by="agent-1"))


@pytest.mark.parametrize("spelling", ["Agent-1", "AGENT-1"])
async def test_another_spelling_of_the_same_person_approves_nothing(
    ledger: RemedyService, spelling: str
) -> None:
    order = refund(requested_by="agent-1", approved_by=spelling, needs_approval=True)
    with pytest.raises(SelfApproved):
        await ledger.carry_out(order)
    assert await ledger.lookup(order) is None


@pytest.mark.parametrize("kind", BY_SERVICE)
async def test_what_needs_approval_names_who_approved(
    ledger: RemedyService, kind: RemedyKind
) -> None:
    order = remedy(kind, requested_by="agent-1", needs_approval=True)
    with pytest.raises(ApprovalMissing) as caught:
        await ledger.carry_out(order)
    assert not caught.value.retryable
    assert await ledger.lookup(order) is None
    assert await ledger.carry_out(order.model_copy(update={"approved_by": "supervisor-1"}))


async def test_a_look_never_believes_another_remedy(service: RemedyService) -> None:
    await service.carry_out(remedy(RemedyKind.COUPON))
    with pytest.raises(RemedyDiffers, match=KEY):
        await service.lookup(remedy(RemedyKind.COUPON, amount=fen(5000)))


async def test_what_was_paid_by_hand_is_counted_by_every_service(ledger: RemedyService) -> None:
    for _ in range(2):
        await ledger.enter_by_hand(refund(60_00), "BANK-1")
    with pytest.raises(RefundExceedsPaid):
        await ledger.carry_out(refund(40_01, "7:1:1:2"))
    with pytest.raises(RefundExceedsPaid):
        await ledger.enter_by_hand(refund(40_01, "7:1:1:3"), "BANK-2")
    with pytest.raises(RemedyDiffers):
        await ledger.enter_by_hand(refund(60_00), "BANK-3")


# ---- Taking back --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", REVERSIBLE)
async def test_what_is_called_off_is_called_off_once(
    ledger: RemedyService, kind: RemedyKind
) -> None:
    reference = await ledger.carry_out(remedy(kind))
    reversal = await ledger.reverse(KEY)
    assert reversal is not None
    assert reversal != reference
    assert await ledger.reverse(KEY) == reversal
    assert await ledger.lookup(remedy(kind)) == reference


@pytest.mark.parametrize("kind", LASTING)
async def test_money_parcels_and_gifts_are_not_taken_back(
    ledger: RemedyService, kind: RemedyKind
) -> None:
    await ledger.carry_out(remedy(kind))
    with pytest.raises(NotReversible, match=KEY) as caught:
        await ledger.reverse(KEY)
    assert not caught.value.retryable


async def test_what_never_happened_is_not_taken_back(ledger: RemedyService) -> None:
    assert await ledger.reverse(KEY) is None
