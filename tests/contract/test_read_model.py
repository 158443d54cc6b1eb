"""The read model, real and in memory (rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.activity_io import Flush
from schemas.case import Suggestion
from schemas.events import CheckRequested, Envelope, StageChanged
from schemas.evidence import Evidence
from schemas.sealed import Sealed
from schemas.views import CaseView
from schemas.vocabulary import (
    Category,
    Channel,
    CheckStatus,
    Department,
    Outcome,
    Severity,
    Stage,
)
from store.read_model import CaseFilter
from tests.contract.examples import (
    RECEIVED_AT,
    chained,
    check,
    check_clock,
    deadline,
    flush,
    folded,
    notice,
    owners,
    past_cycle,
)
from tests.contract.stores import Stores

HOUR = timedelta(hours=1)

SUGGESTION = Suggestion(
    number=1,
    cycle=1,
    by="customer",
    recorded_at=RECEIVED_AT,
    text=Sealed(field="text", box="Ym94", digest="0" * 64),
)

EARLIER = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def put(stores: Stores, number: int, **facts: Any) -> Flush:
    batch = flush(chained(number, owners("agent-1")), **facts)
    await stores.journal.append(batch)
    return batch


async def test_a_case_is_shown_as_its_last_flush_left_it(stores: Stores) -> None:
    events = chained(1, owners("a", "b"))
    await stores.journal.append(flush(events[:1], stage=Stage.RECEIVED))
    last = flush(events[1:], stage=Stage.CLOSED, outcome=Outcome.SATISFIED, completed=True)
    await stores.journal.append(last)
    assert await stores.read_model.case(1) == last.view
    assert await stores.read_model.case(2) is None


async def test_cases_are_listed_by_number_page_by_page(stores: Stores) -> None:
    views = [(await put(stores, number)).view for number in (1, 2, 3)]
    assert await stores.read_model.cases() == views
    assert await stores.read_model.cases(limit=2) == views[:2]
    assert await stores.read_model.cases(after=2) == views[2:]


@pytest.mark.parametrize(
    ("where", "facts"),
    [
        (CaseFilter(stage=Stage.CLOSED), {"stage": Stage.CLOSED}),
        (CaseFilter(category=Category.SAFETY), {"category": Category.SAFETY}),
        (CaseFilter(severity=Severity.CRITICAL), {"severity": Severity.CRITICAL}),
        (CaseFilter(owner="agent-2"), {"owner": "agent-2"}),
        (CaseFilter(store="store-7"), {"store": "store-7"}),
        (CaseFilter(channel=Channel.EMAIL), {"channel": Channel.EMAIL}),
        (CaseFilter(outcome=Outcome.WITHDRAWN), {"outcome": Outcome.WITHDRAWN}),
        (CaseFilter(overdue=True), {"overdue": ("reply",)}),
        (CaseFilter(completed=True), {"completed": True}),
        (CaseFilter(due_before=RECEIVED_AT + HOUR), {"next_deadline": deadline(RECEIVED_AT)}),
        (CaseFilter(order="SO-9"), {"order": "SO-9"}),
        (CaseFilter(suggestions=True), {"suggestions": (SUGGESTION,)}),
    ],
)
async def test_cases_are_selected(
    stores: Stores, where: CaseFilter, facts: dict[str, object]
) -> None:
    await put(stores, 1)
    wanted = await put(stores, 2, **facts)
    assert await stores.read_model.cases(where) == [wanted.view]
    assert await stores.read_model.cases(replace(where, stage=Stage.REMEDYING)) == []


async def test_due_before_excludes_the_moment_itself_and_cases_without_a_deadline(
    stores: Stores,
) -> None:
    await put(stores, 1, next_deadline=None)
    await put(stores, 2, next_deadline=deadline(RECEIVED_AT))
    at, after = CaseFilter(due_before=RECEIVED_AT), CaseFilter(due_before=RECEIVED_AT + HOUR)
    assert await stores.read_model.cases(at) == []
    assert [case.number for case in await stores.read_model.cases(after)] == [2]


async def test_false_selects_what_is_not(stores: Stores) -> None:
    await put(stores, 1)
    await put(stores, 2, overdue=("reply",), completed=True)
    for where in (CaseFilter(overdue=False), CaseFilter(completed=False)):
        assert [case.number for case in await stores.read_model.cases(where)] == [1]


async def test_an_inbox_holds_what_its_department_still_has_to_answer(stores: Stores) -> None:
    checks = (
        check(1, CheckStatus.COMPLETED),
        check(2),
        check(3, CheckStatus.CLAIMED, claimed_by="packer-4", required=False),
        check(4, department=Department.LEGAL),
        check(5, CheckStatus.WITHDRAWN),
        check(6, CheckStatus.RETURNED),
    )
    clocks = (check_clock(2, 4 * HOUR), check_clock(3, 2 * HOUR))
    await put(stores, 1, checks=checks, clocks=clocks)
    rows = await stores.read_model.inbox(Department.WAREHOUSE)
    assert [row.check for row in rows] == [3, 2]
    first = rows[0]
    assert (first.number, first.department) == (1, Department.WAREHOUSE)
    assert (first.status, first.required) == (CheckStatus.CLAIMED, False)
    assert (first.requested_at, first.due_at) == (RECEIVED_AT, RECEIVED_AT + 2 * HOUR)
    assert (first.claimed_by, rows[1].claimed_by) == ("packer-4", None)
    assert await stores.read_model.inbox(Department.WAREHOUSE, limit=1) == rows[:1]
    assert [row.check for row in await stores.read_model.inbox(Department.LEGAL)] == [4]


async def test_an_inbox_says_why_a_departments_own_system_gave_no_answer(stores: Stores) -> None:
    silent = Evidence(system="warehouse", unavailable="timeout")
    helpful = Evidence(system="warehouse", reference="PX-1")
    checks = (check(1), check(2, evidence=(silent,)), check(3, evidence=(silent, helpful)))
    await put(stores, 1, checks=checks)
    rows = await stores.read_model.inbox(Department.WAREHOUSE)
    assert [row.unavailable for row in rows] == [None, "timeout", None]


async def test_a_check_of_an_earlier_cycle_keeps_its_due_moment(stores: Stores) -> None:
    cycles = (past_cycle(1, (check_clock(1, HOUR),)),)
    await put(stores, 1, checks=(check(1), check(2)), cycles=cycles)
    rows = await stores.read_model.inbox(Department.WAREHOUSE)
    assert [(row.check, row.due_at) for row in rows] == [(1, RECEIVED_AT + HOUR), (2, None)]


async def test_an_inbox_follows_the_case(stores: Stores) -> None:
    events = chained(1, owners("a", "b", "c"))
    await stores.journal.append(flush(events[:1], checks=(check(1), check(2))))
    await stores.journal.append(
        flush(events[1:2], checks=(check(1, CheckStatus.COMPLETED), check(2)))
    )
    assert [row.check for row in await stores.read_model.inbox(Department.WAREHOUSE)] == [2]
    await stores.journal.append(flush(events[2:], checks=()))
    assert await stores.read_model.inbox(Department.WAREHOUSE) == []


async def test_an_old_flush_that_comes_late_brings_no_old_check_back(stores: Stores) -> None:
    events = chained(1, owners("a", "b"))
    old = flush(events[:1], checks=(check(1),))
    completed = flush(events[1:], checks=(check(1, CheckStatus.COMPLETED),))
    await stores.journal.append(old, began_at=EARLIER)
    await stores.journal.append(completed, began_at=EARLIER + timedelta(seconds=1))
    await stores.journal.append(old, began_at=EARLIER)
    assert await stores.read_model.inbox(Department.WAREHOUSE) == []


async def test_an_owner_sees_own_notices_the_newest_first(stores: Stores) -> None:
    early = notice().model_copy(update={"late_by_seconds": 90})
    late = notice(key="solution").model_copy(update={"nominal_at": RECEIVED_AT + HOUR})
    batch = flush(chained(1, [early, late, notice(to="agent-2")]))
    await stores.journal.append(batch)
    await stores.journal.append(batch)
    rows = await stores.read_model.notices("agent-1")
    assert [(row.number, row.seq, row.key) for row in rows] == [(1, 2, "solution"), (1, 1, "reply")]
    assert (rows[1].level, rows[1].to_whom) == (early.level, "agent-1")
    assert (rows[1].nominal_at, rows[1].late_by_seconds) == (RECEIVED_AT, 90)
    assert await stores.read_model.notices("agent-1", limit=1) == rows[:1]
    assert await stores.read_model.notices("nobody") == []


async def fill(stores: Stores) -> None:
    """Write several cases in several flushes, as workflows do."""
    for number in (1, 2, 30):
        events = chained(
            number,
            [
                *owners("agent-1"),
                CheckRequested(check=check(1)),
                notice(),
                StageChanged(stage=Stage.DECIDING),
                CheckRequested(check=check(2)),
                notice("agent-2"),
            ],
        )
        for until in (1, 3, 6):
            since = {1: 0, 3: 1, 6: 3}[until]
            batch = Flush(envelopes=tuple(events[since:until]), view=folded(events[:until]))
            await stores.journal.append(batch)


async def test_clearing_drops_every_row_and_no_event(stores: Stores) -> None:
    empty = await stores.read_model.rows_digest()
    await fill(stores)
    assert await stores.read_model.rows_digest() != empty
    await stores.read_model.clear()
    assert await stores.read_model.rows_digest() == empty
    assert await stores.read_model.cases() == []
    assert await stores.read_model.inbox(Department.WAREHOUSE) == []
    assert await stores.read_model.notices("agent-1") == []
    assert len(await stores.journal.read(1)) == 6


async def test_rebuilt_projections_have_identical_rows(stores: Stores) -> None:
    await fill(stores)
    before = await stores.read_model.rows_digest()
    await stores.read_model.clear()
    assert await stores.read_model.rebuild(folded) == 3
    assert await stores.read_model.rows_digest() == before


async def test_rebuilding_repairs_rows_that_went_wrong(stores: Stores) -> None:
    await fill(stores)
    before = await stores.read_model.rows_digest()
    wrong = flush(await stores.journal.read(1), checks=()).view.model_copy(update={"seq": 99})
    await stores.journal.append(Flush(envelopes=(), view=wrong))
    assert await stores.read_model.rows_digest() != before
    await stores.read_model.rebuild(folded)
    assert await stores.read_model.rows_digest() == before


async def test_a_rebuild_that_fails_leaves_the_rows_as_they_were(stores: Stores) -> None:
    await fill(stores)
    before = await stores.read_model.rows_digest()

    def stumbling(envelopes: Sequence[Envelope]) -> CaseView:
        if envelopes[0].complaint == 2:
            raise LookupError("a fault in folding")
        return folded(envelopes)

    with pytest.raises(LookupError, match="a fault in folding"):
        await stores.read_model.rebuild(stumbling)
    assert await stores.read_model.rows_digest() == before
