"""Origin: whether a run was started as a door starts it (architecture: who speaks).

Whoever reaches Temporal can start a case of an input of its own, which believes everybody or has
another policy. Nothing is done for such a run: no step, no message, no entry in the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from temporalio import activity
from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from schemas.attributes import TASK_QUEUE
from schemas.base import Wire
from schemas.commands import OpenComplaint
from schemas.errors import RedressError
from schemas.ids import complaint_number
from schemas.keys import PublicKey
from schemas.policy import Policy
from schemas.vocabulary import Authenticity
from store.door_keys import DoorKey
from store.register import Entry, Register

WORKFLOW = "ComplaintWorkflow"
MOST_KNOWN = 10_000
"""Runs that a worker remembers as genuine; the others it looks up again."""


@dataclass(eq=False)
class RunForged(RedressError):
    """No door has started this run ({fault}), and nothing is done for it.

    Delete it with `temporal workflow delete`; a complaint whose number it took is started then.
    """

    code = "run_forged"
    retryable = False
    fault: str


class Started(Wire):
    """What a run was started with, as far as a door decides it."""

    number: int
    complaint_id: str
    opening: OpenComplaint
    policy: Policy
    authenticity: Authenticity = Authenticity.OPEN
    keys: tuple[PublicKey, ...] = ()
    carried: Wire | None = None


class Origin:
    """Knows which runs began as doors begin them, by Temporal's record and the register's."""

    def __init__(self, temporal: Client, register: Register) -> None:
        self._temporal = temporal
        self._register = register
        self._genuine: dict[str, None] = {}

    async def expect_genuine(self, workflow: str | None, run: str | None) -> None:
        """Raise RunForged unless a door started the case of this run, or no door signs anyway."""
        if run in self._genuine:
            return
        ring = await self._register.key_ring()
        if ring:
            if workflow is None or run is None:
                raise RunForged("it is none of a workflow")
            await self._expect_known(workflow, run, ring)
            self._remember(run)

    async def _expect_known(self, workflow: str, run: str, ring: list[DoorKey]) -> None:
        """Compare a run with the one that is noted for its case; note it if it is the first."""
        entry = await self._entry(workflow)
        begun = await self._start_of(workflow, run)
        first = begun.first_execution_run_id
        noted = await self._register.first_run(entry.number)
        if noted is None:
            if first != run:
                begun = await self._start_of(workflow, first)
            await self._expect_as_registered(entry, begun, ring)
            await self._register.note_run(entry.number, first)
            noted = await self._register.first_run(entry.number)
        if noted != first:
            raise RunForged("the case began with another run")

    async def _entry(self, workflow: str) -> Entry:
        try:
            entry = await self._register.entry(complaint_number(workflow))
        except ValueError:
            entry = None
        if entry is None:
            raise RunForged("the register has no such complaint")
        return entry

    async def _start_of(self, workflow: str, run: str) -> WorkflowExecutionStartedEventAttributes:
        """Return how a run was started, as Temporal and nobody else has recorded it."""
        handle = self._temporal.get_workflow_handle(workflow, run_id=run)
        try:
            async for event in handle.fetch_history_events(page_size=1):
                return event.workflow_execution_started_event_attributes
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        raise RunForged("Temporal knows its beginning no more")

    async def _expect_as_registered(
        self, entry: Entry, begun: WorkflowExecutionStartedEventAttributes, ring: list[DoorKey]
    ) -> None:
        if (begun.workflow_type.name, begun.task_queue.name) != (WORKFLOW, TASK_QUEUE):
            raise RunForged("it is another workflow")
        try:
            started = Started.model_validate_json(begun.input.payloads[0].data)
        except (ValidationError, IndexError):
            raise RunForged("its input is none of ours") from None
        document = await self._register.policy(entry.policy_version)
        fault = difference(started, entry, document, ring)
        if fault is not None:
            raise RunForged(fault)

    def _remember(self, run: str) -> None:
        if len(self._genuine) >= MOST_KNOWN:
            del self._genuine[next(iter(self._genuine))]
        self._genuine[run] = None


def difference(
    started: Started, entry: Entry, policy: str | None, ring: list[DoorKey]
) -> str | None:
    """Return in what a case was started otherwise than a door starts this entry, if in anything.

    `policy` is that of the entry, in JSON; `ring` holds all keys that doors ever had.
    """
    if started.carried is not None:
        return "it began in the midst of a life"
    if (started.number, started.complaint_id) != (entry.number, entry.complaint_id):
        return "its complaint is another"
    if started.opening != entry.opening:
        return "its opening is another"
    if policy is None or started.policy != Policy.model_validate_json(policy):
        return "its policy is another"
    return None if _believes_doors(started, entry, ring) else "it believes others than our doors"


def _believes_doors(started: Started, entry: Entry, ring: list[DoorKey]) -> bool:
    """Tell whether a case trusts keys that doors had when it was accepted, or later."""
    had = [key.public for key in ring if not key.retired_at or key.retired_at > entry.accepted_at]
    if started.authenticity is Authenticity.SIGNED:
        return len(started.keys) > 0 and all(key in had for key in started.keys)
    # An unsigned case is from before there were keys.
    return all(key.created_at > entry.accepted_at for key in ring)


class GenuineRuns(Interceptor):
    """Refuses every activity that a run asks for which no door has started."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return _Doubting(next, self._origin)


class _Doubting(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, origin: Origin) -> None:
        super().__init__(following)
        self._origin = origin

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002, ANN401
        info = activity.info()
        await self._origin.expect_genuine(info.workflow_id, info.workflow_run_id)
        return await super().execute_activity(input)
