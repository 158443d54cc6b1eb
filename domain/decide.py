"""Which rule decides which command: the whole table of behaviour, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from domain import (
    alarm,
    checks,
    followup,
    handling,
    intake,
    messaging,
    permissions,
    proposals,
    remedies,
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
        commands.CloseExplained: handling.close_explained,
        commands.Withdraw: handling.withdraw,
        commands.CompleteTask: handling.complete_task,
        commands.RequestCheck: checks.request_check,
        commands.ClaimCheck: checks.claim_check,
        commands.CompleteCheck: checks.complete_check,
        commands.ReturnCheck: checks.return_check,
        commands.WithdrawCheck: checks.withdraw_check,
        commands.Propose: proposals.propose,
        commands.AcceptOption: proposals.accept_option,
        commands.RefuseProposal: proposals.refuse_proposal,
        commands.SettleStep: remedies.settle_step,
        commands.FailStep: remedies.fail_step,
        commands.RecordCallbackAttempt: followup.record_callback_attempt,
        commands.AnswerSurvey: followup.answer_survey,
        commands.Reopen: followup.reopen,
        commands.RecordTriage: intake.record_triage,
        commands.RecordEvidence: checks.record_evidence,
        commands.RecordDelivery: messaging.record_delivery,
        commands.Wake: lambda decision, _: alarm.ring(decision),
    }
)
"""One rule per command; a test proves that no command is without one."""


def decide(decision: Decision, command: Command) -> None:
    """Record what the command brings about; raises Refused if it may not take effect."""
    if not isinstance(command, commands.OpenComplaint):
        permissions.check_case(decision.state, command)
    RULES[type(command)](decision, command)
