"""The tables `[rota]`, `[ladders]` and `[calendars]` of config/policy.toml (rules 8 and 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from itertools import chain, pairwise
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, StrictBool, StrictInt, ValidationInfo
from pydantic import model_validator as validated

from runtime.forms import Codes, Duration, Form, Somebody, mistake, some
from schemas.policy import Absence, Duty, Level, Shift
from schemas.vocabulary import ClockKind, Department, Rank

KNOWN = "calendars"
"""Under this name the names of all calendars are given to a form."""

SUPERIORS: Mapping[Rank, str] = MappingProxyType(
    {
        Rank.SUPERVISOR: "supervisors",
        Rank.MANAGER: "managers",
        Rank.DIRECTOR: "directors",
    }
)
"""Ranks that the rota names people for, and under which key."""


def _calendar(name: str, info: ValidationInfo) -> str:
    known: Sequence[str] = (info.context or {}).get(KNOWN, ())
    if name not in known:
        remedy = f"write one of {', '.join(known)}, or add its file" if known else "add its file"
        raise mistake(f"{name!r} is no calendar of config/calendars", remedy)
    return name


CalendarName = Annotated[str, AfterValidator(_calendar)]


class CalendarsForm(Form):
    """The table `[calendars]`: in whose hours a clock counts; plain ones where none is named.

    A proposal stands for plain hours, as its reminders do, and promises and holds are dates.
    """

    reply: CalendarName | None = None
    progress: CalendarName | None = None
    solution: CalendarName | None = None
    approval: CalendarName | None = None
    remedy: CalendarName | None = None
    callback: CalendarName | None = None
    checks: dict[Department, CalendarName] = Field(default_factory=dict)

    def by_kind(self) -> dict[ClockKind, str]:
        """Return the calendars of customers' clocks."""
        given = ((kind, getattr(self, kind, None)) for kind in ClockKind)
        return {kind: name for kind, name in given if isinstance(name, str)}

    def named(self) -> Iterator[str]:
        """Yield the calendars that are named here."""
        yield from self.by_kind().values()
        yield from self.checks.values()


class AbsenceForm(Form):
    """One absence of `[rota]`."""

    person: Somebody
    since: AwareDatetime
    until: AwareDatetime

    @validated(mode="after")
    def _ends_later(self) -> Self:
        if self.until <= self.since:
            raise mistake("does not end after it begins", "let until be later than since")
        return self

    def absence(self) -> Absence:
        """Return the absence in UTC."""
        since, until = self.since.astimezone(UTC), self.until.astimezone(UTC)
        return Absence(person=self.person, since=since, until=until)


class RotaForm(Form):
    """The table `[rota]`: who takes complaints, and whom the levels of ladders reach."""

    agents: Annotated[Codes, AfterValidator(some)]
    supervisors: Codes = ()
    managers: Codes = ()
    directors: Codes = ()
    shifts: dict[Somebody, Annotated[tuple[CalendarName, ...], AfterValidator(some)]] = Field(
        default_factory=dict
    )
    deputies: dict[Somebody, Annotated[Codes, AfterValidator(some)]] = Field(default_factory=dict)
    absences: tuple[AbsenceForm, ...] = ()

    @validated(mode="after")
    def _shifts_are_of_superiors(self) -> Self:
        superiors = [person for key in SUPERIORS.values() for person in getattr(self, key)]
        for person in self.shifts:
            if person not in superiors:
                remedy = "name them under supervisors, managers or directors; owners have none"
                raise mistake(f"has a shift of {person}, who is no superior", remedy)
        return self

    def duty(self) -> Duty:
        """Return who is on duty when."""
        shifts = (
            Shift(person=person, rank=rank, calendar=calendar)
            for rank, key in SUPERIORS.items()
            for person in getattr(self, key)
            for calendar in self.shifts.get(person, (None,))
        )
        absences = tuple(each.absence() for each in self.absences)
        return Duty(shifts=tuple(shifts), deputies=self.deputies, absences=absences)

    def named(self) -> Iterator[str]:
        """Yield the calendars that are named here."""
        return chain.from_iterable(self.shifts.values())


class LevelForm(Form):
    """One level of a ladder: at a share of the time, or so long after the due moment."""

    tell: Rank
    percent: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    after: Duration | None = None
    department: StrictBool = False

    @validated(mode="after")
    def _says_when(self) -> Self:
        if (self.percent is None) is (self.after is None):
            remedy = 'write percent = 80, or after = "24h" for a day after it is due'
            raise mistake("says not, or twice, when it comes", remedy)
        return self

    def level(self) -> Level:
        """Return the level as it travels."""
        if self.after is not None:
            return Level(tell=self.tell, after=self.after, department=self.department)
        return Level(tell=self.tell, percent=self.percent or 0, department=self.department)


def _ascending(levels: tuple[LevelForm, ...]) -> tuple[LevelForm, ...]:
    given = [each.level() for each in levels]
    moments = [(level.percent, level.after) for level in given]
    if any(later <= earlier for earlier, later in pairwise(moments)):
        raise mistake("does not ascend", "put the earlier level first")
    return levels


Ladder = Annotated[tuple[LevelForm, ...], AfterValidator(some), AfterValidator(_ascending)]


class LaddersForm(Form):
    """The table `[ladders]`: one per kind of clock; `usual` is that of every other kind."""

    usual: Ladder | None = None
    reply: Ladder | None = None
    progress: Ladder | None = None
    solution: Ladder | None = None
    consent: Ladder | None = None
    remedy: Ladder | None = None
    callback: Ladder | None = None
    check: Ladder | None = None
    approval: Ladder | None = None
    promise: Ladder | None = None
    hold: Ladder | None = None
    external: Ladder | None = None

    @validated(mode="after")
    def _departments_have_checks(self) -> Self:
        kinds = [kind for kind in ClockKind if kind is not ClockKind.CHECK]
        if any(step.department for kind in kinds for step in getattr(self, kind) or ()):
            remedy = "write department in the ladder of check only"
            raise mistake("reminds a department of what is no check", remedy)
        return self

    def by_kind(self) -> dict[ClockKind, tuple[Level, ...]]:
        """Return the ladder of each kind that has one."""
        given = ((kind, getattr(self, kind) or self.usual) for kind in ClockKind)
        return {kind: tuple(step.level() for step in steps) for kind, steps in given if steps}


def check_reachable(ladders: LaddersForm, info: ValidationInfo) -> LaddersForm:
    """Refuse a level that would reach nobody: the rota names people of each rank it tells."""
    rota = info.data.get("rota")
    told = {level.tell for levels in ladders.by_kind().values() for level in levels}
    for rank, key in SUPERIORS.items():
        if rota is not None and rank in told and not getattr(rota, key):
            remedy = f"name at least one in {key} of [rota]"
            raise mistake(f"tells a {rank}, and there is none", remedy)
    return ladders
