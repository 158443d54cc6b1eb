"""Rule 24: a policy under which a case would get stuck is named by its fault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.suitability import fault
from runtime.policy_file import load_policy
from schemas.calendars import DayHours, Offset, Span
from schemas.policy import Absence, Consent, Duty, Level, Shift, Targets
from schemas.vocabulary import Category, ClockKind, Department, Rank
from tests.support.calendars import calendar
from tests.support.policies import days, hours, policy

HOURS = calendar(yearly=[(2, 29), (12, 25)])
OWNER, LATE = Level(tell=Rank.OWNER, percent=50), Level(tell=Rank.MANAGER, after=hours(1))
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - It is what must not be.
NIGHT = Span(opens=80_000, closes=90_000)

UNSOUND: list[tuple[str, dict[str, object]]] = [
    ("targets.safety", {"targets": {c: policy().targets[c] for c in Category if c != "safety"}}),
    ("checks.legal", {"checks": {d: hours(1) for d in Department if d != "legal"}}),
    ("solution", {"targets": dict.fromkeys(Category, Targets(reply=hours(1), solution=hours(0)))}),
    ("remedy", {"remedy": -hours(1)}),
    ("remedy", {"remedy": timedelta(days=999_999)}),
    ("checks", {"checks": dict.fromkeys(Department, timedelta())}),
    ("delay", {"delay": timedelta()}),
    ("wait", {"callback": policy().callback.model_copy(update={"wait": -hours(1)})}),
    ("clocks", {"critical_percent": 0}),
    ("clocks", {"warning_percent": 101}),
    (
        "consent.reminders_after",
        {
            "consent": Consent(
                target=hours(9), reminders_after=(hours(9),), refusals_before_escalation=1
            )
        },
    ),
    (
        "consent.reminders_after",
        {
            "consent": Consent(
                target=hours(9), reminders_after=(hours(3), hours(2)), refusals_before_escalation=1
            )
        },
    ),
    ("callback", {"callback": policy().callback.model_copy(update={"attempts": 0})}),
    ("callback", {"callback": policy().callback.model_copy(update={"hours": (NIGHT,)})}),
    ("ladders.reply", {"ladders": {ClockKind.REPLY: (LATE, OWNER)}}),
    ("ladders.reply", {"ladders": {ClockKind.REPLY: (Level(tell=Rank.OWNER, percent=0),)}}),
    ("calendars", {"calendars": (HOURS, HOURS)}),
    ("calendars", {"clock_calendars": {ClockKind.REPLY: "tried"}}),
    ("calendars", {"check_calendars": {Department.LEGAL: "tried"}}),
    ("calendars", {"notices_in": "tried"}),
    ("calendars", {"duty": Duty(shifts=(Shift(person="b", rank=Rank.OWNER, calendar="tried"),))}),
    ("clock_calendars", {"calendars": (HOURS,), "clock_calendars": {ClockKind.CONSENT: "tried"}}),
    ("since", {"duty": Duty(absences=(Absence(person="b", since=NAIVE, until=NAIVE),))}),
]


@pytest.mark.parametrize(("place", "changes"), UNSOUND)
def test_the_place_of_a_fault_is_named(place: str, changes: dict[str, object]) -> None:
    assert fault(policy(**changes)) == place


@pytest.mark.parametrize(
    "changes",
    [
        {"week": HOURS.week[:6]},
        {"week": ((NIGHT,), *HOURS.week[1:])},
        {"special_days": (DayHours(day=NAIVE.date(), spans=(NIGHT,)),)},
        {"offsets": ()},
        {"offsets": (HOURS.offsets[0], HOURS.offsets[0])},
        {"offsets": (Offset(since=datetime(2026, 1, 1, tzinfo=UTC), seconds=86_400),)},
        {"years": (2027, 2026)},
        {"years": (9999,)},
        {"yearly_holidays": ((2, 30),)},
    ],
)
def test_a_calendar_that_cannot_be_reckoned_with_is_named(changes: dict[str, object]) -> None:
    assert fault(policy(calendars=(HOURS.model_copy(update=changes),))) == "calendars.tried"


def test_what_is_sound_has_no_fault() -> None:
    named: dict[str, object] = {
        "calendars": (HOURS,),
        "clock_calendars": {ClockKind.REPLY: "tried"},
        "ladders": {ClockKind.REPLY: (OWNER, LATE)},
        "consent": Consent(target=days(3), reminders_after=(), refusals_before_escalation=1),
    }
    assert (fault(policy()), fault(policy(**named))) == (None, None)


def test_the_policy_that_comes_with_the_program_is_sound() -> None:
    assert fault(load_policy(Path("config/policy.toml"))) is None
