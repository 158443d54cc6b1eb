"""Foreign event logs: what is read, what is counted, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.foreign import Fact
from schemas.vocabulary import Category
from starter.event_log import EventLog, LogCounts, read_event_log
from starter.event_log_form import load_log_mapping
from starter.mapping import MappingInvalid
from starter.rows import ImportFileUnusable
from tests.support.imports import EXAMPLES

MAPPING = """
category = "after_sales"
[columns]
case = "id"
activity = "what"
time = "when"
category = "kind"
[time]
formats = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M%z"]
zone = "Europe/Rome"
[activities]
new = "opened"
fixed = "solved"
done = "closed"
[categories]
parcel = "logistics"
"""
HEADER = "id,what,when,kind,note,note\n"


def read(tmp_path: Path, rows: str, *, header: str = HEADER, mapping: str = MAPPING) -> EventLog:
    (tmp_path / "map.toml").write_text(mapping)
    file = tmp_path / "log.csv"
    file.write_text(header + rows)
    return read_event_log(file, load_log_mapping(tmp_path / "map.toml"))


def refusal(tmp_path: Path, rows: str, **changes: str) -> str:
    with pytest.raises(ImportFileUnusable) as caught:
        read(tmp_path, rows, **changes)
    return str(caught.value)


def test_every_trap_of_the_example_is_counted() -> None:
    mapping = load_log_mapping(EXAMPLES / "mappings" / "helpdesk_log.toml")
    log = read_event_log(EXAMPLES / "helpdesk_log.csv", mapping)
    assert log.counts == LogCounts(
        rows=20,
        cases=5,
        events=19,
        duplicates=1,
        ties=1,
        never_closed=1,
        resolved_again=2,
        resolved_by_duplicates=1,
        repeated_columns=("Variant",),
    )
    assert log.ends_at == datetime(2024, 3, 21, 8, tzinfo=UTC)


def test_events_of_one_moment_follow_the_life_of_a_case() -> None:
    mapping = load_log_mapping(EXAMPLES / "mappings" / "helpdesk_log.toml")
    log = read_event_log(EXAMPLES / "helpdesk_log.csv", mapping)
    third = log.cases[2]
    assert [entry.fact for entry in third.entries][-2:] == [Fact.SOLVED, Fact.CLOSED]


def test_rows_are_put_in_order_of_their_moments_in_their_zone(tmp_path: Path) -> None:
    rows = "1,done,2024-03-02 10:00,,,\n1,new,2024-03-01T09:00-01:00,,,\n"
    (case,) = read(tmp_path, rows).cases
    assert [entry.fact for entry in case.entries] == [Fact.OPENED, Fact.CLOSED]
    assert case.entries[0].at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert case.entries[1].at == datetime(2024, 3, 2, 9, tzinfo=UTC)


def test_only_rows_alike_in_every_cell_are_duplicates(tmp_path: Path) -> None:
    rows = "1,new,2024-03-01 10:00,,a,b\n1,new,2024-03-01 10:00,,a,c\n"
    counts = read(tmp_path, rows).counts
    assert (counts.duplicates, counts.ties) == (0, 1)


def test_the_category_is_that_of_the_first_event(tmp_path: Path) -> None:
    rows = "1,new,2024-03-01 10:00,parcel,,\n2,new,2024-03-01 10:00,other things,,\n"
    found = [case.category for case in read(tmp_path, rows).cases]
    assert found == [Category.LOGISTICS, Category.AFTER_SALES]


def test_a_repeated_column_that_is_needed_must_be_renamed(tmp_path: Path) -> None:
    said = refusal(tmp_path, "", header="id,what,when,kind,when\n")
    assert "it has two columns 'when'; rename the one not meant" in said


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, "", header="id,what,at,kind\n")
    assert "it has no column 'when'; name one of 'id', 'what', 'at', 'kind'" in said


def test_whatever_is_wrong_with_rows_is_told_at_once(tmp_path: Path) -> None:
    rows = "1,gone,2024-03-01 10:00,,,\n,new,2024-03-01 10:00,,,\n1,new,yesterday,,,\n1,new\n"
    said = refusal(tmp_path, rows + rows)
    assert "line 2: [activities] does not say what 'gone' means; add it" in said
    assert "line 3: 'id' is empty; name the case" in said
    assert "line 4: 'yesterday' fits no format of [time]; add one" in said
    assert "line 5: the row has 2 cells, the header has 6" in said
    assert "and 3 more" in said


def test_few_mistakes_are_all_told(tmp_path: Path) -> None:
    assert "more" not in refusal(tmp_path, "1,gone,2024-03-01 10:00,,,\n")


def test_a_log_without_events_is_refused(tmp_path: Path) -> None:
    assert "it has no events" in refusal(tmp_path, "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('new = "begun"', "'begun' is not known"),
        ('zone = "Mars/Base"', "is no time zone"),
        ('formats = ["%Q"]', "is no form of time"),
        ('color = "red"', "is not known"),
    ],
)
def test_a_mistake_in_a_mapping_is_told(tmp_path: Path, line: str, said: str) -> None:
    key = line.split(" =", maxsplit=1)[0]
    kept = [old for old in MAPPING.splitlines() if not old.startswith(f"{key} =")]
    place = {"new": "[activities]", "zone": "[time]", "formats": "[time]"}.get(key, "[time]")
    mapping = "\n".join(kept).replace(place, f"{place}\n{line}")
    with pytest.raises(MappingInvalid, match=said):
        read(tmp_path, "", mapping=mapping)
