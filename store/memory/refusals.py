"""The twin of the late refusals."""

from __future__ import annotations

from store.late_refusals import LateRefusal, LateRefusals
from store.memory.tables import Memory


class MemoryLateRefusals(LateRefusals):
    """Keeps late refusals as the database does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def record(self, refusal: LateRefusal) -> None:
        self._memory.reach()
        self._memory.late_refusals.setdefault((refusal.number, refusal.command_id), refusal)

    async def of(self, number: int) -> list[LateRefusal]:
        self._memory.reach()
        return [kept for kept in self._memory.late_refusals.values() if kept.number == number]
