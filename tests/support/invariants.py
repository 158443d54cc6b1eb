"""What holds for every case after every command, whatever happened before (H8, rules 1, 2, 21).

Events of one command are one step: between them a case may, for example, have no deadline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, dropwhile, pairwise

from domain.alarm import next_alarm, next_deadline
from domain.chain import envelope_hash, policy_version
from domain.clocks import EXTERNAL_KEY, external_due_at
from domain.journaling import apply, fold
from domain.ladders import ladder_of
from domain.ownership import is_unattributed, owner_of_time
from domain.pauses import clock_key
from domain.reckoning import between
from domain.state import (
    GENESIS,
    CaseState,
    open_checks,
    open_steps,
    required_checks,
    running,
)
from domain.tasks import open_tasks
from domain.view import case_page, case_record, case_view
from schemas.case import Clock
from schemas.events import (
    CalendarChanged,
    CalendarLeft,
    CaseCompleted,
    ClockEnded,
    ClockMoved,
    ClockOverdue,
    ClockStarted,
    CycleClosed,
    CycleStarted,
    Envelope,
    LevelReached,
    MessageDelivered,
    MessageEvent,
    MessageReleased,
    NoticeGiven,
    OptionAccepted,
    PolicyMigrated,
    ProposalApproved,
    ProposalMade,
    RefusalEvent,
    StepSettled,
    StepStarted,
)
from schemas.ledger import by_cycle, lengths, waiting
from schemas.policy import Policy
from schemas.views import CaseRecord
from schemas.vocabulary import ClockKind, Party, Verdict

MICROSECOND = timedelta(microseconds=1)


def check_invariants(state: CaseState, envelopes: Sequence[Envelope]) -> None:
    """Check a case against its whole journal."""
    check_state(state)
    check_story(state, envelopes)
    check_chain(GENESIS, envelopes)
    folded = fold(envelopes, state.policy)
    assert folded == state
    assert case_view(folded) == case_view(state)
    record = case_record(state)
    assert CaseRecord.model_validate_json(record.model_dump_json()) == record
    assert CaseState.model_validate_json(state.model_dump_json()) == state
    assert f"Complaint {state.number}" in case_page(state)


def check_step(before: CaseState, state: CaseState, added: Sequence[Envelope]) -> None:
    """Check what one command did: the journal goes on without a gap, and its fold is the state."""
    check_state(state)
    check_chain(before.head, added)
    assert [e.seq for e in added] == list(range(before.seq + 1, state.seq + 1))
    folded = before
    for envelope in added:
        folded = apply(folded, envelope)
        check_ledger(folded)
    assert folded == state
    assert before.answers.items() <= state.answers.items()


def check_state(state: CaseState) -> None:
    """Check what a state must be, whatever led to it."""
    if state.is_closed:
        check_closed(state)
    else:
        check_open(state)
    check_ledger(state)
    check_cycles(state)
    if not required_checks(state):  # Every wait for departments counts for somebody (rule 21).
        assert not any(map(is_unattributed, state.ledger))
    check_external(state)
    for clock in state.clocks:
        check_clock(clock)
    for clock in running(state):
        check_hours(clock, state.policy)


def check_open(state: CaseState) -> None:
    """Check H8: a person owns the case, and it has one next deadline."""
    assert state.owner.strip()
    assert next_deadline(state) is not None
    assert not state.completed
    assert state.outcome is None
    assert state.closed_at is None
    for clock in running(state):
        awaited = clock.overdue_at is None
        assert not awaited or next_alarm(state) is not None
    check_hold(state)


def check_hold(state: CaseState) -> None:
    """Check rule 5: who waits for the customer has a date for it, and waits no longer than that."""
    keys = [clock.key for clock in running(state, ClockKind.HOLD)]
    if state.hold is None:
        assert keys == []
    else:
        assert keys == [clock_key(state.hold)]
        assert state.hold.started_at < state.hold.remind_at < state.hold.until
        assert owner_of_time(state) is Party.CUSTOMER
    assert state.held == sum((each.until - each.since for each in state.pauses), timedelta())


def check_closed(state: CaseState) -> None:
    """Check that a closed case leaves nothing open and can be told how it ended."""
    assert next_deadline(state) is None
    assert running(state) == ()
    assert open_checks(state) == ()
    assert open_steps(state) == ()
    assert open_tasks(state) == ()
    assert state.standing is None
    assert state.hold is None
    assert state.outcome is not None
    assert state.closed_at is not None
    assert state.cycle.clocks == state.clocks
    assert (next_alarm(state) is None) == state.completed


def check_ledger(state: CaseState) -> None:
    """Check that at each instant exactly one party owns the time (rule 21)."""
    sinces = [segment.since for segment in state.ledger]
    assert all(earlier < later for earlier, later in pairwise(sinces))
    assert state.ledger[-1].party is owner_of_time(state)
    told = [s for s in state.ledger if s.department is not None]
    assert all(segment.party is Party.DEPARTMENTS for segment in told)
    assert state.ledger[-1].cycle == len(state.cycles)
    assert sum_of(state, sinces[-1] + timedelta(days=1)) == (
        sinces[-1] - sinces[0] + timedelta(days=1)
    )


def sum_of(state: CaseState, until: datetime) -> timedelta:
    total = sum((each.total for each in waiting(state.ledger, until)), timedelta())
    of_cycles = by_cycle(state.ledger, until)
    assert sum((each.total for each in of_cycles), timedelta()) == total
    assert total == sum((w.total for each in of_cycles for w in each.waiting), timedelta())
    return total


def check_cycles(state: CaseState) -> None:
    """Check that the segments of each cycle add up to its duration, to the microsecond.

    A cycle lasts until the next one begins: the time between them is nobody's. Time in the ledger
    never runs backwards, whatever stamps say, and a cycle that took none has no segment.
    """
    until = state.ledger[-1].since + timedelta(days=1)
    totals: Counter[int] = Counter()
    for segment, length in lengths(state.ledger, until):
        totals[segment.cycle] += length // MICROSECOND
    began = list(accumulate((cycle.started_at for cycle in state.cycles), max))
    for cycle, (begin, end) in enumerate(pairwise([*began, until]), start=1):
        assert totals.pop(cycle, 0) == (end - begin) // MICROSECOND
    assert not totals


def check_external(state: CaseState) -> None:
    """Check that no clock of ours that can still keep the date of an authority is due after it."""
    for external in running(state, ClockKind.EXTERNAL):
        assert external.held == timedelta()
        # What came with another complaint that goes on here has the date of that one.
        assert external.key != EXTERNAL_KEY or external.due_at == external_due_at(state)
        for clock in running(state, ClockKind.REPLY, ClockKind.SOLUTION):
            assert clock.due_at <= external.due_at or clock.started_at >= external.due_at


def check_steady(state: CaseState) -> None:
    """Check what is true of a case that has always been under one policy."""
    assert timedelta() <= state.held <= state.policy.longest_hold
    for clock in state.clocks:
        check_hours(clock, state.policy)
        assert clock.levels <= len(ladder_of(state.policy, clock.kind))
        assert (clock.notice_at is None) == (clock.told == clock.levels)


def check_hours(clock: Clock, policy: Policy) -> None:
    """Check that a clock is due after its target and holds, in its own hours."""
    # A moment that a person gave may lie in closed hours, and still counts.
    taken = between(policy, clock.calendar, clock.started_at, clock.due_at)
    assert taken == clock.target + clock.held


def check_clock(clock: Clock) -> None:
    """Check a clock against reading 2: judged by receipt, verdict only at its end."""
    assert clock.told <= clock.levels
    assert not clock.held or clock.kind is ClockKind.SOLUTION
    assert clock.overdue_at in {None, clock.due_at}
    assert (clock.verdict is None) == (clock.ended_at is None)
    assert len(set(clock.noticed)) == len(clock.noticed)
    match clock.verdict:
        case Verdict.MET:
            assert clock.answered_at is not None
            assert clock.answered_at <= clock.due_at
            assert clock.breached_at is None
        case Verdict.BREACHED:
            assert clock.breached_at == clock.due_at
            assert clock.answered_at is None or clock.answered_at > clock.due_at
        case _:
            assert clock.answered_at is None
            assert clock.breached_at is None
    assert (clock.proof is None) == (clock.answered_at is None)


def check_chain(head: str, envelopes: Iterable[Envelope]) -> None:
    """Check that each envelope names the one before, and hashes alike after being read back."""
    for envelope in envelopes:
        assert envelope.prev_hash == head
        again = Envelope.model_validate_json(envelope.model_dump_json())
        assert again == envelope
        assert envelope.hash == envelope_hash(again)
        head = envelope.hash


def check_story(state: CaseState, envelopes: Sequence[Envelope]) -> None:
    """Check what must be true of the journal as a whole."""
    assert [e.seq for e in envelopes] == list(range(1, state.seq + 1))
    check_policies(state, envelopes)
    assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(envelopes))
    assert all(e.occurred_at <= e.recorded_at for e in envelopes)
    check_verdicts(envelopes)
    check_once(envelopes)
    check_consent(envelopes)
    check_approval(envelopes)
    check_answers(state, envelopes)
    check_end(envelopes)


def check_policies(state: CaseState, envelopes: Sequence[Envelope]) -> None:
    """Check rule 8: each event names the policy that counted, until a manager chose another."""
    version = envelopes[0].policy_version
    for envelope in envelopes:
        assert envelope.policy_version == version
        if isinstance(envelope.event, PolicyMigrated):
            assert envelope.event.was_version == version
            version = policy_version(envelope.event.policy)
            assert envelope.event.version == version
    assert version == state.policy_version == policy_version(state.policy)
    assert version == state.cycle.policy_version
    if not any(isinstance(envelope.event, PolicyMigrated) for envelope in envelopes):
        check_steady(state)


def check_end(envelopes: Iterable[Envelope]) -> None:
    """Check that after the run's end nothing happens but refusals and late deliveries."""
    after = dropwhile(lambda e: not isinstance(e.event, CaseCompleted), envelopes)
    late = MessageEvent | RefusalEvent | CaseCompleted
    assert all(isinstance(envelope.event, late) for envelope in after)


