"""The parts of the documents that are made from the code.

`python -m tests.acceptance.generated` writes them anew; a test fails when they are stale.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from domain.permissions import SENDERS
from gateways.errors import Silence, Undelivered
from runtime.law_file import load_law
from runtime.settings import PROJECT
from schemas import vocabulary
from schemas.commands import COMMANDS, SIGNALS
from schemas.law import RemedyRule
from schemas.refusals import RefusalCode
from schemas.vocabulary import Stage, Word
from tests.acceptance.stages import tried

DOCS = Path(__file__).resolve().parents[2] / "docs"
CITATION = re.compile(r" \([^()]*(?:\bH\d|\brule|\breading|\.md)[^()]*\)")
"""Numbers of requirements in brackets, which only readers of the code look up."""

LISTS: tuple[type[Word], ...] = (
    *(
        found
        for found in vars(vocabulary).values()
        if isinstance(found, type) and issubclass(found, Word) and found is not Word
    ),
    RefusalCode,
    Silence,
    Undelivered,
)
"""Every closed list of words, in the order of the code."""


BY_ITSELF = {
    "record_delivery": "what was written arrives",
    "record_evidence": "the department's system answers",
    "wake": "time is over",
}
"""What people call the commands that a case gives itself."""

MOST = 4
"""From so many stages to one, a command is told in a sentence and not drawn."""


def commands_table() -> str:
    """Return who may send which command, in which stages, and whether it is a signal too."""
    rows = ["| command | by | in stages | signal too | what it does |", "|---|---|---|---|---|"]
    for name, model in COMMANDS.items():
        signal = "yes" if name in SIGNALS else "no"
        by, stages = ", ".join(SENDERS[name]), _told(tried().taken[name])
        rows.append(f"| `{name}` | {by} | {stages} | {signal} | {said_of(model)} |")
    return "\n".join(rows)


def _told(stages: tuple[Stage, ...]) -> str:
    if set(stages) >= set(Stage) - {Stage.CLOSED}:
        return "all" if Stage.CLOSED in stages else "all open ones"
    return ", ".join(f"`{stage}`" for stage in stages) or "not found"


def stages_diagram() -> str:
    """Return how a case moves from stage to stage; what works in most is told beneath."""
    common = _common()
    arrows: dict[tuple[Stage, Stage], list[str]] = defaultdict(list)
    for turn in tried().turns:
        if (turn.cause, turn.after) not in common:
            arrows[turn.before, turn.after].append(BY_ITSELF.get(turn.cause, turn.cause))
    lines = [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> received: open",
        *(f"    {a} --> {b}: {', '.join(causes)}" for (a, b), causes in arrows.items()),
        "    closed --> [*]: the time for reopening is over",
        "```",
        "",
        *(
            f"`{cause}` leads to `{after}` from {_told(tuple(found))}."
            for (cause, after), found in common.items()
        ),
    ]
    return "\n".join(lines)


def _common() -> dict[tuple[str, Stage], list[Stage]]:
    """Return where each command starts from that leads from most stages to the same one."""
    starts: dict[tuple[str, Stage], list[Stage]] = defaultdict(list)
    for turn in tried().turns:
        starts[turn.cause, turn.after].append(turn.before)
    return {key: found for key, found in starts.items() if len(found) >= MOST}


def words() -> str:
    """Return every closed list of words, with the sentence of each word."""
    return "\n\n".join(_words(words) for words in LISTS)


def _words(words: type[Word]) -> str:
    rows = [f"| `{word.value}` | {word.sentence} |" for word in words]
    head = [f"### {words.__name__}", "", said_of(words), "", "| word | meaning |", "|---|---|"]
    return "\n".join([*head, *rows])


def said_of(thing: type[object]) -> str:
    """Return the first sentence of a docstring, without citations."""
    first = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return CITATION.sub("", " ".join(first.split()))


def rules() -> str:
    """Return the rules of others that are shipped, with edition and source."""
    law = load_law(PROJECT / "config")
    answers = ["| code | answer within | edition | source |", "|---|---|---|---|"]
    for rule in law.answers:
        span = f"{rule.workdays} working days" if rule.workdays else f"{rule.days} days"
        answers.append(f"| `{rule.code}` | {span} | {rule.edition} | {rule.source} |")
    remedies = [
        "| code | when | must offer | choice | edition | source |",
        "|---|---|---|---|---|---|",
    ]
    for each in law.remedies:
        must = ", ".join(each.must)
        row = [f"`{each.code}`", _when(each), must, each.choice, each.edition, each.source]
        remedies.append(f"| {' | '.join(row)} |")
    return "\n".join([*answers, "", *remedies])


def _when(rule: RemedyRule) -> str:
    """Return in words for which complaints a rule counts."""
    said = [
        f"within {rule.within_days} days" if rule.within_days else "",
        "sold remotely" if rule.remote_only else "",
        f"{rule.failed_repairs} repairs failed" if rule.failed_repairs else "",
        f"category {' or '.join(rule.categories)}" if rule.categories else "",
        f"found {' or '.join(rule.if_found)}" if rule.if_found else "",
        f"unless found {' or '.join(rule.unless_found)}" if rule.unless_found else "",
    ]
    return "; ".join(filter(None, said))


SECTIONS: Mapping[str, tuple[Path, Callable[[], str]]] = {
    "stages": (DOCS / "overview.md", stages_diagram),
    "commands": (DOCS / "overview.md", commands_table),
    "words": (DOCS / "glossary.md", words),
    "rules": (DOCS / "law.md", rules),
}
"""Name of each part, the document it stands in, and what makes it."""


def standing(name: str) -> str:
    """Return what the document says now between the marks of a part; empty without the marks."""
    _, body, _ = _parted(name)
    return body.strip()


def write() -> None:
    """Replace every part by what the code says."""
    for name, (file, body) in SECTIONS.items():
        before, _, after = _parted(name)
        file.write_text(f"{before}\n{body()}\n\n{after}", "utf-8")


def _parted(name: str) -> tuple[str, str, str]:
    """Return the document before, within and after the marks of a part."""
    text = SECTIONS[name][0].read_text("utf-8")
    begins = re.search(rf"<!-- {name}: [^\n]*-->\n", text)
    ends = text.find(f"<!-- end of {name} -->")
    if begins is None or ends < begins.end():
        return text, "", ""
    return text[: begins.end()], text[begins.end() : ends], text[ends:]


if __name__ == "__main__":
    write()
