"""Rule 2 under outage: met if and only if our door stamped the answer at or before `due_at`.

Answers before and after the deadline, with all up, or with the worker, Temporal or PostgreSQL
killed over it. REDRESS_FAULT_TRIALS is how many complaints there are of each kind.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator
from shutil import copytree

import pytest

from runtime.settings import PROJECT
from schemas.events import ClockEnded, ClockOverdue, Envelope, LevelReached, NoticeGiven
from schemas.vocabulary import Proof, Verdict
from tests.faults.checker import check_cases, gather
from tests.faults.outage_trials import (
    CHECK,
    LEVELS_BY_THEN,
    REPLY,
    Away,
    Moment,
    Trials,
    Tried,
    clock,
)
from tests.support.measured import measured
from tests.support.processes import SetUp, Wanted, kept_setup

pytestmark = pytest.mark.server

COPIES = int(os.environ.get("REDRESS_FAULT_TRIALS", "2"))
SECONDS = 6 + COPIES
"""Within so many seconds an answer is due; the preparations must be over long before."""

CHANGES = {
    'reply = "24h"': f'reply = "{SECONDS}s"',
    'logistics = "24h"': f'logistics = "{SECONDS}s"',
    'notices_in = "cn-day"': "",
}


@pytest.fixture(scope="module")
async def setup(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SetUp]:
    place = tmp_path_factory.mktemp("verdicts")
    config = copytree(PROJECT / "config", place / "config")
    policy = config / "policy.toml"
    text = policy.read_text("utf-8")
    for usual, changed in CHANGES.items():
        assert usual in text
        text = text.replace(usual, changed)
    policy.write_text(text, "utf-8")
    async with kept_setup(place, Wanted(config_dir=config)) as setup:
        yield setup


@pytest.fixture(scope="module", params=Away)
async def trials(request: pytest.FixtureRequest, setup: SetUp) -> Trials:
    trials = Trials(request.param, setup, COPIES)
    await trials.run()
    return trials


@pytest.mark.parametrize("moment", Moment)
async def test_the_verdict_follows_the_stamp_of_the_door(trials: Trials, moment: Moment) -> None:
    for tried in trials.of(moment):
        key, due_at, met = tried.trial.key, tried.trial.due_at, tried.is_in_time
        judged = clock(tried.view, key)
        assert judged.verdict is (Verdict.MET if met else Verdict.BREACHED)
        assert (judged.answered_at, judged.proof) == (tried.stamp, Proof.DOOR)
        assert judged.breached_at == (None if met else due_at)
        ended = [e.event for e in tried.journal if isinstance(e.event, ClockEnded)]
        assert [event.verdict for event in ended if event.key == key] == [judged.verdict]
    in_time = [tried.is_in_time for tried in trials.of(moment)]
    measured(f"\n{trials.away}, {moment}: {len(in_time)} verdicts, {sum(in_time)} of them met")
    assert any(in_time) is (moment is Moment.BEFORE)


@pytest.mark.parametrize("moment", Moment)
async def test_lateness_is_recorded_once_and_told_with_how_late_that_is(
    trials: Trials, moment: Moment
) -> None:
    for tried in trials.of(moment):
        key, events = tried.trial.key, [envelope.event for envelope in tried.journal]
        overdue = Counter(e.key for e in events if isinstance(e, ClockOverdue))
        levels = [e.level for e in events if isinstance(e, LevelReached) and e.key == REPLY]
        if key == CHECK:  # Nobody has ever answered the customer.
            assert overdue[REPLY] == 1
            assert levels == list(range(1, LEVELS_BY_THEN + 1))
        if moment is Moment.AFTER and trials.away.is_noticed:
            assert overdue[key] == 1
        # On waking, a late answer may come first: what it ends is breached, and told to nobody.
        assert overdue[key] <= 1
        for envelope in tried.journal:
            check_lateness(trials.away, tried, envelope)


def check_lateness(away: Away, tried: Tried, envelope: Envelope) -> None:
    """Check that what is told late says so, and that an outage kept nothing from being noticed."""
    match envelope.event:
        case LevelReached(nominal_at=nominal_at) | NoticeGiven(nominal_at=nominal_at):
            late = envelope.recorded_at - nominal_at
            assert envelope.event.late_by_seconds == int(late.total_seconds())
        case ClockOverdue(due_at=due_at) if due_at > tried.gone_at:
            assert (envelope.recorded_at < tried.back_at) is away.is_noticed
        case _:
            pass


async def test_nothing_is_lost_or_doubled(trials: Trials) -> None:
    await check_cases(await gather(trials.setup), trials.setup.config.policy)
