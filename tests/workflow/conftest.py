"""Fixtures for tests of live cases: servers once, a worker and fresh cases for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.caseload import Caseload
from tests.support.house import House, running_house


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[House]:
    async with running_house() as house:
        yield house


@pytest.fixture
async def cases(house: House) -> AsyncIterator[Caseload]:
    """A caseload without a worker; no department answers anything by itself."""
    for system in house.departments.values():
        system.answers, system.silence = {}, None
    cases = Caseload(house)
    yield cases
    try:
        await cases.check()
    finally:
        await cases.put_away()


@pytest.fixture
async def served(house: House, cases: Caseload) -> AsyncIterator[Caseload]:
    """A caseload that a worker in this process serves."""
    async with house.working():
        yield cases
