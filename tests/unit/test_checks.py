"""Rules 9 and 10: departments check side by side, and their systems are asked first."""

from __future__ import annotations

import pytest

from schemas.commands import Actor, Command
from schemas.effects import GatherEvidence
from schemas.events import (
    CheckClaimed,
    CheckCompleted,
    CheckCorrected,
    CheckRequested,
    CheckReturned,
    CheckWithdrawn,
    ClockEnded,
    EvidenceAttached,
    NoteRecorded,
    NothingChanged,
    StageChanged,
    TaskCreated,
)
from schemas.evidence import Evidence
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    CheckStatus,
    Department,
    Finding,
    Proof,
    ReturnReason,
    Role,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.actors import LOGISTICS, WAREHOUSE
from tests.support.commands import (
    accept_option,
    claim_check,
    close_explained,
    complete_check,
    complete_task,
    propose,
    record_note,
    refuse_proposal,
    request_check,
    return_check,
    sealed,
    withdraw,
    withdraw_check,
)
from tests.support.expectations import accepted, clock, due, happened, never, refused, stage, to_do
from tests.support.policies import hours
from tests.support.reports import found
from tests.support.story import START, Story

CONCLUSIVE = Evidence(system="wms", finding=Finding.PACKING_FAULT, reference="P-17")
DOWN = Evidence(system="wms", unavailable="timed_out")


def asked(*departments: Department) -> Story:
    """A case that asked these departments, the warehouse if none is named."""
    checks = [request_check(each) for each in departments or (Department.WAREHOUSE,)]
    return Story().opened().triaged().given(*checks)


# ---- Asking -------------------------------------------------------------------------------------


def test_checks_start_together_each_with_its_own_department_question_and_clock() -> None:
    story = asked(Department.WAREHOUSE, Department.LOGISTICS, Department.QUALITY)
    assert [c.department for c in story.state.checks] == ["warehouse", "logistics", "quality"]
    assert [c.number for c in story.state.checks] == [1, 2, 3]
    for number in (1, 2, 3):
        story.then(due(f"check.{number}", START + hours(24)))
    story.then(stage(Stage.INVESTIGATING))


def test_the_answer_names_the_check() -> None:
    story = asked(Department.WAREHOUSE, Department.LOGISTICS)
    assert story.answer.created == 2


def test_asking_moves_the_case_to_investigating_once() -> None:
    story = Story().opened().triaged().when(request_check())
    story.then(happened(StageChanged, stage=Stage.INVESTIGATING))
    story.when(request_check()).then(never(StageChanged))


def test_a_check_added_while_deciding_goes_back_to_investigating() -> None:
    story = asked().given(complete_check()).then(stage(Stage.DECIDING))
    story.when(request_check()).then(stage(Stage.INVESTIGATING))


def test_a_check_added_while_a_proposal_is_on_its_way_leaves_the_stage() -> None:
    story = Story(delivers=False).opened().triaged().given(propose(), request_check())
    story.then(stage(Stage.DECIDING))


def test_a_check_added_while_the_customer_decides_leaves_the_stage() -> None:
    Story().opened().triaged().given(propose(), request_check()).then(stage(Stage.AWAITING_CONSENT))


# ---- Required checks block the proposal ---------------------------------------------------------


@pytest.mark.parametrize("command", [propose(), close_explained()])
def test_a_required_check_blocks_proposal_and_explanation(command: Command) -> None:
    asked().when(command).then(refused(RefusalCode.CHECKS_OPEN))


@pytest.mark.parametrize("command", [propose(), close_explained()])
def test_a_check_that_is_not_required_blocks_nothing(command: Command) -> None:
    story = Story().opened().triaged().given(request_check(required=False))
    story.when(command).then(accepted())


@pytest.mark.parametrize("end", [complete_check(), return_check(), withdraw_check()])
def test_when_the_last_required_check_ends_the_owner_decides(end: Command) -> None:
    story = asked(Department.WAREHOUSE, Department.WAREHOUSE)
    story.given(complete_check(2)).then(stage(Stage.INVESTIGATING))
    story.when(end).then(accepted(), stage(Stage.DECIDING))
    story.when(propose()).then(accepted())


def test_a_check_that_ends_later_moves_no_stage() -> None:
    story = Story().opened().triaged().given(request_check(required=False), propose())
    story.when(complete_check()).then(accepted(), stage(Stage.AWAITING_CONSENT))


# ---- Claiming and answering ---------------------------------------------------------------------


