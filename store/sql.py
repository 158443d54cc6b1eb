"""Named queries: each stands in `queries/*.sql` under a line `-- name:` and one of purpose."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"
NAME = re.compile(r"^-- name: (?P<name>\w+)$\n", re.MULTILINE)


def query(name: str) -> str:
    """Return the SQL text of the query with this name; KeyError for an unknown one."""
    return queries()[name]


@cache
def queries() -> dict[str, str]:
    """Return every query by name; ValueError if a name is used twice."""
    found: dict[str, str] = {}
    for file in sorted(QUERIES.glob("*.sql")):
        for name, text in split(file.read_text(encoding="utf-8")):
            if name in found:
                raise ValueError(f"two queries are named {name}; rename the one in {file.name}")
            found[name] = text
    return found


def split(text: str) -> list[tuple[str, str]]:
    """Return names and texts of the queries in a file, without what precedes the first name."""
    parts = NAME.split(text)[1:]
    return [(name, body.strip()) for name, body in zip(parts[::2], parts[1::2], strict=True)]
