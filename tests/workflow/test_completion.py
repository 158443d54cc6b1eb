"""Rules 1 and 23, reading 6: what a finished case leaves, and what it answers afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey

from domain.journaling import fold
from domain.view import case_record, case_view
from schemas import attributes
from schemas.events import CaseCompleted, Envelope
from schemas.policy import Policy
from schemas.refusals import RefusalCode
from schemas.views import CaseView
from schemas.vocabulary import Channel, Outcome, Stage
from starter.complaint import PlainContact, PlainCustomer
from starter.composing import By
from store.errors import StoreUnavailable
from store.late_refusals import LateRefusals
from store.read_model import ReadModel
from store.register import Register
from tests.support.actors import AGENT, CUSTOMER
from tests.support.caseload import Caseload
from tests.support.cases import Case
from tests.support.eventually import eventually
from tests.support.histories import summary
from tests.support.policies import days, minutes
from tests.support.proofs import folded

pytestmark = pytest.mark.server

NAME, PHONE = "Wilhelmine Sonderbar", "+4917012345678"
TEXT = "My name is Wilhelmine Sonderbar and the lid is missing."


async def satisfied(cases: Caseload, **fields: Any) -> Case:
    """Live through a whole case, up to its closing."""
    case = await cases.open(**fields)
    await case.reply()
    await case.ask()
    await case.find()
    await case.propose()
    await case.accept()
    await case.stage(Stage.FOLLOWING_UP)
    await case.wait(days(2))
    await case.call_back()
    await case.stage(Stage.CLOSED)
    return case


# ---- What it leaves --------------------------------------------------------------------------


async def test_the_result_is_what_the_journal_tells(served: Caseload) -> None:
    case = await satisfied(served)
    record = await case.finish()
    assert record == case_record(await folded(case))
    assert record.view.outcome is Outcome.SATISFIED
    assert record.view.completed
    journal = await case.journal()
    assert [e.seq for e in journal if isinstance(e.event, CaseCompleted)] == [len(journal)]
    assert journal[-1].hash == record.head


async def test_the_read_model_is_what_the_journal_tells(served: Caseload) -> None:
    case = await satisfied(served)
    await case.rest()
    assert await case.client.case(case.number) == case_view(await folded(case))
    await case.finish()
    assert await case.client.case(case.number) == case_view(await folded(case))


async def test_rebuilding_the_read_model_gives_the_same_rows(served: Caseload) -> None:
    closed, waiting = await satisfied(served), await served.open()
    await waiting.ask()
    await waiting.wait(days(1))
    for case in (closed, waiting):
        await case.rest()
    read_model = ReadModel(served.house.pool)
    policies = await policies_of(served)

    def view(envelopes: Sequence[Envelope]) -> CaseView:
        return case_view(fold(envelopes, policies[envelopes[0].policy_version]))

    before = await read_model.rows_digest()
    assert await read_model.rebuild(view) >= 2
    assert await read_model.rows_digest() == before


async def policies_of(cases: Caseload) -> dict[str, Policy]:
    """Return every policy under which the cases of this house were accepted."""
    register = Register(cases.house.pool)
    found: dict[str, Policy] = {}
    for number in range(1, await register.count() + 1):
        entry = await register.entry(number)
        assert entry is not None
        if entry.policy_version not in found:
            document = await register.policy(entry.policy_version)
            assert document is not None
            found[entry.policy_version] = Policy.model_validate_json(document)
    return found


async def test_a_run_ends_only_when_everything_is_written_and_done(
    served: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await satisfied(served)
    await case.rest()
    closed_at = (await case.view()).closed_at
    assert closed_at is not None
    with monkeypatch.context() as patch:
        patch.setattr("store.journal.Journal.append", unavailable)
        await case.wait_until(closed_at + days(30) + minutes(2))
        await case.until(lambda view: view.completed)
        described = await case.handle.describe()
        assert described.status is WorkflowExecutionStatus.RUNNING
    await case.wait(minutes(5))
    assert (await case.result()).view.completed


async def unavailable(*_: object, **__: object) -> int:
    raise StoreUnavailable("test")


# ---- What it answers afterwards --------------------------------------------------------------


async def test_a_late_command_is_answered_by_the_door_and_kept(served: Caseload) -> None:
    case = await satisfied(served)
    await case.finish()
    journal = await case.journal()
    answer = await case.refused(RefusalCode.RUN_COMPLETED, "reopen", CUSTOMER)
    assert (answer.stage, answer.outcome) == (Stage.CLOSED, Outcome.SATISFIED)
    await case.signal("add_information", text="Hello?")
    late = await LateRefusals(served.house.pool).of(case.number)
    kept = [(each.command, each.actor, each.code) for each in late]
    assert kept == [
        ("reopen", CUSTOMER, RefusalCode.RUN_COMPLETED),
        ("add_information", CUSTOMER, RefusalCode.RUN_COMPLETED),
    ]
    assert await case.journal() == journal


async def test_a_command_between_closing_and_the_end_is_recorded(served: Caseload) -> None:
    case = await satisfied(served)
    answer = await case.refused(RefusalCode.CASE_CLOSED, "reply", text="One more thing.")
    assert answer.outcome is Outcome.SATISFIED
    (refusal,) = await case.refusals()
    assert (refusal.command, refusal.code) == ("reply", RefusalCode.CASE_CLOSED)


async def test_a_retry_of_what_closed_the_case_gets_the_first_answer(served: Caseload) -> None:
    case = await served.open()
    by = By(CUSTOMER, command_id="take-it-back")
    first = await case.send("withdraw", by)
    await case.stage(Stage.CLOSED)
    assert await case.send("withdraw", by) == first
    await case.finish()
    assert await case.send("withdraw", by) == first
    await case.refused(RefusalCode.RUN_COMPLETED, "withdraw", by, reason="Another body")


async def test_a_survey_and_a_reopening_are_ordinary_while_the_windows_are_open(
    served: Caseload,
) -> None:
    case = await satisfied(served)
    await case.send("answer_survey", CUSTOMER, score=4)
    await case.wait(days(20))
    await case.send("reopen", CUSTOMER, reason="It is missing again.")
    view = await case.view()
    assert (view.stage, view.cycle) == (Stage.INVESTIGATING, 2)
    assert view.cycles[0].outcome is Outcome.SATISFIED
    await case.withdraw()
    record = await case.finish()
    assert [cycle.outcome for cycle in record.view.cycles] == [
        Outcome.SATISFIED,
        Outcome.WITHDRAWN,
    ]


async def test_commands_that_race_the_end_of_the_run_are_all_answered(served: Caseload) -> None:
    case = await satisfied(served)
    await case.wait(days(29))
    closed_at = (await case.view()).closed_at
    assert closed_at is not None
    ending = asyncio.create_task(case.wait_until(closed_at + days(31)))
    answers = []
    while not ending.done():
        answers.append(await case.client.send(case.number, "assign_owner", AGENT, owner="agent-9"))
    await ending
    record = await case.result()
    codes = {answer.code for answer in answers}
    assert codes <= {RefusalCode.CASE_CLOSED, RefusalCode.RUN_COMPLETED}
    late = await LateRefusals(served.house.pool).of(case.number)
    assert record.view.refusals + len(late) == len(answers)


# ---- What people see in Temporal -------------------------------------------------------------


async def test_search_attributes_follow_the_case(served: Caseload) -> None:
    case = await served.open(store="store-7")
    view = await case.view()
    deadline = view.next_deadline
    assert deadline is not None
    await eventually(
        case.handle.describe, lambda found: shown(found) == expected(view, deadline.due_at)
    )
    await case.send("assign_owner", owner="agent-9")
    await case.withdraw()
    view = await case.view()
    await eventually(case.handle.describe, lambda found: shown(found) == expected(view, None))


KEYWORDS = (
    attributes.STAGE,
    attributes.CATEGORY,
    attributes.SEVERITY,
    attributes.OWNER,
    attributes.STORE,
)


def shown(described: WorkflowExecutionDescription) -> list[object]:
    found = described.typed_search_attributes
    words = [found.get(SearchAttributeKey.for_keyword(name)) for name in KEYWORDS]
    return [*words, found.get(SearchAttributeKey.for_datetime(attributes.NEXT_DUE))]


def expected(view: CaseView, due_at: datetime | None) -> list[object]:
    return [view.stage, view.category, view.severity, view.owner, view.store, due_at]


async def test_temporal_shows_a_case_file_without_personal_data(served: Caseload) -> None:
    customer = PlainCustomer(name=NAME, contacts=(PlainContact(kind=Channel.PHONE, address=PHONE),))
    case = await satisfied(served, content=TEXT, customer=customer)
    await case.send("answer_survey", CUSTOMER, score=5, comment=TEXT)
    described = await case.handle.describe()
    assert await described.static_summary() == f"Complaint {case.number}, by web"
    details = await case.handle.query("__temporal_workflow_metadata")
    page = str(details)
    assert f"**Complaint {case.number}**, cycle 1" in page
    await case.finish()
    events = await case.events()
    summaries = {summary(event) for event in events} - {""}
    assert {"step 1: resend", "check 1: ask the warehouse system"} <= summaries
    everything = "\n".join([page, *map(str, events)])
    for secret in (NAME, PHONE, TEXT, "Wilhelmine"):
        assert secret not in everything
