"""redress doctor: what is wrong with the set-up, and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from cli.diagnosis import diagnose
from cli.diagnosis.finding import Finding, State
from cli.options import DataDir, Output
from cli.program import carry_out
from cli.terminal import Format, say, show, show_json, table
from runtime.main import Exit


def doctor(data_dir: DataDir = None, output: Output = None) -> None:
    """Say what is wrong with the set-up, and how to mend it.

    The exit code is 3 if a part has failed.

    Example: redress doctor -o json
    """
    carry_out(_doctor(data_dir, output))


async def _doctor(data_dir: Path | None, output: Format | None) -> int:
    findings = [finding async for finding in diagnose(data_dir)]
    healthy = not any(finding.is_failed for finding in findings)
    if output is Format.JSON:
        show_json({"healthy": healthy, "findings": [asdict(finding) for finding in findings]})
    else:
        rows = [(each.part, each.state, each.what, each.remedy) for each in findings]
        show(table(("part", "state", "what", "how to mend"), rows))
        say(_summary(findings))
    return Exit.OK if healthy else Exit.NOT_READY


def _summary(findings: Sequence[Finding]) -> str:
    count = Counter(finding.state for finding in findings)
    return ", ".join(f"{count[state]} {state}" for state in State if count[state])
