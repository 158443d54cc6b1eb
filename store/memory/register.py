"""The twin of the register."""

from __future__ import annotations

from datetime import timedelta

from schemas.keys import PublicKey
from store.door_keys import DoorKey
from store.errors import ComplaintIdTaken, PolicyUnknown
from store.memory.tables import Memory, Queued
from store.register import HEAD_START, Acceptance, Entry, NewEntry, Register
from store.vault import StoredKey


class MemoryRegister(Register):
    """Accepts and hands out complaints as the register does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def find(self, source: str, source_key: str) -> Entry | None:
        self._memory.reach()
        for entry in self._memory.register.values():
            if (entry.opening.source, entry.opening.source_key) == (source, source_key):
                return entry
        return None

    async def entry(self, number: int) -> Entry | None:
        self._memory.reach()
        return self._memory.register.get(number)

    async def accept(self, new: NewEntry, *, dispatch_after: timedelta = HEAD_START) -> Acceptance:
        standing = await self.find(new.opening.source, new.opening.source_key)
        if standing is not None:
            return Acceptance(standing, is_new=False)
        if new.key.complaint_id in self._memory.keys:
            raise ComplaintIdTaken(new.key.complaint_id)
        if new.policy_version not in self._memory.policies:
            raise PolicyUnknown(new.policy_version)
        return Acceptance(self._entered(new, dispatch_after), is_new=True)

    async def claim_due(self, limit: int, lease: timedelta) -> list[Entry]:
        self._memory.reach()
        now = self._memory.now()
        queue = self._memory.dispatch
        due = [number for number, queued in queue.items() if queued.next_attempt_at <= now]
        due.sort(key=lambda number: (queue[number].next_attempt_at, number))
        for number in due[:limit]:
            queue[number].next_attempt_at = now + lease
            queue[number].attempts += 1
        return [self._memory.register[number] for number in sorted(due[:limit])]

    async def dispatched(self, number: int) -> None:
        self._memory.reach()
        self._memory.dispatch.pop(number, None)

    async def postpone(self, number: int, error_code: str, delay: timedelta) -> None:
        self._memory.reach()
        queued = self._memory.dispatch.get(number)
        if queued is not None:
            queued.last_error = error_code
            queued.next_attempt_at = self._memory.now() + delay

    async def undispatched(self) -> int:
        self._memory.reach()
        return len(self._memory.dispatch)

    async def count(self) -> int:
        self._memory.reach()
        return len(self._memory.register)

    async def numbers_missing(self) -> list[int]:
        self._memory.reach()
        last = max(self._memory.register, default=0)
        return [number for number in range(1, last + 1) if number not in self._memory.register]

    async def save_policy(self, version: str, document: str) -> None:
        self._memory.reach()
        self._memory.policies.setdefault(version, document)

    async def policy(self, version: str) -> str | None:
        self._memory.reach()
        return self._memory.policies.get(version)

    async def trusted_keys(self) -> tuple[PublicKey, ...]:
        self._memory.reach()
        keys = self._memory.door_keys.values()
        return tuple(key.public for key in keys if key.is_in_force)

    async def key_ring(self) -> list[DoorKey]:
        self._memory.reach()
        return list(self._memory.door_keys.values())

    async def first_run(self, number: int) -> str | None:
        self._memory.reach()
        return self._memory.runs.get(number)

    async def note_run(self, number: int, run_id: str) -> None:
        self._memory.reach()
        self._memory.runs.setdefault(number, run_id)

    def _entered(self, new: NewEntry, dispatch_after: timedelta) -> Entry:
        now = self._memory.now()
        number = len(self._memory.register) + 1
        entry = Entry(
            number,
            new.key.complaint_id,
            new.opening,
            new.request_hash,
            new.policy_version,
            new.received_at,
            now,
        )
        self._memory.keys[new.key.complaint_id] = StoredKey(new.key.wrapped, new.key.kek_id)
        self._memory.register[number] = entry
        self._memory.dispatch[number] = Queued(now + dispatch_after)
        return entry
