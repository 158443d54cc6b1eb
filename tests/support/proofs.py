"""What must hold for every case that was lived through on real servers, whatever happened."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.client import WorkflowExecutionStatus

from domain.journaling import fold
from domain.state import CaseState
from domain.view import case_record
from runtime.replaying import replayed_result
from schemas.events import Envelope
from schemas.policy import Policy
from schemas.views import CaseRecord
from store.journal import Journal
from store.register import Register
from tests.support.cases import Case
from tests.support.histories import failures
from tests.support.invariants import check_invariants
from workflows.complaint import ComplaintWorkflow


async def check_history(case: Case) -> None:
    """Check that no workflow task has failed, and that every run replays as it went."""
    runs = await case.runs()
    assert failures(event for run in runs for event in run.events) == []
    for run in runs:
        await replayed_result(ComplaintWorkflow, run, CaseRecord)


async def check_completed(case: Case) -> None:
    """Check that run, journal, read model and replay of a finished case say the same."""
    record = await case.result()
    state = await folded(case)
    check_invariants(state, await journal_of(case))
    assert case_record(state) == record
    assert await case.client.case(case.number) == record.view
    runs = await case.runs()
    assert await replayed_result(ComplaintWorkflow, runs[-1], CaseRecord) == record


async def folded(case: Case) -> CaseState:
    """Return the state of a case as its journal alone tells it."""
    entry = await Register(case.house.pool).entry(case.number)
    assert entry is not None
    document = await Register(case.house.pool).policy(entry.policy_version)
    assert document is not None
    return fold(await journal_of(case), Policy.model_validate_json(document))


async def journal_of(case: Case) -> Sequence[Envelope]:
    return await Journal(case.house.pool).read(case.number)


async def is_completed(case: Case) -> bool:
    described = await case.handle.describe()
    return described.status is WorkflowExecutionStatus.COMPLETED


async def is_running(case: Case) -> bool:
    described = await case.handle.describe()
    return described.status is WorkflowExecutionStatus.RUNNING
