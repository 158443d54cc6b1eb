"""Rules 9 and 10: departments check side by side, and their systems are asked first."""

from __future__ import annotations

import pytest

from schemas.commands import Actor, Command
from schemas.effects import GatherEvidence
from schemas.events import (
    CheckClaimed,
    CheckCompleted,
    CheckCorrected,
    CheckHandedOver,
    CheckRequested,
    CheckReturned,
    CheckWaived,
    CheckWithdrawn,
    ClockEnded,
    EvidenceAttached,
    NoteRecorded,
    NothingChanged,
    StageChanged,
    TaskCompleted,
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
    ask_extension,
    claim_check,
    close_explained,
    complete_check,
    complete_task,
    correct_finding,
    decline_extension,
    grant_extension,
    hand_over_check,
    proceed_without_check,
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
from tests.support.policies import hours, policy
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


def test_a_department_that_came_after_the_policy_of_the_case_is_not_asked() -> None:
    older = policy()
    known = {each: time for each, time in older.checks.items() if each != Department.LEGAL}
    story = Story(rules=older.model_copy(update={"checks": known})).opened().triaged()
    story.when(request_check(department=Department.LEGAL))
    story.then(refused(RefusalCode.DEPARTMENT_UNKNOWN))


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


def test_an_optional_check_while_a_proposal_is_on_its_way_leaves_the_stage() -> None:
    story = Story(delivers=False).opened().triaged().given(propose())
    story.given(request_check(required=False)).then(stage(Stage.DECIDING))


@pytest.mark.parametrize("delivers", [True, False])
def test_while_a_proposal_stands_nothing_can_wait_for_a_check(*, delivers: bool) -> None:
    story = Story(delivers=delivers).opened().triaged().given(propose())
    story.when(request_check()).then(refused(RefusalCode.PROPOSAL_STANDS))
    story.when(request_check(required=False)).then(accepted(), never(StageChanged))


def test_once_the_customer_has_agreed_a_check_would_block_nothing() -> None:
    story = Story(settles=False).opened().triaged().given(propose(), accept_option())
    for required in (True, False):
        story.when(request_check(required=required)).then(refused(RefusalCode.WRONG_STAGE))
    story.settles = True
    story.play().then(stage(Stage.FOLLOWING_UP))
    story.when(request_check(required=False)).then(refused(RefusalCode.WRONG_STAGE))


# ---- Required checks block the proposal ---------------------------------------------------------


@pytest.mark.parametrize("command", [propose(), close_explained()])
def test_a_required_check_blocks_proposal_and_explanation(command: Command) -> None:
    asked().when(command).then(refused(RefusalCode.CHECKS_OPEN))


@pytest.mark.parametrize("command", [propose(), close_explained()])
def test_a_check_that_is_not_required_blocks_nothing(command: Command) -> None:
    story = Story().opened().triaged().given(request_check(required=False))
    story.when(command).then(accepted())


@pytest.mark.parametrize("end", [complete_check(), proceed_without_check(), withdraw_check()])
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


@pytest.mark.parametrize("command", [propose(), close_explained()])
def test_a_required_check_that_was_sent_back_still_blocks(command: Command) -> None:
    story = asked().given(return_check()).then(stage(Stage.INVESTIGATING))
    story.when(command).then(refused(RefusalCode.CHECKS_OPEN))


@pytest.mark.parametrize("reason", ReturnReason)
def test_it_blocks_no_longer_once_its_task_is_done(reason: ReturnReason) -> None:
    story = asked().given(return_check(reason=reason), complete_task())
    story.then(stage(Stage.DECIDING)).when(propose()).then(accepted())


def test_a_question_back_is_answered_by_asking_the_same_department_again() -> None:
    story = asked().given(return_check(), request_check(Department.LOGISTICS))
    story.then(to_do(TaskKind.ANSWER_DEPARTMENT))
    story.when(request_check()).then(happened(TaskCompleted, task=1), to_do())
    story.given(complete_check(2, by=LOGISTICS)).then(stage(Stage.INVESTIGATING))
    story.given(complete_check(3)).then(stage(Stage.DECIDING))


def test_a_wrong_department_is_mended_by_asking_another() -> None:
    story = asked().given(return_check(reason=ReturnReason.WRONG_DEPARTMENT), request_check())
    story.then(to_do(TaskKind.ANSWER_DEPARTMENT))
    story.given(request_check(Department.LOGISTICS)).then(to_do())


def test_asking_again_sees_to_one_check_that_was_sent_back() -> None:
    story = asked(Department.WAREHOUSE, Department.WAREHOUSE)
    story.given(return_check(1), return_check(2), request_check())
    story.then(to_do(TaskKind.ANSWER_DEPARTMENT))
    assert [task.ended_at is None for task in story.state.tasks] == [False, True]


def test_an_optional_check_that_was_sent_back_blocks_nothing() -> None:
    story = Story().opened().triaged().given(request_check(required=False), return_check())
    story.when(propose()).then(accepted())


# ---- Going on without an answer -----------------------------------------------------------------


def test_a_superior_lets_the_proposal_go_on_without_a_check() -> None:
    story = asked().when(proceed_without_check())
    story.then(happened(CheckWaived, check=1, by="supervisor-1"), stage(Stage.DECIDING))
    story.then(clock("check.1", None)).when(propose()).then(accepted())
    story.when(complete_check()).then(accepted(), stage(Stage.AWAITING_CONSENT))


def test_going_on_without_one_check_still_waits_for_the_other() -> None:
    story = asked(Department.WAREHOUSE, Department.LOGISTICS).given(proceed_without_check())
    story.then(stage(Stage.INVESTIGATING)).when(propose()).then(refused(RefusalCode.CHECKS_OPEN))


def test_going_on_without_a_check_that_was_sent_back_ends_its_task() -> None:
    story = asked().given(return_check()).when(proceed_without_check())
    story.then(accepted(), to_do(), stage(Stage.DECIDING))


def test_going_on_without_a_check_twice_changes_nothing() -> None:
    story = asked().given(proceed_without_check()).when(proceed_without_check())
    story.then(accepted(), happened(NothingChanged, command="proceed_without_check"))


@pytest.mark.parametrize("end", [complete_check(), withdraw_check()])
def test_only_a_check_that_blocks_can_be_gone_without(end: Command) -> None:
    story = asked().given(end).when(proceed_without_check())
    story.then(refused(RefusalCode.CHECK_NOT_BLOCKING))
    story.given(request_check(required=False)).when(proceed_without_check(2))
    story.then(refused(RefusalCode.CHECK_NOT_BLOCKING))


# ---- Correcting and handing over ----------------------------------------------------------------


def test_a_department_corrects_its_finding_and_the_first_stays() -> None:
    story = asked().given(complete_check()).when(correct_finding(references=("PS-9",)))
    story.then(accepted(), happened(CheckCorrected, references=("PS-9",), by="picker-1"))
    check = story.state.checks[0]
    assert check.findings == (Finding.PACKING_FAULT, Finding.NOT_CONFIRMED)
    story.when(correct_finding(references=("PS-9",)))
    story.then(accepted(), happened(NothingChanged, command="correct_finding"))


def test_there_is_nothing_to_correct_before_an_answer() -> None:
    asked().when(correct_finding()).then(refused(RefusalCode.CHECK_NOT_ANSWERED))


def test_the_same_question_goes_to_the_department_that_it_is_handed_over_to() -> None:
    story = asked().when(hand_over_check(), after=hours(2))
    story.then(
        accepted(),
        happened(CheckHandedOver, check=1, to=2, department=Department.LOGISTICS),
        happened(CheckRequested),
        clock("check.1", Verdict.WITHDRAWN),
        due("check.2", START + hours(26)),
        stage(Stage.INVESTIGATING),
    )
    old, new = story.state.checks
    assert (old.status, old.ended_at) == (CheckStatus.HANDED_OVER, START + hours(2))
    assert (new.department, new.question, new.required) == ("logistics", old.question, True)
    assert (new.handed_over_from, story.answer.created) == (1, 2)
    story.when(complete_check(2, by=LOGISTICS)).then(accepted(), stage(Stage.DECIDING))


def test_a_check_that_is_handed_over_late_is_breached() -> None:
    story = asked().when(hand_over_check(), after=hours(25))
    story.then(clock("check.1", Verdict.BREACHED), clock("check.2", None))


def test_a_check_is_not_handed_over_to_the_department_that_has_it() -> None:
    story = asked().when(hand_over_check(department=Department.WAREHOUSE))
    story.then(refused(RefusalCode.SAME_DEPARTMENT))


def test_handing_over_asks_no_more_than_was_asked() -> None:
    story = Story().opened().triaged().given(request_check(required=False), hand_over_check())
    assert not story.state.checks[1].required
    story = asked().given(proceed_without_check(), hand_over_check())
    assert story.state.checks[1].waived
    story.when(propose()).then(accepted())


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

ANSWERS = [
    claim_check(),
    complete_check(),
    correct_finding(),
    return_check(),
    ask_extension(START + hours(30)),
    hand_over_check(),
]

SUPERIORS = [
    proceed_without_check(),
    grant_extension(START + hours(30)),
    decline_extension(),
]


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
@pytest.mark.parametrize(
    "command", [*ANSWERS, *SUPERIORS, withdraw_check()], ids=lambda c: type(c).__name__
)
def test_an_unknown_check_is_refused(command: Command, number: int) -> None:
    story = asked().when(command.model_copy(update={"check": number}))
    story.then(refused(RefusalCode.CHECK_UNKNOWN))


@pytest.mark.parametrize("command", [*ANSWERS, withdraw_check()], ids=lambda c: type(c).__name__)
@pytest.mark.parametrize(
    "end", [return_check(), withdraw_check(), hand_over_check()], ids=lambda c: type(c).__name__
)
def test_a_check_that_has_ended_without_a_finding_takes_no_answer(
    command: Command, end: Command
) -> None:
    asked().given(end).when(command).then(refused(RefusalCode.CHECK_NOT_OPEN))


@pytest.mark.parametrize(
    "command",
    [
        claim_check(),
        return_check(),
        withdraw_check(),
        hand_over_check(),
        ask_extension(START + hours(30)),
        grant_extension(START + hours(30)),
        decline_extension(),
    ],
    ids=lambda c: type(c).__name__,
)
def test_a_completed_check_can_only_be_corrected(command: Command) -> None:
    asked().given(complete_check()).when(command).then(refused(RefusalCode.CHECK_NOT_OPEN))


def test_an_answer_to_a_closed_case_is_refused_and_recorded() -> None:
    asked().given(withdraw()).when(complete_check()).then(refused(RefusalCode.CASE_CLOSED))


def test_closing_withdraws_what_is_still_asked() -> None:
    story = asked(Department.WAREHOUSE, Department.LOGISTICS).given(complete_check())
    story.when(withdraw()).then(happened(CheckWithdrawn, check=2), never(CheckWithdrawn, check=1))
    story.then(clock("check.2", Verdict.WITHDRAWN, cycle=1))


# ---- Evidence first (rule 10) -------------------------------------------------------------------


def test_every_department_is_asked_through_its_own_system_first() -> None:
    story = asked(*Department)
    inquiries = [e for e in story.effects if isinstance(e, GatherEvidence)]
    assert [(e.check, e.department) for e in inquiries] == list(enumerate(Department, start=1))


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


def test_a_check_that_is_still_open_during_the_remedy_may_be_answered() -> None:
    story = Story().opened().triaged().given(request_check(required=False))
    story.given(propose(), accept_option()).when(complete_check())
    story.then(accepted(), stage(Stage.FOLLOWING_UP))


def test_a_refused_proposal_lets_the_owner_ask_again() -> None:
    story = Story().opened().triaged().given(propose(), refuse_proposal(), request_check())
    story.then(stage(Stage.INVESTIGATING), happened(CheckRequested))


def test_a_note_can_be_work_for_a_department() -> None:
    story = asked().when(record_note(department=Department.WAREHOUSE))
    story.then(happened(NoteRecorded, department=Department.WAREHOUSE, text=sealed("note")))
