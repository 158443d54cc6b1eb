"""Rule 7: judging anew keeps receipt time, elapsed time and holds; serious cases go up (H9)."""

from __future__ import annotations

import pytest

from schemas.commands import Command
from schemas.events import (
    CaseEscalated,
    CaseReclassified,
    CaseTriaged,
    CheckWithdrawn,
    ClockEnded,
    ClockMoved,
    ClockOverdue,
    NothingChanged,
    NoticeGiven,
)
from schemas.policy import Targets
from schemas.vocabulary import (
    Category,
    CheckStatus,
    Department,
    Role,
    Severity,
    Stage,
    TaskKind,
    Verdict,
)
from tests.support.commands import (
    complete_check,
    propose,
    refuse_proposal,
    reopen,
    reply,
    request_check,
    return_check,
    sealed,
    triage,
    withdraw,
)
from tests.support.expectations import accepted, clock, due, happened, never, sent, stage, to_do
from tests.support.handling import reclassify, set_severity
from tests.support.policies import attentive, days, hours, policy
from tests.support.story import START, Story


def opened() -> Story:
    return Story(rules=attentive()).opened().triaged()


def quick_for_safety() -> Story:
    """A case under a policy that answers matters of safety within six hours."""
    targets = dict(policy().targets)
    targets[Category.SAFETY] = Targets(reply=hours(6), solution=hours(12))
    return Story(rules=policy(targets=targets)).opened().triaged()


# ---- Category and severity ----------------------------------------------------------------------


def test_a_person_judges_the_category_anew() -> None:
    story = opened().when(reclassify(Category.OTHER), after=hours(1))
    story.then(
        accepted(),
        happened(
            CaseReclassified,
            category=Category.OTHER,
            severity=Severity.MODERATE,
            reason=sealed("why"),
        ),
    )
    assert (story.state.category, story.state.severity) == (Category.OTHER, Severity.MODERATE)


def test_a_person_judges_both_at_once() -> None:
    story = opened().given(reclassify(Category.SAFETY, Severity.CRITICAL))
    assert (story.state.category, story.state.severity) == (Category.SAFETY, Severity.CRITICAL)


def test_a_person_judges_the_severity_alone() -> None:
    story = opened().when(set_severity(Severity.MINOR))
    story.then(happened(CaseReclassified, severity=Severity.MINOR, reason=None))
    assert story.state.category is Category.MISSING_OR_WRONG_ITEMS


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (reclassify(Category.MISSING_OR_WRONG_ITEMS), "reclassify"),
        (reclassify(Category.MISSING_OR_WRONG_ITEMS, Severity.MODERATE), "reclassify"),
        (set_severity(Severity.MODERATE), "set_severity"),
    ],
)
def test_the_same_judgement_changes_nothing(command: Command, name: str) -> None:
    opened().when(command).then(happened(NothingChanged, command=name), never(CaseReclassified))


# ---- Clocks -------------------------------------------------------------------------------------


def test_clocks_move_from_receipt() -> None:
    story = quick_for_safety().when(reclassify(Category.SAFETY), after=hours(2))
    story.then(
        happened(
            ClockMoved,
            key="reply",
            was_due_at=START + hours(24),
            due_at=START + hours(6),
            reason="reclassified",
        ),
        due("solution", START + hours(12)),
        never(ClockOverdue),
    )


def test_becoming_critical_halves_what_policy_says() -> None:
    story = opened().when(set_severity(), after=hours(1))
    story.then(due("reply", START + hours(12)), due("solution", START + hours(24)))


def test_becoming_less_serious_gives_the_time_back() -> None:
    story = opened().given(set_severity()).when(set_severity(Severity.MAJOR), after=hours(20))
    story.then(due("reply", START + hours(24)))
    assert story.clock("reply").overdue_at is None


def test_a_due_moment_that_has_passed_makes_the_clock_overdue_by_the_change() -> None:
    story = quick_for_safety().when(reclassify(Category.SAFETY), after=hours(13))
    story.then(
        happened(ClockOverdue, key="reply", due_at=START + hours(6), reason="reclassified"),
        happened(ClockOverdue, key="solution", due_at=START + hours(12), reason="reclassified"),
        happened(NoticeGiven, key="reply", late_by_seconds=7 * 3600),
    )
    story.when(reply(), after=hours(1))
    story.then(happened(ClockEnded, key="reply", verdict=Verdict.BREACHED, reason="reclassified"))


def test_of_a_solution_that_is_late_by_the_change_only_the_owner_hears() -> None:
    """The customer was told a later date, which may still be kept."""
    story = opened().given(reply()).when(set_severity(), after=hours(30))
    story.then(sent(), happened(NoticeGiven, key="solution"))


def test_what_was_late_before_is_not_late_because_of_the_change() -> None:
    story = quick_for_safety().sleep(hours(25)).when(reclassify(Category.SAFETY))
    story.then(never(ClockOverdue, key="reply"))
    story.wake().then(happened(ClockOverdue, key="reply", reason=None))


def test_what_stays_late_is_not_told_twice() -> None:
    story = quick_for_safety().wait(hours(25)).when(reclassify(Category.SAFETY))
    story.then(never(ClockOverdue, key="reply"), happened(ClockOverdue, key="solution"))
    assert story.clock("reply").overdue_at == START + hours(6)


