"""Promises: every date that the customer is given is a clock, kept or broken (rule 15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain import clocks
from domain.decision import Decision, require
from domain.state import CaseState, running
from schemas.case import PromisedDate
from schemas.events import PromiseMade
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Proof

FARTHEST = timedelta(days=366)
"""A date further ahead than this is a slip of the pen."""


def clock_key(promise: int) -> str:
    """Return the key of the clock that measures a promise."""
    return f"promise.{promise}"


def check_ahead(decision: Decision, moment: datetime) -> datetime:
    """Return a moment that the customer is to be given, in UTC; refuse what nobody can mean."""
    ahead = decision.at < moment <= decision.at + FARTHEST
    require(ahead, RefusalCode.MOMENT_UNSUITABLE, f"at most {FARTHEST.days} days ahead")
    return moment.astimezone(UTC)


def give(
    decision: Decision,
    promised_at: datetime,
    *,
    about: ClockKind | None = None,
    renews: PromisedDate | None = None,
) -> int:
    """Take note of a date that the customer is given, and return its number."""
    number = len(decision.state.promises) + 1
    promise = PromisedDate(
        number=number,
        root=renews.root if renews else number,
        promised_at=promised_at,
        owner=decision.state.owner,
        about=about,
    )
    decision.record(PromiseMade(promise=promise))
    target = promised_at - decision.at
    clocks.start(decision, ClockKind.PROMISE, clock_key(number), decision.at, target)
    return number


def keep(decision: Decision, root: int) -> None:
    """End the clocks of a promise, and of the dates that renewed it, as a person reports it."""
    for promise in open_promises(decision.state):
        if promise.root == root:
            clocks.answer(decision, clock_key(promise.number), decision.at, decision.proof)


def keep_about(decision: Decision, about: ClockKind, at: datetime, proof: Proof) -> None:
    """End the clocks of dates by which a solution, or a call, was announced: here it is."""
    for promise in open_promises(decision.state):
        if promise.about is about:
            clocks.answer(decision, clock_key(promise.number), at, proof)


def withdraw_about(decision: Decision, about: ClockKind, reason: str) -> None:
    """End the clocks of dates that another date takes the place of."""
    keys = [clock_key(p.number) for p in open_promises(decision.state) if p.about is about]
    for clock in running(decision.state, ClockKind.PROMISE):
        if clock.key in keys:
            clocks.end_unanswered(decision, clock, reason)


def open_promises(state: CaseState) -> tuple[PromisedDate, ...]:
    """Return the promises whose clocks run."""
    keys = clocks.keys_of(state, ClockKind.PROMISE)
    return tuple(p for p in state.promises if clock_key(p.number) in keys)
