"""Duplicates: repeated contacts about one matter are one complaint that weighs more (H22)."""

from __future__ import annotations

from datetime import UTC, datetime

from domain import classification, clocks, overdue, promises, tasks
from domain.decision import Decision, require
from domain.state import CaseState, running
from schemas.commands import AdoptDuplicate, LinkDuplicate, ReleaseDuplicate
from schemas.events import DuplicateAdopted, DuplicateLinked, DuplicateReleased, NothingChanged
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, TaskKind

HIGHEST = 2**63 - 1
"""No register gives a higher number."""

MERGED = "merged"
"""Why clocks move when another complaint goes on in this one."""

RELEASED = "released"
"""Why the clock of somebody else's date ends: the complaint that it came with is on its own."""


def link_duplicate(decision: Decision, command: LinkDuplicate) -> None:
    """Link another complaint about the same matter; with the third contact the case weighs more."""
    require_other(decision.state, command.of)
    if command.of in decision.state.links:
        decision.record(NothingChanged(command="link_duplicate"))
    else:
        _link(decision, command.of)


def adopt_duplicate(decision: Decision, command: AdoptDuplicate) -> None:
    """Let another complaint go on here: it is a contact, and nothing of it is due later (rule 20).

    Adopted again, it only tightens: what came with it is owed once.
    """
    of = command.of
    require_other(decision.state, of)
    is_new = all(each.number != of for each in decision.state.adopted)
    if of not in decision.state.links:
        _link(decision, of)
    late = overdue.late_keys(decision.state, decision.at)
    decision.record(
        DuplicateAdopted(
            of=of,
            contacted_at=command.contacted_at.astimezone(UTC),
            reply_due_at=_utc(command.reply_due_at),
            solution_due_at=_utc(command.solution_due_at),
            external_due_at=_utc(command.external_due_at),
            promised_at=_utc(command.promised_at),
        )
    )
    if is_new:
        _take_over(decision, command)
    clocks.retarget(decision, MERGED)
    tighten(decision, ClockKind.REPLY, _utc(command.reply_due_at), MERGED)
    tighten(decision, ClockKind.SOLUTION, _utc(command.solution_due_at), MERGED)
    overdue.mark_moved(decision, clocks.TIGHTENED, late, MERGED)


def release_duplicate(decision: Decision, command: ReleaseDuplicate) -> None:
    """Let another complaint go on under its own number again; what was tightened stays so.

    Of the customer's clocks nobody can say what they would be now, and an earlier date harms no
    one. What somebody else wants to hear about the other complaint is answered there.
    """
    if all(each.number != command.of for each in decision.state.adopted):
        decision.record(NothingChanged(command="release_duplicate"))
        return
    decision.record(DuplicateReleased(of=command.of))
    for clock in running(decision.state, ClockKind.EXTERNAL):
        if clock.key.startswith(_external_prefix(command.of)):
            clocks.end_unanswered(decision, clock, RELEASED)


def require_other(state: CaseState, number: int) -> None:
    """Refuse what can be no number of another complaint."""
    other = 1 <= number <= HIGHEST and number != state.number
    require(other, RefusalCode.LINK_INVALID)


def tighten(decision: Decision, kind: ClockKind, due_at: datetime | None, reason: str) -> None:
    """Let the running clock of a kind be due no later than that, though not before its start.

    An external clock that has come with the other complaint tightens it in any case.
    """
    for clock in running(decision.state, kind):
        wanted = clock.due_at if due_at is None else min(clock.due_at, due_at)
        clocks.move(decision, clock, max(wanted, clock.started_at), reason)


def _link(decision: Decision, of: int) -> None:
    decision.record(DuplicateLinked(of=of))
    contacts = 1 + len(decision.state.links)
    if contacts == decision.state.policy.contacts_before_raise:
        classification.raise_severity(decision)


def _take_over(decision: Decision, command: AdoptDuplicate) -> None:
    """Owe what the other complaint owed to others, and the date that its sender was given."""
    external, promised_at = _utc(command.external_due_at), _utc(command.promised_at)
    if external is not None:
        prefix = _external_prefix(command.of)
        count = sum(clock.key.startswith(prefix) for clock in decision.state.clocks)
        key, target = f"{prefix}{count + 1}", external - decision.at
        clocks.start(decision, ClockKind.EXTERNAL, key, decision.at, target)
    if promised_at is not None:
        owe(decision, promised_at)


def owe(decision: Decision, promised_at: datetime) -> None:
    """Let a date that the customer was given for the other number be kept; one that is ahead."""
    if promised_at > decision.at:
        number = promises.give(decision, promised_at)
        tasks.create(decision, TaskKind.KEEP_PROMISE, number)


def _external_prefix(of: int) -> str:
    return f"{clocks.EXTERNAL_KEY}.{of}."


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
