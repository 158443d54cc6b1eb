"""The wire contract: words that stand in histories and journals for ever. Add, never rename."""

from __future__ import annotations

from typing import get_args

import pytest

from schemas import activity_io, attributes, vocabulary
from schemas.commands import COMMANDS, INTERNAL, NAMES, SIGNALS, Command, OpenComplaint
from schemas.effects import (
    CarryOutStep,
    DeliverMessage,
    EnterPayment,
    GatherEvidence,
    ReverseStep,
    TriageComplaint,
)
from schemas.events import Event
from schemas.ids import complaint_number, message_key, step_key, workflow_id
from schemas.refusals import RefusalCode
from schemas.vocabulary import Severity, Word

COMMAND_FIELDS = {
    "add_information": "",
    "assign_owner": "owner",
    "reply": "text",
    "record_note": "text",
    "link_duplicate": "of",
    "merge_into": "survivor",
    "undo_merge": "",
    "adopt_duplicate": "of contacted_at",
    "release_duplicate": "of",
    "reclassify": "category reason",
    "set_severity": "severity",
    "hold": "question remind_at",
    "resume": "",
    "promise": "promised_at text",
    "escalate": "to",
    "request_check": "department question",
    "claim_check": "check",
    "complete_check": "check finding",
    "return_check": "check reason",
    "withdraw_check": "check",
    "proceed_without_check": "check reason",
    "correct_finding": "check finding",
    "ask_extension": "check until reason",
    "grant_extension": "check until",
    "decline_extension": "check",
    "hand_over_check": "check department",
    "propose": "options",
    "approve_proposal": "version",
    "decline_proposal": "version reason",
    "accept_option": "version option",
    "confirm_acceptance": "version option",
    "counter_demand": "version",
    "refuse_proposal": "version reason",
    "withdraw": "",
    "close_explained": "explanation",
    "close_unjustified": "explanation",
    "record_callback_attempt": "result",
    "move_callback": "to",
    "record_suggestion": "text",
    "sign_off": "",
    "answer_survey": "score",
    "settle_step": "version step reference",
    "fail_step": "version step reason",
    "compensate_step": "version step",
    "complete_task": "task",
    "reopen": "",
    "trust_keys": "keys",
    "migrate_policy": "policy document",
}
"""Each command and what its sender must name; a field that is added later has a default."""

INTERNAL_FIELDS = {
    "record_triage": "triage",
    "record_evidence": "check evidence",
    "record_delivery": "message",
    "record_step": "version step",
    "record_reversal": "version step",
    "record_payment": "version step",
    "wake": "",
}

SIGNAL_NAMES = """
    add_information withdraw accept_option refuse_proposal answer_survey reopen
    move_callback record_suggestion
    claim_check complete_check return_check confirm_acceptance counter_demand correct_finding
    ask_extension hand_over_check
"""

EVENT_KINDS = """
    check_handed_over check_waived compensation_started demand_changed extension_asked
    extension_declined extension_granted proposal_approved proposal_declined step_compensated
    step_not_compensated wait_attributed calendar_left level_reached
    acceptance_held callback_attempted case_completed case_escalated case_triaged check_claimed
    check_completed check_corrected check_requested check_returned check_token_spent
    check_withdrawn clock_ended
    clock_moved clock_overdue clock_started command_refused complaint_explained complaint_opened
    complaint_withdrawn cycle_closed cycle_started evidence_attached information_added keys_trusted
    message_delivered message_given_up message_released note_recorded nothing_changed notice_given
    option_accepted owner_assigned proposal_delivered proposal_ended proposal_made
    proposal_refused refusals_counted reminder_given stage_changed step_failed step_settled
    step_started survey_answered survey_offered survey_withdrawn task_completed task_created
    task_withdrawn hold_started hold_ended case_reclassified promise_made promise_broken
    duplicate_linked callback_moved suggestion_recorded proposal_reinstated objection_raised
    payment_entered complaint_merged merge_undone duplicate_adopted duplicate_released
    policy_migrated calendar_changed
"""

