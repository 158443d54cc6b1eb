"""What every department system does: the HTTP adapter on real traffic, and its twin, alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from demo.judging import judge
from demo.records import GIFT_ORDER, MISSING_ITEM, PACKING, RECORDS
from demo.stand_in import Mood, StandIn
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

KNOWN = {
    department: {shelf.key: code} for department, shelf in RECORDS.items() for code in shelf.records
}
"""For each department what a check says about which its system knows something."""


@dataclass
class Company:
    """The systems of all departments and what is behind them, whose moods a test sets."""

    systems: Mapping[Department, DepartmentSystem]
    behind: StandIn | Mapping[Department, RecordingDepartmentSystem]

    def become(self, department: Department, mood: Mood) -> None:
        if isinstance(self.behind, StandIn):
            self.behind.moods[department] = mood
        else:
            self.behind[department].silence = MOODS[mood]


@pytest.fixture(params=["http", "twin"])
async def company(request: pytest.FixtureRequest) -> AsyncIterator[Company]:
    if request.param == "twin":
        twins = {
            department: RecordingDepartmentSystem(
                {code: judge(department, *each) for code, each in shelf.records.items()}
            )
            for department, shelf in RECORDS.items()
        }
        yield Company(twins, twins)
        return
    async with StandIn() as stand_in, httpx.AsyncClient(trust_env=False) as client:
        secrets = (secret_bytes(stand_in.secret),)
        patience = timedelta(milliseconds=300)
        systems = {
            department: HttpDepartmentSystem(
                client, stand_in.url_of(department), secrets, lambda: datetime.now(UTC), patience
            )
            for department in Department
        }
        yield Company(systems, stand_in)


def asked(department: Department = Department.WAREHOUSE, **about: str) -> CheckRequest:
    return CheckRequest(
        number=17,
        check=1,
        department=department,
        question="Ms Planted-Marker misses a steam basket.",
        due_at=datetime(2026, 11, 8, 12, tzinfo=UTC),
        key="17:check:1",
        **about,  # type: ignore[arg-type]  # References, all of them optional.
    )


@pytest.mark.parametrize("department", Department)
async def test_what_the_records_know_comes_with_the_records(
    company: Company, department: Department
) -> None:
    request = asked(department, **KNOWN[department])
    [code] = KNOWN[department].values()
    expected = judge(department, *RECORDS[department].records[code])
    assert await company.systems[department].ask(request) == expected


async def test_an_incomplete_parcel_is_a_packing_fault_with_the_record(company: Company) -> None:
    evidence = await company.systems[Department.WAREHOUSE].ask(asked(order="SO-2026-1107"))
    assert evidence is not None
    assert evidence.finding is Finding.PACKING_FAULT
    assert evidence.packing == PACKING["SO-2026-1107"]
    assert MISSING_ITEM in evidence.packing.ordered
    assert MISSING_ITEM not in evidence.packing.packed


async def test_departments_judge_the_same_order_by_their_own_records(company: Company) -> None:
    found = [
        await company.systems[department].ask(asked(department, order=GIFT_ORDER))
        for department in (Department.WAREHOUSE, Department.LOGISTICS)
    ]
    expected = [Finding.NOT_CONFIRMED, Finding.LATE_DELIVERY]
    assert [evidence and evidence.finding for evidence in found] == expected


@pytest.mark.parametrize("department", Department)
@pytest.mark.parametrize("about", [{"order": "SO-2026-9999", "batch": "B-9", "store": "S-9"}, {}])
async def test_what_the_records_do_not_know_is_left_to_people(
    company: Company, department: Department, about: dict[str, str]
) -> None:
    assert await company.systems[department].ask(asked(department, **about)) is None


async def test_asking_again_under_the_same_key_gives_the_same_answer(company: Company) -> None:
    warehouse = company.systems[Department.WAREHOUSE]
    first = await warehouse.ask(asked(order="SO-2026-1107"))
    assert await warehouse.ask(asked(order="SO-2026-1107")) == first


@pytest.mark.parametrize("department", Department)
@pytest.mark.parametrize(
    ("mood", "reason", "retryable"),
    [
        (Mood.DOWN, Silence.SERVER_ERROR, True),
        (Mood.SLOW, Silence.TIMEOUT, True),
        (Mood.RUBBISH, Silence.RUBBISH, False),
    ],
)
async def test_no_answer_says_why_and_whether_to_ask_again(
    company: Company, department: Department, mood: Mood, reason: Silence, retryable: bool
) -> None:
    company.become(department, mood)
    with pytest.raises(DepartmentUnavailable) as caught:
        await company.systems[department].ask(asked(department, **KNOWN[department]))
    assert caught.value.department is department
    assert caught.value.reason is reason
    assert caught.value.retryable is retryable
    assert str(caught.value) == f"The system of department {department} gave no answer: {reason}."


@pytest.mark.parametrize("mood", [Mood.DOWN, Mood.SLOW, Mood.RUBBISH])
async def test_a_system_that_is_back_answers(company: Company, mood: Mood) -> None:
    warehouse = company.systems[Department.WAREHOUSE]
    company.become(Department.WAREHOUSE, mood)
    with pytest.raises(DepartmentUnavailable):
        await warehouse.ask(asked(order="SO-2026-1108"))
    company.become(Department.WAREHOUSE, Mood.UP)
    assert await warehouse.ask(asked(order="SO-2026-1108")) is not None


async def test_a_department_without_a_system_leaves_every_check_to_people() -> None:
    system: DepartmentSystem = InboxOnly()
    assert await system.ask(asked(order="SO-2026-1107")) is None
