"""What came of files of vectors, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cli.vectors.judging import Judged, Judgement

Results = Mapping[str, Sequence[Judged]]
"""By file."""


def report(results: Results) -> dict[str, Any]:
    """Return the results as data."""
    operations = [
        {"file": file, "operation": operation, **counts(judged), "differing": _differing(judged)}
        for file, found in results.items()
        for operation, judged in _by_operation(found).items()
    ]
    return {"operations": operations, **counts(_all(results))}


def report_page(results: Results) -> Iterator[str]:
    """Yield a line for each file, operation and difference, and at last one for all."""
    for file, found in results.items():
        yield file
        for operation, judged in _by_operation(found).items():
            yield f"  {operation}: {_counted(judged)}"
            for each in judged:
                if each.judgement is not Judgement.AGREE:
                    yield f"    {_difference(each)}"
    yield _counted(_all(results))


def counts(judged: Sequence[Judged]) -> dict[str, int]:
    """Return how many vectors came to each judgement."""
    return {
        judgement.replace(" ", "_"): sum(each.judgement is judgement for each in judged)
        for judgement in Judgement
    }


def _counted(judged: Sequence[Judged]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts(judged).items())


def _difference(each: Judged) -> str:
    reason = f" ({each.reason})" if each.reason else ""
    return f"{each.judgement} {each.id}{reason}: expected {each.expected}, ours {each.ours}"


def _differing(judged: Iterable[Judged]) -> list[dict[str, str]]:
    return [
        {
            "id": each.id,
            "judgement": each.judgement,
            "expected": each.expected,
            "ours": each.ours,
            "reason": each.reason,
        }
        for each in judged
        if each.judgement is not Judgement.AGREE
    ]


def _by_operation(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for each in judged:
        found.setdefault(each.operation, []).append(each)
    return found


def _all(results: Results) -> list[Judged]:
    return [each for judged in results.values() for each in judged]
