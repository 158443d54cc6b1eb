"""The cases of one test: opened as it wants, checked as a whole at its end, and put away."""

from __future__ import annotations

from typing import Any

from starter.client import ComplaintClient
from tests.support.cases import Case, accepted, opened
from tests.support.house import House
from tests.support.proofs import check_completed, check_history, is_completed, is_running


class Caseload:
    """Opens cases and remembers them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._opened: list[Case] = []

    async def open(self, door: ComplaintClient | None = None, **fields: Any) -> Case:
        """Open a case that is triaged and acknowledged."""
        return self.note(await opened(self.house, door, **fields))

    async def accept(self, door: ComplaintClient | None = None, **fields: Any) -> Case:
        """Open a case, whether a worker is up or not."""
        return self.note(await accepted(self.house, door, **fields))

    def note(self, case: Case) -> Case:
        self._opened.append(case)
        return case

    async def check(self) -> None:
        """Check what must hold for every case, whatever the test was about."""
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
