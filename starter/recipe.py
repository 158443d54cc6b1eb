"""Recipes: how the text of a field is made of the cells of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

PLACE = re.compile(r"\{([^{}]+)\}")

Cells = Mapping[str, str]
"""The cells of one row by the names of their columns."""


@dataclass(frozen=True)
class Recipe:
    """A text in which `{Column}` stands for that cell; without such a place it is a constant."""

    text: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that it uses, each once."""
        return tuple(dict.fromkeys(PLACE.findall(self.text)))

    def fill(self, cells: Cells) -> str | None:
        """Return the text for a row, or None where all its cells are empty."""
        found = {column: cells[column].strip() for column in self.columns}
        if found and not any(found.values()):
            return None
        return PLACE.sub(lambda place: found[place[1]], self.text).strip() or None

    def empty_columns(self, cells: Cells) -> tuple[str, ...]:
        """Return the columns that have nothing to say in this row."""
        return tuple(column for column in self.columns if not cells[column].strip())
