"""Mappings of foreign event logs: which columns and activities mean what, read from TOML.

The form is explained in examples/mappings/helpdesk_log.toml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.foreign import Fact
from runtime.form_file import read_form
from schemas.vocabulary import Category, Severity
from starter.mapping import Form, MappingInvalid, TimeFormat, encoding_name, zone_name


class Columns(Form):
    """The table `[columns]`: the names that the header gives them."""

    case: str
    activity: str
    time: str
    resource: str | None = None
    category: str | None = None


class Times(Form):
    """The table `[time]`: how moments are written; the first format that fits counts."""

    formats: Annotated[tuple[TimeFormat, ...], Field(min_length=1)]
    zone: Annotated[str, AfterValidator(zone_name)]


class LogMapping(Form):
    """A whole mapping; `categories` translates the words of the column of that name."""

    encoding: Annotated[str, AfterValidator(encoding_name)] = "utf-8-sig"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    category: Category = Category.OTHER
    severity: Severity = Severity.MODERATE
    columns: Columns
    time: Times
    activities: Annotated[dict[str, Fact], Field(min_length=1)]
    categories: dict[str, Category] = Field(default={})

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that it needs."""
        return tuple(column for _, column in self.columns if column is not None)


def load_log_mapping(path: Path) -> LogMapping:
    """Return a mapping. Raises ConfigMissing, ConfigUnreadable or MappingInvalid."""
    return read_form(path, LogMapping, MappingInvalid)
