"""A decision in the making: the events so far and the state they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.evolve import evolve
from domain.state import CaseState
from schemas.commands import Actor, Command
from schemas.events import Event
from schemas.refusals import RefusalCode
from schemas.vocabulary import Proof


class Refused(Exception):
    """The command does not take effect, for a reason of the closed list."""

    def __init__(self, code: RefusalCode, detail: str | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.detail = detail


def require(condition: object, code: RefusalCode, detail: str | None = None) -> None:
    """Refuse the command unless the condition holds."""
    if not condition:
        raise Refused(code, detail)


class Decision:
    """Collects the events of one command; each is applied at once, so the next can build on it.

    `at` is when the command reached us as its door stamped it, `now` when it is handled. A
    stamp from the future counts as now, because nothing is handled before it arrives, and one
    from before the present cycle, or from before its end, as that moment. `received_at` is the
    stamp of whatever cycle, but nothing before the first.
    """

    def __init__(self, state: CaseState, command: Command, now: datetime) -> None:
        stamp = command.received_at
        self.state = state
        self.actor: Actor = command.actor
        self.now = now
        self.received_at = now if stamp is None else _received(state, min(stamp, now))
        self.at = now if stamp is None else _of_this_cycle(state, self.received_at)
        self.proof = Proof.ENGINE if stamp is None else Proof.DOOR
        self.created: int | None = None
        self._events: list[Event] = []

    @property
    def events(self) -> Sequence[Event]:
        """The events recorded so far, in order."""
        return tuple(self._events)

    def record(self, event: Event) -> None:
        """Let an event have happened."""
        self._events.append(event)
        self.state = evolve(self.state, event)


def _received(state: CaseState, stamp: datetime) -> datetime:
    """Return the stamp in UTC, but nothing before the complaint itself was received.

    The bound comes first: the earliest of all moments has no equal in UTC.
    """
    return max(stamp, state.cycles[0].started_at if state.cycles else stamp).astimezone(UTC)


def _of_this_cycle(state: CaseState, received_at: datetime) -> datetime:
    """Return the moment, but nothing before the cycle began or, if closed, ended."""
    since = (state.closed_at or state.cycle.started_at) if state.cycles else received_at
    return max(received_at, since)
