"""Department statistics are sums of segments: nobody is charged with another's time (rule 21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.timesheet import Share, times, timesheet
from domain.view import case_view
from schemas.ledger import waiting
from schemas.vocabulary import Department, Party
from tests.support.commands import (
    complete_check,
    reopen,
    request_check,
    withdraw,
)
from tests.support.policies import days, hours
from tests.support.program import Program
from tests.support.story import START, Story


def asked(wait: timedelta, number: int = 7) -> Story:
    """A case that waited so long for the warehouse, and then five hours for its agent."""
    story = Story(number=number).opened().triaged().given(request_check())
    return story.when(complete_check(), after=wait).wait(hours(5))


def shares_of(*stories: Story) -> dict[str, Share]:
    shares = timesheet(times(case_view(each.state), each.now) for each in stories)
    return {share.department or share.party: share for share in shares}


def test_a_department_has_what_it_took_and_no_more() -> None:
    shares = shares_of(asked(hours(2)), asked(hours(6)))
    assert shares == {
        Party.AGENT: Share(
            party=Party.AGENT,
            department=None,
            cases=2,
            total=hours(10),
            mean=hours(5),
            longest=hours(5),
        ),
        Department.WAREHOUSE: Share(
            party=Party.DEPARTMENTS,
            department=Department.WAREHOUSE,
            cases=2,
            total=hours(8),
            mean=hours(4),
            longest=hours(6),
        ),
    }


def test_a_wait_that_nobody_has_ended_is_of_departments_together() -> None:
    story = Story().opened().triaged().given(request_check()).wait(hours(3))
    shares = shares_of(story)
    assert [*shares] == [Party.DEPARTMENTS]
    assert shares[Party.DEPARTMENTS].total == hours(3)


def test_all_parties_together_have_all_the_time() -> None:
    story = asked(hours(2)).when(withdraw(), after=hours(1)).when(reopen(), after=days(2))
    story.wait(hours(7))
    shares = shares_of(story)
    assert shares[Party.NOBODY].total == days(2)
    assert sum((each.total for each in shares.values()), timedelta()) == story.now - START
    ledger = waiting(story.state.ledger, story.now)
    assert sum((each.total for each in ledger), timedelta()) == story.now - START


def test_after_the_closing_nobody_is_counted() -> None:
    story = asked(hours(2)).when(withdraw(), after=hours(1)).wait(days(9))
    shares = shares_of(story)
    assert Party.NOBODY not in shares
    assert sum((each.total for each in shares.values()), timedelta()) == hours(2 + 5 + 1)


def test_a_view_from_ahead_of_our_clock_counts_nothing() -> None:
    story = Story().opened().triaged()
    assert timesheet([times(case_view(story.state), START - hours(1))]) == ()


# ---- The command --------------------------------------------------------------------------------


@pytest.fixture
def recorded(program: Program) -> Program:
    closed = asked(hours(2), 1).when(withdraw(), after=hours(1))
    late = Story(number=2).sleep(days(40)).opened().triaged().given(request_check())
    late.when(complete_check(), after=hours(4)).given(withdraw())
    program.client.stories = {1: closed, 2: late}
    return program


def test_the_table_tells_who_had_the_time(recorded: Program) -> None:
    result = recorded.run("statistics", "departments")
    assert result.exit_code == 0, result.output
    assert "Time of 2 cases" in result.stdout
    (line,) = (line for line in result.stdout.splitlines() if "warehouse" in line)
    cells = [cell.strip() for cell in line.strip("│ ").split("│")]
    assert cells == ["warehouse", "2", "0 d 6 h 0 min", "0 d 3 h 0 min", "0 d 4 h 0 min"]


def test_cases_are_chosen_by_their_receipt(recorded: Program) -> None:
    found = recorded.json("statistics", "departments", "--from", "2026-11-03", "--to", "2027-01-01")
    assert (found["from"], found["to"], found["cases"]) == (
        "2026-11-03T00:00:00+00:00",
        "2027-01-01T00:00:00+00:00",
        1,
    )
    (warehouse,) = found["owners"]
    assert (warehouse["department"], warehouse["cases"], warehouse["total"]) == (
        "warehouse",
        1,
        "PT4H",
    )


def test_a_time_without_cases_is_told(recorded: Program) -> None:
    result = recorded.run("statistics", "departments", "--to", "2020-01-01")
    assert (result.exit_code, "No case was received" in result.stderr) == (0, True)


def test_however_many_cases_there_are_all_are_read(
    recorded: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.department_times.PAGE", 1)
    assert recorded.json("statistics", "departments")["cases"] == 2
    assert [after for _, _, after in recorded.client.asked] == [0, 1, 2]
