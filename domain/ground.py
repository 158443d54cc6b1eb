"""Ground: what is in the way of closing a complaint as one without ground (H20)."""

from __future__ import annotations

from domain.state import CaseState, blocking_checks, open_steps
from schemas.case import Check, Message
from schemas.refusals import RefusalCode
from schemas.vocabulary import CheckStatus, Department, Finding, Purpose, TaskKind

JUDGES = (Department.LEGAL, Department.QUALITY)
"""Departments whose word it takes to call a complaint without ground."""

UNFOUNDED = (
    Finding.NOT_CONFIRMED,
    Finding.CUSTOMER_ERROR,
    Finding.RULE_NOT_APPLICABLE,
    Finding.ABUSE,
)
"""Findings that say so."""

OTHERWISE = (Purpose.PROPOSAL, Purpose.EXPLANATION)
"""What is said to a customer whose complaint is not, or no longer, held to be without ground."""


def obstacle(state: CaseState) -> RefusalCode | None:
    """Return why a complaint cannot be closed as without ground, if something is in the way."""
    kinds = [task.kind for task in state.tasks if task.ended_at is None]
    if TaskKind.SIGN_OFF in kinds:
        return RefusalCode.SIGN_OFF_INSTEAD
    if open_steps(state):
        return RefusalCode.STEPS_OPEN
    if blocking_checks(state):
        return RefusalCode.CHECKS_OPEN
    if not any(_denies(state, check) for check in state.checks):
        return RefusalCode.FINDING_MISSING
    return None


def is_last_word(state: CaseState, message: Message) -> bool:
    """Tell whether a message closes the case when it arrives.

    Not if something else was said since, or if the ground for it is gone.
    """
    closes = message.purpose is Purpose.UNJUSTIFIED_CLOSED
    present = message.cycle == state.cycle.number and not state.is_closed
    after = state.messages[message.number :]
    otherwise = state.standing is not None or any(m.purpose in OTHERWISE for m in after)
    return closes and present and not otherwise and obstacle(state) is None


def _denies(state: CaseState, check: Check) -> bool:
    """Tell whether a check of this cycle found that the complaint is without ground."""
    judged = check.department in JUDGES and check.requested_at >= state.cycle.started_at
    completed = check.status is CheckStatus.COMPLETED
    return judged and completed and check.findings[-1] in UNFOUNDED
