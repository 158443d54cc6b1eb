"""Rules 2, 11, 14 and 27: clocks ring in the time of the case, and are judged by receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import pytest

from schemas.base import Wire
from schemas.events import ClockOverdue, LevelReached, ReminderGiven
from schemas.vocabulary import (
    Department,
    Finding,
    Outcome,
    Proof,
    Purpose,
    Rank,
    Stage,
    Verdict,
)
from tests.support.actors import WAREHOUSE
from tests.support.caseload import Caseload
from tests.support.cases import Case, clock
from tests.support.eventually import eventually
from tests.support.histories import pending_timers, started_timers, summary
from tests.support.policies import days, hours, minutes, seconds
from tests.support.wire import body, payload, raw_signal

pytestmark = pytest.mark.server

Kind = TypeVar("Kind", bound=Wire)

CHECK = "check.1"
SOON = seconds(3)


# ---- Ringing ---------------------------------------------------------------------------------


async def test_each_level_is_reached_at_its_moment_and_the_clock_overdue_at_the_due_one(
    served: Caseload,
) -> None:
    case = await served.open()
    reply = await case.clock("reply")
    first_at = reply.started_at + reply.target / 2
    await case.wait_until(first_at - minutes(1))
    assert (await case.clock("reply")).levels == 0
    await case.wait_until(first_at + minutes(1))
    await case.until(lambda view: view.clocks[0].levels == 1)
    await case.wait_until(reply.due_at + minutes(1))
    view = await case.until(lambda view: view.overdue == ("reply",))
    assert view.clocks[0].overdue_at == reply.due_at
    assert view.clocks[0].verdict is None
    levels = [level for level in await events_of(case, LevelReached) if level.key == "reply"]
    assert [(level.level, level.rank, level.nominal_at) for level in levels] == [
        (1, Rank.OWNER, first_at),
        (2, Rank.SUPERVISOR, reply.started_at + reply.target * 0.8),
        (3, Rank.MANAGER, reply.due_at),
    ]
    assert all(level.late_by_seconds == 0 for level in levels)


async def test_every_alarm_rings_at_its_own_moment_however_long_the_wait(
    served: Caseload,
) -> None:
    case = await served.open()
    await case.wait(hours(60))
    await case.until(lambda view: view.overdue == ("reply", "solution"))
    rung = [e for e in await case.journal() if isinstance(e.event, ClockOverdue | LevelReached)]
    assert len(rung) == 9
    lateness = [
        envelope.recorded_at - moment
        for envelope in rung
        for moment in [getattr(envelope.event, "nominal_at", None)]
        if moment is not None
    ]
    assert all(timedelta() <= late < seconds(2) for late in lateness)


async def test_a_waiting_case_costs_nothing_besides_its_alarms(served: Caseload) -> None:
    case = await served.open()
    await case.withdraw()
    await case.rest()
    before = len(await case.events())
    await case.wait(days(29))
    added = (await case.events())[before:]
    names = {event.WhichOneof("attributes") for event in added}
    assert names <= {
        "workflow_execution_options_updated_event_attributes",
        "workflow_execution_time_skipping_transitioned_event_attributes",
    }


async def test_one_timer_is_pending_and_says_what_it_is_for(served: Caseload) -> None:
    case = await served.open()
    reply = await case.clock("reply")
    first_at = reply.started_at + reply.target / 2
    assert pending_timers(await case.events()) == [f"reply level 1 {first_at:%Y-%m-%d %H:%M}Z"]
    await case.reply()
    solution = await case.clock("solution")
    moved_to = solution.started_at + solution.target / 2
    expected = f"solution level 1 {moved_to:%Y-%m-%d %H:%M}Z"
    await eventually(case.events, lambda found: pending_timers(found) == [expected])
    await case.ask()
    check = await case.clock(CHECK)
    earlier = check.started_at + check.target / 2
    assert earlier < moved_to
    expected = f"check.1 level 1 {earlier:%Y-%m-%d %H:%M}Z"
    await eventually(case.events, lambda found: pending_timers(found) == [expected])
    await case.withdraw()
    await eventually(case.events, lambda found: len(pending_timers(found)) == 1)
    (left,) = pending_timers(await case.events())
    assert left.startswith("reopening window ends ")


async def test_a_message_that_moves_no_deadline_starts_no_timer(served: Caseload) -> None:
    case = await served.open()
    before = len(started_timers(await case.events()))
    for _ in range(5):
        await case.send("record_note", text="nothing new")
    await case.journal()
    events = await case.events()
    assert [summary(event) for event in started_timers(events)[before:]] == []


# ---- Judging by receipt ----------------------------------------------------------------------


async def asked(cases: Caseload) -> Case:
    """Return a case with a check that is due in seconds, while no worker is up any more."""
    usual = cases.house.config.policy
    checks = {**usual.checks, Department.WAREHOUSE: SOON}
    door = cases.house.door(policy=usual.model_copy(update={"checks": checks}))
    async with cases.house.working():
        case = await cases.open(door)
        await case.ask()
        await case.rest()
    return case


async def pass_deadline(case: Case) -> None:
    """Let the due moment of the check pass; a message waiting for a worker stops the skipping."""
    due_at = clock(await case.client.case(case.number), CHECK).due_at
    await eventually(case.now, lambda now: now > due_at)


async def test_an_answer_before_the_deadline_is_met_though_handled_after_it(
    cases: Caseload,
) -> None:
    case = await asked(cases)
    await case.signal("complete_check", WAREHOUSE, check=1, finding=Finding.CONFIRMED)
    await pass_deadline(case)
    async with cases.house.working():
        check = clock(await case.stage(Stage.DECIDING), CHECK)
    assert (check.verdict, check.proof) == (Verdict.MET, Proof.DOOR)
    assert check.answered_at is not None
    assert check.answered_at <= check.due_at
    assert check.ended_at is not None
    assert check.ended_at > check.due_at


async def test_an_answer_after_the_deadline_is_breached_though_it_is_handled_first(
    cases: Caseload,
) -> None:
    case = await asked(cases)
    await pass_deadline(case)
    await case.signal("complete_check", WAREHOUSE, check=1, finding=Finding.CONFIRMED)
    async with cases.house.working():
        check = clock(await case.stage(Stage.DECIDING), CHECK)
    assert (check.verdict, check.proof) == (Verdict.BREACHED, Proof.DOOR)
    assert check.breached_at == check.due_at
    assert check.answered_at is not None
    assert check.answered_at > check.due_at


async def test_an_answer_without_a_stamp_is_judged_by_its_handling(cases: Caseload) -> None:
    case = await asked(cases)
    data = body(actor=WAREHOUSE.model_dump(mode="json"), check=1, finding="confirmed")
    await raw_signal(case, "complete_check", [payload(data)])
    await pass_deadline(case)
    async with cases.house.working():
        check = clock(await case.stage(Stage.DECIDING), CHECK)
    assert (check.verdict, check.proof) == (Verdict.BREACHED, Proof.ENGINE)


async def test_alarms_of_an_outage_ring_once_on_waking_and_say_how_late(cases: Caseload) -> None:
    case = await asked(cases)
    await pass_deadline(case)
    async with cases.house.working():
        await case.until(lambda view: view.overdue == (CHECK,))
        levels = [level for level in await events_of(case, LevelReached) if level.key == CHECK]
        due_at = (await case.clock(CHECK)).due_at
    assert [(level.level, level.nominal_at) for level in levels] == [
        (1, due_at - SOON / 2),
        (2, due_at - SOON * 0.2),
        (3, due_at),
    ]


# ---- Waiting for consent ---------------------------------------------------------------------


async def test_silence_is_reminded_of_twice_and_then_closes_without_a_remedy(
    served: Caseload,
) -> None:
    case = await served.open()
    await case.propose()
    delivered_at = (await case.view()).proposals[0].delivered_at
    assert delivered_at is not None
    await case.wait(days(4))
    view = await case.stage(Stage.CLOSED)
    assert view.outcome is Outcome.NO_ANSWER
    assert view.steps == ()
    assert (await case.clock("consent.1")).verdict is Verdict.BREACHED
    reminders = await events_of(case, ReminderGiven)
    assert [r.nominal_at for r in reminders] == [delivered_at + hours(24), delivered_at + hours(48)]
    view = await case.until(lambda view: all(m.delivered_at for m in view.messages))
    purposes = [message.purpose for message in view.messages]
    assert purposes == [
        Purpose.ACKNOWLEDGEMENT,
        Purpose.PROPOSAL,
        Purpose.PROPOSAL_REMINDER,
        Purpose.PROPOSAL_REMINDER,
        Purpose.NO_ANSWER_CLOSED,
    ]
    record = await case.finish()
    assert record.view.outcome is Outcome.NO_ANSWER


async def events_of(case: Case, kind: type[Kind]) -> list[Kind]:
    """Return the events of a kind in the journal."""
    return [e.event for e in await case.journal() if isinstance(e.event, kind)]
