"""Merging: a complaint goes on under the number of another, until that is undone (rule 20)."""

from __future__ import annotations

from domain import clocks, cycles, duplicates, overdue
from domain.approvals import is_awaited
from domain.decision import Decision, Refused, require
from domain.followup import reopening_ends_at
from domain.state import CaseState
from schemas.case import Clock
from schemas.commands import MergeInto, UndoMerge
from schemas.events import ComplaintMerged, MergeUndone
from schemas.refusals import RefusalCode
from schemas.views import CaseView
from schemas.vocabulary import ClockKind, CycleCause, Outcome, Stage, StepStatus, Verdict

UNMERGED = "unmerged"
"""Why clocks move when a complaint goes on under its own number again."""

UNOFFERED = (Stage.RECEIVED, Stage.INVESTIGATING, Stage.DECIDING, Stage.AWAITING_APPROVAL)
"""Stages in which the customer holds nothing of ours."""


def merge_into(decision: Decision, command: MergeInto) -> None:
    """Close the complaint, because it goes on under another number.

    A case in which others go on is merged into an earlier one only, and a merged case takes no
    other in. So in no circle could each go on in the next, whoever sends what at the same time.
    """
    state, survivor = decision.state, command.survivor
    duplicates.require_other(state, survivor)
    require(loses_nothing(state), RefusalCode.MERGE_TOO_LATE)
    require(is_no_circle(state, survivor), RefusalCode.MERGE_CIRCULAR)
    decision.record(ComplaintMerged(survivor=survivor))
    cycles.close(decision, Outcome.MERGED)


def loses_nothing(case: CaseState | CaseView) -> bool:
    """Tell whether a case may end: its customer holds no offer, and was given nothing."""
    standing = (p for p in case.proposals if p.ended is None and p.accepted is None)
    offered = any(not is_awaited(proposal) for proposal in standing)
    given = any(step.status is not StepStatus.COMPENSATED for step in case.steps)
    return case.stage in UNOFFERED and not offered and not given


def is_no_circle(case: CaseState | CaseView, survivor: int) -> bool:
    """Tell whether a case may go on in another one, by what goes on in itself."""
    return not case.adopted or survivor < case.number


def undo_merge(decision: Decision, command: UndoMerge) -> None:  # noqa: ARG001 - It says all.
    """Go on under the own number, within the window; clocks that the merge ended go on as well.

    So nobody gains time by a merge: what was still owed is due when it was due before.
    """
    state = decision.state
    if state.merged_into is None:
        raise Refused(RefusalCode.CASE_NOT_MERGED)
    require(decision.at <= reopening_ends_at(state), RefusalCode.WINDOW_PASSED)
    ended = tuple(clock for clock in state.cycle.clocks if clock.reason == Outcome.MERGED)
    cycles.start(decision, CycleCause.UNMERGED)
    decision.record(MergeUndone(survivor=state.merged_into))
    for clock in ended:
        _go_on(decision, clock)
    for kind in clocks.TIGHTENED:
        duplicates.tighten(decision, kind, None, UNMERGED)
    overdue.mark_moved(decision, clocks.TIGHTENED, (), UNMERGED)


def _go_on(decision: Decision, ended: Clock) -> None:
    """Let what a clock measured be due as before; one that was late has its verdict."""
    match ended.kind:
        case ClockKind.EXTERNAL:
            target = ended.due_at - decision.at
            clocks.start(decision, ended.kind, ended.key, decision.at, target)
        case ClockKind.PROMISE:
            duplicates.owe(decision, ended.due_at)
        case ClockKind.REPLY | ClockKind.SOLUTION if ended.verdict is Verdict.WITHDRAWN:
            duplicates.tighten(decision, ended.kind, ended.due_at, UNMERGED)
        case _:
            pass
