"""The durable life of one complaint. It decides nothing itself: every rule is in `domain`.

Messages come in through one dynamic handler each for signals and updates, so that none can be
dropped or jam the case. Both call `_carry_out`, which is synchronous: there is no await between
a decision and the change of state, hence no lock and no race.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.alarm import next_alarm
    from domain.carry_out import (
        REDRESS,
        Handled,
        carry_out,
        count_refusals,
        refuse_cancellation,
        refuse_unread,
        spend_tokens,
    )
    from domain.effects import effects
    from domain.journaling import blank
    from domain.signature import Document
    from domain.view import case_page, case_record, case_view
    from schemas.activity_io import RECORD_EVENTS, Flush, Flushed
    from schemas.attributes import SEARCH_ATTRIBUTES
    from schemas.case import Answer
    from schemas.commands import Command, Wake
    from schemas.effects import Effect
    from schemas.events import Envelope
    from schemas.views import CaseRecord, CaseView
    from workflows.attributes import attributes_of, changes
    from workflows.clock import CaseClock
    from workflows.inputs import Carried, CaseStart, Unread, name_of, read_command, tokens_in
    from workflows.lane import Lane
    from workflows.options import SETTLING, pauses
    from workflows.performing import perform

COUNT_EVERY = 100
"""Refusals that are counted only are noted in the journal by the hundred (rule 22)."""


@workflow.defn(name="ComplaintWorkflow")
class ComplaintWorkflow:
    """One complaint from opening until its last window has passed (reading 6)."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        """Open the case, or take over from the run before, ahead of any message."""
        self._start = start
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._fault: Exception | None = None
        self._clock = CaseClock()
        self._lane = Lane(self._clock)
        # What the run before has shown is not known here, so that everything is shown anew.
        self._shown: dict[str, object] = dict.fromkeys(SEARCH_ATTRIBUTES, start.carried)
        self._shown_seq = 0
        carried = start.carried
        self._unflushed: list[Envelope] = list(carried.unflushed) if carried else []
        self._pending: dict[str, Effect] = {e.key: e for e in carried.pending} if carried else {}
        self._counted = carried.counted_refusals if carried else 0
        # What the run before has decided stands in its history; what this task decides does not.
        self._settled = carried.state.seq if carried else 0
        self._task = workflow.info().get_current_history_length()
        self._written = self._unflushed[0].seq - 1 if self._unflushed else self._settled
        if carried is not None:
            self._state = carried.state
        else:
            grounds = (start.number, start.complaint_id, start.opening, start.policy)
            self._state = blank(*grounds, authenticity=start.authenticity, keys=start.keys)
            self._take(carry_out(self._state, start.opening, self._clock.now))

    @workflow.run
    async def run(self, start: CaseStart) -> CaseRecord:  # noqa: ARG002 - `__init__` has read it.
        """See the case through to its end, whoever asks Temporal to cancel it before."""
        course = asyncio.create_task(self._live())
        while True:
            try:
                return await asyncio.shield(course)
            except asyncio.CancelledError:
                # Only this task hears of it: effects, timers and the journal go on beside. A run
                # that a worker puts out of its cache has all its tasks cancelled instead.
                if course.cancelling():
                    raise
                self._refuse_cancellation(course)

    def _refuse_cancellation(self, course: asyncio.Task[CaseRecord]) -> None:
        """Record that somebody tried to cancel the case; no complaint is lost that way (rule 22).

        A run that has handed over, or returned its record, in this very task tells no more.
        """
        if not course.done():
            self._clock.tick()
            self._take(refuse_cancellation(self._state, self._clock.now))

    async def _live(self) -> CaseRecord:
        """Ring the alarms until every window has passed, then see everything through."""
        for effect in self._pending.values():
            self._begin(effect)
        background = [self._beside(self._flush()), self._beside(self._show())]
        while not self._state.completed:
            await self._sleep_until_alarm()
            if self._must_continue():
                await self._continue_as_new()
        # A run that ended now would drop unwritten events, effects under way and waiting updates.
        await self._await(self._is_idle)
        while self._unflushed or self._counted:
            self._note_counted()
            # The next task writes as settled what this one has decided.
            await workflow.sleep(SETTLING, summary="the journal is completed")
            self._written = self._unflushed[0].seq - 1
            await self._await(self._is_idle)
        for task in background:
            task.cancel()
        return case_record(self._state)

    @workflow.signal(dynamic=True)
    def on_signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Take any signal whatever; what cannot be read is a recorded refusal (rule 22)."""
        self._receive(name, args, signal=True)

    @workflow.update(dynamic=True)
    def on_update(self, name: str, args: Sequence[RawValue]) -> Answer:
        """Take any update whatever and answer it, accepted or refused."""
        return self._receive(name, args, signal=False)

    @workflow.query(name="view", description="The case as it stands; personal data stays sealed.")
    def view(self) -> CaseView:
        """Return the case as it stands."""
        return case_view(self._state)

    def _receive(self, name: str, args: Sequence[RawValue], *, signal: bool) -> Answer:
        self._clock.tick()
        read = read_command(name, args, signal=signal)
        if isinstance(read, Unread):
            unread = (name_of(name), read.code, self._clock.now, read.detail)
            answer = self._take(refuse_unread(self._state, *unread))
        else:
            answer = self._carry_out(read.command, read.written)
        self._take(spend_tokens(self._state, tokens_in(args), self._clock.now))
        return answer

    def _carry_out(self, command: Command, written: Document | None = None) -> Answer:
        """Decide and start what follows, all within the task of the message that caused it.

        An exception in here is our own bug: it fails the workflow task, which parks the case in
        sight until the fix is deployed, with no message lost (rule 24).
        """
        known = set(self._pending)
        answer = self._take(carry_out(self._state, command, self._clock.now, written))
        for key, effect in self._pending.items():
            if key not in known:
                self._begin(effect)
        return answer

    def _take(self, handled: Handled) -> Answer:
        self._notice_task()
        self._state = handled.state
        self._unflushed += handled.envelopes
        self._counted += handled.counted_only
        for envelope in handled.envelopes:
            for effect in effects(self._state, envelope.event):
                self._pending[effect.key] = effect
        if self._counted >= COUNT_EVERY:
            self._note_counted()
        return handled.answer

    def _note_counted(self) -> None:
        if self._counted:
            count, self._counted = self._counted, 0
            self._take(count_refusals(self._state, count, self._clock.now))

    def _begin(self, effect: Effect) -> None:
        # A message in the first task of a run is handled before `run` begins what was pending.
        if effect.key not in self._tasks:
            self._tasks[effect.key] = self._beside(self._perform(effect))

    async def _perform(self, effect: Effect) -> None:
        report = await perform(effect, self._state.policy, self._lane, self._clock)
        if report is not None:
            self._carry_out(report)
        # Only now is the effect over: a run that continues as new before repeats it by its key.
        del self._pending[effect.key], self._tasks[effect.key]

    def _beside(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Do something beside the main course; a fault in it parks the case all the same."""

        async def guarded() -> None:
            try:
                await work
            except Exception as fault:  # noqa: BLE001 - The main course raises it, as it is.
                self._fault = fault

        return asyncio.create_task(guarded())

    async def _await(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, or until a fault of ours beside must come to light."""
        await workflow.wait_condition(lambda: self._fault is not None or holds())
        self._raise_fault()

    def _raise_fault(self) -> None:
        """Fail the workflow task, not the case: only what is no failure of Temporal's does so."""
        if self._fault is not None:
            raise RuntimeError(type(self._fault).__name__) from self._fault

    async def _sleep_until_alarm(self) -> None:
        """Sleep on the one movable timer; its summary in the Temporal UI is the next deadline."""
        alarm = next_alarm(self._state)
        seq = self._state.seq

        def has_moved() -> bool:
            nonlocal seq
            if self._fault is not None or self._must_continue():
                return True
            if self._state.seq == seq:
                return False
            seq = self._state.seq
            fresh = next_alarm(self._state)
            return fresh is None or alarm is None or fresh[:2] != alarm[:2]

        try:
            await workflow.wait_condition(
                has_moved,
                timeout=alarm.at - self._clock.now if alarm else None,
                timeout_summary=f"{alarm.about} {alarm.at:%Y-%m-%d %H:%M}Z" if alarm else None,
            )
            self._raise_fault()
        except TimeoutError:
            self._clock.tick()
            self._carry_out(Wake(command_id="redress:alarm", actor=REDRESS))

    def _notice_task(self) -> None:
        """Remember what was decided in earlier workflow tasks: only that stands in history.

        A task that is lost, with its worker or because more arrived meanwhile, is done again and
        may decide otherwise, although its local activities have written already.
        """
        task = workflow.info().get_current_history_length()
        if task != self._task:
            self._task, self._settled = task, self._state.seq

    async def _flush(self) -> None:
        """Write the journal and the read model behind the case, for as long as it runs.

        Nothing that a customer or department does waits for PostgreSQL: while it is away,
        events gather here (rule 25). Events are kept until they are written as settled.
        """
        waits = pauses()
        while True:
            # Waiting for the lane gathers what a message brings about in one batch.
            await workflow.wait_condition(
                lambda: self._written < self._state.seq and not self._lane.is_busy
            )
            self._notice_task()
            events, view = tuple(self._unflushed), case_view(self._state)
            batch = Flush(envelopes=events, view=view, settled=self._settled)
            summary = f"journal up to {view.seq}"
            try:
                flushed = await self._lane.run(RECORD_EVENTS, batch, Flushed, summary)
            except FailureError:
                # A forked journal is an incident that people mend; the case itself goes on.
                await workflow.sleep(next(waits), summary="journal failed, trying again")
            else:
                waits = pauses()
                self._written = view.seq
                self._unflushed = [e for e in self._unflushed if e.seq > flushed.seq]

    async def _show(self) -> None:
        """Keep search attributes and the case's page in the Temporal UI up to date."""
        while True:
            await workflow.wait_condition(lambda: self._state.seq != self._shown_seq)
            self._shown_seq = self._state.seq
            workflow.set_current_details(case_page(self._state))
            fresh = attributes_of(self._state)
            updates = changes(self._shown, fresh)
            self._shown = fresh
            if updates:
                workflow.upsert_search_attributes(updates)

    def _is_idle(self) -> bool:
        written = self._written == self._state.seq and not self._lane.is_busy
        return written and not self._pending and workflow.all_handlers_finished()

    def _must_continue(self) -> bool:
        info = workflow.info()
        limit = self._start.continue_after
        too_long = limit is not None and info.get_current_history_length() >= limit
        return too_long or info.is_continue_as_new_suggested()

    async def _continue_as_new(self) -> None:
        """Hand the whole case over to a new run; a guard against floods, not a habit (rule 27).

        Waiting for the handlers and for the attempt under way, but not for PostgreSQL to come
        back, keeps every message and event; effects under way are repeated by the new run under
        their own keys.
        """
        self._lane.close()
        await self._await(lambda: not self._lane.is_asking and workflow.all_handlers_finished())
        # Not in the task in which a local activity has ended; see Lane.close.
        await workflow.sleep(SETTLING, summary="handing over")
        carried = Carried(
            state=self._state,
            unflushed=tuple(self._unflushed),
            pending=tuple(self._pending.values()),
            counted_refusals=self._counted,
        )
        workflow.continue_as_new(self._start.model_copy(update={"carried": carried}))