REFUSAL_CODES = """
    undecodable plain_text unknown_command wrong_arity too_large internal_command cancellation
    command_id_reused stale_version not_allowed not_your_case case_closed case_not_closed
    run_completed wrong_stage step_still_open acceptance_held too_many_commands department_unknown
    check_unknown check_not_open check_not_answered check_not_blocking same_department
    extension_unusable extension_too_late extension_not_asked not_your_check checks_open
    no_such_proposal proposal_superseded proposal_expired proposal_stands not_approved
    approval_not_awaited own_proposal own_remedy promise_missing alternative_missing
    not_allowed_by_rule demand_missing acceptance_not_held acceptance_differs option_unknown
    evidence_missing option_count step_invalid above_authority step_unknown step_not_open
    step_under_way step_not_reversible callback_in_future callback_too_early window_passed
    survey_not_offered score_out_of_range task_unknown case_merged case_not_merged
    merge_too_late merge_circular hold_before_reply hold_exhausted
    moment_unsuitable not_above finding_missing steps_open link_invalid sign_off_instead
    temporarily_unavailable stamp_passed unsigned signature_invalid key_unknown token_invalid
    keys_unusable policy_present policy_unsuitable
"""

WORDS = {
    "Authenticity": "open signed",
    "CallbackResult": "satisfied neutral dissatisfied not_reached",
    "Category": """product_quality logistics missing_or_wrong_items description_mismatch
        service_attitude after_sales price_or_promotion safety other""",
    "Channel": """store_desk phone online_chat wechat app web email social_media letter platform
        authority""",
    "CheckStatus": "open claimed completed returned withdrawn handed_over",
    "ClockKind": """reply progress solution consent remedy callback check approval promise hold
        external""",
    "Choice": "demanded customer seller",
    "CommandStatus": "accepted refused",
    "CycleCause": "opened reopened callback survey answered unmerged",
    "Department": "warehouse logistics quality legal after_sales store_operations",
    "Finding": """confirmed packing_fault late_delivery lost_in_transit batch_fault
        rule_not_applicable abuse appointment_missed staff_fault not_confirmed customer_error
        inconclusive""",
    "Language": "zh-Hans zh-Hant en",
    "NoticeLevel": "warning overdue note escalation request",
    "Outcome": """satisfied neutral dissatisfied dissatisfied_exhausted unreachable no_answer
        withdrawn unjustified explained merged""",
    "Party": "agent customer supervisor departments remedy callback nobody",
    "Proof": "door engine",
    "Purpose": """acknowledgement reply proposal proposal_reminder explanation consent_recorded
        remedy_done closed survey no_answer_closed withdrawn_confirmed promise_made promise_broken
        delay progress unjustified_closed hold_question callback_moved merged""",
    "Rank": "owner supervisor manager director",
    "RefusalReason": "too_little wrong_remedy too_late other",
    "RemedyKind": """explanation apology repair exchange resend refund partial_refund coupon gift
        change_of_staff""",
    "ReturnReason": "wrong_department question",
    "Role": "system agent supervisor manager department customer reviewer auditor",
    "Severity": "minor moderate major critical",
    "Stage": """received investigating deciding awaiting_approval awaiting_consent remedying
        following_up closed""",
    "StepStatus": "started settled failed compensated",
    "TaskKind": """deliver_message carry_out_step confirm_acceptance answer_department
        sign_off answer_objection keep_promise add_calendar_year clear_payment""",
    "UnmetReason": "not_due not_confirmed not_available disproportionate other",
    "Verdict": "met breached withdrawn",
}


def required(model: type[Command]) -> set[str]:
    fields = {name for name, field in model.model_fields.items() if field.is_required()}
    return fields - {"command_id", "actor"}


def test_every_command_and_what_its_sender_must_name() -> None:
    assert {name: required(model) for name, model in COMMANDS.items()} == {
        name: set(fields.split()) for name, fields in COMMAND_FIELDS.items()
    }


def test_what_the_case_tells_itself() -> None:
    assert {name: required(model) for name, model in INTERNAL.items()} == {
        name: set(fields.split()) for name, fields in INTERNAL_FIELDS.items()
    }


def test_the_header_of_every_command() -> None:
    assert set(Command.model_fields) == set(
        """
        command_id actor received_at expected_version key_id signature check_token
        """.split()
    )


def test_what_a_complaint_must_name() -> None:
    assert required(OpenComplaint) == {"source", "source_key", "channel", "content"}


def test_names_and_models_belong_together() -> None:
    assert {name: model for model, name in NAMES.items()} == {**COMMANDS, **INTERNAL}


