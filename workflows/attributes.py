"""Search attributes of a case, as typed keys, and what changed in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.alarm import next_deadline
from domain.state import CaseState
from schemas import attributes
from schemas.attributes import SEARCH_ATTRIBUTES


def attributes_of(state: CaseState) -> dict[str, object]:
    """Return the values by which the case is found; None where it has none."""
    deadline = next_deadline(state)
    return {
        attributes.STAGE: state.stage.value,
        attributes.CATEGORY: state.category.value,
        attributes.SEVERITY: state.severity.value,
        attributes.OWNER: state.owner,
        attributes.STORE: state.opening.store,
        attributes.NEXT_DUE: deadline.due_at if deadline else None,
    }


def changes(
    shown: Mapping[str, object], fresh: Mapping[str, object]
) -> list[SearchAttributeUpdate[Any]]:
    """Return one update for every attribute whose value differs from what is shown."""
    return [_update(name, value) for name, value in fresh.items() if shown.get(name) != value]


def _update(name: str, value: object) -> SearchAttributeUpdate[Any]:
    make: Callable[[str], SearchAttributeKey[Any]] = SearchAttributeKey.for_keyword
    if SEARCH_ATTRIBUTES[name] == "Datetime":
        make = SearchAttributeKey.for_datetime
    key = make(name)
    return key.value_unset() if value is None else key.value_set(value)
