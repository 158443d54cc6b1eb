"""Fixtures for tests of live cases: servers once, a worker and fresh cases for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from starter.client import ComplaintClient
from tests.support.cases import Case, accepted, opened
from tests.support.house import House, running_house
from tests.support.proofs import check_completed, check_history, is_completed, is_running


class Cases:
    """The cases of one test; at its end each is checked as a whole and put away."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._opened: list[Case] = []

    async def open(self, door: ComplaintClient | None = None, **fields: Any) -> Case:
        """Open a case that is triaged and acknowledged."""
        return self._noted(await opened(self._house, door, **fields))

    async def accept(self, door: ComplaintClient | None = None, **fields: Any) -> Case:
        """Open a case, whether a worker is up or not."""
        return self._noted(await accepted(self._house, door, **fields))

    def _noted(self, case: Case) -> Case:
        self._opened.append(case)
        return case

    async def check(self) -> None:
        for case in self._opened:
            if not case.is_jammed:
                await check_history(case)
            if await is_completed(case):
                await check_completed(case)

    async def put_away(self) -> None:
        """End what still runs, so that it is no work for the workers of later tests."""
        for case in self._opened:
            if await is_running(case):
                await case.handle.terminate()


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[House]:
    async with running_house() as house:
        yield house


@pytest.fixture
async def worker(house: House) -> AsyncIterator[None]:
    """A worker with the usual parts."""
    async with house.working():
        yield


@pytest.fixture
async def cases(house: House) -> AsyncIterator[Cases]:
    house.warehouse.answers, house.warehouse.silence = {}, None
    cases = Cases(house)
    yield cases
    try:
        await cases.check()
    finally:
        await cases.put_away()
