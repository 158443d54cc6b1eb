"""redress calendar: what is shown, made and checked, and how it ends."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.main import Exit
from runtime.settings import PROJECT
from tests.support.program import Program

VECTORS = sorted((PROJECT / "tests/vectors").glob("*.json"))
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = {"timezone": "Europe/Berlin", "week": WEEK}
FLOATING = {"timezone": None, "week": WEEK}
ADD = {"id": "a-1", "op": "add_time", "calendar": "office"}

Judge = Callable[..., dict[str, Any]]


def write(directory: Path, *vectors: dict[str, Any], **changes: Any) -> Path:
    content = {
        "schema": "sla_vectors/1",
        "calendars": {"office": OFFICE, "floating": FLOATING},
        "vectors": vectors,
    }
    file = directory / "tried.json"
    file.write_text(json.dumps(content | changes))
    return file


@pytest.fixture
def judge(program: Program, tmp_path: Path) -> Judge:
    """Return what is said of vectors, of which none may disagree unless `wrong`."""

    def check(*vectors: dict[str, Any], wrong: bool = False) -> dict[str, Any]:
        result = program.run("calendar", "check", str(write(tmp_path, *vectors)), "-o", "json")
        assert result.exit_code == (Exit.FAILED if wrong else Exit.OK), result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    return check


def counted(found: dict[str, Any]) -> tuple[int, int, int]:
    return found["agree"], found["disagree"], found["not_applicable"]


# ---- check: the vectors of others ---------------------------------------------------------------


def test_no_vector_of_others_disagrees(program: Program) -> None:
    result = program.run("calendar", "check", *map(str, VECTORS))
    assert result.exit_code == Exit.OK, result.output
    agree, disagree, not_applicable = map(int, re.findall(r"\d+", result.stdout.splitlines()[-1]))
    total = sum(json.loads(file.read_text())["count"] for file in VECTORS)
    assert (agree + not_applicable, disagree) == (total, 0)
    # Those that do not apply have a flag, and follow another convention than we.
    assert not_applicable == 6
    assert result.stdout.count("(semantics: ") == 5
    assert result.stdout.count("(boundary next_open: ") == 1


def test_each_file_and_operation_has_its_line(program: Program) -> None:
    file = next(file for file in VECTORS if file.stem == "cn_day_facts_peer")
    said = program.run("calendar", "check", str(file)).stdout.splitlines()
    assert said == [
        str(file),
        "  is_workday: 9 agree, 0 disagree, 0 not applicable",
        "  count_days_inclusive: 3 agree, 0 disagree, 0 not applicable",
        "12 agree, 0 disagree, 0 not applicable",
    ]


def test_a_wrong_answer_is_told_and_ends_with_1(program: Program, tmp_path: Path) -> None:
    right = ADD | {"start": "2026-03-06T16:30:00", "seconds": 3600, "due": "2026-03-09T09:30:00"}
    wrong = right | {"id": "a-2", "due": "2026-03-06T17:30:00"}
    result = program.run("calendar", "check", str(write(tmp_path, right, wrong)))
    assert result.exit_code == Exit.FAILED
    assert result.stdout.splitlines()[1:] == [
        "  add_time: 1 agree, 1 disagree, 0 not applicable",
        "    disagree a-2: expected 2026-03-06T17:30:00, ours 2026-03-09T09:30:00+01:00",
        "1 agree, 1 disagree, 0 not applicable",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"op": "subtract_time", "start": "2026-03-09T09:30", "seconds": 60, "due": "2026-03-06"},
        {"op": "elapsed", "start": "2026-03-09T09:30", "end": "2026-03-09T10:00", "seconds": 1},
        {"op": "is_open", "at": "2026-03-09T09:30", "expect": False},
        {"op": "next_open", "at": "2026-03-09T09:30", "expect": "2026-03-09T09:31"},
        {"op": "prev_close", "at": "2026-03-09T09:30", "expect": "2026-03-09T09:31"},
        {"op": "add_workdays", "date": "2026-03-09", "days": 1, "due": "2026-03-11"},
        {"op": "workdays_between", "start": "2026-03-09", "end": "2026-03-11", "days": 3},
        {"op": "is_workday", "date": "2026-03-09", "expect": False},
        {
            "op": "add_calendar_days_roll",
            "date": "2026-03-09",
            "days": 5,
            "due": "2026-03-16",
            "rolled": False,
        },
        {"op": "count_days_inclusive", "start": "2026-03-09", "end": "2026-03-16", "workdays": 5},
    ],
    ids=lambda vector: vector["op"],
)
def test_every_operation_can_disagree(judge: Judge, wrong: dict[str, Any]) -> None:
    assert counted(judge({"id": "w", "calendar": "office"} | wrong, wrong=True)) == (0, 1, 0)


def test_a_time_without_offset_is_that_of_the_calendar(judge: Judge) -> None:
    due = {"start": "2026-03-09T08:00:00Z", "seconds": 60}
    berlin = [ADD | due | {"due": text} for text in ("2026-03-09T09:01:00", "2026-03-09T08:01:00Z")]
    floating = ADD | {"calendar": "floating"} | due | {"due": "2026-03-09T09:01:00Z"}
    assert counted(judge(*berlin, floating)) == (3, 0, 0)


def test_parts_of_a_second_count(judge: Judge) -> None:
    ends = {"start": "2026-03-09T10:00:00.25", "end": "2026-03-09T10:00:01"}
    vector = {"id": "e", "op": "elapsed", "calendar": "office"} | ends
    assert counted(judge(vector | {"seconds": 0.75})) == (1, 0, 0)
    said = judge(vector | {"seconds": 0}, wrong=True)["operations"][0]["differing"]
    assert (said[0]["expected"], said[0]["ours"]) == ("0", "0.75")


# ---- check: conventions -------------------------------------------------------------------------

AT_CLOSING = ADD | {"start": "2026-03-06T16:00", "seconds": 3600, "due": "2026-03-09T09:00"}
REVERSED = {
    "id": "r",
    "op": "elapsed",
    "calendar": "office",
    "start": "2026-03-06T12:00",
    "end": "2026-03-06T10:00",
    "seconds": 0,
}


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        (AT_CLOSING, (0, 1, 0)),
        (AT_CLOSING | {"boundary": "close"}, (0, 1, 0)),
        (AT_CLOSING | {"boundary": "next_open"}, (0, 0, 1)),
        (AT_CLOSING | {"boundary": "next_open", "due_alt": "2026-03-06T17:00"}, (0, 0, 1)),
        (AT_CLOSING | {"boundary": "next_open", "due_alt": "2026-03-06T18:00"}, (0, 1, 0)),
        (AT_CLOSING | {"boundary": "next_open", "due_alt": "later"}, (0, 1, 0)),
        (AT_CLOSING | {"due": "2026-03-06T17:00", "boundary": "next_open"}, (1, 0, 0)),
        (REVERSED, (0, 1, 0)),
        (REVERSED | {"semantics": "zero when reversed"}, (0, 0, 1)),
        (REVERSED | {"semantics": "zero", "plain_reading_gives": -7200}, (0, 0, 1)),
        (REVERSED | {"semantics": "zero", "plain_reading_gives": -7201}, (0, 1, 0)),
        (REVERSED | {"plain_reading_gives": -7200}, (0, 0, 1)),
        (REVERSED | {"seconds": -7200, "semantics": "negative"}, (1, 0, 0)),
    ],
)
def test_only_a_flagged_convention_does_not_apply(
    judge: Judge, vector: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    assert counted(judge(vector, wrong=expected[1] > 0)) == expected


def test_an_unknown_year_disagrees_and_is_named(judge: Judge) -> None:
    """Reading 8."""
    found = judge(
        {"id": "y", "op": "is_workday", "date": "2001-01-01", "expect": False}, wrong=True
    )
    (said,) = found["operations"][0]["differing"]
    assert "cn-office does not know the year 2001" in said["ours"]


# ---- check: tickets -----------------------------------------------------------------------------

TICKET = {
    "id": "t",
    "op": "ticket",
    "calendar": "floating",
    "created": "2026-03-06T10:00",
    "targets_seconds": {"first_response": 3600, "update": 7200, "solution": 28800},
}


@pytest.mark.parametrize(
    ("events", "expect"),
    [
        (
            [],
            {
                "first_response_due": "2026-03-06T11:00",
                "solution_due": "2026-03-09T10:00",
                "update_due": None,
                "update_minutes": None,
                "next_escalation": "2026-03-06T11:00",
            },
        ),
        (
            ["11:30 first_response", "11:30 customer_contact"],
            {
                "first_response_minutes": 90,
                "first_response_margin_minutes": -30,
                "first_response_due": None,
                "update_due": "2026-03-06T13:30",
                "next_escalation": "2026-03-06T13:30",
            },
        ),
        (
            # The longest of its answers counts, and what comes first is what must be answered.
            [
                "10:00 customer_contact",
                "10:30 customer_contact",
                "13:00 agent_contact",
                "13:10 customer_contact",
                "13:20 agent_contact",
            ],
            {"update_minutes": 180, "update_margin_minutes": -60, "update_due": None},
        ),
        (
            # Pauses count in working time: 16:00 on Friday until 10:00 on Monday are two hours.
            ["16:00 pause", "+10:00 resume"],
            {"solution_due": "2026-03-09T12:00", "first_response_due": "2026-03-06T11:00"},
        ),
        (["10:30 pause"], {"solution_due": None, "next_escalation": None}),
        (["10:30 resume", "12:00 closed"], {"solution_minutes": 120, "next_escalation": None}),
        (
            ["10:00 pause", "12:00 closed"],
            {"solution_minutes": 0, "solution_margin_minutes": 480, "first_response_due": None},
        ),
        (
            ["10:00 pause", "11:00 resume", "10:30 pause", "12:00 first_response"],
            {"first_response_minutes": 60, "first_response_margin_minutes": 0},
        ),
    ],
)
def test_the_clocks_of_a_ticket(judge: Judge, events: list[str], expect: dict[str, Any]) -> None:
    told = [
        {"at": f"2026-03-0{9 if text.startswith('+') else 6}T{text.lstrip('+')[:5]}"}
        | {"type": text.split()[1]}
        for text in events
    ]
    found = judge(TICKET | {"events": told, "expect": expect})
    assert counted(found) == (1, 0, 0)
    wrong = {name: 7 if value is None else None for name, value in expect.items()}
    assert counted(judge(TICKET | {"events": told, "expect": wrong}, wrong=True)) == (0, 1, 0)


# ---- check: bad files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vectors", "changes", "said"),
    [
        ([], {"schema": "other/2"}, "schema: Input should be 'sla_vectors/1'"),
        ([], {"vectors": None}, "vectors: Input should be"),
        ([{"id": "a", "op": "guess"}], {}, "'guess' found using 'op'"),
        ([{"id": "a", "op": "is_open", "at": "2026-03-09", "expect": True}], {}, "a names no"),
        ([ADD | {"start": "soon", "seconds": 1, "due": "2026-03-09"}], {}, "Invalid isoformat"),
        (["word"], {}, "vectors.0"),
        (
            [{"id": "a", "op": "is_open", "calendar": "b", "at": "2026-03-09", "expect": True}],
            {},
            "a names 'b', which is no calendar",
        ),
        ([], {"calendars": {"a": OFFICE | {"timezone": "Moon"}}}, "no time zone 'Moon'"),
        ([], {"calendars": {"a": OFFICE | {"week": {"mo": []}}}}, "calendars.a.week.mo"),
        ([], {"calendars": {"a": OFFICE | {"week": {"mon": [["9", "17"]]}}}}, "no time of day"),
        ([], {"calendars": {"a": OFFICE | {"week": {"mon": [["09:00", "24:01"]]}}}}, "24:00"),
        ([], {"calendars": {"a": OFFICE | {"week": {"mon": [["17:00", "09:00"]]}}}}, "closes bef"),
        ([], {"calendars": {"a": OFFICE | {"week": {"mon": [["17:00"]]}}}}, "is no pair"),
        ([], {"calendars": {"a": OFFICE | {"yearly_holidays": ["Easter"]}}}, "day of the year"),
        ([], {"calendars": {"a": OFFICE | {"yearly_holidays": ["02-30"]}}}, "day is out of range"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(
    program: Program, tmp_path: Path, vectors: list[Any], changes: dict[str, Any], said: str
) -> None:
    result = program.run("calendar", "check", str(write(tmp_path, *vectors, **changes)))
    assert result.exit_code == Exit.USAGE
    assert said in result.stderr
    assert "tried.json" in result.stderr


def test_a_file_may_be_empty_of_vectors(judge: Judge) -> None:
    assert counted(judge()) == (0, 0, 0)


# ---- show ---------------------------------------------------------------------------------------


def test_a_calendar_is_shown(program: Program) -> None:
    said = program.run("calendar", "show", "cn-office").stdout
    assert "09:00-12:00, 13:30-18:00" in said
    assert "It knows the years 2017 to 2026; other years are refused." in said
    assert "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm" in said
    found = program.json("calendar", "show", "cn-office")
    assert found["week"]["sunday"] == "closed"
    assert found["version"] in said


def test_years_apart_and_yearly_holidays_are_shown(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'zone = "UTC"\nyearly_holidays = ["12-25"]\n[week]\nmonday = ["09:00-17:00"]\n'
        '[years.2020]\nsources = ["a"]\n[years.2025]\nsources = ["b"]\n'
        '[years.2026]\nsources = ["c"]\n'
    )
    said = program.run("calendar", "show", str(file)).stdout
    assert "It knows the years 2020, 2025 to 2026;" in said
    assert "Closed in every year on 12-25." in said


def test_a_year_is_shown_day_by_day(program: Program) -> None:
    found = program.json("calendar", "show", "cn-office", "2026")
    assert (found["workdays"], found["working_hours"]) == (248, 1860.0)
    days = {day["date"]: day for day in found["days"]}
    assert days["2026-02-14"]["is"] == "make-up working day"
    assert days["2026-02-16"] == {
        "date": "2026-02-16",
        "weekday": "Monday",
        "is": "holiday",
        "hours": "closed",
    }
    said = program.run("calendar", "show", "cn-store", "2026").stdout
    assert "other hours" in said
    assert "2026 has 362 workdays with 4339 working hours in cn-store" in said


def test_breaks_and_clock_changes_are_shown(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'zone = "Europe/Berlin"\n[week]\nmonday = ["09:00-17:00"]\n[years.2026]\nsources = ["a"]\n'
        '[years.2026.breaks]\n2026-03-02 = ["10:00-11:00"]\n'
    )
    days = program.json("calendar", "show", str(file), "2026")["days"]
    assert [(day["date"], day["is"], day["hours"]) for day in days] == [
        ("2026-03-02", "break", "10:00-11:00"),
        ("2026-03-29", "clock change", "03:00, UTC+0200 from then on"),
        ("2026-10-25", "clock change", "02:00, UTC+0100 from then on"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [(("moon",), "always, cn-day, cn-office, cn-store"), (("cn-office", "2027"), "the year 2027")],
)
def test_what_is_not_there_is_not_found(
    program: Program, words: tuple[str, ...], said: str
) -> None:
    result = program.run("calendar", "show", *words)
    assert result.exit_code == Exit.NOT_FOUND
    assert said in result.stderr


# ---- build --------------------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "days.json"
    days = [{"name": "元旦", "date": "2026-01-01", "isOffDay": True}]
    file.write_text(json.dumps({"year": 2026, "papers": ["https://a.test"], "days": days}))
    return file


def test_a_calendar_of_china_is_made_of_the_official_table(program: Program, table: Path) -> None:
    result = program.run("calendar", "build", "CN", "2026", "--from", str(table))
    assert result.exit_code == Exit.OK, result.output
    made = tomllib.loads(result.stdout)
    assert made["week"]["monday"] == ["09:00-12:00", "13:30-18:00"]
    assert made["years"]["2026"]["sources"] == ["https://a.test"]


def test_a_year_is_put_into_a_calendar(program: Program, table: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text((PROJECT / "config/calendars/cn-store.toml").read_text())
    words = ("calendar", "build", "CN", "2026", "--from", str(table), "--into", str(mine))
    result = program.run(*words)
    assert result.exit_code == Exit.OK, result.output
    version = program.json("calendar", "show", str(mine))["version"]
    assert f"mine.toml knows 2026 now; its version is {version}." in result.stderr.replace("\n", "")
    days = program.json("calendar", "show", str(mine), "2026")["days"]
    assert [day["date"] for day in days] == ["2026-01-01"]


def test_another_country_needs_a_zone_or_a_model(program: Program) -> None:
    words = ("calendar", "build", "DE", "2026")
    refused = program.run(*words)
    assert (refused.exit_code, "--zone" in refused.stderr) == (Exit.USAGE, True)
    made = tomllib.loads(program.run(*words, "--zone", "Europe/Berlin").stdout)
    assert (made["zone"], made["week"]["monday"]) == ("Europe/Berlin", ["09:00-18:00"])
    made = tomllib.loads(program.run(*words, "--like", "cn-store").stdout)
    assert (made["zone"], made["week"]["sunday"]) == ("Asia/Shanghai", ["10:00-22:00"])


def test_china_needs_its_official_table(program: Program) -> None:
    result = program.run("calendar", "build", "CN", "2026")
    assert (result.exit_code, "--from" in result.stderr) == (Exit.USAGE, True)


def test_a_year_without_a_notice_is_refused_by_name(program: Program, table: Path) -> None:
    table.write_text(json.dumps({"year": 2027, "papers": [], "days": []}))
    result = program.run("calendar", "build", "CN", "2027", "--from", str(table))
    assert result.exit_code == Exit.NOT_FOUND
    assert "the year 2027" in result.stderr
