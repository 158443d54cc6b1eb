"""Rule 21: a slow clerk who reads the journal owes each party the same time, to the microsecond."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.state import CaseState, open_checks
from domain.view import case_view
from schemas.commands import Actor, Command
from schemas.events import (
    CheckCompleted,
    CheckHandedOver,
    CheckRequested,
    CheckReturned,
    CheckWaived,
    CheckWithdrawn,
    CycleClosed,
    CycleStarted,
    Envelope,
    Event,
    HoldEnded,
    HoldStarted,
    StageChanged,
)
from schemas.ledger import lengths, waiting
from schemas.vocabulary import Department, Party, Role, Stage
from tests.support.commands import (
    MANUAL,
    accept_option,
    callback,
    close_explained,
    complete_check,
    coupon,
    hand_over_check,
    proceed_without_check,
    propose,
    record_note,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    return_check,
    settle_step,
    withdraw,
    withdraw_check,
)
from tests.support.handling import hold, resume
from tests.support.policies import days, hours
from tests.support.reports import stamped
from tests.support.story import START, Story

LIVES = int(os.environ.get("REDRESS_LIVES", "50"))

Owner = tuple[int, Party, Department | None]
"""A cycle, who owned time in it, and for departments the one that it counts for."""

MICROSECOND = timedelta(microseconds=1)

STAGES = {
    Stage.CLOSED: Party.NOBODY,
    Stage.AWAITING_APPROVAL: Party.SUPERVISOR,
    Stage.AWAITING_CONSENT: Party.CUSTOMER,
    Stage.REMEDYING: Party.REMEDY,
    Stage.FOLLOWING_UP: Party.CALLBACK,
}


def changed_at(envelope: Envelope) -> datetime:
    """Return since when an event counts: a hold ended by its own word, whenever we woke."""
    event = envelope.event
    return event.ended_at if isinstance(event, HoldEnded) else envelope.occurred_at


# ---- The clerk ----------------------------------------------------------------------------------


@dataclass
class Clerk:
    """Reads a journal line by line and keeps the time of each party, with words of rule 21 only."""

    totals: Counter[Owner] = field(default_factory=Counter)
    cycle: int = 0
    stage: Stage = Stage.RECEIVED
    held: bool = False
    asked: dict[int, Department] = field(default_factory=dict)
    waited: Counter[int] = field(default_factory=Counter)
    ended: list[tuple[datetime, int, Department | None]] = field(default_factory=list)
    since: datetime = START

    def read(self, envelopes: Sequence[Envelope], until: datetime) -> Counter[Owner]:
        """Return the microseconds of each owner up to a moment."""
        self.since = envelopes[0].occurred_at
        for envelope in envelopes:
            before = (self.cycle, self.owner())
            asked = dict(self.asked)
            self.note(envelope.event, envelope.occurred_at, asked)
            if (self.cycle, self.owner()) != before:
                self.charge(*before, max(self.since, changed_at(envelope)))
            if asked and not self.asked:
                self.attribute()
        self.charge(self.cycle, self.owner(), max(self.since, until))
        for cycle, amount in self.waited.items():
            self.totals[cycle, Party.DEPARTMENTS, None] += amount
        return +self.totals

    def owner(self) -> Party:
        if self.held:
            return Party.CUSTOMER
        waits = Party.DEPARTMENTS if self.asked else Party.AGENT
        return STAGES.get(self.stage, waits)

    def charge(self, cycle: int, party: Party, until: datetime) -> None:
        amount = (until - self.since) // MICROSECOND
        self.since = until
        if party is Party.DEPARTMENTS:
            self.waited[cycle] += amount
        else:
            self.totals[cycle, party, None] += amount

    def attribute(self) -> None:
        """Let the wait count for the last to finish; for the agent, if that was taken back."""
        _, _, department = max(self.ended, key=lambda each: each[:2])
        party = Party.DEPARTMENTS if department else Party.AGENT
        for cycle, amount in self.waited.items():
            self.totals[cycle, party, department] += amount
        self.waited.clear()
        self.ended.clear()

    def note(self, event: Event, at: datetime, asked: dict[int, Department]) -> None:
        match event:
            case CycleStarted():
                self.cycle, self.stage = event.cycle, Stage.INVESTIGATING
            case CycleClosed():
                self.stage = Stage.CLOSED
            case StageChanged():
                self.stage = event.stage
            case HoldStarted() | HoldEnded():
                self.held = isinstance(event, HoldStarted)
            case CheckRequested() if event.check.required and not event.check.waived:
                self.asked[event.check.number] = event.check.department
            case CheckWithdrawn() if event.check in asked:
                self.end(event.check, event.ended_at, None)
            case CheckCompleted() | CheckReturned() | CheckHandedOver() if event.check in asked:
                self.end(event.check, event.ended_at, asked[event.check])
            case CheckWaived() if event.check in asked:
                self.end(event.check, at, asked[event.check])
            case _:
                pass

    def end(self, check: int, at: datetime, department: Department | None) -> None:
        del self.asked[check]
        self.ended.append((at, len(self.ended), department))


# ---- Random events ------------------------------------------------------------------------------

DEPARTMENTS = [Department.WAREHOUSE, Department.LOGISTICS, Department.QUALITY]


@dataclass(frozen=True)
class Finish:
    """One of the checks that are open by then ends, in one way or another."""

    which: int
    way: str
    to: Department = Department.LEGAL

    def command(self, story: Story) -> Command:
        checks = open_checks(story.state)
        if not checks:
            return record_note()
        check = checks[self.which % len(checks)]
        by = Actor(id="clerk-1", role=Role.DEPARTMENT, department=check.department)
        ways: dict[str, Command] = {
            "complete": complete_check(check.number, by=by),
            "return": return_check(check.number, by),
            "hand over": hand_over_check(check.number, self.to, by),
            "withdraw": withdraw_check(check.number),
            "proceed without": proceed_without_check(check.number),
        }
        return ways[self.way]


numbers = st.integers(min_value=1, max_value=3)
departments = st.sampled_from(DEPARTMENTS)
ways = ["complete", "complete", "complete", "return", "hand over", "withdraw", "proceed without"]
finishes = st.builds(Finish, st.integers(min_value=0, max_value=5), st.sampled_from(ways))
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(request_check, departments, required=st.sampled_from([True, True, False])),
    st.builds(request_check, departments),
    st.just(reply()),
    st.builds(hold, st.timedeltas(hours(1), days(20)).map(lambda span: START + span)),
    st.just(resume()),
    st.sampled_from([propose(MANUAL), propose(coupon(201), promised_at=START + days(30))]),
    st.builds(accept_option, numbers),
    st.builds(refuse_proposal, numbers),
    st.builds(settle_step, numbers, numbers),
    st.sampled_from([callback(), close_explained(), withdraw(), reopen(), reopen()]),
)
spans = st.one_of(
    st.just(timedelta()),
    st.timedeltas(timedelta(), hours(2)),
    st.timedeltas(timedelta(), days(4)),
)


@dataclass(frozen=True)
class Turn:
    """Time passes, and a command comes; in an outage it was stamped before that time was over.

    Before it the run may have continued as new, so that only what is written goes on.
    """

    span: timedelta
    what: Command | Finish
    in_outage: bool
    share: float
    continues: bool

    def tell(self, story: Story) -> None:
        if self.continues:
            story.state = CaseState.model_validate_json(story.state.model_dump_json())
        if self.in_outage:
            story.sleep(self.span)
            stamp = story.now - self.share * self.span
            story.when(stamped(self.command(story), stamp)).wake()
        else:
            story.wait(self.span).when(self.command(story))

    def command(self, story: Story) -> Command:
        return self.what.command(story) if isinstance(self.what, Finish) else self.what


whats = st.booleans().flatmap(lambda ends: finishes if ends else commands)
shares = st.floats(min_value=0, max_value=1)
turns = st.builds(Turn, spans, whats, st.booleans(), shares, st.booleans())
PARALLEL = (request_check(), request_check(Department.LOGISTICS), request_check(Department.QUALITY))

BEGINNINGS: list[tuple[Command, ...]] = [(), PARALLEL, (*PARALLEL, reply())]


@settings(max_examples=LIVES, deadline=None)
@given(
    st.sampled_from([(), PARALLEL, (*PARALLEL, reply())]), st.lists(turns, min_size=4, max_size=16)
)
def test_a_clerk_who_reads_the_journal_comes_to_the_same(
    beginning: tuple[Command, ...], happens: list[Turn]
) -> None:
    story = Story().opened().triaged().given(*beginning)
    for turn in happens:
        turn.tell(story)
    until = story.now + hours(1)
    kept: Counter[Owner] = Counter()
    for segment, length in lengths(story.state.ledger, until):
        kept[segment.cycle, segment.party, segment.department] += length // MICROSECOND
    assert +kept == Clerk().read(story.journal, until)
    assert kept.total() == (until - START) // MICROSECOND
    totals = waiting(story.state.ledger, until)
    assert sum((each.total for each in totals), timedelta()) == until - START
    view = case_view(story.state)
    told = sum((each.total for each in view.waiting), timedelta())
    assert told == view.owned_since - START
