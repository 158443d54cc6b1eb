"""Sending commands so that each takes effect once, however often its sending is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from temporalio.client import Client, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from domain.chain import body_hash, update_id
from schemas.case import Answer
from schemas.commands import NAMES, Command
from schemas.ids import workflow_id
from schemas.refusals import RefusalCode
from schemas.vocabulary import CommandStatus
from starter.errors import ComplaintUnknown, OutcomeUnknown
from starter.starting import start_case
from store.journal import Journal
from store.late_refusals import LateRefusal, LateRefusals
from store.read_model import ReadModel
from store.register import Register

Result = TypeVar("Result")

PASSING = (
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.UNKNOWN,
)
"""Failures that pass, or that say nothing about whether the command arrived.

FAILED_PRECONDITION is a case that a mistake of ours has parked until the fix (rule 24).
"""
UNCONNECTED = (RuntimeError, TimeoutError)
"""How a client says that it has no connection to Temporal yet."""


@dataclass(frozen=True)
class Persistence:
    """How often a command is sent, and how long one try may take.

    After that its outcome is unknown, and the same bytes are sent again.
    """

    tries: int = 6
    patience: timedelta = timedelta(seconds=10)

    def pauses(self) -> Iterator[float]:
        """Yield the seconds to wait after each try."""
        return (min(2**attempt / 10, 2.0) for attempt in range(self.tries))


class Sending:
    """Brings commands to running cases, and answers for those whose run has completed."""

    def __init__(
        self,
        temporal: Client,
        register: Register,
        journal: Journal,
        read_model: ReadModel,
        late_refusals: LateRefusals,
        persistence: Persistence | None = None,
    ) -> None:
        self._temporal = temporal
        self._register = register
        self._journal = journal
        self._read_model = read_model
        self._late_refusals = late_refusals
        self._persistence = persistence or Persistence()

    async def update(self, number: int, command: Command) -> Answer:
        """Send a command and return the case's answer.

        A try whose outcome is unknown is followed by the same bytes under the same id, which
        the server and the case both recognise. Raises ComplaintUnknown and OutcomeUnknown.
        """
        return await self._persist(number, command, self._update)

    async def signal(self, number: int, command: Command) -> None:
        """Send a command as a signal: durable at once, with no worker needed and no answer."""
        await self._persist(number, command, self._signal)

    async def _persist(
        self, number: int, command: Command, send: Callable[[int, Command], Awaitable[Result]]
    ) -> Result | Answer:
        for pause in self._persistence.pauses():
            try:
                # The time-out of a request bounds each of the client's own tries, not their sum.
                async with asyncio.timeout(self._persistence.patience.total_seconds()):
                    return await send(number, command)
            except (WorkflowUpdateRPCTimeoutOrCancelledError, *UNCONNECTED):
                _heed_cancellation()
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    settled = await self._settle(number, command)
                    if settled is not None:
                        return settled
                elif error.status not in PASSING:
                    raise
            await asyncio.sleep(pause)
        raise OutcomeUnknown(NAMES[type(command)], number, command.command_id)

    async def _update(self, number: int, command: Command) -> Answer:
        handle = self._temporal.get_workflow_handle(workflow_id(number))
        answer: Answer = await handle.execute_update(
            NAMES[type(command)],
            command,
            id=update_id(command),
            result_type=Answer,
            rpc_timeout=self._persistence.patience,
        )
        return answer

    async def _signal(self, number: int, command: Command) -> None:
        handle = self._temporal.get_workflow_handle(workflow_id(number))
        name, patience = NAMES[type(command)], self._persistence.patience
        await handle.signal(name, command, rpc_timeout=patience)

    async def _settle(self, number: int, command: Command) -> Answer | None:
        """Find out why no run takes the command: None means that trying again makes sense."""
        entry = await self._register.entry(number)
        if entry is None:
            raise ComplaintUnknown(number)
        sent = (command.command_id, body_hash(command))
        for envelope in await self._journal.read(number):
            cause = envelope.cause
            if (cause.command_id, cause.body_hash) == sent and envelope.answer is not None:
                return envelope.answer
        view = await self._read_model.case(number)
        if view is None or not view.completed:
            # If Temporal is away at this moment, the next try or the dispatcher starts the case.
            with suppress(RPCError, *UNCONNECTED):
                await start_case(self._temporal, self._register, entry)
            return None
        await self._late_refusals.record(_late(number, command))
        return Answer(
            status=CommandStatus.REFUSED,
            number=number,
            version=view.version,
            stage=view.stage,
            code=RefusalCode.RUN_COMPLETED,
            explanation=RefusalCode.RUN_COMPLETED.sentence,
            outcome=view.outcome,
            survivor=view.merged_into,
        )


def _heed_cancellation() -> None:
    """Let a caller who cancels go: of an update, the client tells it like a request timed out."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _late(number: int, command: Command) -> LateRefusal:
    return LateRefusal(
        number=number,
        command_id=command.command_id,
        command=NAMES[type(command)],
        actor=command.actor,
        code=RefusalCode.RUN_COMPLETED,
        received_at=command.received_at,
    )
