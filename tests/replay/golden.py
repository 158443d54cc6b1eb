"""Golden histories: the lives of cases as real servers recorded them, one file per case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

HISTORIES = Path(__file__).with_name("histories")

MOST_BYTES = 240_000
"""A golden file stays below this size."""

LEFT_OUT = ("stackTrace",)
"""What a history tells about the machine that recorded it; no replay looks at it."""


@dataclass(frozen=True)
class Run:
    """One run of a case, and what its local activities were asked, by the digest of each.

    A history keeps what a local activity answered, but not what it was asked; the digests, by
    activity id, were taken while the case was lived.
    """

    history: WorkflowHistory
    asked: Mapping[str, str]


@dataclass(frozen=True)
class Golden:
    """A case with all its runs, the first one first."""

    name: str
    runs: Sequence[Run]

    def __str__(self) -> str:
        """Name the test of this case."""
        return self.name


def names() -> list[str]:
    """Return the names of all golden histories."""
    return sorted(path.stem for path in HISTORIES.glob("*.json"))


def load(name: str) -> Golden:
    return read(name, (HISTORIES / f"{name}.json").read_text())


def save(golden: Golden) -> None:
    """Write a case; other files of the directory are left as they are."""
    text = written(golden)
    assert len(text) < MOST_BYTES, f"{golden.name} has {len(text)} bytes"
    (HISTORIES / f"{golden.name}.json").write_text(text)


def read(name: str, text: str) -> Golden:
    document = json.loads(text)
    workflow_id: str = document["workflow_id"]
    return Golden(name, [_run(workflow_id, run) for run in document["runs"]])


def written(golden: Golden) -> str:
    """Return a case as JSON with one event per line, so that a difference can be read."""
    workflow_id = golden.runs[0].history.workflow_id
    runs = ",\n".join(_written(run) for run in golden.runs)
    return f'{{"workflow_id": {json.dumps(workflow_id)},\n"runs": [\n{runs}\n]}}\n'


def _run(workflow_id: str, run: Mapping[str, Any]) -> Run:
    history = WorkflowHistory.from_json(workflow_id, {"events": run["events"]})
    return Run(history, run["asked"])


def _written(run: Run) -> str:
    events = _without(LEFT_OUT, json.loads(run.history.to_json()))["events"]
    lines = ",\n".join(json.dumps(event, separators=(",", ":")) for event in events)
    return f'{{"asked": {json.dumps(run.asked)},\n"events": [\n{lines}\n]}}'


def _without(keys: Sequence[str], value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(keys, item) for key, item in value.items() if key not in keys}
    if isinstance(value, list):
        return [_without(keys, item) for item in value]
    return value
