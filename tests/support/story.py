"""Stories of a case, told as given, when and then; every invariant is checked at every step.

A story plays the world outside by itself: messages arrive, steps are carried out and alarms
ring on time, unless the test wants otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self

from domain.alarm import next_alarm
from domain.carry_out import Handled, carry_out
from domain.effects import effects
from domain.journaling import blank
from domain.state import CaseState
from schemas.case import Answer, Clock
from schemas.commands import Command, OpenComplaint, RecordCallbackAttempt
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    Effect,
    EnterPayment,
    GatherEvidence,
    ReverseStep,
    TriageComplaint,
)
from schemas.events import Envelope, Event
from schemas.evidence import Evidence
from schemas.policy import Policy
from schemas.triage import Triage
from schemas.vocabulary import CommandStatus, Stage
from tests.support import commands, reports
from tests.support.commands import JUST_NOW, UNNAMED
from tests.support.invariants import check_invariants, check_step, check_story
from tests.support.policies import policy

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
"""Monday, nine in the morning in Shanghai."""

NO_TIME = timedelta()


class Story:
    """One case.

    `events` are those of the last step, `effects` all so far, `pending` those nobody has played,
    and `sent` the commands so far with their answers. `delivers`, `settles`, `judges` and
    `finds` say how the world outside answers by itself.
    """

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
        self.sent: list[tuple[Command, Answer]] = []
        self.answer = Answer(
            status=CommandStatus.REFUSED, number=number, version=0, stage=Stage.RECEIVED
        )
        self.delivers = delivers
        self.settles = settles
        self.judges = judges
        self.finds = finds
        self._count = 0
        self._blank = (number, "cid", rules or policy())
        self.state = self._before(commands.opening())

    # ---- Given ---------------------------------------------------------------------------------

    def opened(self, command: OpenComplaint | None = None, **fields: object) -> Self:
        """Open the case now; triage stays pending unless the story judges."""
        opening = (command or commands.opening()).model_copy(update=fields)
        named = {"command_id": opening.command_id or "open"}
        self.state = self._before(opening)
        return self.given(opening.model_copy(update=named))

    def triaged(self, triage: Triage | None = None) -> Self:
        """Let triage answer."""
        self.pending = [e for e in self.pending if not isinstance(e, TriageComplaint)]
        return self.given(reports.judged(triage or commands.triage()))

    def given(self, *expected: Command) -> Self:
        """Carry out commands that must be accepted, one right after the other."""
        for command in expected:
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
        unstamped: bool = False,
    ) -> Self:
        """Let a command reach us after a time in which alarms rang, and handle it `lag` later.

        During the lag nothing rings: we were down. Without a time before it nothing rings either,
        so that a command can come ahead of a late alarm. A command that has a stamp keeps it.
        """
        if after:
            self._let_ring(self.now + after, including=False)
        received_at = None if unstamped else self.now
        self.now += lag
        self.events = []
        self._handle(self._addressed(command, received_at))
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
        """Come back after an outage: the alarm rings late, once for everything missed."""
        self.events = []
        self._ring()
        return self

    def play(self) -> Self:
        """Let the world outside answer what is pending, as far as this story's world does."""
        while played := next(filter(self._report, self.pending), None):
            self.pending.remove(played)
            report = self._report(played)
            assert report is not None
            self.take(carry_out(self.state, self._addressed(report, None), self.now))
        return self

    def take(self, handled: Handled) -> Self:
        """Go on from what came of a message, checking every invariant."""
        before, self.state = self.state, handled.state
        self.journal += handled.envelopes
        self.events += [envelope.event for envelope in handled.envelopes]
        for envelope in handled.envelopes:
            fresh = effects(self.state, envelope.event)
            self.effects += fresh
            self.pending += fresh
        check_step(before, self.state, handled.envelopes)
        check_story(self.state, self.journal)
        return self

    # ---- Then ----------------------------------------------------------------------------------

    def then(self, *expectations: Callable[[Self], None]) -> Self:
        """Check what is expected now."""
        for expectation in expectations:
            expectation(self)
        return self

    def audited(self) -> Self:
        """Check the whole journal once more, from nothing, as an auditor would."""
        check_invariants(self.state, self.journal)
        return self

    def clock(self, key: str, cycle: int | None = None) -> Clock:
        """Return a clock of the present or of an earlier cycle."""
        number = cycle or self.state.cycle.number
        is_present = number == self.state.cycle.number
        clocks = self.state.clocks if is_present else self.state.cycles[number - 1].clocks
        return next(clock for clock in clocks if clock.key == key)

    # ---- The machinery -------------------------------------------------------------------------

    def _before(self, opening: OpenComplaint) -> CaseState:
        number, complaint_id, rules = self._blank
        return blank(number, complaint_id, opening, rules)

    def _addressed(self, command: Command, received_at: datetime | None) -> Command:
        self._count += 1
        update: dict[str, object] = {"received_at": command.received_at or received_at}
        if command.command_id == UNNAMED:
            update["command_id"] = f"c-{self._count}"
        if isinstance(command, RecordCallbackAttempt) and command.called_at == JUST_NOW:
            update["called_at"] = received_at or self.now
        return command.model_copy(update=update)

    def _handle(self, command: Command) -> None:
        handled = carry_out(self.state, command, self.now)
        self.take(handled)
        self.answer = handled.answer
        self.sent.append((command, handled.answer))
        self.play()

    def _report(self, effect: Effect) -> Command | None:
        match effect:
            case TriageComplaint():
                return reports.judged(self.judges) if self.judges else None
            case DeliverMessage():
                return reports.delivered(effect) if self.delivers else None
            case GatherEvidence():
                return reports.found(effect, self.finds) if self.finds else None
            case CarryOutStep():
                return reports.settled(effect) if self.settles else None
            case EnterPayment():
                return reports.counted(effect) if self.settles else None
            case ReverseStep():
                return reports.reversed_(effect) if self.settles else None

    def _let_ring(self, until: datetime, *, including: bool) -> None:
        while (alarm := next_alarm(self.state)) is not None:
            if alarm.at > until or (alarm.at == until and not including):
                break
            self.now = max(self.now, alarm.at)
            self._ring()
        self.now = until

    def _ring(self) -> None:
        self._handle(reports.alarm())
        alarm = next_alarm(self.state)
        assert alarm is None or alarm.at > self.now
