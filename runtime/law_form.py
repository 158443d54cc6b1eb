"""The form of config/rules.toml, with what a rule of law must say to make sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, model_validator

from runtime.calendar_form import Day
from runtime.forms import Code, Count, Form, mistake
from schemas.calendars import Calendar
from schemas.law import AnswerRule, Law, RemedyRule
from schemas.vocabulary import Category, Choice, Finding, RemedyKind

MOST_DAYS = 3660

Days = Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)]


def _told(text: str) -> str:
    if not text.strip():
        raise mistake("is empty", "name the law and the article, or the notice")
    return text.strip()


class RuleForm(Form):
    """What every rule has; `edition` is the day of the text that was read."""

    edition: Day
    source: Annotated[StrictStr, AfterValidator(_told)]
    calendar: StrictStr


class AnswerForm(RuleForm):
    """A table `[answers.CODE]`."""

    workdays: Days | None = None
    days: Days | None = None

    @model_validator(mode="after")
    def _counts_one_way(self) -> Self:
        if (self.workdays is None) == (self.days is None):
            raise mistake("counts in no way, or in two", "write workdays = 7, or days = 15")
        return self

    def rule(self, code: str) -> AnswerRule:
        """Return the rule as it travels."""
        return AnswerRule(code=code, **{**self.model_dump(), "edition": str(self.edition)})


class RemedyForm(RuleForm):
    """A table `[remedies.CODE]`."""

    choice: Choice
    must: tuple[RemedyKind, ...] = ()
    may_not: tuple[RemedyKind, ...] = ()
    categories: tuple[Category, ...] = ()
    within_days: Days | None = None
    by_defect: StrictBool = False
    remote_only: StrictBool = False
    failed_repairs: Count | None = None
    if_found: tuple[Finding, ...] = ()
    unless_found: tuple[Finding, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.must or self.may_not):
            raise mistake("says nothing", "write what must be offered, or what may_not")
        both = sorted(set(self.must) & set(self.may_not))
        if both:
            raise mistake(f"{', '.join(both)} must and may not be offered", "keep one of them")
        return self

    def rule(self, code: str) -> RemedyRule:
        """Return the rule as it travels."""
        said = {"edition": str(self.edition), "failed_repairs": self.failed_repairs or 0}
        return RemedyRule(code=code, **{**self.model_dump(), **said})


class LawForm(Form):
    """The whole file."""

    answers: dict[Code, AnswerForm] = Field(default_factory=dict)
    remedies: dict[Code, RemedyForm] = Field(default_factory=dict)

    def rules(self) -> Mapping[str, RuleForm]:
        """Return every rule under its key in the file."""
        answers = {f"answers.{code}": form for code, form in self.answers.items()}
        return {**answers, **{f"remedies.{code}": form for code, form in self.remedies.items()}}

    def law(self, calendars: Mapping[str, Calendar]) -> Law:
        """Return the rules as they are used, with these calendars."""
        return Law(
            answers=tuple(form.rule(code) for code, form in self.answers.items()),
            remedies=tuple(form.rule(code) for code, form in self.remedies.items()),
            calendars=tuple(calendars.values()),
        )
