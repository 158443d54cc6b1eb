"""Which rule decides which command: the whole table of behaviour, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from domain import (
    alarm,
    approvals,
    checks,
    classification,
    compensations,
    consent,
    deliveries,
    duplicates,
    escalation,
    extensions,
    followup,
    handling,
    holds,
    intake,
    merging,
    migration,
    permissions,
    proposals,
    remedies,
    senders,
    unfounded,
)
from domain.decision import Decision
from schemas import commands
from schemas.commands import Command

Rule = Callable[[Decision, Any], None]

RULES: Mapping[type[Command], Rule] = MappingProxyType(
    {
        commands.OpenComplaint: intake.open_complaint,
        commands.AddInformation: intake.add_information,
        commands.AssignOwner: handling.assign_owner,
        commands.Reply: handling.reply,
        commands.RecordNote: handling.record_note,
        commands.LinkDuplicate: duplicates.link_duplicate,
        commands.MergeInto: merging.merge_into,
        commands.UndoMerge: merging.undo_merge,
        commands.AdoptDuplicate: duplicates.adopt_duplicate,
        commands.ReleaseDuplicate: duplicates.release_duplicate,
        commands.Reclassify: classification.reclassify,
        commands.SetSeverity: classification.set_severity,
        commands.Hold: holds.hold,
        commands.Resume: holds.resume,
        commands.Promise: handling.promise,
        commands.Escalate: escalation.escalate,
        commands.CloseExplained: handling.close_explained,
        commands.CloseUnjustified: unfounded.close_unjustified,
        commands.Withdraw: handling.withdraw,
        commands.CompleteTask: handling.complete_task,
        commands.RequestCheck: checks.request_check,
        commands.ClaimCheck: checks.claim_check,
        commands.CompleteCheck: checks.complete_check,
        commands.ReturnCheck: checks.return_check,
        commands.WithdrawCheck: checks.withdraw_check,
        commands.ProceedWithoutCheck: checks.proceed_without_check,
        commands.CorrectFinding: checks.correct_finding,
        commands.AskExtension: extensions.ask_extension,
        commands.GrantExtension: extensions.grant_extension,
        commands.DeclineExtension: extensions.decline_extension,
        commands.HandOverCheck: checks.hand_over_check,
        commands.Propose: proposals.propose,
        commands.ApproveProposal: approvals.approve_proposal,
        commands.DeclineProposal: approvals.decline_proposal,
        commands.AcceptOption: consent.accept_option,
        commands.ConfirmAcceptance: consent.confirm_acceptance,
        commands.RefuseProposal: consent.refuse_proposal,
        commands.CounterDemand: consent.counter_demand,
        commands.SettleStep: remedies.settle_step,
        commands.FailStep: remedies.fail_step,
        commands.CompensateStep: compensations.compensate_step,
        commands.RecordCallbackAttempt: followup.record_callback_attempt,
        commands.MoveCallback: followup.move_callback,
        commands.RecordSuggestion: followup.record_suggestion,
        commands.SignOff: followup.sign_off,
        commands.AnswerSurvey: followup.answer_survey,
        commands.Reopen: followup.reopen,
        commands.TrustKeys: senders.trust_keys,
        commands.MigratePolicy: migration.migrate_policy,
        commands.RecordTriage: intake.record_triage,
        commands.RecordEvidence: checks.record_evidence,
        commands.RecordDelivery: deliveries.record_delivery,
        commands.RecordStep: remedies.record_step,
        commands.RecordReversal: compensations.record_reversal,
        commands.RecordPayment: remedies.record_payment,
        commands.Wake: lambda decision, _: alarm.ring(decision),
    }
)
"""One rule per command; a test proves that no command is without one."""


def decide(decision: Decision, command: Command) -> None:
    """Record what the command brings about; raises Refused if it may not take effect."""
    if not isinstance(command, commands.OpenComplaint):
        permissions.check_case(decision.state, command)
    RULES[type(command)](decision, command)
