"""Rules 9, 10 and 25: departments' own systems are asked first; people answer what they cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from demo.records import (
    COUNTER_STORE,
    GIFT_ORDER,
    MISSING_PARTS_ORDER,
    REPAIR_ORDER,
    RETURN_ORDER,
    TELEVISION_BATCH,
)
from demo.stand_in import Mood, StandIn
from gateways.department_http import HttpDepartmentSystem
from gateways.signature import secret_bytes
from runtime.queues import CASES
from schemas.commands import Actor
from schemas.evidence import Evidence
from schemas.offer import Option
from schemas.vocabulary import CheckStatus, Department, Finding, Role, Stage, Verdict
from tests.support.caseload import Caseload
from tests.support.cases import clock
from tests.support.commands import coupon
from tests.support.policies import hours, minutes, seconds

pytestmark = pytest.mark.server

FOUND: Mapping[Department, tuple[dict[str, Any], Finding, str, set[str]]] = {
    Department.WAREHOUSE: (
        {"order": MISSING_PARTS_ORDER},
        Finding.PACKING_FAULT,
        "PX-88-30417",
        {"packing"},
    ),
    Department.LOGISTICS: (
        {"order": GIFT_ORDER},
        Finding.LATE_DELIVERY,
        "PX-88-29960",
        {"tracking"},
    ),
    Department.QUALITY: (
        {"batch": TELEVISION_BATCH},
        Finding.BATCH_FAULT,
        TELEVISION_BATCH,
        {"inspection"},
    ),
    Department.LEGAL: (
        {"order": RETURN_ORDER},
        Finding.RULE_NOT_APPLICABLE,
        "RETURN-WITHOUT-REASON",
        {"rule"},
    ),
    Department.AFTER_SALES: (
        {"order": REPAIR_ORDER},
        Finding.APPOINTMENT_MISSED,
        "RO-5521",
        {"repair"},
    ),
    Department.STORE_OPERATIONS: (
        {"store": COUNTER_STORE},
        Finding.STAFF_FAULT,
        "ST-021-LATE",
        {"staff", "till"},
    ),
}
"""What a complaint says, what the department's system then finds, and which records it gives."""

ANSWER = {"system", "finding", "reference", "unavailable"}


@pytest.fixture
async def company() -> AsyncIterator[StandIn]:
    async with StandIn() as company:
        yield company


@pytest.fixture
async def systems(company: StandIn) -> AsyncIterator[dict[Department, HttpDepartmentSystem]]:
    """The systems of all departments, which are asked without much patience."""
    secrets = (secret_bytes(company.secret),)
    async with httpx.AsyncClient(trust_env=False) as http:
        yield {
            department: HttpDepartmentSystem(
                http, company.url_of(department), secrets, company._now, patience=seconds(0.2)
            )
            for department in Department
        }


Systems = Mapping[Department, HttpDepartmentSystem]


def records(evidence: Evidence) -> set[str]:
    return {name for name, value in evidence if value is not None} - ANSWER


@pytest.mark.parametrize("department", Department)
async def test_a_conclusive_answer_completes_the_check_without_a_person(
    cases: Caseload, company: StandIn, systems: Systems, department: Department
) -> None:
    told, finding, reference, given = FOUND[department]
    async with cases.house.working(departments=systems):
        case = await cases.open(**told)
        await case.ask(department)
        view = await case.stage(Stage.DECIDING)
    (check,) = view.checks
    assert (check.findings, check.references) == ((finding,), (reference,))
    assert records(check.evidence[0]) == given
    assert company.asked == [f"{case.number}:check:1"]


async def test_checks_of_several_departments_run_side_by_side(
    cases: Caseload, systems: Systems
) -> None:
    told: dict[str, Any] = {"order": GIFT_ORDER, "batch": TELEVISION_BATCH, "store": COUNTER_STORE}
    asked = (Department.LOGISTICS, Department.QUALITY, Department.STORE_OPERATIONS)
    async with cases.house.working(departments=systems):
        case = await cases.open(**told)
        for department in asked:
            await case.ask(department)
        view = await case.stage(Stage.DECIDING)
    assert [check.findings for check in view.checks] == [(FOUND[each][1],) for each in asked]


