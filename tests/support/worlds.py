"""Rules under which random lives happen, and the complaints with which they begin."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.law import pinned
from runtime.law_file import load_law
from runtime.settings import PROJECT
from schemas.commands import Demand, OpenComplaint
from schemas.policy import Absence, Consent, Duty, Level, Policy, Shift, Targets
from schemas.vocabulary import Category, ClockKind, Department, Rank, RemedyKind
from tests.support.calendars import calendar
from tests.support.commands import customer, opening
from tests.support.policies import days, hours, minutes, policy
from tests.support.story import START

LAW = load_law(PROJECT / "config")

ANSWERED_THIS_YEAR = [rule.code for rule in LAW.answers if (rule.workdays or 0) < 10]
"""A door refuses a complaint whose answer falls into a year without official days."""

LADDER = (
    Level(tell=Rank.OWNER, percent=50),
    Level(tell=Rank.MANAGER),
    Level(tell=Rank.DIRECTOR, after=hours(24)),
)
STEEP = (
    *(Level(tell=Rank.OWNER, percent=percent) for percent in (1, 50, 99)),
    Level(tell=Rank.SUPERVISOR),
    *(Level(tell=Rank.MANAGER, after=minutes(after)) for after in (1, 600)),
)

OFFICE = calendar(["09:00-12:00 13:30-18:00"] * 5, zone="Asia/Shanghai", years=(2026,))
"""The office knows no days after the year in which these lives begin."""

NIGHTS = calendar(
    ["00:00-02:30 18:00-24:00"] * 6,
    zone="Europe/Berlin",
    years=range(2026, 2029),
    holidays=["2026-11-04", "2026-12-25"],
    special={"2026-11-08": "10:00-14:00", "2026-11-11": "20:00-20:01"},
    breaks={"2026-11-06": "19:00-23:00"},
).model_copy(update={"name": "nights"})
"""Nights with a make-up Sunday, a short day and a break, in a zone that changes its clocks."""


def laddered(rules: Policy) -> Policy:
    """Return rules with ladders and quiet hours, and an office that ends with the year."""
    kinds = (ClockKind.SOLUTION, ClockKind.PROGRESS, ClockKind.CALLBACK)
    return rules.model_copy(
        update={
            "ladders": dict.fromkeys(ClockKind, LADDER),
            "duty": Duty(shifts=(Shift(person="head", rank=Rank.MANAGER, calendar="tried"),)),
            "calendars": (OFFICE,),
            "clock_calendars": dict.fromkeys(kinds, "tried"),
            "check_calendars": {Department.WAREHOUSE: "tried"},
            "notices_in": "tried",
        }
    )


def nightly(rules: Policy) -> Policy:
    """Return rules for people who work at night, some of them away, in every kind of clock."""
    dates = {ClockKind.CONSENT, ClockKind.PROMISE, ClockKind.HOLD, ClockKind.EXTERNAL}
    head = Shift(person="head", rank=Rank.MANAGER, calendar="nights")
    away = Absence(person="head", since=START + days(1), until=START + days(30))
    return rules.model_copy(
        update={
            "ladders": dict.fromkeys(set(ClockKind) - {ClockKind.CHECK}, STEEP),
            "duty": Duty(shifts=(head,), deputies={"head": ("deputy",)}, absences=(away,)),
            "calendars": (OFFICE, NIGHTS),
            "clock_calendars": dict.fromkeys(set(ClockKind) - dates, "nights"),
            "check_calendars": dict.fromkeys(Department, "nights") | {Department.QUALITY: "tried"},
            "notices_in": "nights",
            "longest_hold": days(2),
        }
    )


BRISK = policy(
    targets=dict.fromkeys(Category, Targets(reply=hours(2), solution=hours(6), progress=hours(3))),
    consent=Consent(target=hours(24), reminders_after=(), refusals_before_escalation=3),
    callback=policy().callback.model_copy(update={"target": days(2), "cycles": 1}),
    checks=dict.fromkeys(Department, hours(3)),
    ladders={ClockKind.SOLUTION: LADDER[:1], ClockKind.CHECK: STEEP},
    windows=policy().windows.model_copy(update={"reopening": days(15)}),
    calendars=(OFFICE.model_copy(update={"years": (2026, 2027)}),),
    clock_calendars={ClockKind.SOLUTION: "tried", ClockKind.REMEDY: "tried"},
)
"""Shorter in everything, with other ladders, and an office that knows a year more."""


def under_law(complaint: OpenComplaint) -> OpenComplaint:
    """Return a complaint of a platform or about a sale, as the door would pin its rules."""
    law = pinned(LAW, complaint, complaint.received_at or START)
    return complaint.model_copy(update={"law": law})


plain_openings = st.builds(
    opening,
    received_at=st.sampled_from([None, START, START - days(9), START + days(9)]),
    customer=st.sampled_from([None, customer(), customer("Mars/Base")]),
)

dates = st.timedeltas(days(-12), days(20)).map(lambda span: START + span)

regulated_openings = st.builds(
    opening,
    received_at=st.sampled_from([None, START, START - days(9)]),
    category=st.sampled_from([None, *Category]),
    demand=st.none() | st.builds(Demand, remedy=st.sampled_from(RemedyKind)),
    occurred_at=st.none() | dates,
    external_due_at=st.none() | dates,
    external_rule=st.sampled_from([None, *ANSWERED_THIS_YEAR]),
    sold_at=st.none() | dates,
    sold_remotely=st.booleans(),
    failed_repairs=st.integers(min_value=0, max_value=2),
).map(under_law)


openings = st.one_of(plain_openings, regulated_openings)
