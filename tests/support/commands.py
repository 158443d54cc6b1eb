"""Commands in few words; a story gives them their id and their stamp."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from schemas.commands import (
    AcceptOption,
    Actor,
    AddInformation,
    AnswerSurvey,
    ApproveProposal,
    AskExtension,
    AssignOwner,
    ClaimCheck,
    CloseExplained,
    CompensateStep,
    CompleteCheck,
    CompleteTask,
    ConfirmAcceptance,
    Contact,
    CorrectFinding,
    CounterDemand,
    Customer,
    DeclineExtension,
    DeclineProposal,
    FailStep,
    GrantExtension,
    HandOverCheck,
    OpenComplaint,
    ProceedWithoutCheck,
    Propose,
    RecordCallbackAttempt,
    RecordNote,
    RefuseProposal,
    Reopen,
    Reply,
    RequestCheck,
    ReturnCheck,
    SettleStep,
    Withdraw,
    WithdrawCheck,
)
from schemas.offer import Option, RemedyStep
from schemas.sealed import Sealed
from schemas.triage import Triage
from schemas.vocabulary import (
    CallbackResult,
    Category,
    Channel,
    Department,
    Finding,
    RefusalReason,
    RemedyKind,
    ReturnReason,
    Severity,
    UnmetReason,
)
from tests.support.actors import (
    AGENT,
    CUSTOMER,
    SHOP,
    SUPERVISOR,
    WAREHOUSE,
)
from tests.support.policies import yuan

UNNAMED = ""
"""The id of a command to which its story gives one."""

JUST_NOW = datetime.min.replace(tzinfo=UTC)
"""The moment of a call that its story makes when it is reported."""


def sealed(text: str = "text", *, again: int = 0) -> Sealed:
    """Return a stand-in for a sealed text; sealing it `again` changes the box, not the digest."""
    return Sealed(field="text", box=f"Ym94{again:04}", digest=sha256(text.encode()).hexdigest())


def customer(time_zone: str = "Asia/Shanghai") -> Customer:
    contact = Contact(kind=Channel.PHONE, address=sealed("13800000000"))
    return Customer(contacts=(contact,), name=sealed("name"), time_zone=time_zone)


def opening(by: Actor = SHOP, **fields: object) -> OpenComplaint:
    usual = OpenComplaint(
        command_id=UNNAMED,
        actor=by,
        source="shop",
        source_key="1001",
        channel=Channel.WEB,
        content=sealed("a part is missing"),
        customer=customer(),
        order="SO-1001",
    )
    return usual.model_copy(update=fields)


def triage(
    category: Category = Category.MISSING_OR_WRONG_ITEMS,
    severity: Severity = Severity.MODERATE,
    *,
    certain: bool = True,
) -> Triage:
    return Triage(
        category=category, severity=severity, confidence=90, certain=certain, rule_version="t-1"
    )


def add_information(by: Actor = CUSTOMER, text: str = "more") -> AddInformation:
    return AddInformation(command_id=UNNAMED, actor=by, text=sealed(text))


def assign_owner(owner: str = "agent-9", by: Actor = AGENT) -> AssignOwner:
    return AssignOwner(command_id=UNNAMED, actor=by, owner=owner)


def reply(by: Actor = AGENT, text: str = "we look into it") -> Reply:
    return Reply(command_id=UNNAMED, actor=by, text=sealed(text))


def record_note(by: Actor = AGENT, department: Department | None = None) -> RecordNote:
    return RecordNote(command_id=UNNAMED, actor=by, text=sealed("note"), department=department)


def request_check(
    department: Department = Department.WAREHOUSE, by: Actor = AGENT, *, required: bool = True
) -> RequestCheck:
    return RequestCheck(
        command_id=UNNAMED,
        actor=by,
        department=department,
        question=sealed("was it packed?"),
        required=required,
    )


def claim_check(check: int = 1, by: Actor = WAREHOUSE) -> ClaimCheck:
    return ClaimCheck(command_id=UNNAMED, actor=by, check=check)


def complete_check(
    check: int = 1,
    finding: Finding = Finding.PACKING_FAULT,
    by: Actor = WAREHOUSE,
    *,
    summary: Sealed | None = None,
    references: tuple[str, ...] = (),
) -> CompleteCheck:
    return CompleteCheck(
        command_id=UNNAMED,
        actor=by,
        check=check,
        finding=finding,
        summary=summary,
        references=references,
    )


def return_check(
    check: int = 1, by: Actor = WAREHOUSE, reason: ReturnReason = ReturnReason.QUESTION
) -> ReturnCheck:
    return ReturnCheck(command_id=UNNAMED, actor=by, check=check, reason=reason)


def proceed_without_check(check: int = 1, by: Actor = SUPERVISOR) -> ProceedWithoutCheck:
    reason = sealed("it cannot wait")
    return ProceedWithoutCheck(command_id=UNNAMED, actor=by, check=check, reason=reason)


def correct_finding(
    check: int = 1,
    finding: Finding = Finding.NOT_CONFIRMED,
    by: Actor = WAREHOUSE,
    *,
    references: tuple[str, ...] = (),
) -> CorrectFinding:
    return CorrectFinding(
        command_id=UNNAMED, actor=by, check=check, finding=finding, references=references
    )


def ask_extension(until: datetime, check: int = 1, by: Actor = WAREHOUSE) -> AskExtension:
    reason = sealed("the shelf is being counted")
    return AskExtension(command_id=UNNAMED, actor=by, check=check, until=until, reason=reason)


def grant_extension(until: datetime, check: int = 1, by: Actor = SUPERVISOR) -> GrantExtension:
    return GrantExtension(command_id=UNNAMED, actor=by, check=check, until=until)


def decline_extension(check: int = 1, by: Actor = SUPERVISOR) -> DeclineExtension:
    return DeclineExtension(command_id=UNNAMED, actor=by, check=check)


def hand_over_check(
    check: int = 1, department: Department = Department.LOGISTICS, by: Actor = WAREHOUSE
) -> HandOverCheck:
    return HandOverCheck(command_id=UNNAMED, actor=by, check=check, department=department)


def withdraw_check(check: int = 1, by: Actor = AGENT) -> WithdrawCheck:
    return WithdrawCheck(command_id=UNNAMED, actor=by, check=check)


def resend(cost: float = 5, item: str | None = "LID-1") -> RemedyStep:
    return RemedyStep(kind=RemedyKind.RESEND, item=item, cost=yuan(cost))


def coupon(amount: float = 20) -> RemedyStep:
    return RemedyStep(kind=RemedyKind.COUPON, amount=yuan(amount))


def repair(cost: float = 50) -> RemedyStep:
    return RemedyStep(kind=RemedyKind.REPAIR, cost=yuan(cost))


APOLOGY = RemedyStep(kind=RemedyKind.APOLOGY)

MANUAL = RemedyStep(kind=RemedyKind.CHANGE_OF_STAFF)
"""A step that is work for a person; services carry out all the others but words."""


def refund(amount: float = 50) -> RemedyStep:
    return RemedyStep(kind=RemedyKind.REFUND, amount=yuan(amount))


def propose(
    *options: RemedyStep | Option,
    by: Actor = AGENT,
    text: str | None = None,
    unmet: UnmetReason | None = None,
    promised_at: datetime | None = None,
) -> Propose:
    """Offer options; a bare step is an option of its own, and none at all is one resend."""
    offered = tuple(o if isinstance(o, Option) else Option(steps=(o,)) for o in options)
    return Propose(
        command_id=UNNAMED,
        actor=by,
        options=offered or (Option(steps=(resend(),)),),
        text=sealed(text) if text else None,
        unmet=unmet,
        promised_at=promised_at,
    )


def approve_proposal(version: int = 1, by: Actor = SUPERVISOR) -> ApproveProposal:
    return ApproveProposal(command_id=UNNAMED, actor=by, version=version)


def decline_proposal(version: int = 1, by: Actor = SUPERVISOR) -> DeclineProposal:
    return DeclineProposal(command_id=UNNAMED, actor=by, version=version, reason=sealed("no"))


def confirm_acceptance(
    version: int = 1, option: int = 1, by: Actor = CUSTOMER, evidence: str | None = None
) -> ConfirmAcceptance:
    return ConfirmAcceptance(
        command_id=UNNAMED, actor=by, version=version, option=option, evidence=evidence
    )


def counter_demand(
    remedy: RemedyKind | None = RemedyKind.REFUND,
    version: int = 1,
    by: Actor = CUSTOMER,
    *,
    text: str | None = None,
    evidence: str | None = None,
) -> CounterDemand:
    return CounterDemand(
        command_id=UNNAMED,
        actor=by,
        version=version,
        remedy=remedy,
        text=sealed(text) if text else None,
        evidence=evidence,
    )


def compensate_step(step: int = 1, version: int = 1, by: Actor = SUPERVISOR) -> CompensateStep:
    reason = sealed("a mistake")
    return CompensateStep(command_id=UNNAMED, actor=by, version=version, step=step, reason=reason)


def accept_option(
    version: int = 1,
    option: int = 1,
    by: Actor = CUSTOMER,
    *,
    evidence: str | None = None,
    objection: str | None = None,
) -> AcceptOption:
    return AcceptOption(
        command_id=UNNAMED,
        actor=by,
        version=version,
        option=option,
        evidence=evidence,
        objection=sealed(objection) if objection else None,
    )


def refuse_proposal(
    version: int = 1, by: Actor = CUSTOMER, evidence: str | None = None
) -> RefuseProposal:
    reason = RefusalReason.TOO_LITTLE
    return RefuseProposal(
        command_id=UNNAMED, actor=by, version=version, reason=reason, evidence=evidence
    )


def withdraw(by: Actor = CUSTOMER) -> Withdraw:
    return Withdraw(command_id=UNNAMED, actor=by)


def close_explained(by: Actor = AGENT) -> CloseExplained:
    return CloseExplained(command_id=UNNAMED, actor=by, explanation=sealed("how it works"))


def settle_step(
    step: int = 1, version: int = 1, by: Actor = AGENT, reference: str = "R-1"
) -> SettleStep:
    return SettleStep(command_id=UNNAMED, actor=by, version=version, step=step, reference=reference)


def fail_step(step: int = 1, version: int = 1, by: Actor = AGENT) -> FailStep:
    return FailStep(command_id=UNNAMED, actor=by, version=version, step=step, reason="out_of_stock")


def complete_task(task: int = 1, by: Actor = AGENT) -> CompleteTask:
    return CompleteTask(command_id=UNNAMED, actor=by, task=task)


def callback(
    result: CallbackResult = CallbackResult.SATISFIED,
    by: Actor = AGENT,
    called_at: datetime | None = JUST_NOW,
) -> RecordCallbackAttempt:
    return RecordCallbackAttempt(command_id=UNNAMED, actor=by, result=result, called_at=called_at)


def answer_survey(score: int = 5, by: Actor = CUSTOMER) -> AnswerSurvey:
    return AnswerSurvey(command_id=UNNAMED, actor=by, score=score)


def reopen(by: Actor = CUSTOMER) -> Reopen:
    return Reopen(command_id=UNNAMED, actor=by)
