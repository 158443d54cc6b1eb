"""docs/clocks.md: each disputed situation has an answer, a demand, and a test that exists."""

from __future__ import annotations

import re

from tests.architecture.tree import ROOT

TEXT = (ROOT / "docs/clocks.md").read_text("utf-8")
SHOWN = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<test>test_\w+)`")
NOT_BUILT = "Not built yet."

SITUATIONS = (
    *("hold before", "hold after", "hold over a weekend", "reclassified while held"),
    *("reopened after 1, 29 and 31 days", "severity up", "severity down", "extension", "merge"),
    *("policy changed in mid-case", "night of a clock change", "make-up Saturday"),
)
"""Those that helpdesks are known to dispute."""


def rows() -> list[list[str]]:
    """Return situation, answer, demands and tests of each row."""
    table = TEXT.partition("| situation |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def faults(row: list[str]) -> list[str]:
    situation, answer, demands, shown = row
    found = [f"{situation}: no demand"] if not re.fullmatch(r"H\d+(, H\d+)*", demands) else []
    tests = [*SHOWN.finditer(shown)]
    if bool(tests) is (NOT_BUILT in answer):
        found.append(f"{situation}: no test, or one of what is not built")
    return found + [f"{situation}: {each[0]} does not exist" for each in tests if not exists(each)]


def exists(shown: re.Match[str]) -> bool:
    return f"def {shown['test']}(" in (ROOT / shown["file"]).read_text("utf-8")


def test_every_disputed_situation_is_answered() -> None:
    said = [row[0] for row in rows()]
    missing = [each for each in SITUATIONS if not any(row.startswith(each) for row in said)]
    assert missing == []


def test_every_answer_names_a_demand_and_a_test_that_exists() -> None:
    assert [fault for row in rows() for fault in faults(row)] == []


def test_an_answer_that_nothing_shows_is_seen() -> None:
    here = "`tests/acceptance/test_clocks_document.py::"
    assert faults(["a", "Yes.", "H1", "–"]) != []
    assert faults(["a", "Yes.", "", f"{here}faults`"]) != []
    assert faults(["a", "Yes.", "H1", f"{here}test_gone`"]) != []
    assert faults(["a", NOT_BUILT, "H1", f"{here}test_an_answer_that_nothing_shows_is_seen`"]) != []
    assert faults(["a", "Yes.", "H1", f"{here}test_an_answer_that_nothing_shows_is_seen`"]) == []
