"""How a back-test is shown: verdicts by clock and by category, and whatever else differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.terminal import table
from domain.differences import OVERDUE, RUNNING, Differences, Key, Line, Measure
from schemas.vocabulary import Verdict

VERDICTS = (Verdict.MET, Verdict.BREACHED, OVERDUE, Verdict.WITHDRAWN, RUNNING)
NAMED = 6
"""As many cases are named in a line of a table; JSON names all."""

TITLES: Mapping[Measure, tuple[str, str, str]] = {
    Measure.ESCALATION: ("Escalations", "to", "why"),
    Measure.NOTICE: ("Notices", "clock", "level"),
    Measure.OUTCOME: ("Outcomes", "of", "outcome"),
    Measure.NOT_TAKEN: ("Commands not taken", "command", "why"),
    Measure.APPROVAL: ("Approvals that nobody was asked for", "of", "how"),
}

COUNTS: Mapping[str, str] = {
    "rows": "rows",
    "cases": "cases",
    "events": "events without duplicates",
    "duplicates": "duplicates, counted once",
    "ties": "moments at which a case has several events, put in the order of a case's life",
    "never_closed": "cases never closed; they run until the last event of the log",
    "resolved_again": "cases solved more than once",
    "resolved_by_duplicates": "of these by duplicates only",
}


def document(found: Differences) -> dict[str, Any]:
    """Return a comparison as data; the numbers of all cases that change are in it."""
    return {
        "cases": found.cases,
        "changed": found.changed,
        "clocks": list(_verdicts(found, lambda key: key.about, "clock")),
        "categories": list(_verdicts(found, lambda key: key.category, "category")),
        "lines": [_line(key, line) for key, line in sorted(found.lines.items())],
    }


def backtest_page(shown: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Yield the tables of a comparison."""
    yield _heading(shown)
    if "log" in shown:
        yield _log(shown["log"])
    yield _verdict_table("Verdicts by clock", "clock", shown["clocks"])
    yield _verdict_table("Verdicts by category", "category", shown["categories"])
    for measure, titles in TITLES.items():
        lines = [line for line in shown["lines"] if line["measure"] == measure]
        if lines:
            yield _plain_table(titles, lines, shown["changed"])


def _heading(shown: Mapping[str, Any]) -> str:
    old, new = shown["policies"]["old"], shown["policies"]["new"]
    was = old if isinstance(old, str) else f"{old['file']} ({old['version']})"
    return (
        f"Before: {was}. After: {new['file']} ({new['version']}).\n"
        f"{len(shown['changed']):,} of {shown['cases']:,} cases differ."
    )


def _log(counts: Mapping[str, Any]) -> Table:
    rows = [(f"{counts[name]:,}", said) for name, said in COUNTS.items()]
    rows += [("2+", f"columns {name!r}; unused") for name in counts["repeated_columns"]]
    return table(("", "of the log"), rows)


def _verdicts(
    found: Differences, group: Callable[[Key], str], name: str
) -> Iterator[dict[str, Any]]:
    verdicts = [(k, v) for k, v in found.lines.items() if k.measure is Measure.VERDICT]
    for each in sorted({group(key) for key, _ in verdicts}):
        lines = [(key.value, line) for key, line in verdicts if group(key) == each]
        counted = {
            when: {
                v: sum(getattr(line, when) for value, line in lines if value == v) for v in VERDICTS
            }
            for when in ("before", "after")
        }
        cases = {case for _, line in lines for case in line.cases}
        yield {name: each, **counted, "cases": [case for case in found.changed if case in cases]}


def _line(key: Key, line: Line) -> dict[str, Any]:
    counted = {"before": line.before, "after": line.after, "cases": line.cases}
    return {**key._asdict(), **counted}


def _verdict_table(title: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    cells = [
        (row[name], *(_change(row["before"][v], row["after"][v]) for v in VERDICTS), _few(row))
        for row in rows
    ]
    return table((name, *VERDICTS, "cases that differ"), cells, title=title)


def _plain_table(
    titles: tuple[str, str, str], lines: Sequence[Mapping[str, Any]], changed: Sequence[str]
) -> Table:
    cells = [
        (line["about"], line["value"], _change(line["before"], line["after"]), _few(line))
        for line in _over_categories(lines, changed)
    ]
    title, about, value = titles
    return table((about, value, "before → after", "cases that differ"), cells, title=title)


def _over_categories(
    lines: Sequence[Mapping[str, Any]], changed: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    """Yield one line for all categories together."""
    for about, value in dict.fromkeys((line["about"], line["value"]) for line in lines):
        same = [line for line in lines if (line["about"], line["value"]) == (about, value)]
        cases = {case for line in same for case in line["cases"]}
        yield {
            "about": about,
            "value": value,
            "before": sum(line["before"] for line in same),
            "after": sum(line["after"] for line in same),
            "cases": [case for case in changed if case in cases],
        }


def _change(before: int, after: int) -> str:
    return f"{before:,}" if before == after else f"{before:,} → {after:,}"


def _few(row: Mapping[str, Any]) -> str:
    cases: list[str] = row["cases"]
    more = len(cases) - NAMED
    return ", ".join(cases[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
