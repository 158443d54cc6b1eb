"""redress clock: the sum by which each clock of a case is due, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.door import Door, open_door
from cli.looking import NotStarted
from cli.options import DataDir, Output
from cli.program import carry_out
from cli.terminal import Format, show_json
from cli.terminal import show as show_data
from domain.sums import NOTHING, ClockSum, Move, Span, clock_sums
from schemas.errors import RedressError
from schemas.policy import Policy
from starter.errors import ComplaintUnknown, PolicyLost

MOST_SPANS = 12
"""So many closed spans are told one by one; JSON has them all."""

REASONS = {
    "triaged": "triage judged the case",
    "reclassified": "the case was judged anew",
    "policy": "another policy counts",
    "extended": "the department got until then",
    "customer_request": "the customer wished for a later call",
}


@dataclass(eq=False)
class ClockUnknown(RedressError):
    """Complaint {number} has no clock {key}; leave out --key to see which it has."""

    code = "clock_unknown"
    number: int
    key: str


def clock(
    number: Annotated[int, typer.Argument(min=1, help="The number of the complaint")],
    key: Annotated[
        str | None, typer.Option("--key", help="Only this clock, such as solution or check.1")
    ] = None,
    data_dir: DataDir = None,
    output: Output = None,
) -> None:
    """Explain when each clock is due: start, target, holds, closed hours, and every move.

    Example: redress clock 17 --key solution
    """
    carry_out(_clock(number, key, data_dir, output))


async def _clock(
    number: int, key: str | None, data_dir: Path | None, output: Format | None
) -> None:
    async with open_door(data_dir) as door:
        sums = [each for each in await _sums(door, number) if key in (None, each.clock.key)]
    if not sums:
        raise ClockUnknown(number, key or "")
    if output is Format.JSON:
        show_json(_document(number, sums))
    else:
        show_data(*("\n".join(page(each)) for each in sums))


async def _sums(door: Door, number: int) -> Sequence[ClockSum]:
    """Return the sums; raises ComplaintUnknown, NotStarted or PolicyLost."""
    entry = await door.register.entry(number)
    if entry is None:
        raise ComplaintUnknown(number)
    happened = await door.client.timeline(number)
    if not happened:
        raise NotStarted(number)
    document = await door.register.policy(entry.policy_version)
    if document is None:
        raise PolicyLost(entry.policy_version, number)
    return clock_sums(happened, Policy.model_validate_json(document))


def page(told: ClockSum) -> Iterator[str]:
    """Yield the lines that explain a clock."""
    clock = told.clock
    state = clock.verdict or ("overdue" if clock.overdue_at else "running")
    yield f"── cycle {told.cycle}, {clock.key}: due {_moment(clock.due_at)}, {state} ──"
    yield f"   {_moment(clock.started_at)}  its start"
    yield f" + {_length(clock.target):>20}  {_target(told)}"
    if clock.held:
        yield f" + {_length(clock.held):>20}  it stood still"
    closed = sum((each.until - each.since for each in told.skipped), NOTHING)
    if closed:
        yield f" + {_length(closed):>20}  closed, by {clock.calendar}"
    yield f" = {_moment(clock.due_at)}  it is due"
    yield from map(_hold, told.holds)
    yield from map(_move, told.moves)
    if told.left is not None:
        left = told.left
        yield f"   {left.calendar} does not know the year {left.year}: it counts plain hours."
    yield from _closures(told.skipped)


def _target(told: ClockSum) -> str:
    hours = f"in the hours of {told.clock.calendar}" if told.clock.calendar else "in plain hours"
    if told.set_by is not None:
        return f"up to the date set by {told.set_by}, {hours}"
    return f"{'up to the moment that was given' if told.is_given else 'its target'}, {hours}"


def _hold(held: Span) -> str:
    counted = f"{_length(held.counted)} of its hours"
    return f"   On hold from {_moment(held.since)} to {_moment(held.until)}: {counted}."


def _move(move: Move) -> str:
    why = REASONS.get(move.reason, move.reason)
    moved = f"due {_moment(move.due_at)} instead of {_moment(move.was_due_at)}"
    return f"   {_moment(move.at)}, {move.by}: {why}; {moved}."


def _closures(skipped: Sequence[Span]) -> Iterator[str]:
    for each in skipped[:MOST_SPANS]:
        yield f"   Closed from {_moment(each.since)} to {_moment(each.until)}."
    if len(skipped) > MOST_SPANS:
        yield f"   Closed {len(skipped) - MOST_SPANS} times more; -o json tells each."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"


def _length(time: timedelta) -> str:
    """Return a length in hours, minutes and seconds, which nothing is rounded to but seconds."""
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min {seconds:02} s"


def _document(number: int, sums: Sequence[ClockSum]) -> dict[str, Any]:
    clocks = [each.model_dump(mode="json", exclude={"hours"}) for each in sums]
    return {"number": number, "clocks": clocks}
