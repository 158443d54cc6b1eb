"""What the events of a foreign log mean for a case of ours."""

from __future__ import annotations

from datetime import timedelta

from domain.differences import all_clocks, verdict_of
from domain.foreign import Entry, Fact, ForeignCase, told_under
from domain.rerun import NotTaken, Telling
from schemas.refusals import RefusalCode
from schemas.vocabulary import Category, ClockKind, Outcome, Severity, Verdict
from tests.support.policies import days, hours, policy
from tests.support.story import START

END = START + days(90)


def told(*happened: tuple[float, Fact], severity: Severity = Severity.MODERATE) -> Telling:
    """Return a case whose events come so many hours after its beginning."""
    entries = tuple(Entry(START + hours(after), fact, "Value 1") for after, fact in happened)
    case = ForeignCase("Case 1", entries, Category.LOGISTICS, severity)
    return told_under(case, policy(), END)


def verdicts(telling: Telling, kind: ClockKind) -> list[str]:
    return [verdict_of(clock) for clock in all_clocks(telling.state) if clock.kind is kind]


def outcomes(telling: Telling) -> list[Outcome | None]:
    return [cycle.outcome for cycle in telling.state.cycles]


def test_a_case_is_answered_solved_and_closed() -> None:
    happened = told((0, Fact.OPENED), (5, Fact.REPLIED), (50, Fact.SOLVED), (60, Fact.CLOSED))
    assert verdicts(happened, ClockKind.REPLY) == [Verdict.MET]
    assert verdicts(happened, ClockKind.SOLUTION) == [Verdict.BREACHED]
    assert verdicts(happened, ClockKind.CALLBACK) == [Verdict.MET]
    assert outcomes(happened) == [Outcome.EXPLAINED]
    assert happened.state.category is Category.LOGISTICS
    assert not happened.not_taken


def test_the_first_event_opens_a_case_whatever_it_is() -> None:
    assert verdicts(told((0, Fact.SOLVED)), ClockKind.REPLY) == [Verdict.MET]


def test_the_severity_counts() -> None:
    critical = told((0, Fact.NOTED), (13, Fact.REPLIED), severity=Severity.CRITICAL)
    assert verdicts(critical, ClockKind.REPLY) == [Verdict.BREACHED]


def test_waiting_for_the_customer_stops_the_solution_until_somebody_goes_on() -> None:
    happened = told((0, Fact.REPLIED), (10, Fact.HELD), (60, Fact.REPLIED), (97, Fact.SOLVED))
    assert verdicts(happened, ClockKind.SOLUTION) == [Verdict.MET]
    assert verdicts(happened, ClockKind.HOLD) == [Verdict.WITHDRAWN]


def test_waiting_before_any_answer_is_not_taken() -> None:
    happened = told((0, Fact.OPENED), (1, Fact.HELD))
    assert happened.not_taken == (NotTaken("hold", RefusalCode.HOLD_BEFORE_REPLY),)


def test_a_solution_said_again_is_one() -> None:
    happened = told((0, Fact.OPENED), (5, Fact.SOLVED), (70, Fact.SOLVED), (80, Fact.CLOSED))
    assert verdicts(happened, ClockKind.SOLUTION) == [Verdict.MET]
    assert outcomes(happened) == [Outcome.EXPLAINED]


def test_work_after_a_solution_begins_a_new_cycle() -> None:
    happened = told((0, Fact.OPENED), (5, Fact.SOLVED), (100, Fact.REPLIED), (110, Fact.SOLVED))
    assert outcomes(happened) == [Outcome.DISSATISFIED, None]
    assert verdicts(happened, ClockKind.SOLUTION) == [Verdict.MET, Verdict.MET]


def test_a_customer_may_come_again_before_and_after_closing() -> None:
    before = told((0, Fact.SOLVED), (5, Fact.REOPENED))
    after = told((0, Fact.SOLVED), (5, Fact.CLOSED), (9, Fact.REOPENED), (10, Fact.SOLVED))
    solved = told((0, Fact.SOLVED), (5, Fact.CLOSED), (9, Fact.SOLVED))
    assert outcomes(before) == [Outcome.DISSATISFIED, None]
    assert outcomes(after) == outcomes(solved) == [Outcome.EXPLAINED, None]


def test_to_come_again_while_the_case_is_worked_on_is_nothing_new() -> None:
    assert outcomes(told((0, Fact.OPENED), (5, Fact.REOPENED))) == [None]


def test_after_the_last_cycle_a_manager_takes_leave() -> None:
    back_and_forth = [(0.0, Fact.SOLVED), (5.0, Fact.REOPENED), (6.0, Fact.SOLVED)]
    happened = told(*back_and_forth, (7, Fact.REOPENED), (8, Fact.REPLIED), (9, Fact.CLOSED))
    assert outcomes(happened) == [Outcome.DISSATISFIED, Outcome.DISSATISFIED_EXHAUSTED]


def test_a_case_closed_without_a_solution_was_taken_back() -> None:
    in_time = told((0, Fact.OPENED), (5, Fact.CLOSED), (6, Fact.CLOSED))
    late = told((0, Fact.OPENED), (50, Fact.CLOSED))
    assert outcomes(in_time) == outcomes(late) == [Outcome.WITHDRAWN]
    assert verdicts(in_time, ClockKind.SOLUTION) == [Verdict.WITHDRAWN]
    assert verdicts(late, ClockKind.SOLUTION) == [Verdict.BREACHED]


def test_a_case_never_closed_runs_until_the_end_of_the_log() -> None:
    assert verdicts(told((0, Fact.OPENED)), ClockKind.REPLY) == ["overdue"]
    entries = (Entry(START, Fact.OPENED, ""),)
    young = told_under(ForeignCase("Case 2", entries), policy(), START + timedelta(hours=1))
    assert verdicts(young, ClockKind.REPLY) == ["running"]
