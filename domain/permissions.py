"""Who may send which command, and in which stages (docs/requirements.md)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.decision import Refused, require
from domain.state import CaseState
from schemas.commands import INTERNAL, NAMES, Actor, Command, OpenComplaint
from schemas.refusals import RefusalCode
from schemas.vocabulary import Role

STAFF = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER)
INTAKE = (Role.SYSTEM, *STAFF, Role.CUSTOMER)
CONSENT = (*STAFF, Role.CUSTOMER)
DEPARTMENT = (Role.DEPARTMENT,)
SUPERIORS = (Role.SUPERVISOR, Role.MANAGER)
MANAGER = (Role.MANAGER,)

SENDERS: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "add_information": INTAKE,
        "withdraw": INTAKE,
        "reopen": INTAKE,
        "assign_owner": STAFF,
        "reply": STAFF,
        "record_note": STAFF,
        "link_duplicate": (Role.SYSTEM, *STAFF),
        "merge_into": STAFF,
        "undo_merge": STAFF,
        "adopt_duplicate": STAFF,
        "release_duplicate": STAFF,
        "reclassify": STAFF,
        "set_severity": STAFF,
        "hold": STAFF,
        "resume": STAFF,
        "promise": STAFF,
        "escalate": STAFF,
        "close_explained": STAFF,
        "close_unjustified": SUPERIORS,
        "complete_task": STAFF,
        "request_check": STAFF,
        "withdraw_check": STAFF,
        "proceed_without_check": SUPERIORS,
        "grant_extension": SUPERIORS,
        "decline_extension": SUPERIORS,
        "claim_check": DEPARTMENT,
        "complete_check": DEPARTMENT,
        "return_check": DEPARTMENT,
        "correct_finding": DEPARTMENT,
        "ask_extension": DEPARTMENT,
        "hand_over_check": DEPARTMENT,
        "propose": STAFF,
        "approve_proposal": SUPERIORS,
        "decline_proposal": SUPERIORS,
        "accept_option": CONSENT,
        "confirm_acceptance": CONSENT,
        "refuse_proposal": CONSENT,
        "counter_demand": CONSENT,
        "settle_step": (Role.SYSTEM, *STAFF),
        "fail_step": (Role.SYSTEM, *STAFF),
        "compensate_step": SUPERIORS,
        "record_callback_attempt": STAFF,
        "move_callback": CONSENT,
        "record_suggestion": CONSENT,
        "sign_off": MANAGER,
        "answer_survey": CONSENT,
        "trust_keys": MANAGER,
        "migrate_policy": MANAGER,
    }
)

IN_TIME = ("accept_option", "refuse_proposal", "counter_demand")
"""Answers that count if they reached us in time, even if the case has closed since (reading 2)."""

AFTER_MERGING = ("reopen", "undo_merge", "release_duplicate", "record_suggestion", "trust_keys")
"""Commands to a case that goes on under another number; every other is refused with that number."""

AFTER_CLOSING = (*AFTER_MERGING, "answer_survey", *IN_TIME)
"""Commands to a closed case; every other is refused with the way to reopen (rule 23)."""


def check_sender(actor: Actor, name: str) -> None:
    """Refuse a command from a role that may not send it."""
    if name not in INTERNAL:
        require(actor.role in SENDERS[name], RefusalCode.NOT_ALLOWED, f"as {actor.role}")


def check_customer(state: CaseState, actor: Actor) -> None:
    """Refuse whoever speaks as the customer and is another one than the opening names."""
    if actor.role is Role.CUSTOMER:
        require(speaks_for(state.opening, actor), RefusalCode.NOT_YOUR_CASE)


def speaks_for(opening: OpenComplaint, actor: Actor) -> bool:
    """Tell who may speak as the customer: whom the opening names, or who opened, else anyone."""
    if opening.customer is not None and opening.customer.ref is not None:
        return actor.id == opening.customer.ref
    return opening.actor.role is not Role.CUSTOMER or actor.id == opening.actor.id


def check_case(state: CaseState, command: Command) -> None:
    """Refuse a stale command, and one to a closed case that needs an open one."""
    name = NAMES[type(command)]
    require(not state.completed or name in INTERNAL, RefusalCode.RUN_COMPLETED)
    if state.merged_into is not None and name not in (*AFTER_MERGING, *INTERNAL):
        raise Refused(RefusalCode.CASE_MERGED, f"It is complaint {state.merged_into}.")
    if command.expected_version is not None:
        current = command.expected_version == state.version
        require(current, RefusalCode.STALE_VERSION, f"version {state.version} is present")
    if state.is_closed and name not in (*AFTER_CLOSING, *INTERNAL):
        require(not state.is_closed, RefusalCode.CASE_CLOSED, f"closed as {state.outcome}")
