"""Changing one of a tuple of values that are numbered from 1."""

from __future__ import annotations

from typing import TypeVar

from schemas.base import Wire

Item = TypeVar("Item", bound=Wire)


def change(items: tuple[Item, ...], number: int, **changes: object) -> tuple[Item, ...]:
    """Return the items with some fields of item `number` changed."""
    changed = items[number - 1].model_copy(update=changes)
    return (*items[: number - 1], changed, *items[number:])