@pytest.mark.parametrize(
    ("mood", "code"),
    [(Mood.DOWN, "server_error"), (Mood.SLOW, "timeout"), (Mood.RUBBISH, "rubbish")],
)
@pytest.mark.parametrize("department", [Department.WAREHOUSE, Department.LEGAL])
async def test_a_system_that_is_no_help_leaves_the_check_with_people_and_it_shows(
    cases: Caseload,
    company: StandIn,
    systems: Systems,
    department: Department,
    mood: Mood,
    code: str,
) -> None:
    company.moods[department] = mood
    async with cases.house.working(departments=systems):
        case = await cases.open(**FOUND[department][0])
        await case.ask(department)
        assert (await case.view()).stage is Stage.INVESTIGATING
        await case.wait(hours(2))
        view = await case.until(lambda view: view.checks[0].evidence)
        (evidence,) = view.checks[0].evidence
        assert evidence == Evidence(system=department, unavailable=code)
        assert view.checks[0].status is CheckStatus.OPEN
        await case.journal()
        inbox = await case.client.inbox(department)
        assert [row.unavailable for row in inbox if row.number == case.number] == [code]
        person = Actor(id="someone", role=Role.DEPARTMENT, department=department)
        await case.send("complete_check", person, check=1, finding=Finding.CONFIRMED)
        view = await case.stage(Stage.DECIDING)
    assert clock(view, "check.1").verdict is Verdict.MET


async def test_a_system_that_recovers_answers_the_same_question(
    cases: Caseload, company: StandIn, systems: Systems
) -> None:
    company.moods[Department.WAREHOUSE] = Mood.DOWN
    async with cases.house.working(departments=systems):
        case = await cases.open(order=MISSING_PARTS_ORDER)
        await case.ask()
        company.moods[Department.WAREHOUSE] = Mood.UP
        await case.wait(minutes(5))
        view = await case.stage(Stage.DECIDING)
    assert view.checks[0].findings == (Finding.PACKING_FAULT,)


async def test_a_department_that_is_down_holds_up_its_own_check_only(
    cases: Caseload, company: StandIn, systems: Systems
) -> None:
    company.moods[Department.WAREHOUSE] = Mood.DOWN
    async with cases.house.working(departments=systems):
        asking, other = await cases.open(order=GIFT_ORDER), await cases.open()
        await asking.ask()
        await asking.ask(Department.LOGISTICS)
        await other.propose(Option(steps=(coupon(),)))
        view = await asking.until(lambda view: view.checks[1].findings)
        assert view.checks[1].findings == (Finding.LATE_DELIVERY,)
        assert view.checks[0].status is CheckStatus.OPEN
        assert view.stage is Stage.INVESTIGATING
        assert (await other.view()).stage is Stage.AWAITING_CONSENT


async def test_an_inconclusive_finding_is_left_to_people(cases: Caseload) -> None:
    told = Evidence(system="legal", finding=Finding.INCONCLUSIVE, reference="R-1")
    cases.house.departments[Department.LEGAL].answers = {"SO-77": told}
    async with cases.house.working():
        case = await cases.open(order="SO-77")
        await case.ask(Department.LEGAL)
        view = await case.until(lambda view: view.checks[0].evidence)
    assert view.checks[0].evidence == (Evidence(system="legal", reference="R-1"),)
    assert view.checks[0].status is CheckStatus.OPEN


# ---- Workers of one department alone -----------------------------------------------------------


async def test_a_departments_own_worker_asks_its_system_and_nothing_else(
    cases: Caseload, systems: Systems
) -> None:
    async with (
        cases.house.working(CASES, departments=systems),
        cases.house.working(Department.LEGAL, departments=systems),
    ):
        case = await cases.open(order=RETURN_ORDER)
        await case.ask(Department.LEGAL)
        view = await case.stage(Stage.DECIDING)
    assert view.checks[0].findings == (Finding.RULE_NOT_APPLICABLE,)


async def test_a_department_without_a_worker_leaves_its_checks_with_people(
    cases: Caseload,
) -> None:
    policy = cases.house.config.policy
    soon = policy.model_copy(update={"evidence_gives_up_after": seconds(0.5)})
    async with cases.house.working(CASES):
        case = await cases.open(cases.house.door(policy=soon), order=RETURN_ORDER)
        await case.ask(Department.LEGAL)
        view = await case.until(lambda view: view.checks[0].evidence)
    assert view.checks[0].evidence == (Evidence(system="legal", unavailable="timed_out"),)
    assert view.checks[0].status is CheckStatus.OPEN
