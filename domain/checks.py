"""Checks: what departments are asked and answer (H7, rules 9 and 10)."""

from __future__ import annotations

from datetime import datetime

from domain import clocks, tasks, waits
from domain.decision import Decision, require
from domain.senders import is_unverified
from domain.state import UNDECIDED, blocking_checks, running
from schemas.case import Check
from schemas.commands import (
    NAMES,
    ClaimCheck,
    CompleteCheck,
    CorrectFinding,
    HandOverCheck,
    ProceedWithoutCheck,
    RecordEvidence,
    RequestCheck,
    ReturnCheck,
    WithdrawCheck,
)
from schemas.events import (
    CheckClaimed,
    CheckCompleted,
    CheckCorrected,
    CheckHandedOver,
    CheckRequested,
    CheckReturned,
    CheckWaived,
    CheckWithdrawn,
    EvidenceAttached,
    NothingChanged,
    StageChanged,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import (
    Category,
    CheckStatus,
    ClockKind,
    Proof,
    ReturnReason,
    Stage,
    TaskKind,
)

OPEN = (CheckStatus.OPEN, CheckStatus.CLAIMED)


def clock_key(check: int) -> str:
    """Return the key of the clock that measures a check."""
    return f"check.{check}"


def request_check(decision: Decision, command: RequestCheck) -> None:
    """Ask a department; several checks run side by side (H7).

    While a proposal stands nothing can wait for a check, so that none can be required then.
    """
    state = decision.state
    require(state.stage in UNDECIDED, RefusalCode.WRONG_STAGE)
    require(not (command.required and state.standing), RefusalCode.PROPOSAL_STANDS)
    check = Check(
        number=len(state.checks) + 1,
        department=command.department,
        question=command.question,
        required=command.required,
        requested_at=decision.at,
        token=command.token,
        token_hash=command.token_hash,
    )
    _ask(decision, check)
    _ask_again(decision, check)
    if state.stage is Stage.RECEIVED or (state.stage is Stage.DECIDING and not state.standing):
        decision.record(StageChanged(stage=Stage.INVESTIGATING))


def claim_check(decision: Decision, command: ClaimCheck) -> None:
    """Name the person of the department who works on the check (H8)."""
    check = assigned(decision, command.check)
    require_open(check)
    if check.claimed_by == decision.actor.id:
        decision.record(NothingChanged(command="claim_check"))
    else:
        decision.record(CheckClaimed(check=check.number, by=decision.actor.id))


def complete_check(decision: Decision, command: CompleteCheck) -> None:
    """Answer a check; a different second answer corrects the first and keeps it (rule 9)."""
    check = assigned(decision, command.check)
    if check.status is CheckStatus.COMPLETED:
        _correct(decision, check, command)
        return
    require_open(check)
    decision.record(
        CheckCompleted(
            check=check.number,
            finding=command.finding,
            by=decision.actor.id,
            ended_at=decision.at,
            summary=command.summary,
            references=command.references,
        )
    )
    _answered(decision, check, decision.at, decision.proof)


def correct_finding(decision: Decision, command: CorrectFinding) -> None:
    """Replace the finding of a check that was answered, and keep the first (rule 9)."""
    check = assigned(decision, command.check)
    require(check.status not in OPEN, RefusalCode.CHECK_NOT_ANSWERED)
    require(check.status is CheckStatus.COMPLETED, RefusalCode.CHECK_NOT_OPEN)
    _correct(decision, check, command)


def return_check(decision: Decision, command: ReturnCheck) -> None:
    """Send a check back to the owner, who decides whom to ask what.

    A required one goes on to block the proposal until that has been decided.
    """
    check = assigned(decision, command.check)
    require_open(check)
    decision.record(
        CheckReturned(
            check=check.number,
            reason=command.reason,
            by=decision.actor.id,
            ended_at=decision.at,
            question=command.question,
        )
    )
    tasks.create(decision, TaskKind.ANSWER_DEPARTMENT, check.number)
    _unanswered(decision, check, "returned")


def withdraw_check(decision: Decision, command: WithdrawCheck) -> None:
    """Take a question back."""
    check = known(decision, command.check)
    require_open(check)
    decision.record(CheckWithdrawn(check=check.number, ended_at=decision.at))
    _unanswered(decision, check, "withdrawn")


def withdraw_pointless(decision: Decision, before: Category, reason: str) -> None:
    """Withdraw what only a complaint of the earlier category needed, and keep findings (rule 7).

    What was sent back from there needs nobody to see to it any more.
    """
    state = decision.state
    needed = state.policy.needed
    if before not in needed or state.category not in needed:
        return
    pointless = set(needed[before]) - set(needed[state.category])
    unseen = [task.subject for task in tasks.open_tasks(state, TaskKind.ANSWER_DEPARTMENT)]
    for check in (each for each in state.checks if each.department in pointless):
        if check.status in OPEN:
            decision.record(CheckWithdrawn(check=check.number, ended_at=decision.at))
            _unanswered(decision, check, reason)
        elif check.number in unseen:
            tasks.withdraw_about(decision, TaskKind.ANSWER_DEPARTMENT, check.number)
            go_on(decision)


def proceed_without_check(decision: Decision, command: ProceedWithoutCheck) -> None:
    """Let the proposal go on without a check, which can still be answered (rule 9)."""
    check = known(decision, command.check)
    if check.waived:
        decision.record(NothingChanged(command="proceed_without_check"))
        return
    require(check in blocking_checks(decision.state), RefusalCode.CHECK_NOT_BLOCKING)
    decision.record(CheckWaived(check=check.number, by=decision.actor.id, reason=command.reason))
    tasks.withdraw_about(decision, TaskKind.ANSWER_DEPARTMENT, check.number)
    waits.attribute(decision, check)
    go_on(decision)


def hand_over_check(decision: Decision, command: HandOverCheck) -> None:
    """Pass a check on: the same question to another department, with time of its own."""
    check = assigned(decision, command.check)
    require_open(check)
    require(command.department is not check.department, RefusalCode.SAME_DEPARTMENT)
    successor = Check(
        number=len(decision.state.checks) + 1,
        department=command.department,
        question=check.question,
        required=check.required,
        requested_at=decision.at,
        token=command.token,
        token_hash=command.token_hash,
        waived=check.waived,
        handed_over_from=check.number,
    )
    # The new check begins before the old one ends, so that the wait for departments goes on.
    _ask(decision, successor)
    decision.record(
        CheckHandedOver(
            check=check.number,
            to=successor.number,
            department=successor.department,
            by=decision.actor.id,
            ended_at=decision.at,
        )
    )
    _unanswered(decision, check, "handed_over")


def record_evidence(decision: Decision, command: RecordEvidence) -> None:
    """Attach what the department's system says; a conclusive answer completes the check."""
    check = decision.state.checks[command.check - 1]
    if check.status not in OPEN:
        decision.record(NothingChanged(command="record_evidence"))
        return
    evidence = command.evidence
    decision.record(EvidenceAttached(check=check.number, evidence=evidence))
    if evidence.finding is not None:
        decision.record(
            CheckCompleted(
                check=check.number,
                finding=evidence.finding,
                by=evidence.system,
                ended_at=decision.now,
                references=(evidence.reference,) if evidence.reference else (),
            )
        )
        _answered(decision, check, decision.now, Proof.ENGINE)


def known(decision: Decision, number: int) -> Check:
    """Return the check with this number."""
    require(1 <= number <= len(decision.state.checks), RefusalCode.CHECK_UNKNOWN)
    return decision.state.checks[number - 1]


def assigned(decision: Decision, number: int) -> Check:
    """Return the check with this number, if it is with the department that sends the command."""
    check = known(decision, number)
    require(decision.actor.department is check.department, RefusalCode.NOT_YOUR_CHECK)
    return check


def require_open(check: Check) -> None:
    """Refuse what makes sense only while the department still has to answer."""
    require(check.status in OPEN, RefusalCode.CHECK_NOT_OPEN)


def go_on(decision: Decision) -> None:
    """Let the owner decide, once no check blocks the proposal."""
    state = decision.state
    if state.stage is Stage.INVESTIGATING and not blocking_checks(state):
        decision.record(StageChanged(stage=Stage.DECIDING))


def _ask(decision: Decision, check: Check) -> None:
    # A case may be older than a department: its pinned policy gives that no time.
    known_to_policy = check.department in decision.state.policy.checks
    require(known_to_policy, RefusalCode.DEPARTMENT_UNKNOWN)
    decision.record(CheckRequested(check=check))
    decision.created = check.number
    target = decision.state.policy.checks[check.department]
    key, department = clock_key(check.number), check.department
    clocks.start(decision, ClockKind.CHECK, key, decision.at, target, department)


def _ask_again(decision: Decision, check: Check) -> None:
    """Complete the task about the first check that was sent back and is asked anew by this one.

    A question back is answered by asking the same department, a wrong department by any other.
    """
    for task in tasks.open_tasks(decision.state, TaskKind.ANSWER_DEPARTMENT):
        returned = known(decision, task.subject or 0)
        elsewhere = returned.returned is ReturnReason.WRONG_DEPARTMENT
        if elsewhere is not (returned.department is check.department):
            tasks.complete(decision, task)
            return


def _correct(decision: Decision, check: Check, command: CompleteCheck | CorrectFinding) -> None:
    digests = [s.digest if s else None for s in (check.summary, command.summary)]
    same = (
        check.findings[-1] is command.finding
        and check.references == command.references
        and digests[0] == digests[1]
    )
    if same:
        decision.record(NothingChanged(command=NAMES[type(command)]))
        return
    # Whoever reads the history has seen the token by now, so that it proves nothing any more.
    require(not is_unverified(decision.actor), RefusalCode.CHECK_NOT_OPEN)
    decision.record(
        CheckCorrected(
            check=check.number,
            finding=command.finding,
            by=decision.actor.id,
            summary=command.summary,
            references=command.references,
        )
    )


def _answered(decision: Decision, check: Check, at: datetime, proof: Proof) -> None:
    clocks.answer(decision, clock_key(check.number), at, proof)
    waits.attribute(decision, check)
    go_on(decision)


def _unanswered(decision: Decision, check: Check, reason: str) -> None:
    for clock in running(decision.state, ClockKind.CHECK):
        if clock.key == clock_key(check.number):
            clocks.end_unanswered(decision, clock, reason)
    waits.attribute(decision, check)
    go_on(decision)
