"""What must hold when a recorded life is replayed with the code of today."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.client import WorkflowHistory

from domain.journaling import fold
from domain.view import case_record
from runtime.replaying import replayed_result
from schemas.events import Envelope
from schemas.views import CaseRecord
from tests.replay.deeds import Deeds, done, flushes, told, unseen
from tests.replay.golden import Golden
from tests.replay.replaying import Replayed, replay
from tests.support.invariants import check_invariants
from workflows.complaint import ComplaintWorkflow
from workflows.inputs import CaseStart

REPLAYER = "stock replayer"
JOURNAL = "journal"


async def relive(golden: Golden) -> list[Replayed]:
    """Replay all runs of a case."""
    return [await replay(run) for run in golden.runs]


def differences(replayed: Replayed) -> list[str]:
    """Return where what the code does differs from what the history says."""
    says, does = told(replayed.run), done(replayed.tasks)
    keys = sorted(says.keys() | (does.keys() - unseen(replayed.tasks)))
    return [_difference(key, says, does) for key in keys if says.get(key) != does.get(key)]


def kinds(replayed: Replayed) -> set[str]:
    """Return the kinds of deeds that differ."""
    return {difference.partition(" #")[0] for difference in differences(replayed)}


def journal(lived: Sequence[Replayed]) -> list[Envelope]:
    """Return the journal that the code hands over to be written, each seq once.

    What could not be written yet is handed over again, and must be the same then.
    """
    found: dict[int, Envelope] = {}
    for envelope in (e for run in lived for f in flushes(run.tasks) for e in f.envelopes):
        assert found.setdefault(envelope.seq, envelope) == envelope, f"two of seq {envelope.seq}"
    return [found[seq] for seq in sorted(found)]


def check_journal(lived: Sequence[Replayed]) -> None:
    """Check that the journal is whole, and tells the very record that the last run returned."""
    start = started(lived[0])
    envelopes = journal(lived)
    assert [e.seq for e in envelopes] == list(range(1, len(envelopes) + 1))
    state = fold(envelopes, start.policy)
    check_invariants(state, envelopes)
    assert case_record(state) == recorded(lived[-1].run.history)


async def check_result(golden: Golden) -> None:
    """Check by value, with the function of the product, that the last run returns its record."""
    *earlier, last = [run.history for run in golden.runs]
    for history in earlier:
        assert await replayed_result(ComplaintWorkflow, history, CaseRecord) is None
    assert await replayed_result(ComplaintWorkflow, last, CaseRecord) == recorded(last)


def recorded(history: WorkflowHistory) -> CaseRecord:
    """Return what a finished run left, as its history says."""
    last = history.events[-1].workflow_execution_completed_event_attributes
    return CaseRecord.model_validate_json(last.result.payloads[0].data)


def started(replayed: Replayed) -> CaseStart:
    """Return what a run was started with."""
    first = replayed.run.history.events[0].workflow_execution_started_event_attributes
    return CaseStart.model_validate_json(first.input.payloads[0].data)


async def findings(golden: Golden) -> set[str]:
    """Return the names of the checks that find something."""
    lived = await relive(golden)
    found = {kind for replayed in lived for kind in kinds(replayed)}
    if any(replayed.failure for replayed in lived):
        found.add(REPLAYER)
    try:
        check_journal(lived)
    except (AssertionError, IndexError):
        found.add(JOURNAL)
    return found


def carried_over(replayed: Replayed) -> CaseStart:
    """Return what a run handed over to the next one."""
    last = replayed.run.history.events[-1].workflow_execution_continued_as_new_event_attributes
    return CaseStart.model_validate_json(last.input.payloads[0].data)


def _difference(key: tuple[str, str], says: Deeds, does: Deeds) -> str:
    kind, id_ = key
    return f"{kind} #{id_}: the history says {says.get(key)}, the code does {does.get(key)}"
