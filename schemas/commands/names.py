"""The wire name of every command, in the order of the documents."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.commands.checks import (
    AskExtension,
    ClaimCheck,
    CompleteCheck,
    CorrectFinding,
    DeclineExtension,
    GrantExtension,
    HandOverCheck,
    ProceedWithoutCheck,
    RequestCheck,
    ReturnCheck,
    WithdrawCheck,
)
from schemas.commands.followup import (
    AnswerSurvey,
    MoveCallback,
    RecordCallbackAttempt,
    RecordSuggestion,
    SignOff,
)
from schemas.commands.handling import (
    AssignOwner,
    CloseExplained,
    CloseUnjustified,
    CompleteTask,
    Escalate,
    Hold,
    MigratePolicy,
    Promise,
    Reclassify,
    RecordNote,
    Reply,
    Resume,
    SetSeverity,
    TrustKeys,
)
from schemas.commands.header import Command
from schemas.commands.intake import (
    AddInformation,
    AdoptDuplicate,
    LinkDuplicate,
    MergeInto,
    ReleaseDuplicate,
    Reopen,
    UndoMerge,
    Withdraw,
)
from schemas.commands.internal import (
    RecordDelivery,
    RecordEvidence,
    RecordPayment,
    RecordReversal,
    RecordStep,
    RecordTriage,
    Wake,
)
from schemas.commands.proposals import (
    AcceptOption,
    ApproveProposal,
    ConfirmAcceptance,
    CounterDemand,
    DeclineProposal,
    Propose,
    RefuseProposal,
)
from schemas.commands.remedies import CompensateStep, FailStep, SettleStep

COMMANDS: Mapping[str, type[Command]] = MappingProxyType(
    {
        "add_information": AddInformation,
        "assign_owner": AssignOwner,
        "reply": Reply,
        "record_note": RecordNote,
        "link_duplicate": LinkDuplicate,
        "merge_into": MergeInto,
        "undo_merge": UndoMerge,
        "adopt_duplicate": AdoptDuplicate,
        "release_duplicate": ReleaseDuplicate,
        "reclassify": Reclassify,
        "set_severity": SetSeverity,
        "hold": Hold,
        "resume": Resume,
        "promise": Promise,
        "escalate": Escalate,
        "request_check": RequestCheck,
        "claim_check": ClaimCheck,
        "complete_check": CompleteCheck,
        "return_check": ReturnCheck,
        "withdraw_check": WithdrawCheck,
        "proceed_without_check": ProceedWithoutCheck,
        "correct_finding": CorrectFinding,
        "ask_extension": AskExtension,
        "grant_extension": GrantExtension,
        "decline_extension": DeclineExtension,
        "hand_over_check": HandOverCheck,
        "propose": Propose,
        "approve_proposal": ApproveProposal,
        "decline_proposal": DeclineProposal,
        "accept_option": AcceptOption,
        "confirm_acceptance": ConfirmAcceptance,
        "refuse_proposal": RefuseProposal,
        "counter_demand": CounterDemand,
        "withdraw": Withdraw,
        "close_explained": CloseExplained,
        "close_unjustified": CloseUnjustified,
        "record_callback_attempt": RecordCallbackAttempt,
        "move_callback": MoveCallback,
        "record_suggestion": RecordSuggestion,
        "sign_off": SignOff,
        "answer_survey": AnswerSurvey,
        "settle_step": SettleStep,
        "fail_step": FailStep,
        "compensate_step": CompensateStep,
        "complete_task": CompleteTask,
        "reopen": Reopen,
        "trust_keys": TrustKeys,
        "migrate_policy": MigratePolicy,
    }
)
"""The closed list of wire names; `open` starts the workflow instead."""

BY_DOORS = ("adopt_duplicate", "release_duplicate")
"""What a door tells the other of two complaints that are merged; nobody else sends it."""

INTERNAL: Mapping[str, type[Command]] = MappingProxyType(
    {
        "record_triage": RecordTriage,
        "record_evidence": RecordEvidence,
        "record_delivery": RecordDelivery,
        "record_step": RecordStep,
        "record_reversal": RecordReversal,
        "record_payment": RecordPayment,
        "wake": Wake,
    }
)
"""What the case tells itself; refused when it arrives by wire."""

SIGNALS = (
    "add_information",
    "withdraw",
    "accept_option",
    "confirm_acceptance",
    "refuse_proposal",
    "counter_demand",
    "answer_survey",
    "move_callback",
    "record_suggestion",
    "reopen",
    "claim_check",
    "complete_check",
    "return_check",
    "correct_finding",
    "ask_extension",
    "hand_over_check",
)
"""Commands of customers and departments, which are taken as signals too."""

NAMES: Mapping[type[Command], str] = MappingProxyType(
    {model: name for names in (COMMANDS, INTERNAL) for name, model in names.items()}
)
"""The wire name of each command."""
