"""Every check of golden histories can fail: a rule that is changed in the code is found.

The stock replayer lets all of these pass: the commands are of the same kinds, in the same order.
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
from tests.replay.checks import JOURNAL, REPLAYER, findings
from tests.replay.deeds import ACTIVITY, ANSWER, ATTRIBUTES, END, TIMER
from tests.replay.golden import load


class Changed(NamedTuple):
    """A changed piece of the product, and which check finds it; `change` makes new of old."""

    what: str
    life: str
    place: str
    change: Callable[[Any], Any]
    found_by: str


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


def _forgotten(_rule: Any) -> Any:
    return lambda _state: None


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
        ACTIVITY,
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
        _forgotten,
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


@pytest.mark.parametrize("changed", CHANGES, ids=lambda changed: changed.what)
async def test_a_changed_rule_is_found(changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    new = changed.change(resolve_name(changed.place))
    monkeypatch.setattr(changed.place.replace(":", "."), new)
    found = await findings(load(changed.life))
    assert changed.found_by in found
    assert REPLAYER not in found
