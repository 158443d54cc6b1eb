"""The parts of the documents that are made from the code.

`python -m tests.acceptance.generated` writes them anew; a test fails when they are stale.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path

from domain.permissions import SENDERS
from gateways.errors import Silence
from schemas import vocabulary
from schemas.commands import COMMANDS, SIGNALS
from schemas.refusals import RefusalCode
from schemas.vocabulary import Word

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
)
"""Every closed list of words, in the order of the code."""


def commands_table() -> str:
    """Return who may send which command, and whether it is a signal too."""
    rows = ["| command | by | signal too | what it does |", "|---|---|---|---|"]
    for name, model in COMMANDS.items():
        signal = "yes" if name in SIGNALS else "no"
        rows.append(f"| `{name}` | {', '.join(SENDERS[name])} | {signal} | {said_of(model)} |")
    return "\n".join(rows)


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


SECTIONS: Mapping[str, tuple[Path, str]] = {
    "commands": (DOCS / "overview.md", commands_table()),
    "words": (DOCS / "glossary.md", words()),
}
"""Name of each part, the document it stands in, and what it says."""


def standing(name: str) -> str:
    """Return what the document says now between the marks of a part; empty without the marks."""
    _, body, _ = _parted(name)
    return body.strip()


def write() -> None:
    """Replace every part by what the code says."""
    for name, (file, body) in SECTIONS.items():
        before, _, after = _parted(name)
        file.write_text(f"{before}\n{body}\n\n{after}", "utf-8")


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
