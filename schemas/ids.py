"""How a complaint number becomes a workflow id and back, and the keys of what we do outside."""

from __future__ import annotations

PREFIX = "complaint-"


def workflow_id(number: int) -> str:
    """Return the Temporal workflow id of the complaint with this register number."""
    return f"{PREFIX}{number}"


def complaint_number(workflow: str) -> int:
    """Return the register number behind a workflow id; ValueError for any other id."""
    if not workflow.startswith(PREFIX):
        raise ValueError(f"{workflow!r} is not the id of a complaint, such as {PREFIX}17")
    return int(workflow.removeprefix(PREFIX))


def step_key(number: int, cycle: int, version: int, step: int) -> str:
    """Return the key under which a remedy step takes effect at most once (rule 13)."""
    return f"{number}:{cycle}:{version}:{step}"


def message_key(number: int, message: int) -> str:
    """Return the key under which a message is sent at most once (rule 29)."""
    return f"{number}:message:{message}"
