"""Every check of golden histories can fail: a forged history or a changed rule is found.

The stock replayer lets most of them pass, which is why there are further checks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pkgutil import resolve_name
from typing import Any, NamedTuple

import pytest

from domain import clocks
from domain.decision import Decision
from schemas import attributes
from schemas.vocabulary import ClockKind
from tests.replay.checks import check_journal, kinds, relive
from tests.replay.deeds import ACTIVITY, ANSWER, ATTRIBUTES, END, LOCAL_ACTIVITY, TIMER
from tests.replay.forging import Forgery, delayed_timers, dropped, forged, misheard, reworded
from tests.replay.golden import Golden, load

REPLAYER = "stock replayer"
JOURNAL = "journal"


class Lie(NamedTuple):
    """A forged history, and which check finds it."""

    what: str
    life: str
    forgery: Forgery
    found_by: str


class Changed(NamedTuple):
    """A changed piece of the product, and which check finds it; `change` makes new of old."""

    what: str
    life: str
    place: str
    change: Callable[[Any], Any]
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


def _earlier_warning(rule: Any) -> Any:
    def changed(state: Any, clock: Any) -> Any:
        policy = state.policy.model_copy(update={"warning_percent": 79})
        return rule(state.model_copy(update={"policy": policy}), clock)

    return changed


def _solution_first(_rule: Any) -> Any:
    def changed(decision: Decision) -> None:
        day = timedelta(hours=24)
        clocks.start(decision, ClockKind.SOLUTION, "solution", decision.at, 2 * day)
        clocks.start(decision, ClockKind.REPLY, "reply", decision.at, day)

    return changed


def _an_hour_more(rule: Any) -> Any:
    def changed(*args: Any) -> Any:
        until = rule(*args)
        return until and until + timedelta(hours=1)

    return changed


def _with(**update: Any) -> Callable[[Any], Any]:
    """Return a change by which a function returns its model with other values."""
    return lambda rule: lambda *args, **kwargs: rule(*args, **kwargs).model_copy(update=update)


def _shouting(rule: Any) -> Any:
    name = attributes.OWNER
    return lambda state: {**rule(state), name: str(rule(state)[name]).upper()}


CHANGES = (
    Changed(
        "a warning comes early", "silence", "domain.alarm:_clock_alarms", _earlier_warning, TIMER
    ),
    Changed(
        "clocks start in another order",
        "silence",
        "domain.clocks:start_first",
        _solution_first,
        JOURNAL,
    ),
    Changed(
        "customers are told a later moment",
        "silence",
        "domain.effects:_answer_until",
        _an_hour_more,
        LOCAL_ACTIVITY,
    ),
    Changed(
        "departments are not told the order",
        "missing_parts",
        "domain.effects:_inquiry",
        _with(order=None),
        ACTIVITY,
    ),
    Changed(
        "answers name no due moment",
        "silence",
        "domain.carry_out:_answer",
        _with(next_due_at=None),
        ANSWER,
    ),
    Changed(
        "a measure is forgotten",
        "missing_parts",
        "domain.view:_callback_from_receipt",
        lambda _: lambda _state: None,
        END,
    ),
    Changed(
        "an attribute is spelt otherwise",
        "silence",
        "workflows.attributes:attributes_of",
        _shouting,
        ATTRIBUTES,
    ),
    Changed(
        "a refusal is worded otherwise",
        "refusals",
        "workflows.inputs:MALFORMED",
        str.upper,
        JOURNAL,
    ),
)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.what)
async def test_a_forged_history_is_found(lie: Lie) -> None:
    found = await found_in(forged(lie.life, lie.forgery))
    assert lie.found_by in found
    assert REPLAYER not in found


@pytest.mark.parametrize(("life", "kind"), LOSSES)
async def test_a_lost_event_is_found(life: str, kind: str) -> None:
    assert REPLAYER in await found_in(forged(life, dropped(kind)))


@pytest.mark.parametrize("changed", CHANGES, ids=lambda changed: changed.what)
async def test_a_changed_rule_is_found(changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    new = changed.change(resolve_name(changed.place))
    monkeypatch.setattr(changed.place.replace(":", "."), new)
    found = await found_in(load(changed.life))
    assert changed.found_by in found
    assert REPLAYER not in found


async def found_in(golden: Golden) -> set[str]:
    """Return the names of the checks that find something."""
    lived = await relive(golden)
    found = {kind for replayed in lived for kind in kinds(replayed)}
    if any(replayed.failure for replayed in lived):
        found.add(REPLAYER)
    try:
        check_journal(lived)
    except (AssertionError, IndexError):
        found.add(JOURNAL)
    return found
