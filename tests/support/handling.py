"""Commands of handling and follow-up in few words; a story gives them their id and stamp."""

from __future__ import annotations

from datetime import datetime

from domain.chain import policy_version
from schemas.commands import (
    Actor,
    CloseUnjustified,
    Escalate,
    Hold,
    LinkDuplicate,
    MigratePolicy,
    MoveCallback,
    Promise,
    Reclassify,
    RecordSuggestion,
    Resume,
    SetSeverity,
    SignOff,
)
from schemas.policy import Policy
from schemas.vocabulary import Category, Role, Severity
from tests.support.actors import AGENT, CUSTOMER, MANAGER, SUPERVISOR
from tests.support.commands import UNNAMED, sealed


def hold(remind_at: datetime, by: Actor = AGENT) -> Hold:
    return Hold(command_id=UNNAMED, actor=by, question=sealed("which colour?"), remind_at=remind_at)


def resume(by: Actor = AGENT) -> Resume:
    return Resume(command_id=UNNAMED, actor=by)


def reclassify(
    category: Category = Category.LOGISTICS, severity: Severity | None = None, by: Actor = AGENT
) -> Reclassify:
    return Reclassify(
        command_id=UNNAMED, actor=by, category=category, severity=severity, reason=sealed("why")
    )


def set_severity(severity: Severity = Severity.CRITICAL, by: Actor = AGENT) -> SetSeverity:
    return SetSeverity(command_id=UNNAMED, actor=by, severity=severity)


def promise(promised_at: datetime, by: Actor = AGENT) -> Promise:
    return Promise(
        command_id=UNNAMED, actor=by, promised_at=promised_at, text=sealed("the repairer comes")
    )


def escalate(to: Role = Role.SUPERVISOR, by: Actor = AGENT) -> Escalate:
    return Escalate(command_id=UNNAMED, actor=by, to=to, reason=sealed("press"))


def close_unjustified(by: Actor = SUPERVISOR) -> CloseUnjustified:
    return CloseUnjustified(command_id=UNNAMED, actor=by, explanation=sealed("no fault found"))


def link_duplicate(of: int = 3, by: Actor = AGENT) -> LinkDuplicate:
    return LinkDuplicate(command_id=UNNAMED, actor=by, of=of)


def move_callback(
    to: datetime, by: Actor = AGENT, *, wished: bool = False, evidence: str | None = None
) -> MoveCallback:
    return MoveCallback(
        command_id=UNNAMED, actor=by, to=to, at_customers_request=wished, evidence=evidence
    )


def record_suggestion(by: Actor = CUSTOMER) -> RecordSuggestion:
    return RecordSuggestion(command_id=UNNAMED, actor=by, text=sealed("bigger boxes"))


def sign_off(by: Actor = MANAGER) -> SignOff:
    return SignOff(command_id=UNNAMED, actor=by)


def migrate_policy(to: Policy, by: Actor = MANAGER) -> MigratePolicy:
    return MigratePolicy(command_id=UNNAMED, actor=by, policy=policy_version(to), document=to)