def test_the_clocks_of_departments_are_not_charged_with_it() -> None:
    story = quick_for_safety().given(request_check()).sleep(hours(25))
    story.when(reclassify(Category.SAFETY)).then(never(ClockOverdue, key="check.1"))


def test_a_clock_that_ended_stays_as_it_was_judged() -> None:
    story = opened().given(reply()).when(set_severity(), after=hours(1))
    story.then(never(ClockMoved, key="reply"), clock("reply", Verdict.MET))


def test_the_deadline_of_a_revision_stays() -> None:
    story = opened().given(propose(), refuse_proposal()).when(set_severity())
    story.then(never(ClockMoved), due("solution.2", START + hours(24)))


# ---- Triage and people --------------------------------------------------------------------------


def test_what_a_person_judged_before_triage_stands() -> None:
    story = Story(rules=attentive()).opened().given(reclassify(Category.SAFETY, Severity.MAJOR))
    story.triaged(triage(Category.LOGISTICS, Severity.MINOR))
    story.then(happened(CaseTriaged, category=Category.SAFETY, severity=Severity.MAJOR))
    assert story.state.triaged


# ---- Serious cases (H9) -------------------------------------------------------------------------


@pytest.mark.parametrize("severity", [Severity.MAJOR, Severity.CRITICAL])
def test_triage_tells_a_supervisor_of_a_serious_case(severity: Severity) -> None:
    story = Story(rules=attentive()).opened().triaged(triage(severity=severity))
    story.then(happened(CaseEscalated, to=Role.SUPERVISOR, reason="serious"))


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MODERATE])
def test_other_cases_stay_with_the_agent(severity: Severity) -> None:
    story = Story(rules=attentive()).opened().triaged(triage(severity=severity))
    story.then(never(CaseEscalated))


def test_a_case_that_becomes_serious_goes_up_once() -> None:
    story = opened().when(set_severity(Severity.MAJOR)).then(happened(CaseEscalated))
    story.when(set_severity(Severity.CRITICAL)).then(never(CaseEscalated))


def test_in_a_new_cycle_it_goes_up_again() -> None:
    story = opened().given(set_severity(), withdraw()).when(reopen(), after=days(1))
    story.then(happened(CaseEscalated, reason="serious"))


def test_a_policy_that_names_no_severity_tells_nobody() -> None:
    story = Story().opened().triaged(triage(severity=Severity.CRITICAL)).then(never(CaseEscalated))
    assert story.state.escalations == ()


def test_what_is_judged_after_closing_goes_nowhere() -> None:
    story = Story(rules=attentive()).opened().given(withdraw())
    story.triaged(triage(severity=Severity.CRITICAL)).then(never(CaseEscalated), sent())


# ---- Checks that nobody needs any more (rule 7) -------------------------------------------------

NEEDED = {
    Category.MISSING_OR_WRONG_ITEMS: (Department.WAREHOUSE, Department.LOGISTICS),
    Category.LOGISTICS: (Department.LOGISTICS,),
}


def asked(*checks: Command) -> Story:
    """A case about missing items of which departments were asked."""
    return Story(rules=policy(needed=NEEDED)).opened().triaged().given(*checks)


def test_what_only_the_earlier_category_needed_is_withdrawn() -> None:
    checks = [request_check(each) for each in Department]
    story = asked(*checks).when(reclassify(Category.LOGISTICS), after=hours(1))
    story.then(
        happened(CheckWithdrawn, check=1, ended_at=START + hours(1)),
        clock("check.1", Verdict.WITHDRAWN),
        clock("check.2", None),
        clock("check.3", None),
    )
    assert story.clock("check.1").reason == "reclassified"


def test_the_case_goes_on_once_nothing_needed_is_open() -> None:
    story = asked(request_check()).then(stage(Stage.INVESTIGATING))
    story.when(reclassify(Category.LOGISTICS)).then(stage(Stage.DECIDING))


def test_a_finding_stays() -> None:
    story = asked(request_check(), complete_check()).when(reclassify(Category.LOGISTICS))
    story.then(never(CheckWithdrawn))
    assert story.state.checks[0].status is CheckStatus.COMPLETED


def test_what_was_sent_back_needs_nobody_to_see_to_it() -> None:
    story = asked(request_check(), return_check()).then(to_do(TaskKind.ANSWER_DEPARTMENT))
    story.when(reclassify(Category.LOGISTICS)).then(to_do(), stage(Stage.DECIDING))


def test_a_category_of_which_policy_says_nothing_makes_no_check_pointless() -> None:
    asked(request_check()).when(reclassify(Category.OTHER)).then(never(CheckWithdrawn))
    story = asked().given(reclassify(Category.OTHER), request_check())
    story.when(reclassify(Category.LOGISTICS)).then(never(CheckWithdrawn))


def test_judging_the_severity_withdraws_nothing() -> None:
    story = asked(request_check()).when(set_severity(Severity.MINOR))
    story.then(never(CheckWithdrawn), stage(Stage.INVESTIGATING))


def test_a_reopened_case_in_which_nobody_was_asked_stays_where_it_is() -> None:
    story = asked(withdraw(), reopen()).then(stage(Stage.INVESTIGATING))
    story.when(reclassify(Category.LOGISTICS)).then(stage(Stage.INVESTIGATING))
