"""A worker in which every third attempt at anything fails, and quotes all that it ever unsealed.

A driver, a parser or a gateway that tells what it stumbled over looks like this.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import activities.triage
import worker
from activities.notifications import NotificationActivities
from gateways.department_http import HttpDepartmentSystem
from runtime.main import run
from store.journal import Journal
from store.remedies import RemedyLedger
from store.vault import Vault

Work = Callable[..., Any]

FAILING: tuple[tuple[Any, str], ...] = (
    (activities.triage, "triage"),
    (NotificationActivities, "_rendered"),
    (HttpDepartmentSystem, "ask"),
    (RemedyLedger, "carry_out"),
    (Journal, "append"),
)

unsealed: list[str] = []


class Talkative(Exception):
    """Quotes in its text, its code, its notes and its cause."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(*texts)
        self.code = " ".join(texts)
        self.add_note(f"while looking at {texts}")
        self.__cause__ = ExceptionGroup(f"all of {texts}", [ValueError(text) for text in texts])


def remembering(unseal: Work) -> Work:
    async def remembered(*args: Any, **options: Any) -> tuple[str, ...]:
        texts: tuple[str, ...] = await unseal(*args, **options)
        unsealed.extend(texts)
        return texts

    return remembered


def failing(work: Work) -> Work:
    """Return work that fails at the first attempt, the fourth, and so on."""
    attempts = count()

    def attempt() -> None:
        if next(attempts) % 3 == 0 and unsealed:
            raise Talkative(unsealed)

    async def awaited(*args: Any, **options: Any) -> Any:
        attempt()
        return await work(*args, **options)

    def called(*args: Any, **options: Any) -> Any:
        attempt()
        return work(*args, **options)

    return awaited if inspect.iscoroutinefunction(work) else called


if __name__ == "__main__":
    setattr(Vault, "open", remembering(Vault.open))  # noqa: B010 - A method is not assigned to.
    for owner, name in FAILING:
        setattr(owner, name, failing(getattr(owner, name)))
    sys.exit(run(worker.main))
