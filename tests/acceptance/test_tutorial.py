"""The tutorial does what it says: its lines are run in order, and what it shows is compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.acceptance.reader import FENCE, missing_lines, run, surroundings
from tests.architecture.tree import ROOT
from tests.support.eventually import eventually

TUTORIAL = (ROOT / "docs/tutorial.md").read_text("utf-8")
LOOKING = re.compile(r"redress (show|inbox|collect)\b")
PATIENCE = 30.0
REFUSED = 5
"""The exit code of a refused command."""


class Act(NamedTuple):
    """Lines that the reader copies, and what the page shows beneath them."""

    lines: str
    shown: str


def acts() -> list[Act]:
    """Return the shell blocks of the page in order, each with the text that follows it at once."""
    found: list[Act] = []
    for block in FENCE.finditer(TUTORIAL):
        if block["language"] == "sh":
            found.append(Act(block["body"], ""))
        elif block["language"] == "text":
            found[-1] = found[-1]._replace(shown=block["body"])
    return found


@pytest.mark.server
async def test_the_tutorial_runs_as_it_stands() -> None:
    first, second, *others = acts()
    assert (first.lines, second.lines) == ("make up\n", ". .venv/bin/activate\n")
    async with surroundings() as environment:
        for act in others:
            await play(act, environment)


async def play(act: Act, environment: Mapping[str, str]) -> None:
    """Run the lines of an act; who only looks may look again until there is what is shown."""

    async def missed() -> list[str]:
        said = await run(["bash", "-euc", act.lines], environment)
        code = REFUSED if " is refused " in act.shown else 0
        wrong = [f"exit code {said.code}: {said.err}"] if said.code != code else []
        return wrong + missing_lines(act.shown, said.out + said.err)

    if LOOKING.match(act.lines):
        await eventually(missed, lambda lines: not lines, seconds=PATIENCE)
    else:
        assert await missed() == [], act.lines


def test_each_step_of_a_complaint_is_in_the_tutorial() -> None:
    told = " ".join(act.lines for act in acts())
    steps = """open reply request_check complete_check propose accept_option
        record_callback_attempt answer_survey"""
    assert [step for step in steps.split() if f" {step} " not in told] == []


def test_what_is_not_shown_is_seen() -> None:
    said = "│ 1    │ reply │ met │\nreply is refused (case_closed): reopen it.\n"
    assert missing_lines("│ 1 │ reply │ … │\nreply is refused (case_closed): …\n", said) == []
    assert missing_lines("│ 1 │ reply │ breached …\n", said) == ["│ 1 │ reply │ breached …"]
    swapped = ["│ 1 │ reply │ …"]
    assert missing_lines(f"reply is refused …\n{swapped[0]}\n", said) == swapped
