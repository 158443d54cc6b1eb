"""Unwrapped keys that were used lately, few and not for long."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from time import monotonic

from store.sealing import DataKey

SIZE = 1024
AGE = timedelta(minutes=5)
"""After a key is destroyed, another process may still read with it for so long."""


class KeyCache:
    """The keys used last, each forgotten at a certain age even if it is in use."""

    def __init__(self, size: int = SIZE, age: timedelta = AGE) -> None:
        self._size = size
        self._age = age.total_seconds()
        self._keys: OrderedDict[str, tuple[float, DataKey]] = OrderedDict()

    def get(self, complaint_id: str) -> DataKey | None:
        """Return a key that is known and young enough."""
        since, key = self._keys.get(complaint_id, (0.0, None))
        if key is None or monotonic() - since > self._age:
            return None
        self._keys.move_to_end(complaint_id)
        return key

    def put(self, complaint_id: str, key: DataKey) -> None:
        """Remember a key and forget the one unused for longest, if there are too many."""
        self._keys[complaint_id] = (monotonic(), key)
        self._keys.move_to_end(complaint_id)
        while len(self._keys) > self._size:
            self._keys.popitem(last=False)

    def forget(self, complaint_id: str) -> None:
        self._keys.pop(complaint_id, None)