def check_verdicts(envelopes: Iterable[Envelope]) -> None:
    """Check that each clock has one verdict per cycle, and that nothing follows it (rule 2)."""
    alive: set[str] = set()
    used: set[str] = set()
    for event in (e.event for e in envelopes):
        match event:
            case CycleStarted():
                assert alive == set()
                used = set()
            case ClockStarted():
                assert event.clock.key not in used
                used.add(event.clock.key)
                alive.add(event.clock.key)
            case ClockEnded():
                alive.remove(event.key)
            case (
                ClockMoved()
                | CalendarLeft()
                | CalendarChanged()
                | ClockOverdue()
                | LevelReached()
                | NoticeGiven()
            ):
                assert event.key in alive
            case CycleClosed():
                assert alive == set()
            case _:
                pass


def check_once(envelopes: Iterable[Envelope]) -> None:
    """Check that nothing that happens once is told twice: deliveries, notices, steps.

    A clock that was moved may be late a second time, even at the very moment of the first.
    """
    told: Counter[tuple[object, ...]] = Counter()
    moves: Counter[str] = Counter()
    cycle = 0
    for event in (e.event for e in envelopes):
        match event:
            case CycleStarted():
                cycle = event.cycle
            case MessageDelivered():
                told["message", event.message] += 1
            case NoticeGiven():
                about = (event.level, moves[event.key]) if event.rung is None else event.rung
                told["notice", cycle, event.key, event.to, about] += 1
            case LevelReached():
                told["level", cycle, event.key, event.level] += 1
            case ClockOverdue():
                told["overdue", cycle, event.key, moves[event.key]] += 1
            case ClockMoved():
                moves[event.key] += 1
            case StepStarted():
                told["step", event.step.key] += 1
            case StepSettled():
                told["settled", event.step] += 1
            case _:
                pass
    assert [key for key, count in told.items() if count > 1] == []


