"""The documents say what is: links lead somewhere, what is named exists, examples run."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from cli.app import app
from runtime.policy_file import load_policy
from schemas import activity_io
from schemas.attributes import DEPARTMENT_QUEUES, SEARCH_ATTRIBUTES, TASK_QUEUE
from schemas.vocabulary import Category, Department, Stage
from tests.acceptance import generated
from tests.acceptance.reader import FENCE, blocks, run, surroundings
from tests.acceptance.stages import tried
from tests.architecture.tree import PROJECT, ROOT, committed, name_of, product

DOCUMENTS = [path for path in committed() if path.suffix == ".md"]
DECISIONS = [path for path in DOCUMENTS if path.parent.name == "decisions"]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\((?P<file>[^)#\s]*)(?:#(?P<place>[^)\s]+))?\)")
HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
TARGET = re.compile(r"^(?P<name>[a-z-]+):.*## (?P<help>.+)$", re.MULTILINE)
PATH = re.compile(r"(?P<file>[\w.*-]*(?:/[\w.*-]+)*/?)(?:::(?P<test>test_\w+))?")
CITATION = re.compile(r"\b(?P<kind>H|rules?|readings?) ?(?P<first>\d+)(?:(?:,| to| and) (\d+))*")

MADE_BY_RUNNING = (".redress", "postgres/password")
"""What documents name and only a running set-up has."""

HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Check"]
DIAGRAMS = ("flowchart", "sequenceDiagram", "stateDiagram-v2")
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def prose(text: str) -> str:
    """Return a document without its fenced blocks."""
    return FENCE.sub("", text)


def commands_in(text: str) -> Iterator[str]:
    """Yield what a reader may type: spans of code, and the lines of shell blocks."""
    yield from SPAN.findall(prose(text))
    for block in blocks(text, "sh"):
        yield from block.splitlines()


def slug(title: str) -> str:
    """Return the anchor that a heading gets."""
    kept = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower())
    return kept.replace(" ", "-")


def anchors(text: str) -> set[str]:
    return {slug(found["title"]) for found in HEADING.finditer(prose(text))}


def dead_links(document: Path, text: str) -> list[str]:
    """Return the links to files or headings that do not exist."""
    dead = []
    for found in LINK.finditer(prose(text)):
        if found["file"].startswith(("http://", "https://")):
            continue
        file = (document.parent / found["file"]).resolve() if found["file"] else document
        words = text if file == document else file.read_text("utf-8") if file.is_file() else ""
        if not file.exists() or (found["place"] and found["place"] not in anchors(words)):
            dead.append(found[0])
    return dead


def unknown_targets(text: str) -> list[str]:
    """Return the make targets that the Makefile has not."""
    known = {found["name"] for found in TARGET.finditer(MAKEFILE)}
    said = (re.match(r"make ([a-z][a-z-]*)", command) for command in commands_in(text))
    return [found[1] for found in said if found and found[1] not in known]


def unknown_commands(text: str) -> list[str]:
    """Return the commands that the program has not."""
    said = (re.match(r"redress ([a-z]+)(?: ([a-z]+))?", command) for command in commands_in(text))
    return [found[0] for found in said if found and not is_command(found[1], found[2])]


def is_command(name: str, sub: str | None) -> bool:
    command = subcommands(typer.main.get_command(app)).get(name)
    known = subcommands(command)
    return command is not None and (not known or sub is None or sub in known)


def subcommands(command: object) -> Mapping[str, object]:
    """Return the commands of a group by name; none if it is a command itself."""
    found: Mapping[str, object] = getattr(command, "commands", {})
    return found


def missing_paths(text: str) -> list[str]:
    """Return the files, folders and tests that are named and do not exist."""
    return [span for span in SPAN.findall(prose(text)) if names_path(span) and not exists(span)]


def names_path(span: str) -> bool:
    """Tell whether a span means a place in this tree rather than a word or a placeholder."""
    found = PATH.fullmatch(span)
    if found is None or span.startswith(("/", *MADE_BY_RUNNING)):
        return False
    is_file = Path(found["file"]).suffix in {".py", ".md", ".toml", ".sql", ".lock"}
    return is_file or "/" in found["file"]


def exists(span: str) -> bool:
    file, _, test = span.partition("::")
    found = [*ROOT.glob(file.rstrip("/"))] or [*ROOT.glob(f"*/{file}")]
    return bool(found) and (not test or f"def {test}(" in found[0].read_text("utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert dead_links(document, document.read_text("utf-8")) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_everything_named_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    assert unknown_targets(text) == []
    assert unknown_commands(text) == []
    assert missing_paths(text) == []


def test_what_leads_nowhere_is_seen() -> None:
    text = (
        "# One\n[a](README.md) [b](gone.md) [c](#one) [d](#two) [e](https://example.test)\n"
        "`make demo` `make tea` `redress up` `redress tea` `redress db tea`\n"
        "`domain/decide.py` `domain/gone.py` `gone/` `tests/unit/test_alarm.py::test_gone`\n"
        "```sh\nmake coffee\n```\n"
    )
    assert dead_links(ROOT / "README.md", text) == ["[b](gone.md)", "[d](#two)"]
    assert unknown_targets(text) == ["tea", "coffee"]
    assert unknown_commands(text) == ["redress tea", "redress db tea"]
    missing = ["domain/gone.py", "gone/", "tests/unit/test_alarm.py::test_gone"]
    assert missing_paths(text) == missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_diagram_has_a_kind_and_a_body(document: Path) -> None:
    text = document.read_text("utf-8")
    assert text.count("\n```") % 2 == 0
    assert text.count("```mermaid") == len(blocks(text, "mermaid"))
    for diagram in blocks(text, "mermaid"):
        kind, *lines = diagram.splitlines()
        assert kind.split()[0] in DIAGRAMS
        assert any(line.strip() for line in lines)


def test_there_is_a_picture_of_the_flow_and_of_the_states() -> None:
    assert blocks(README, "mermaid")
    assert blocks((ROOT / "docs/overview.md").read_text("utf-8"), "mermaid")


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_a_decision_has_all_its_parts(decision: Path) -> None:
    text = decision.read_text("utf-8")
    title, *headings = [found["title"] for found in HEADING.finditer(prose(text))]
    assert title.startswith(f"{decision.name[:4]} ")
    assert headings == HEADINGS
    parts = re.split(r"^## .+$", text, flags=re.MULTILINE)
    assert all(part.strip() for part in parts)
    check = parts[-1]
    assert any(names_path(span) for span in SPAN.findall(check)) or "make " in check


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(decision.name[:4]) for decision in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_commands_of_the_readme_are_those_of_make_help() -> None:
    said = [line for block in blocks(README, "sh") for line in block.splitlines()]
    shown = [line.split(None, 2) for line in said if line.startswith("make ")]
    known = {found["name"]: found["help"] for found in TARGET.finditer(MAKEFILE)}
    assert {name for _, name, _ in shown} == {"demo", "test", "up"}
    assert {name: words.removeprefix("# ") for _, name, words in shown} == {
        name: known[name] for _, name, _ in shown
    }


@pytest.mark.parametrize("part", generated.SECTIONS)
def test_a_part_that_is_made_from_the_code_is_fresh(part: str) -> None:
    """Write it anew with: python -m tests.acceptance.generated."""
    assert generated.standing(part) == generated.SECTIONS[part][1]()


def test_every_command_is_taken_in_some_stage() -> None:
    """Where not, no recorded life comes near it: tell one in tests/replay/lives.py."""
    assert [name for name, stages in tried().taken.items() if not stages] == []


def test_what_is_tried_is_what_the_rules_say() -> None:
    """Three rows that the rules say in one line each (rules 6, 9 and 11)."""
    taken, turns = tried().taken, tried().turns
    assert taken["reopen"] == (Stage.CLOSED,)
    assert Stage.AWAITING_CONSENT in taken["accept_option"]
    assert (Stage.RECEIVED, "request_check", Stage.INVESTIGATING) in turns
    assert {turn.before for turn in turns if turn.cause == "reopen"} == {Stage.CLOSED}


def test_the_names_of_the_glossary_are_in_the_code() -> None:
    sources = [*product(), *ROOT.glob("store/migrations/*.sql")]
    code = "\n".join(path.read_text("utf-8") for path in sources)
    rows = [line.split("|") for line in table_of("docs/glossary.md", "| word | meaning | in the")]
    names = [name for row in rows for name in SPAN.findall(row[3]) if not names_path(name)]
    words = {word for name in names for word in name.split(".")}
    assert {word for word in words if not re.search(rf"\b{word}\b", code)} == set()
    assert len(words) > len(rows)


def test_the_numbers_that_are_cited_are_explained() -> None:
    explained = set(requirements())
    cited = {
        f"{number} in {name_of(path)}"
        for path in [*product(), *DOCUMENTS, *ROOT.glob("tests/**/*.py")]
        for number in citations(path.read_text("utf-8"))
        if number not in explained
    }
    assert cited == set()


def requirements() -> Iterator[str]:
    text = (ROOT / "docs/requirements.md").read_text("utf-8")
    yield from re.findall(r"^\| (H\d+) \|", text, re.MULTILINE)
    yield from (f"reading {n}" for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE))
    yield from (f"rule {n}" for n in re.findall(r"^\| (\d+) \|", text, re.MULTILINE))


def citations(text: str) -> Iterator[str]:
    for found in CITATION.finditer(text):
        kind = found["kind"].rstrip("s")
        for number in re.findall(r"\d+", found[0]):
            yield f"H{number}" if kind == "H" else f"{kind} {number}"


def test_citations_are_found() -> None:
    said = "As H5 and (rules 4 and 13, reading 2; rule 22) say, readings 3 to 5 too."
    expected = ["H5", "rule 4", "rule 13", "reading 2", "rule 22", "reading 3", "reading 5"]
    assert list(citations(said)) == expected


def test_every_requirement_is_listed_once() -> None:
    found = list(requirements())
    assert len(found) == len(set(found))
    assert {f"H{n}" for n in range(1, 27)} <= set(found)
    assert {f"rule {n}" for n in range(1, 35)} <= set(found)
    assert {f"reading {n}" for n in range(1, 11)} <= set(found)


def test_the_tables_of_dependencies_are_those_of_the_lock() -> None:
    decision = (ROOT / "docs/decisions/0013-dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (\d[\w.]*) \|", decision, re.MULTILINE)
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock, re.MULTILINE))
    wanted = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["embedded"],
        *PROJECT["dependency-groups"]["dev"],
    ]
    names = [re.split(r"[~<>=!\[; ]", requirement, maxsplit=1)[0] for requirement in wanted]
    assert dict(rows) == {name: pins[name] for name in names}


def test_the_names_on_the_wire_are_those_of_the_code() -> None:
    rows = {line.split("|")[1].strip(): line for line in table_of("docs/architecture.md", "| kind")}
    activities = {
        value
        for name, value in vars(activity_io).items()
        if name.isupper() and isinstance(value, str)
    }
    assert names_in(rows["activities"]) == activities
    assert names_in(rows["task queues"]) == {TASK_QUEUE, *DEPARTMENT_QUEUES.values()}
    assert names_in(rows["search attributes"]) == set(SEARCH_ATTRIBUTES)


def test_the_times_of_the_overview_are_those_of_the_policy() -> None:
    policy = load_policy(ROOT / "config/policy.toml")
    targets, checks = policy.targets[Category.OTHER], policy.checks[Department.WAREHOUSE]
    reminders = " and ".join(map(told, policy.consent.reminders_after))
    progress, holds = policy.targets[Category.LOGISTICS].progress, policy.longest_hold.days
    assert progress is not None
    rows = [line.split("|") for line in table_of("docs/overview.md", "| key | starts")]
    assert {row[1].strip(" `"): row[4].strip() for row in rows} == {
        "reply": told(targets.reply),
        "solution": told(targets.solution),
        "solution.N": told(policy.revision),
        "check.N": told(checks),
        "consent.N": f"{told(policy.consent.target)}, reminders after {reminders}",
        "remedy": told(policy.remedy),
        "callback": f"{policy.callback.target.days} days",
        "callback.sign_off": told(policy.revision),
        "approval.N": f"{told(policy.authority.approval)}, then the manager is told",
        "progress.N": told(progress),
        "promise.N": "that date",
        "hold.N": f"the date of the reminder; {holds} days of holds in a cycle at most",
    }


def told(time: timedelta) -> str:
    return f"{time // timedelta(hours=1)} h"


def table_of(document: str, head: str) -> list[str]:
    """Return the rows of the table that begins with this line."""
    _, _, rest = (ROOT / document).read_text("utf-8").partition(f"\n{head}")
    return rest.partition("\n\n")[0].splitlines()[2:]


def names_in(row: str) -> set[str]:
    return set(SPAN.findall(row.split("|")[2]))


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert titles[0] == "[Unreleased]"
    released = re.compile(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}")
    assert all(released.fullmatch(title) for title in titles[1:])
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= CHANGES


def test_the_licence_is_the_one_that_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert "[Apache License 2.0](LICENSE)" in README
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


@pytest.fixture(scope="module")
async def environment() -> AsyncIterator[Mapping[str, str]]:
    """The environment of a program that finds a set-up of its own, with an empty register."""
    async with surroundings() as found:
        yield found


async def printed(command: list[str], environment: Mapping[str, str]) -> str:
    """Run a program that must succeed, and return what it prints."""
    said = await run(command, environment)
    assert said.code == 0, said.err
    return said.out


@pytest.mark.server
async def test_the_shell_example_of_the_readme_runs(environment: Mapping[str, str]) -> None:
    (block,) = [block for block in blocks(README, "sh") if "redress " in block]
    activate, *lines = block.splitlines()
    assert activate == ". .venv/bin/activate"
    said = await printed(["bash", "-euc", "\n".join(lines)], environment)
    assert "Complaint 1 is open" in said
    assert "accepted" in said


@pytest.mark.server
async def test_the_python_example_of_the_readme_runs(environment: Mapping[str, str]) -> None:
    (example,) = blocks(README, "python")
    command = [sys.executable, "-c", example]
    first = await printed(command, environment)
    assert re.fullmatch(r"Complaint \d+ is accepted\.\n", first)
    assert await printed(command, environment) == first, "the same source key gets the same number"


def test_the_python_example_has_five_lines_in_a_program() -> None:
    (example,) = blocks(README, "python")
    body = example.partition("async def main() -> None:\n")[2].partition("\n\n\n")[0]
    assert len(body.splitlines()) + 1 == 5