def test_commands_of_customers_and_departments_are_signals_too() -> None:
    assert set(SIGNALS) == set(SIGNAL_NAMES.split())


def test_event_kinds() -> None:
    kinds = [model.model_fields["kind"].default for model in get_args(Event)]
    assert sorted(kinds) == sorted(EVENT_KINDS.split())


def test_effect_kinds() -> None:
    before = (TriageComplaint, DeliverMessage, GatherEvidence, CarryOutStep)
    models = (*before, EnterPayment, ReverseStep)
    assert [model.model_fields["kind"].default for model in models] == [
        "triage_complaint",
        "deliver_message",
        "gather_evidence",
        "carry_out_step",
        "enter_payment",
        "reverse_step",
    ]


def test_refusal_codes() -> None:
    assert [code.value for code in RefusalCode] == REFUSAL_CODES.split()


def test_every_list_of_words_is_pinned() -> None:
    lists = {name for name, each in vars(vocabulary).items() if is_list_of_words(each)}
    assert lists == set(WORDS)


def is_list_of_words(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, Word) and each is not Word


@pytest.mark.parametrize(("name", "values"), WORDS.items(), ids=WORDS.keys())
def test_the_values_of_every_list_of_words(name: str, values: str) -> None:
    assert [word.value for word in getattr(vocabulary, name)] == values.split()


@pytest.mark.parametrize("name", [*WORDS, "RefusalCode"])
def test_every_word_has_a_sentence(name: str) -> None:
    words = RefusalCode if name == "RefusalCode" else getattr(vocabulary, name)
    for word in words:
        assert word.sentence[0].isupper(), word
        assert word.sentence.endswith((".", "?")), word


def test_severities_have_an_order() -> None:
    assert [severity.rank for severity in Severity] == [0, 1, 2, 3]


def test_names_that_temporal_knows() -> None:
    assert dict(attributes.SEARCH_ATTRIBUTES) == {
        "RedressStage": "Keyword",
        "RedressCategory": "Keyword",
        "RedressSeverity": "Keyword",
        "RedressOwner": "Keyword",
        "RedressStore": "Keyword",
        "RedressNextDue": "Datetime",
    }
    assert attributes.TASK_QUEUE == "redress"
    assert dict(attributes.DEPARTMENT_QUEUES) == {
        "warehouse": "redress-warehouse",
        "logistics": "redress-logistics",
        "quality": "redress-quality",
        "legal": "redress-legal",
        "after_sales": "redress-after-sales",
        "store_operations": "redress-store-operations",
    }
    assert dict(activity_io.GATHER_EVIDENCE) == {
        "warehouse": "gather_warehouse_evidence",
        "logistics": "gather_logistics_evidence",
        "quality": "gather_quality_evidence",
        "legal": "gather_legal_evidence",
        "after_sales": "gather_after_sales_evidence",
        "store_operations": "gather_store_operations_evidence",
    }
    assert [
        activity_io.RECORD_EVENTS,
        activity_io.TRIAGE_COMPLAINT,
        activity_io.DELIVER_MESSAGE,
        activity_io.GATHER_WAREHOUSE_EVIDENCE,
        activity_io.CARRY_OUT_STEP,
        activity_io.LOOK_UP_STEP,
        activity_io.REVERSE_STEP,
        activity_io.ENTER_PAYMENT,
    ] == [
        "record_events",
        "triage_complaint",
        "deliver_message",
        "gather_warehouse_evidence",
        "carry_out_step",
        "look_up_step",
        "reverse_step",
        "enter_payment",
    ]


# ---- Ids and keys -------------------------------------------------------------------------------


def test_a_number_becomes_a_workflow_id_and_back() -> None:
    assert workflow_id(17) == "complaint-17"
    assert complaint_number("complaint-17") == 17


@pytest.mark.parametrize("other", ["17", "complaint-", "complaint-x", "case-17", ""])
def test_another_id_is_no_complaint(other: str) -> None:
    with pytest.raises(ValueError, match=r"complaint-17|invalid literal"):
        complaint_number(other)


def test_keys_of_what_happens_outside() -> None:
    assert step_key(7, 1, 2, 3) == "7:1:2:3"
    assert message_key(7, 4) == "7:message:4"