def check_consent(envelopes: Iterable[Envelope]) -> None:
    """Check H5: no step starts but those of the option that was accepted before."""
    accepted: set[int] = set()
    for event in (e.event for e in envelopes):
        if isinstance(event, OptionAccepted):
            assert event.version not in accepted
            accepted.add(event.version)
        if isinstance(event, StepStarted):
            assert event.step.version in accepted


def check_approval(envelopes: Iterable[Envelope]) -> None:
    """Check H4: what needs approval is told to nobody before another person has approved it."""
    awaited: dict[int, str] = {}
    for event in (e.event for e in envelopes):
        match event:
            case ProposalMade():
                if event.proposal.needs_approval:
                    awaited[event.proposal.version] = event.proposal.proposed_by
            case ProposalApproved():
                assert event.by != awaited.pop(event.version)
            case MessageReleased():
                assert event.message.version not in awaited
            case OptionAccepted():
                assert event.version not in awaited
            case _:
                pass


def check_answers(state: CaseState, envelopes: Iterable[Envelope]) -> None:
    """Check that the first answer to every command is remembered for the whole case."""
    first: dict[str, object] = {}
    for envelope in envelopes:
        if envelope.answer is not None:
            first.setdefault(envelope.cause.command_id, envelope.answer)
    assert {key: answered.answer for key, answered in state.answers.items()} == first
