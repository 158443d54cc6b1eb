"""Every demand that is built leads to its rules and to a test that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from schemas.vocabulary import Channel
from tests.architecture.tree import ROOT
from tests.support.commands import (
    accept_option,
    callback,
    complete_check,
    propose,
    reply,
    request_check,
)
from tests.support.story import Story

REQUIREMENTS = (ROOT / "docs/requirements.md").read_text("utf-8")
SHOWN = re.compile(r"`(?P<file>tests/[\w/]+\.py)(?:::(?P<test>test_\w+))?`")
LATER = "later"


def rows(form: str) -> Mapping[str, list[str]]:
    """Return the cells of each row by its number."""
    lines = [line for line in REQUIREMENTS.splitlines() if re.match(rf"\| {form} \|", line)]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {number: rest for number, *rest in cells}


DEMANDS = rows(r"H\d+")
RULES = rows(r"\d+")


def faults() -> Iterator[str]:
    """Yield what does not fit between demands, rules and tests."""
    for number, (_, rules, shown) in DEMANDS.items():
        if shown == LATER:
            continue
        if not SHOWN.search(shown):
            yield f"{number} names no test"
        built = [rule for rule in rules.split(", ") if RULES[rule][1] != LATER]
        if not built:
            yield f"{number} is shown without a rule that is built"
    for number, (_, how_far, shown) in RULES.items():
        if (how_far == LATER) != (shown == "–"):
            yield f"rule {number} is built {how_far} and shown by {shown}"
        if not re.fullmatch(r"whole|later|part: .+", how_far):
            yield f"rule {number} does not say how far it is built"


def test_what_is_built_names_its_test() -> None:
    assert list(faults()) == []


@pytest.mark.parametrize("found", [*SHOWN.finditer(REQUIREMENTS)], ids=lambda found: found[0][1:-1])
def test_the_test_that_is_named_exists(found: re.Match[str]) -> None:
    text = (ROOT / found["file"]).read_text("utf-8")
    assert f"def {found['test']}(" in text if found["test"] else "def " in text


def test_only_what_comes_later_is_called_so() -> None:
    later = {number for number, cells in DEMANDS.items() if cells[-1] == LATER}
    assert later <= {"H13", "H14", "H23", "H24"}


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_is_handled_alike(channel: Channel) -> None:
    """Another channel is another word in the opening, and no other event (H18, rule 32)."""
    told, usual = (lived(each) for each in (channel, Channel.PHONE))
    assert [e.event.kind for e in told.journal] == [e.event.kind for e in usual.journal]
    assert [c.due_at for c in told.state.cycle.clocks] == [
        c.due_at for c in usual.state.cycle.clocks
    ]
    assert told.state.opening.channel is channel


def lived(channel: Channel) -> Story:
    story = Story().opened(channel=channel).triaged()
    story.given(reply(), request_check(), complete_check(), propose(), accept_option())
    return story.given(callback())
