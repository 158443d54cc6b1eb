"""Numbers that a test has measured and does not assert: machines differ."""

from __future__ import annotations


def measured(text: str) -> None:
    """Tell a number; pytest shows it with -s, and where a test fails."""
    print(text)  # noqa: T201 - Whoever runs the test reads it.
