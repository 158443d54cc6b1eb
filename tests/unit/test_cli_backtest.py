"""redress policy backtest: what it compares, what it prints, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runtime.main import Exit
from runtime.policy_file import load_policy
from runtime.settings import PROJECT
from schemas.events import Envelope
from tests.support.commands import reply
from tests.support.imports import EXAMPLES
from tests.support.policies import days, hours
from tests.support.program import Program
from tests.support.story import START, Story

SHIPPED = PROJECT / "config" / "policy.toml"
LOG = ["--csv", str(EXAMPLES / "helpdesk_log.csv")]
MAPPED = [*LOG, "--mapping", str(EXAMPLES / "mappings" / "helpdesk_log.toml")]

Changed = Callable[[str], str]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Return a policy file in which complaints of the category `other` have these targets."""
    lines = SHIPPED.read_text("utf-8").splitlines()

    def change(targets: str) -> str:
        file = tmp_path / "new.toml"
        new = [f"other = {{ {targets} }}" if line.startswith("other =") else line for line in lines]
        file.write_text("\n".join(new), "utf-8")
        return str(file)

    return change


class FakeJournal:
    """Holds the journals of some stories."""

    def __init__(self, *stories: Story) -> None:
        self._stories = stories

    async def stream_all(self) -> AsyncIterator[Envelope]:
        for story in self._stories:
            for envelope in story.journal:
                yield envelope


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three cases, answered after 5 and 20 hours, and not at all; the last a month later."""
    rules = load_policy(SHIPPED)
    first, second, third = (Story(number=number, rules=rules) for number in (1, 2, 3))
    first.opened().triaged().when(reply(), after=hours(5)).wait(days(200))
    second.opened().triaged().when(reply(), after=hours(20)).wait(days(200))
    third.now = START + timedelta(days=30)
    third.opened().triaged().wait(days(200))

    @asynccontextmanager
    async def opened(_data_dir: Path | None) -> AsyncIterator[FakeJournal]:
        yield FakeJournal(first, second, third)

    monkeypatch.setattr("cli.backtest.open_journal", opened)


def by_clock(found: dict[str, Any], clock: str) -> dict[str, Any]:
    return next(line for line in found["clocks"] if line["clock"] == clock)


# ---- Recorded journals --------------------------------------------------------------------------


@pytest.mark.usefixtures("journal")
def test_recorded_cases_are_told_under_another_policy(program: Program, changed: Changed) -> None:
    new = changed('reply = "10h", solution = "48h"')
    # Triage says what is missing; so the line of that category is the one that counts.
    Path(new).write_text(
        Path(new)
        .read_text("utf-8")
        .replace(
            'missing_or_wrong_items = { reply = "24h"', 'missing_or_wrong_items = { reply = "10h"'
        ),
        "utf-8",
    )
    found = program.json("policy", "backtest", new)
    assert (found["cases"], found["policies"]["old"]) == (3, "as recorded")
    replies = by_clock(found, "reply")
    assert replies["cases"] == ["2"]
    assert (replies["before"]["met"], replies["before"]["breached"]) == (2, 0)
    assert (replies["after"]["met"], replies["after"]["breached"]) == (1, 1)
    assert (replies["before"]["overdue"], replies["after"]["overdue"]) == (1, 1)


@pytest.mark.usefixtures("journal")
def test_the_policy_they_ran_under_changes_nothing(program: Program) -> None:
    found = program.json("policy", "backtest", str(SHIPPED))
    assert (found["cases"], found["changed"]) == (3, [])


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize(
    ("period", "cases"),
    [
        (["--from", "2026-11-10"], 1),
        (["--to", "2026-11-10"], 2),
        (["--from", "2026-11-02T09:00+08:00", "--to", "2026-11-02T09:01+08:00"], 2),
        (["--from", "2026-11-02T09:01+08:00", "--to", "2026-11-10"], 0),
    ],
)
def test_only_cases_of_the_period_count(program: Program, period: list[str], cases: int) -> None:
    assert program.json("policy", "backtest", str(SHIPPED), *period)["cases"] == cases


def test_without_servers_there_is_no_journal(program: Program) -> None:
    result = program.run("policy", "backtest", str(SHIPPED))
    assert result.exit_code == Exit.NOT_READY
    assert "redress up" in result.stderr


# ---- Logs of others -----------------------------------------------------------------------------


def test_a_log_is_told_under_both_policies(program: Program, changed: Changed) -> None:
    new = changed('reply = "24h", solution = "5d"')
    found = program.json("policy", "backtest", new, *MAPPED)
    assert found["log"]["duplicates"] == 1
    assert found["policies"]["old"]["file"] == str(SHIPPED)
    solutions = by_clock(found, "solution")
    assert solutions["cases"] == ["Case 3"]
    assert (solutions["before"]["breached"], solutions["after"]["breached"]) == (1, 0)
    (category,) = found["categories"]
    assert category["category"] == "other"


def test_a_log_is_shown_in_tables(program: Program, changed: Changed) -> None:
    result = program.run("policy", "backtest", changed('reply = "10h", solution = "20h"'), *MAPPED)
    assert result.exit_code == Exit.OK, result.output
    assert "5 of 5 cases differ." not in result.stdout
    for said in (
        "of 5 cases differ.",
        "duplicates, counted once",
        "columns 'Variant'; unused",
        "Verdicts by clock",
        "Verdicts by category",
        "Escalations",
        "1 → 2",
    ):
        assert said in result.stdout
    assert "5 cases; each is told twice" in result.stderr


def test_many_cases_are_named_in_part(program: Program, changed: Changed, tmp_path: Path) -> None:
    rows = [f"Case {n},Closed,,2024/03/04 09:00:00.000,," for n in range(9)]
    later = [f"Case {n},Resolve ticket,,2024/03/05 08:00:00.000,," for n in range(9)]
    rows = [row.replace("Closed", "Insert ticket") for row in rows]
    header = "Case ID,Activity,Resource,Complete Timestamp,,"
    file = tmp_path / "many.csv"
    file.write_text("\n".join([header, *rows, *later]))
    words = ["--csv", str(file), *MAPPED[2:]]
    result = program.run("policy", "backtest", changed('reply = "1h", solution = "1h"'), *words)
    assert "Case 0, Case 1, Case 2, Case 3, Case 4, Case 5 and 3 more" in result.stdout


def test_a_log_needs_its_mapping(program: Program) -> None:
    result = program.run("policy", "backtest", str(SHIPPED), *LOG)
    assert result.exit_code == Exit.USAGE
    assert "belong together" in result.stderr


def test_a_period_counts_for_logs_too(program: Program) -> None:
    found = program.json("policy", "backtest", str(SHIPPED), *MAPPED, "--from", "2024-03-06")
    assert found["cases"] == 2