def test_a_claim_names_the_person_who_works_on_it() -> None:
    story = asked().when(claim_check()).then(happened(CheckClaimed, by="picker-1"))
    assert story.state.checks[0].status is CheckStatus.CLAIMED
    story.when(claim_check()).then(accepted(), happened(NothingChanged, command="claim_check"))
    colleague = WAREHOUSE.model_copy(update={"id": "picker-2"})
    story.when(claim_check(by=colleague)).then(happened(CheckClaimed, by="picker-2"))


def test_a_claim_does_not_stop_the_clock() -> None:
    asked().when(claim_check()).then(clock("check.1", None))


@pytest.mark.parametrize("claimed", [False, True])
def test_a_finding_completes_the_check(*, claimed: bool) -> None:
    story = asked().given(*[claim_check()] * claimed)
    answer = complete_check(summary=sealed("lid left out"), references=("PS-4",))
    story.when(answer, after=hours(2)).then(
        happened(
            CheckCompleted,
            finding=Finding.PACKING_FAULT,
            by="picker-1",
            ended_at=START + hours(2),
            references=("PS-4",),
        ),
        clock("check.1", Verdict.MET),
    )
    check = story.state.checks[0]
    assert (check.status, check.ended_at) == (CheckStatus.COMPLETED, START + hours(2))
    assert check.summary == sealed("lid left out")


def test_the_same_completion_twice_is_a_no_op() -> None:
    story = asked().given(complete_check(summary=sealed("x"), references=("a",)))
    again = complete_check(summary=sealed("x", again=1), references=("a",))
    story.when(again).then(accepted(), happened(NothingChanged, command="complete_check"))
    assert len(story.events) == 1
    assert story.state.checks[0].findings == (Finding.PACKING_FAULT,)


@pytest.mark.parametrize(
    "other",
    [
        complete_check(finding=Finding.NOT_CONFIRMED),
        complete_check(references=("PS-5",)),
        complete_check(summary=sealed("other words")),
    ],
)
def test_a_different_second_completion_corrects_and_keeps_the_first(other: Command) -> None:
    story = asked().given(complete_check()).when(other, after=hours(30))
    story.then(accepted(), happened(CheckCorrected, check=1), never(ClockEnded))
    story.then(clock("check.1", Verdict.MET))
    check = story.state.checks[0]
    assert check.findings[0] is Finding.PACKING_FAULT
    assert len(check.findings) == 2
    assert check.status is CheckStatus.COMPLETED
    story.when(other).then(happened(NothingChanged, command="complete_check"))


def test_a_returned_check_becomes_a_task_of_the_owner() -> None:
    story = asked().when(return_check(reason=ReturnReason.WRONG_DEPARTMENT), after=hours(1))
    story.then(
        happened(CheckReturned, reason=ReturnReason.WRONG_DEPARTMENT, by="picker-1"),
        happened(TaskCreated),
        to_do(TaskKind.ANSWER_DEPARTMENT),
        clock("check.1", Verdict.WITHDRAWN),
    )
    assert story.state.checks[0].status is CheckStatus.RETURNED
    story.when(complete_task()).then(accepted(), to_do())


def test_a_check_that_is_returned_after_its_due_moment_is_breached() -> None:
    asked().when(return_check(), after=hours(25)).then(clock("check.1", Verdict.BREACHED))


def test_the_owner_takes_a_question_back() -> None:
    story = asked(Department.WAREHOUSE, Department.LOGISTICS).when(withdraw_check(2))
    story.then(
        happened(CheckWithdrawn, check=2),
        clock("check.2", Verdict.WITHDRAWN),
        clock("check.1", None),
        stage(Stage.INVESTIGATING),
    )


# ---- What is refused ----------------------------------------------------------------------------

ANSWERS = [claim_check(), complete_check(), return_check()]


