"""Stories of a case, told as given, when and then; every invariant is checked at every step.

A story plays the world outside by itself: messages arrive, steps are carried out, triage
answers, and alarms ring on time, unless the test wants otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

from domain.alarm import next_alarm
from domain.carry_out import REDRESS, Handled, carry_out
from domain.effects import effects
from domain.journaling import blank
from domain.state import CaseState
from schemas.case import Answer, Clock
from schemas.commands import (
    Command,
    FailStep,
    OpenComplaint,
    RecordCallbackAttempt,
    RecordDelivery,
    RecordEvidence,
    RecordTriage,
    SettleStep,
    Wake,
)
from schemas.effects import CarryOutStep, DeliverMessage, Effect, GatherEvidence, TriageComplaint
from schemas.events import Envelope, Event
from schemas.evidence import Evidence
from schemas.policy import Policy
from schemas.triage import Triage
from schemas.vocabulary import Channel, CommandStatus
from tests.support import commands
from tests.support.commands import JUST_NOW, UNNAMED
from tests.support.invariants import check_invariants, check_step, check_story
from tests.support.policies import policy

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
"""Monday, nine in the morning in Shanghai."""

NO_TIME = timedelta()


class Story:
    """One case. `events` are those of the last step, `pending` the effects nobody has played."""

    def __init__(
        self,
        *,
        rules: Policy | None = None,
        number: int = 7,
        delivers: bool = True,
        settles: bool = True,
        judges: Triage | None = None,
        finds: Evidence | None = None,
    ) -> None:
        self.now = START
        self.journal: list[Envelope] = []
        self.events: list[Event] = []
        self.effects: list[Effect] = []
        self.pending: list[Effect] = []
        self.answer = Answer(status=CommandStatus.REFUSED, number=0, version=0, stage=STAGE)
        self.delivers = delivers
        self.settles = settles
        self.judges = judges
        self.finds = finds
        self._rules = rules or policy()
        self._number = number
        self._count = 0
        self.state = blank(number, "cid", commands.opening(), self._rules)

    # ---- Given ---------------------------------------------------------------------------------

    def opened(self, command: OpenComplaint | None = None, **fields: object) -> Self:
        """Open the case now; triage stays pending unless the story judges."""
        opening = (command or commands.opening()).model_copy(update=fields)
        opening = opening.model_copy(
            update={"received_at": opening.received_at or self.now, "command_id": "open"}
        )
        self.state = blank(self._number, "cid", opening, self._rules)
        return self.when(opening)

    def triaged(self, triage: Triage | None = None) -> Self:
        """Let triage answer."""
        self._only(TriageComplaint)
        judged = triage or commands.triage()
        return self.given(RecordTriage(command_id=UNNAMED, actor=REDRESS, triage=judged))

    def given(self, *accepted: Command) -> Self:
        """Carry out commands that must be accepted, one right after the other."""
        for command in accepted:
            self.when(command)
            assert self.answer.status is CommandStatus.ACCEPTED, self.answer
        return self

    # ---- When ----------------------------------------------------------------------------------

    def when(
        self,
        command: Command,
        *,
        after: timedelta = NO_TIME,
        lag: timedelta = NO_TIME,
        stamped: bool = True,
    ) -> Self:
        """Let a command reach us after a time in which alarms rang, and handle it `lag` later.

        During the lag nothing rings: we were down. A command that has a stamp keeps it.
        """
        self._let_ring(self.now + after, including=False)
        received_at = self.now
        self.now += lag
        self.events = []
        self.handle(self._addressed(command, received_at if stamped else None))
        return self

    def wait(self, span: timedelta) -> Self:
        """Let time pass, with every alarm ringing at its moment."""
        self.events = []
        self._let_ring(self.now + span, including=True)
        return self

    def sleep(self, span: timedelta) -> Self:
        """Let time pass while we are down: no alarm rings."""
        self.now += span
        return self

    def wake(self) -> Self:
        """Come back after an outage: the alarm rings late, once."""
        self.events = []
        self._ring()
        return self

    def handle(self, command: Command) -> None:
        """Handle one command now, and what the world outside makes of it."""
        self._carry_out(command)
        self.answer = self._answer
        self.play()

    def play(self) -> None:
        """Let the world outside answer what is pending, as far as this story's world does."""
        unplayed, self.pending = self.pending, []
        for effect in unplayed:
            report = self._report(effect)
            if report is None:
                self.pending.append(effect)
            else:
                self._carry_out(self._addressed(report, None))
        if len(self.pending) < len(unplayed):
            self.play()

    # ---- Then ----------------------------------------------------------------------------------

    def then(self, *expectations: Callable[[Story], None]) -> Self:
        """Check what is expected now."""
        for expectation in expectations:
            expectation(self)
        return self

    def finished(self) -> Self:
        """Check the whole journal once more, from nothing."""
        check_invariants(self.state, self.journal)
        return self

    def clock(self, key: str, cycle: int | None = None) -> Clock:
        """Return a clock of the present or of an earlier cycle."""
        is_present = cycle is None or cycle == self.state.cycle.number
        clocks = self.state.clocks if is_present else self.state.cycles[(cycle or 1) - 1].clocks
        return next(clock for clock in clocks if clock.key == key)

    # ---- The machinery -------------------------------------------------------------------------

    def _addressed(self, command: Command, received_at: datetime | None) -> Command:
        self._count += 1
        update: dict[str, object] = {}
        if command.command_id == UNNAMED:
            update["command_id"] = f"c-{self._count}"
        if command.received_at is None:
            update["received_at"] = received_at
        if isinstance(command, RecordCallbackAttempt) and command.called_at == JUST_NOW:
            update["called_at"] = received_at or self.now
        return command.model_copy(update=update)

    def _carry_out(self, command: Command) -> Handled:
        before = self.state
        handled = carry_out(before, command, self.now)
        self.take(handled)
        return handled

    def take(self, handled: Handled) -> None:
        """Go on from what came of a message."""
        before, self.state = self.state, handled.state
        self.journal += handled.envelopes
        self.events += [envelope.event for envelope in handled.envelopes]
        self._answer = handled.answer
        for envelope in handled.envelopes:
            self.effects += effects(self.state, envelope.event)
            self.pending += effects(self.state, envelope.event)
        check_step(before, self.state, handled.envelopes)
        check_story(self.state, self.journal)

    def _report(self, effect: Effect) -> Command | None:
        system = {"command_id": UNNAMED, "actor": REDRESS}
        match effect:
            case TriageComplaint():
                return RecordTriage(**system, triage=self.judges) if self.judges else None
            case DeliverMessage():
                return delivery(effect) if self.delivers else None
            case GatherEvidence():
                found = self.finds
                return RecordEvidence(**system, check=effect.check, evidence=found) if found else None
            case CarryOutStep():
                return receipt(effect) if self.settles else None

    def _let_ring(self, until: datetime, *, including: bool) -> None:
        while (alarm := next_alarm(self.state)) is not None:
            if alarm.at > until or (alarm.at == until and not including):
                break
            self.now = max(self.now, alarm.at)
            self._ring()
        self.now = until

    def _ring(self) -> None:
        self.handle(Wake(command_id="redress:alarm", actor=REDRESS))
        alarm = next_alarm(self.state)
        assert alarm is None or alarm.at > self.now
