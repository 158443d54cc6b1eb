"""Checks: what departments are asked and answer (H7, rules 9 and 10)."""

from __future__ import annotations

from datetime import datetime

from domain import clocks, tasks
from domain.decision import Decision, require
from domain.state import required_checks, running
from schemas.case import Check
from schemas.commands import (
    ClaimCheck,
    CompleteCheck,
    RecordEvidence,
    RequestCheck,
    ReturnCheck,
    WithdrawCheck,
)
from schemas.events import (
    CheckClaimed,
    CheckCompleted,
    CheckCorrected,
    CheckRequested,
    CheckReturned,
    CheckWithdrawn,
    EvidenceAttached,
    NothingChanged,
    StageChanged,
)
from schemas.refusals import RefusalCode
from schemas.vocabulary import CheckStatus, ClockKind, Proof, Stage, TaskKind

OPEN = (CheckStatus.OPEN, CheckStatus.CLAIMED)


def clock_key(check: int) -> str:
    """Return the key of the clock that measures a check."""
    return f"check.{check}"


def request_check(decision: Decision, command: RequestCheck) -> None:
    """Ask a department; several checks run side by side (H7)."""
    state = decision.state
    check = Check(
        number=len(state.checks) + 1,
        department=command.department,
        question=command.question,
        required=command.required,
        requested_at=decision.at,
    )
    decision.record(CheckRequested(check=check))
    decision.created = check.number
    target = state.policy.checks[command.department]
    clocks.start(decision, ClockKind.CHECK, clock_key(check.number), decision.at, target)
    if state.stage is Stage.RECEIVED or (state.stage is Stage.DECIDING and not state.standing):
        decision.record(StageChanged(stage=Stage.INVESTIGATING))


def claim_check(decision: Decision, command: ClaimCheck) -> None:
    """Name the person of the department who works on the check (H8)."""
    check = _assigned(decision, command.check)
    require(check.status in OPEN, RefusalCode.CHECK_NOT_OPEN)
    if check.claimed_by == decision.actor.id:
        decision.record(NothingChanged(command="claim_check"))
    else:
        decision.record(CheckClaimed(check=check.number, by=decision.actor.id))


def complete_check(decision: Decision, command: CompleteCheck) -> None:
    """Answer a check; a different second answer corrects the first and keeps it (rule 9)."""
    check = _assigned(decision, command.check)
    if check.status is CheckStatus.COMPLETED:
        _complete_again(decision, check, command)
        return
    require(check.status in OPEN, RefusalCode.CHECK_NOT_OPEN)
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


def return_check(decision: Decision, command: ReturnCheck) -> None:
    """Send a check back to the owner, who decides whom to ask what."""
    check = _assigned(decision, command.check)
    require(check.status in OPEN, RefusalCode.CHECK_NOT_OPEN)
    decision.record(
        CheckReturned(
            check=check.number,
            reason=command.reason,
            by=decision.actor.id,
            ended_at=decision.at,
            question=command.question,
        )
    )
    _unanswered(decision, check, "returned")
    tasks.create(decision, TaskKind.ANSWER_DEPARTMENT, check.number)


def withdraw_check(decision: Decision, command: WithdrawCheck) -> None:
    """Take a question back."""
    check = _known(decision, command.check)
    require(check.status in OPEN, RefusalCode.CHECK_NOT_OPEN)
    decision.record(CheckWithdrawn(check=check.number, ended_at=decision.at))
    _unanswered(decision, check, "withdrawn")


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


def _known(decision: Decision, number: int) -> Check:
    require(1 <= number <= len(decision.state.checks), RefusalCode.CHECK_UNKNOWN)
    return decision.state.checks[number - 1]


def _assigned(decision: Decision, number: int) -> Check:
    check = _known(decision, number)
    require(decision.actor.department is check.department, RefusalCode.NOT_YOUR_CHECK)
    return check


def _complete_again(decision: Decision, check: Check, command: CompleteCheck) -> None:
    digests = [s.digest if s else None for s in (check.summary, command.summary)]
    same = (
        check.findings[-1] is command.finding
        and check.references == command.references
        and digests[0] == digests[1]
    )
    if same:
        decision.record(NothingChanged(command="complete_check"))
        return
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
    _go_on(decision)


def _unanswered(decision: Decision, check: Check, reason: str) -> None:
    for clock in running(decision.state, ClockKind.CHECK):
        if clock.key == clock_key(check.number):
            clocks.end_unanswered(decision, clock, reason)
    _go_on(decision)


def _go_on(decision: Decision) -> None:
    state = decision.state
    if state.stage is Stage.INVESTIGATING and not required_checks(state):
        decision.record(StageChanged(stage=Stage.DECIDING))
