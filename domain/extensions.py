"""More time for a check: a department asks, a supervisor decides (rule 9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain import checks, clocks
from domain.decision import Decision, require
from domain.state import running
from schemas.case import Check, Clock
from schemas.commands import AskExtension, DeclineExtension, GrantExtension
from schemas.events import (
    ExtensionAsked,
    ExtensionDeclined,
    ExtensionGranted,
    NothingChanged,
)
from schemas.refusals import RefusalCode

FARTHEST = timedelta(days=365)
"""More time than this nobody may give; it also keeps moments within what a timer can hold."""

EXTENDED = "extended"
"""Why a check is due at another moment."""


def ask_extension(decision: Decision, command: AskExtension) -> None:
    """Ask for more time while there is some; the latest wish counts.

    Once a check is late, its lateness stays: time that is asked for then would hide it.
    """
    check = checks.assigned(decision, command.check)
    checks.require_open(check)
    require(decision.at <= _clock(decision, check).due_at, RefusalCode.EXTENSION_TOO_LATE)
    until = _usable(decision, check, command.until)
    if check.extension == until:
        decision.record(NothingChanged(command="ask_extension"))
        return
    decision.record(
        ExtensionAsked(check=check.number, until=until, by=decision.actor.id, reason=command.reason)
    )


def grant_extension(decision: Decision, command: GrantExtension) -> None:
    """Move the due moment, no further than was asked for.

    A check that became overdue while nobody decided about its wish is so no longer.
    """
    check = _asking(decision, command.check)
    until = _usable(decision, check, command.until)
    asked = check.extension or until
    require(until <= asked, RefusalCode.EXTENSION_UNUSABLE, f"asked until {asked:%Y-%m-%dT%H:%M}Z")
    decision.record(ExtensionGranted(check=check.number, until=until, by=decision.actor.id))
    clocks.move(decision, _clock(decision, check), until, EXTENDED)


def decline_extension(decision: Decision, command: DeclineExtension) -> None:
    """Leave the due moment as it is."""
    check = _asking(decision, command.check)
    decision.record(ExtensionDeclined(check=check.number, by=decision.actor.id))


def _asking(decision: Decision, number: int) -> Check:
    check = checks.known(decision, number)
    checks.require_open(check)
    require(check.extension is not None, RefusalCode.EXTENSION_NOT_ASKED)
    return check


def _usable(decision: Decision, check: Check, until: datetime) -> datetime:
    """Return the moment in UTC; it must give more time, and not too much."""
    due_at = _clock(decision, check).due_at
    # Compared before it is converted: a moment at the end of all time has no other zone.
    require(due_at < until <= decision.at + FARTHEST, RefusalCode.EXTENSION_UNUSABLE)
    return until.astimezone(UTC)


def _clock(decision: Decision, check: Check) -> Clock:
    key = checks.clock_key(check.number)
    return next(clock for clock in running(decision.state) if clock.key == key)
