"""Migration: a case goes on under another policy, and its clocks follow (rule 8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import clocks, overdue, progress, proposals, reckoning, suitability
from domain.approvals import is_awaited
from domain.calling import SIGN_OFF_KEY
from domain.chain import policy_version
from domain.checks import clock_key
from domain.decision import Decision, require
from domain.errors import CalendarYearUnknown
from domain.state import CaseState, running
from schemas.case import Check, Clock
from schemas.commands import MigratePolicy
from schemas.events import CalendarChanged, PolicyMigrated
from schemas.policy import Policy
from schemas.refusals import RefusalCode
from schemas.vocabulary import ClockKind, Purpose

MIGRATED = "policy"
"""Why a clock is due at another moment, or overdue."""

AGREED = (ClockKind.CHECK, ClockKind.CALLBACK)
"""Clocks that policy starts, and whose due moment a person may have given since."""


def migrate_policy(decision: Decision, command: MigratePolicy) -> None:
    """Let the case go on under another policy, as if its running clocks had begun under it.

    What a person gave stays, and so does what the customer was told; verdicts are never rewritten.
    """
    before, policy = decision.state, command.document
    require(policy_version(policy) == command.policy, RefusalCode.POLICY_UNSUITABLE, "its version")
    require(command.policy != before.policy_version, RefusalCode.POLICY_PRESENT)
    fault = suitability.fault(policy) or _broken_word(before, policy)
    require(fault is None, RefusalCode.POLICY_UNSUITABLE, fault)
    migrated = PolicyMigrated(
        version=command.policy,
        was_version=before.policy_version,
        policy=policy,
        answer_until=_told_until(before),
    )
    late = overdue.late_keys(before, decision.at)
    decision.record(migrated)
    for clock in running(before):
        _follow(decision, before, clock)
    progress.follow(decision, MIGRATED)
    overdue.mark_moved(decision, (), late, MIGRATED)


def _broken_word(state: CaseState, policy: Policy) -> str | None:
    """Name what a case already relies on, and the policy would take back."""
    if state.policy.authority.witnessed and not policy.authority.witnessed:
        return "authority.witnessed"
    told = [m for m in state.messages if m.purpose is Purpose.UNJUSTIFIED_CLOSED]
    present = any(message.cycle == state.cycle.number for message in told)
    if present and policy.windows.reopening < state.policy.windows.reopening:
        return "windows.reopening"
    return None


def _told_until(state: CaseState) -> datetime | None:
    """Return until when the customer was told that what stands can be answered, if they were."""
    proposal = state.standing
    if proposal is None or is_awaited(proposal):
        return None
    if proposal.delivered_at is not None:
        return proposals.expires_at(state, proposal)
    sent = (m for m in state.messages if m.version == proposal.version)
    told = [message.released_at + state.policy.consent.target for message in sent]
    return max([*told, proposal.answer_until or proposal.proposed_at])


def _follow(decision: Decision, before: CaseState, clock: Clock) -> None:
    """Let a clock count in the hours that the new policy names, and take what that says."""
    policy, check = decision.state.policy, _check(before, clock)
    calendar = reckoning.named_for(policy, clock.kind, check.department if check else None)
    if calendar != clock.calendar:
        decision.record(CalendarChanged(key=clock.key, calendar=calendar))
    present = clock.model_copy(update={"calendar": calendar})
    target = None if _is_given(before, clock) else _target(before, policy, clock)
    if target is None:
        clocks.move(decision, present, clock.due_at, MIGRATED)
    else:
        held = _held(before, policy, clock, present)
        clocks.retime(decision, present, target, MIGRATED, held)


def _is_given(state: CaseState, clock: Clock) -> bool:
    """Tell whether somebody has given a clock another moment than its policy."""
    target = _target(state, state.policy, clock)
    if target is None or clock.kind not in AGREED:
        return target is None
    try:
        due_at = reckoning.due_after(state.policy, clock, target)
    except CalendarYearUnknown:
        return True
    return due_at != clock.due_at


def _target(state: CaseState, policy: Policy, clock: Clock) -> timedelta | None:
    """Return what a policy lets a clock take; None for the dates of people and of other bodies."""
    grounds, check = (policy, state.category, state.severity), _check(state, clock)
    match clock.kind:
        case ClockKind.REPLY:
            return clocks.reply_target(*grounds)
        case ClockKind.SOLUTION if clock.key == clocks.SOLUTION_KEY:
            return clocks.solution_target(*grounds)
        case ClockKind.SOLUTION:
            return policy.revision
        case ClockKind.PROGRESS:
            return policy.targets[state.category].progress
        case ClockKind.CONSENT:
            # The customer was told a date, and has at least so long.
            return max(policy.consent.target, clock.target)
        case ClockKind.APPROVAL:
            return policy.authority.approval
        case ClockKind.REMEDY:
            return policy.remedy
        case ClockKind.CALLBACK:
            signs_off = clock.key == SIGN_OFF_KEY
            return policy.revision if signs_off else policy.callback.target
        case ClockKind.CHECK if check is not None:
            return policy.checks.get(check.department)
        case _:
            return None


def _check(state: CaseState, clock: Clock) -> Check | None:
    """Return the check that a clock measures, if it measures one."""
    return next((c for c in state.checks if clock_key(c.number) == clock.key), None)


def _held(state: CaseState, policy: Policy, clock: Clock, present: Clock) -> timedelta:
    """Return how long a clock stood still, counted in the hours that it has now (reading 8).

    Of a hold from before pauses were kept, what was counted then is all that is known.
    """
    pauses = [each for each in state.pauses if clock.key in each.clocks]
    try:
        before = [reckoning.between(state.policy, clock.calendar, p.since, p.until) for p in pauses]
        after = [reckoning.between(policy, present.calendar, p.since, p.until) for p in pauses]
    except CalendarYearUnknown:
        return clock.held
    is_whole = sum(before, timedelta()) == clock.held
    return sum(after, timedelta()) if is_whole else clock.held
