"""Rule 17: calls are planned in the customer's zone and hours, on other days and hours (H11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calling import planned_calls
from domain.view import case_page, case_view
from runtime.main import Exit
from schemas.calendars import Span
from schemas.commands import Customer
from schemas.policy import Callback, Policy
from schemas.vocabulary import CallbackResult, Outcome, Stage
from tests.support.actors import CUSTOMER
from tests.support.calendars import calendar
from tests.support.commands import (
    APOLOGY,
    accept_option,
    callback,
    customer,
    opening,
    propose,
)
from tests.support.expectations import closed, stage
from tests.support.handling import move_callback
from tests.support.policies import days, hours, policy
from tests.support.program import Program
from tests.support.story import START, Story
from tests.unit.test_cli_clock import known

NOT_REACHED = callback(CallbackResult.NOT_REACHED)


def span(opens: float, closes: float) -> Span:
    return Span(opens=round(opens * 3600), closes=round(closes * 3600))


PARTS = (span(9, 12), span(14, 17), span(18, 20))


def rules(**changes: object) -> Policy:
    usual = Callback(target=days(7), attempts=3, cycles=2, hours=PARTS)
    return policy(callback=usual.model_copy(update=changes))


def followed(under: Policy | None = None, who: Customer | None = None) -> Story:
    """A case whose remedy was carried out on a Monday at nine in Shanghai."""
    opened = opening(customer=who or customer())
    story = Story(rules=under or rules()).opened(opened).triaged()
    return story.given(propose(APOLOGY), accept_option())


def shown(story: Story, zone: str = "Asia/Shanghai", now: datetime | None = None) -> list[str]:
    found = planned_calls(story.state, now)
    return [f"{at.astimezone(ZoneInfo(zone)):%a %H:%M}" for at in found]


def test_each_call_is_on_another_day_and_in_another_part_of_it() -> None:
    assert shown(followed()) == ["Mon 09:00", "Tue 14:00", "Wed 18:00"]


def test_the_remedy_has_to_show_first_whether_it_is_solved() -> None:
    assert shown(followed(rules(wait=days(1)))) == ["Tue 09:00", "Wed 14:00", "Thu 18:00"]


def test_the_rest_is_planned_anew_after_each_call() -> None:
    story = followed().when(NOT_REACHED, after=hours(5) + timedelta(minutes=20))
    assert shown(story) == ["Tue 09:00", "Wed 18:00"]
    story.when(NOT_REACHED, after=days(1) - hours(5))
    assert shown(story) == ["Wed 18:00"]


def test_a_call_that_does_not_count_leaves_as_many_to_come() -> None:
    story = followed().when(NOT_REACHED, after=hours(1)).when(NOT_REACHED, after=hours(2))
    assert len(planned_calls(story.state)) == 2


def test_calls_made_as_planned_count_until_the_customer_is_unreachable() -> None:
    story = followed(rules(wait=hours(1)))
    for _ in range(3):
        story.then(stage(Stage.FOLLOWING_UP))
        (at, *_) = planned_calls(story.state)
        story.when(NOT_REACHED, after=at - story.now)
    story.then(closed(Outcome.UNREACHABLE))
    assert planned_calls(story.state) == ()


@pytest.mark.parametrize(
    ("zone", "planned"),
    [
        ("Europe/London", ["Mon 09:00", "Tue 14:00", "Wed 18:00"]),
        ("America/New_York", ["Mon 09:00", "Tue 14:00", "Wed 18:00"]),
        ("Asia/Kathmandu", ["Mon 09:00", "Tue 14:00", "Wed 18:00"]),
    ],
)
def test_hours_are_those_of_the_customer(zone: str, planned: list[str]) -> None:
    assert shown(followed(who=customer(zone)), zone) == planned


def test_a_zone_that_means_nothing_is_planned_in_utc() -> None:
    assert shown(followed(who=customer("Mars/Base")), "UTC")[0] == "Mon 09:00"


def wishes(*spans: Span) -> Customer:
    return customer().model_copy(update={"call_hours": spans})


def test_the_customer_is_called_in_the_hours_wished_for() -> None:
    story = followed(who=wishes(span(18.5, 21)))
    assert shown(story) == ["Mon 18:30", "Tue 19:00", "Wed 20:00"]


def test_where_the_wish_leaves_no_other_hour_it_is_one_of_ours() -> None:
    assert shown(followed(who=wishes(span(18, 19)))) == ["Mon 18:00", "Tue 09:00", "Wed 14:00"]


def quiet_outside(opens: str, closes: str, *years: int) -> Policy:
    week = (f"{opens}-{closes}",) * 7
    ours = calendar(week, zone="Asia/Shanghai", years=years or range(2000, 2040))
    return rules().model_copy(update={"calendars": (ours,), "notices_in": ours.name})


def test_nobody_is_rung_in_quiet_hours() -> None:
    story = followed(quiet_outside("10:30", "15:30"))
    assert shown(story) == ["Mon 11:00", "Tue 14:00", "Wed 15:00"]


def test_where_quiet_hours_leave_no_hour_of_the_customer_they_do_not_count() -> None:
    # Seven in the evening in New York is the only hour at which it is not quiet in Shanghai.
    story = followed(quiet_outside("08:00", "22:00"), customer("America/New_York"))
    assert shown(story, "America/New_York") == ["Mon 19:00", "Tue 09:00", "Wed 14:00"]


def test_a_year_without_known_quiet_hours_has_none() -> None:
    assert shown(followed(quiet_outside("10:30", "15:00", 2025)))[0] == "Mon 09:00"


def test_it_stays_a_plan_however_late_it_is() -> None:
    story = followed()
    assert shown(story, now=START + days(9) + hours(4)) == ["Wed 14:00", "Thu 09:00", "Fri 18:00"]


def test_the_time_agreed_on_is_the_first() -> None:
    story = followed().given(move_callback(START + days(2) + hours(12.5), by=CUSTOMER))
    assert shown(story) == ["Wed 21:30", "Thu 09:00", "Fri 14:00"]
    assert shown(story, now=START + days(3)) == ["Thu 09:00", "Fri 14:00", "Sat 18:00"]
    story.when(NOT_REACHED, after=days(2) + hours(12.5))
    assert shown(story) == ["Thu 09:00", "Fri 14:00"]


def test_a_call_before_the_time_agreed_on_leaves_it_standing() -> None:
    story = followed().given(move_callback(START + days(2)))
    story.when(NOT_REACHED, after=days(1))
    assert shown(story) == ["Wed 09:00", "Thu 14:00", "Fri 18:00"]


def test_more_calls_than_hours_cannot_be_planned() -> None:
    few = rules(attempts=5, hours=(span(9, 11),))
    assert shown(followed(few)) == ["Mon 09:00", "Tue 10:00"]


@pytest.mark.parametrize(
    "story",
    [
        Story(rules=rules()).opened().triaged(),
        followed(rules(hours=())),
        Story(rules=rules())
        .opened(opening(customer=None))
        .triaged()
        .given(propose(APOLOGY), accept_option()),
    ],
    ids=["nothing carried out", "no hours in policy", "anonymous"],
)
def test_nothing_is_planned_where_nobody_is_to_be_called(story: Story) -> None:
    assert planned_calls(story.state) == ()


def test_the_view_and_the_page_tell_the_plan() -> None:
    story = followed()
    assert case_view(story.state).calls == planned_calls(story.state)
    assert "- next call 2026-11-02 01:00Z" in case_page(story.state)


@given(
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kathmandu"]),
    wait=st.integers(0, 120),
    attempts=st.integers(1, 6),
)
def test_whatever_is_planned_counts_and_lies_in_the_hours(
    zone: str, wait: int, attempts: int
) -> None:
    story = followed(rules(wait=hours(wait), attempts=attempts), customer(zone))
    planned = planned_calls(story.state)
    local = [at.astimezone(ZoneInfo(zone)) for at in planned]
    assert len(planned) == attempts
    assert sorted(planned) == [*planned]
    assert len({at.date() for at in local}) == len({at.hour for at in local}) == attempts
    assert all(any(p.opens <= at.hour * 3600 < p.closes for p in PARTS) for at in local)
    assert planned[0] >= START + hours(wait)


# ---- The program --------------------------------------------------------------------------------

NEW = ("open", "--channel", "phone", "--content", "The lid is missing")


def test_show_plans_from_now_on(program: Program) -> None:
    program.run(*NEW, "--time-zone", "America/New_York")
    known(program, followed(who=customer("America/New_York")))
    found = program.json("show", "1")
    calls = [datetime.fromisoformat(each) for each in found["calls"]]
    assert len(calls) == 3
    assert calls[0] >= datetime.now(UTC) - hours(1)
    assert len(found["case"]["calls"]) == 3
    page = program.run("show", "1").stdout
    assert "Calls to make" in page
    assert page.count(", America/New_York") == 3 + 1
    assert "│ all " not in page


def test_the_door_takes_the_hours_that_the_customer_wishes_for(program: Program) -> None:
    program.run(*NEW, "--call-hours", "12:00-13:00", "--call-hours", "18:30-20:00")
    customer_ = program.twin.memory.register[1].opening.customer
    assert customer_ is not None
    assert customer_.call_hours == (span(12, 13), span(18.5, 20))


def test_hours_that_are_none_are_refused_with_their_form(program: Program) -> None:
    result = program.run(*NEW, "--call-hours", "evening")
    assert result.exit_code == Exit.USAGE
    assert "is no span of hours" in " ".join(result.stderr.split())
