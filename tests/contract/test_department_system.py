"""What every department system does: the HTTP adapter on real traffic, and its twin, alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from demo.records import MISSING_ITEM, PACKING
from demo.stand_in import Mood, WarehouseStandIn, judge
from gateways.check_request import CheckRequest
from gateways.department_http import HttpDepartmentSystem
from gateways.errors import DepartmentUnavailable, Silence
from gateways.inbox_only import InboxOnly
from gateways.ports import DepartmentSystem
from gateways.recording import RecordingDepartmentSystem
from gateways.signature import secret_bytes
from schemas.vocabulary import Department, Finding

MOODS = {
    Mood.UP: None,
    Mood.DOWN: Silence.SERVER_ERROR,
    Mood.SLOW: Silence.TIMEOUT,
    Mood.RUBBISH: Silence.RUBBISH,
}


@dataclass
class Warehouse:
    """A department system and the one behind it, whose mood the test sets."""

    system: DepartmentSystem
    behind: WarehouseStandIn | RecordingDepartmentSystem

    def become(self, mood: Mood) -> None:
        if isinstance(self.behind, WarehouseStandIn):
            self.behind.mood = mood
        else:
            self.behind.silence = MOODS[mood]


@pytest.fixture(params=["http", "twin"])
async def warehouse(request: pytest.FixtureRequest) -> AsyncIterator[Warehouse]:
    if request.param == "twin":
        twin = RecordingDepartmentSystem({order: judge(each) for order, each in PACKING.items()})
        yield Warehouse(twin, twin)
        return
    async with WarehouseStandIn(PACKING) as stand_in, httpx.AsyncClient(trust_env=False) as client:
        secrets = (secret_bytes(stand_in.secret),)
        patience = timedelta(milliseconds=300)
        system = HttpDepartmentSystem(
            client, stand_in.url, secrets, lambda: datetime.now(UTC), patience
        )
        yield Warehouse(system, stand_in)


def asked(order: str | None) -> CheckRequest:
    return CheckRequest(
        number=17,
        check=1,
        department=Department.WAREHOUSE,
        question="Ms Planted-Marker misses a steam basket.",
        due_at=datetime(2026, 11, 8, 12, tzinfo=UTC),
        key="17:check:1",
        order=order,
    )


async def test_an_incomplete_parcel_is_a_packing_fault_with_the_record(
    warehouse: Warehouse,
) -> None:
    evidence = await warehouse.system.ask(asked("SO-2026-1107"))
    assert evidence is not None
    assert evidence.finding is Finding.PACKING_FAULT
    assert evidence.packing == PACKING["SO-2026-1107"]
    assert MISSING_ITEM in evidence.packing.ordered
    assert MISSING_ITEM not in evidence.packing.packed


async def test_a_complete_parcel_does_not_confirm_the_complaint(warehouse: Warehouse) -> None:
    evidence = await warehouse.system.ask(asked("SO-2026-1108"))
    assert evidence is not None
    assert evidence.finding is Finding.NOT_CONFIRMED


@pytest.mark.parametrize("order", ["SO-2026-9999", None])
async def test_what_the_records_do_not_know_is_left_to_people(
    warehouse: Warehouse, order: str | None
) -> None:
    assert await warehouse.system.ask(asked(order)) is None


async def test_asking_again_under_the_same_key_gives_the_same_answer(warehouse: Warehouse) -> None:
    first = await warehouse.system.ask(asked("SO-2026-1107"))
    assert await warehouse.system.ask(asked("SO-2026-1107")) == first


@pytest.mark.parametrize(
    ("mood", "reason", "retryable"),
    [
        (Mood.DOWN, Silence.SERVER_ERROR, True),
        (Mood.SLOW, Silence.TIMEOUT, True),
        (Mood.RUBBISH, Silence.RUBBISH, False),
    ],
)
async def test_no_answer_says_why_and_whether_to_ask_again(
    warehouse: Warehouse, mood: Mood, reason: Silence, retryable: bool
) -> None:
    warehouse.become(mood)
    with pytest.raises(DepartmentUnavailable) as caught:
        await warehouse.system.ask(asked("SO-2026-1107"))
    assert caught.value.department is Department.WAREHOUSE
    assert caught.value.reason is reason
    assert caught.value.retryable is retryable
    assert str(caught.value) == f"The system of department warehouse gave no answer: {reason}."


@pytest.mark.parametrize("mood", [Mood.DOWN, Mood.SLOW, Mood.RUBBISH])
async def test_a_system_that_is_back_answers(warehouse: Warehouse, mood: Mood) -> None:
    warehouse.become(mood)
    with pytest.raises(DepartmentUnavailable):
        await warehouse.system.ask(asked("SO-2026-1108"))
    warehouse.become(Mood.UP)
    assert await warehouse.system.ask(asked("SO-2026-1108")) is not None


async def test_a_department_without_a_system_leaves_every_check_to_people() -> None:
    system: DepartmentSystem = InboxOnly()
    assert await system.ask(asked("SO-2026-1107")) is None
