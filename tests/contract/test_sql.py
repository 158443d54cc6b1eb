"""Named queries and what columns take."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import asyncpg
import pytest

from store import sql
from store.column import EARLIEST, LATEST, as_moment, as_text

STORE = Path(sql.__file__).parent


def test_a_query_is_found_by_name() -> None:
    assert sql.query("policy").endswith("SELECT document FROM policy_version WHERE version = $1")


def test_an_unknown_query_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such_query"):
        sql.query("no_such_query")


def test_a_name_used_twice_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("a.sql", "b.sql"):
        (tmp_path / file).write_text("-- name: twice\n-- Does it.\nSELECT 1\n")
    monkeypatch.setattr(sql, "QUERIES", tmp_path)
    with pytest.raises(ValueError, match=r"two queries are named twice.*b\.sql"):
        sql.queries.__wrapped__()


@pytest.mark.parametrize("name", sorted(sql.queries()))
def test_a_query_begins_with_a_line_of_purpose(name: str) -> None:
    assert re.match(r"-- [A-Z].*\n", sql.query(name))


def test_every_query_is_used_and_every_name_exists() -> None:
    code = "".join(file.read_text() for file in STORE.rglob("*.py"))
    used = set(re.findall(r'query\(\s*"(\w+)"', code))
    looped = {"clear_cases", "clear_checks", "clear_notices"}
    assert used | looped == set(sql.queries())


async def test_every_query_is_understood_by_postgresql(dsn: str) -> None:
    owner = await asyncpg.connect(dsn)
    for text in sql.queries().values():
        await owner.prepare(text)
    await owner.close()


@pytest.mark.parametrize(
    ("value", "column"),
    [("agent-1", "agent-1"), ("客服", "客服"), ("a\0b", "a\ufffdb"), ("a\ud800b", "a?b"), ("", "")],
)
def test_text_is_made_fit_for_a_column(value: str, column: str) -> None:
    assert as_text(value) == column


def test_moments_are_in_utc_and_in_range() -> None:
    east = timezone(timedelta(hours=8))
    assert as_moment(datetime(2026, 3, 2, 8, tzinfo=east)) == datetime(2026, 3, 2, tzinfo=UTC)
    assert as_moment(datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)).tzinfo is UTC
    assert as_moment(datetime(1, 1, 1, tzinfo=east)) == EARLIEST
    assert as_moment(datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8)))) == LATEST
