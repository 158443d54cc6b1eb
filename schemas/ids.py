"""How a complaint number becomes a workflow id and back, keys of what we do outside, spellings."""

from __future__ import annotations

import unicodedata

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


def order_code(order: str) -> str:
    """Return the one spelling under which an order of the shop is counted.

    The shop takes `so-1`, ` SO-1` and full-width letters for the same order, and so must a balance.
    """
    return unicodedata.normalize("NFKC", order).strip().upper()


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two ids are one person's, however they are spelled in upper and lower case."""
    return one.casefold() == other.casefold()
