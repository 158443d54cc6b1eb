"""Every check of golden histories can fail: what is forged in a history is found.

The stock replayer lets most forgeries pass, which is why there are further checks.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.replay.checks import JOURNAL, REPLAYER, findings
from tests.replay.deeds import ACTIVITY, ANSWER, ATTRIBUTES, END, LOCAL_ACTIVITY, TIMER
from tests.replay.forging import Forgery, delayed_timers, dropped, forged, misheard, reworded


class Lie(NamedTuple):
    """A forged history, and which check finds it."""

    what: str
    life: str
    forgery: Forgery
    found_by: str


LIES = (
    Lie(
        "the answer of a local activity",
        "misunderstood_function",
        reworded("MARKER_RECORDED", '"rule_version":"', '"rule_version":"x'),
        JOURNAL,
    ),
    Lie(
        "the answer of an activity",
        "missing_parts",
        reworded("ACTIVITY_TASK_COMPLETED", '"reference":"', '"reference":"x'),
        END,
    ),
    Lie(
        "an argument of an update",
        "missing_parts",
        reworded("WORKFLOW_EXECUTION_UPDATE_ACCEPTED", '"score":5', '"score":4'),
        END,
    ),
    Lie(
        "an argument of a signal",
        "checks",
        reworded("WORKFLOW_EXECUTION_SIGNALED", "PX-1", "PX-2"),
        END,
    ),
    Lie(
        "what the case was opened with",
        "misunderstood_function",
        reworded("WORKFLOW_EXECUTION_STARTED", "AC-220", "AC-221"),
        JOURNAL,
    ),
    Lie(
        "the result",
        "misunderstood_function",
        reworded("WORKFLOW_EXECUTION_COMPLETED", '"owner":"agent', '"owner":"nobody'),
        END,
    ),
    Lie(
        "what a run hands over",
        "continued",
        reworded("WORKFLOW_EXECUTION_CONTINUED_AS_NEW", '"refusals":0', '"refusals":1'),
        END,
    ),
    Lie(
        "an answer to a person",
        "silence",
        reworded("WORKFLOW_EXECUTION_UPDATE_COMPLETED", '"created":1', '"created":2'),
        ANSWER,
    ),
    Lie(
        "what an activity was asked",
        "missing_parts",
        reworded("ACTIVITY_TASK_SCHEDULED", '"step":1', '"step":2'),
        ACTIVITY,
    ),
    Lie("what a local activity was asked", "silence", misheard, LOCAL_ACTIVITY),
    Lie("the length of a timer", "silence", delayed_timers, TIMER),
    Lie(
        "a search attribute",
        "silence",
        reworded("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", '"received"', '"closed"'),
        ATTRIBUTES,
    ),
    Lie(
        "a signal among others that was never sent",
        "refusals",
        dropped("WORKFLOW_EXECUTION_SIGNALED"),
        JOURNAL,
    ),
    Lie("a missing end", "silence", dropped("WORKFLOW_EXECUTION_COMPLETED"), END),
)
"""The stock replayer lets these pass."""

LOSSES = (
    ("checks", "WORKFLOW_EXECUTION_SIGNALED"),
    ("silence", "WORKFLOW_EXECUTION_UPDATE_ACCEPTED"),
    ("silence", "WORKFLOW_EXECUTION_UPDATE_COMPLETED"),
    ("silence", "MARKER_RECORDED"),
    ("silence", "TIMER_FIRED"),
    ("missing_parts", "ACTIVITY_TASK_SCHEDULED"),
    ("missing_parts", "ACTIVITY_TASK_COMPLETED"),
    ("silence", "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"),
)
"""Events whose absence the stock replayer finds by itself, since commands hang on them."""


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.what)
async def test_a_forged_history_is_found(lie: Lie) -> None:
    found = await findings(forged(lie.life, lie.forgery))
    assert lie.found_by in found


@pytest.mark.parametrize(("life", "kind"), LOSSES)
async def test_a_lost_event_is_found(life: str, kind: str) -> None:
    assert REPLAYER in await findings(forged(life, dropped(kind)))
