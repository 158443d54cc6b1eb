"""redress triage: what triage would say about a text, and why (H20)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import ConfigDir, Output
from cli.program import carry_out
from cli.reading import read_text
from cli.terminal import Format, show, show_json, table
from domain.triage import triage as judge
from runtime.config import load_config
from runtime.settings import load_settings
from schemas.triage import Triage, TriageReason
from schemas.vocabulary import Channel

TextFile = Annotated[
    Path | None,
    typer.Option("--file", "-f", metavar="FILE", help="Read the text from here; - is the input"),
]


def triage(
    text: Annotated[
        str | None, typer.Argument(help="The complaint in the customer's words")
    ] = None,
    file: TextFile = None,
    channel: Annotated[Channel, typer.Option(help="How it would come in")] = Channel.WEB,
    config_dir: ConfigDir = None,
    output: Output = None,
) -> None:
    """Judge a text, and say which words gave which points.

    Example: redress triage "包裹丢了，里面的赠品也少了一个"
    """
    carry_out(_triage(_given(text, file), channel, config_dir, output))


def _given(text: str | None, file: Path | None) -> str:
    """Return the text given as an argument or in a file; BadParameter unless exactly one is."""
    if (text is None) == (file is None):
        raise typer.BadParameter("give either the text itself, or --file with its place")
    return read_text(file) if file else text or ""


async def _triage(
    text: str, channel: Channel, config_dir: Path | None, output: Format | None
) -> None:
    rules = load_config(load_settings(config_dir=config_dir).config_dir).triage_rules
    found = judge(text, rules, channel=channel)
    if output is Format.JSON:
        show_json(found.model_dump(mode="json"))
        return
    if found.reasons:
        show(table(("word", "argues for", "points"), map(_reason, found.reasons)))
    show(*_judgement(found))


def _reason(reason: TriageReason) -> tuple[str, str, str]:
    return reason.word, str(reason.category or reason.severity), str(reason.points)


def _judgement(found: Triage) -> list[str]:
    doubt = "" if found.certain else ", so the owner decides"
    return [
        f"Category: {found.category} ({found.confidence} % sure{doubt}). {found.category.sentence}",
        f"Severity: {found.severity}. {found.severity.sentence}",
        f"Rules: {found.rule_version}",
    ]