@pytest.mark.parametrize("command", ANSWERS, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize(
    "by",
    [LOGISTICS, Actor(id="nobody", role=Role.DEPARTMENT)],
    ids=["another department", "no department"],
)
def test_another_departments_check_is_refused(command: Command, by: Actor) -> None:
    story = asked().when(command.model_copy(update={"actor": by}))
    story.then(refused(RefusalCode.NOT_YOUR_CHECK))


@pytest.mark.parametrize("number", [-1, 0, 2, 10**9])
@pytest.mark.parametrize("command", [*ANSWERS, withdraw_check()], ids=lambda c: type(c).__name__)
def test_an_unknown_check_is_refused(command: Command, number: int) -> None:
    story = asked().when(command.model_copy(update={"check": number}))
    story.then(refused(RefusalCode.CHECK_UNKNOWN))


@pytest.mark.parametrize("command", [*ANSWERS, withdraw_check()], ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("end", [return_check(), withdraw_check()], ids=lambda c: type(c).__name__)
def test_a_check_that_has_ended_without_a_finding_takes_no_answer(
    command: Command, end: Command
) -> None:
    asked().given(end).when(command).then(refused(RefusalCode.CHECK_NOT_OPEN))


@pytest.mark.parametrize("command", [claim_check(), return_check(), withdraw_check()])
def test_a_completed_check_can_only_be_corrected(command: Command) -> None:
    asked().given(complete_check()).when(command).then(refused(RefusalCode.CHECK_NOT_OPEN))


def test_an_answer_to_a_closed_case_is_refused_and_recorded() -> None:
    asked().given(withdraw()).when(complete_check()).then(refused(RefusalCode.CASE_CLOSED))


def test_closing_withdraws_what_is_still_asked() -> None:
    story = asked(Department.WAREHOUSE, Department.LOGISTICS).given(complete_check())
    story.when(withdraw()).then(happened(CheckWithdrawn, check=2), never(CheckWithdrawn, check=1))
    story.then(clock("check.2", Verdict.WITHDRAWN, cycle=1))


# ---- Evidence first (rule 10) -------------------------------------------------------------------


def test_a_department_with_a_system_is_asked_there_first() -> None:
    story = asked(Department.WAREHOUSE, Department.LOGISTICS)
    inquiries = [e for e in story.effects if isinstance(e, GatherEvidence)]
    assert [(e.check, e.department) for e in inquiries] == [(1, Department.WAREHOUSE)]


def test_a_conclusive_answer_completes_the_check_without_a_person() -> None:
    story = Story(finds=CONCLUSIVE).opened().triaged().when(request_check(), after=hours(1))
    story.then(
        happened(EvidenceAttached, evidence=CONCLUSIVE),
        happened(CheckCompleted, finding=Finding.PACKING_FAULT, by="wms", references=("P-17",)),
        happened(ClockEnded, key="check.1", verdict=Verdict.MET, proof=Proof.ENGINE),
        stage(Stage.DECIDING),
    )


def test_conclusive_evidence_may_come_without_a_reference() -> None:
    bare = Evidence(system="wms", finding=Finding.NOT_CONFIRMED)
    asked().given(found(1, bare)).then(happened(CheckCompleted, references=()))


@pytest.mark.parametrize("evidence", [DOWN, Evidence(system="wms", reference="P-17")])
def test_otherwise_the_evidence_is_attached_and_a_person_answers(evidence: Evidence) -> None:
    story = (
        asked()
        .given(found(1, evidence))
        .then(
            happened(EvidenceAttached, evidence=evidence),
            never(CheckCompleted),
            clock("check.1", None),
        )
    )
    assert story.state.checks[0].evidence == (evidence,)
    assert story.state.checks[0].status is CheckStatus.OPEN
    story.when(complete_check()).then(accepted(), stage(Stage.DECIDING))


@pytest.mark.parametrize("end", [complete_check(), return_check(), withdraw_check()])
def test_evidence_that_comes_too_late_changes_nothing(end: Command) -> None:
    story = asked().given(end).when(found(1, CONCLUSIVE))
    story.then(accepted(), happened(NothingChanged, command="record_evidence"))
    assert len(story.events) == 1


def test_evidence_for_a_closed_case_changes_nothing() -> None:
    story = asked().given(withdraw()).when(found(1, CONCLUSIVE))
    story.then(happened(NothingChanged, command="record_evidence"))


def test_a_person_may_correct_what_the_system_found() -> None:
    story = Story(finds=CONCLUSIVE).opened().triaged().given(request_check())
    story.when(complete_check(finding=Finding.CUSTOMER_ERROR)).then(happened(CheckCorrected))
    assert story.state.checks[0].findings == (Finding.PACKING_FAULT, Finding.CUSTOMER_ERROR)


# ---- Across phases ------------------------------------------------------------------------------


def test_a_check_during_the_remedy_may_still_be_answered() -> None:
    story = asked().given(complete_check(), propose(), accept_option(), request_check())
    story.when(complete_check(2)).then(accepted(), stage(Stage.FOLLOWING_UP))


def test_a_refused_proposal_lets_the_owner_ask_again() -> None:
    story = Story().opened().triaged().given(propose(), refuse_proposal(), request_check())
    story.then(stage(Stage.INVESTIGATING), happened(CheckRequested))


def test_a_note_can_be_work_for_a_department() -> None:
    story = asked().when(record_note(department=Department.WAREHOUSE))
    story.then(happened(NoteRecorded, department=Department.WAREHOUSE, text=sealed("note")))
