"""The form of config/policy.toml, with every rule that a policy must obey to make sense.

These rules are kept apart from the policy that travels (schemas.policy): one that is tightened
here refuses a new file, while policies pinned in old cycles can still be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from itertools import pairwise
from typing import Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    model_validator,
)
from pydantic_core import PydanticCustomError

from runtime.duration import parse_duration
from schemas.money import Money
from schemas.policy import Authority, Callback, Consent, Policy, Promises, Targets, Windows
from schemas.vocabulary import Category, Department, RemedyKind, Severity

LONGEST = timedelta(days=3650)

Value = TypeVar("Value")


def mistake(what: str, remedy: str) -> PydanticCustomError:
    """Return the error that says what is wrong in a place and how to mend it."""
    return PydanticCustomError("mistake", "{what}", {"what": what, "remedy": remedy})


def _duration(value: object) -> timedelta:
    remedy = 'write such as "30m", "24h", "7d" or "1d12h"'
    try:
        duration = parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        duration = None
    if duration is None:
        raise mistake(f"{value!r} is no duration", remedy)
    if not timedelta(0) < duration <= LONGEST:
        raise mistake(f"{value!r} is not between a second and ten years", remedy)
    return duration


def _complete(words: type[Enum]) -> Callable[[object], object]:
    """Return a validator that marks absent words with None, which TOML itself cannot express."""

    def mark(table: object) -> object:
        absent = {word.value: None for word in words}
        return {**absent, **table} if isinstance(table, dict) else table

    return mark


def _written_as(pattern: str, noun: str, remedy: str) -> AfterValidator:
    """Return a validator for words of a certain form."""

    def check(word: str) -> str:
        if re.fullmatch(pattern, word) is None:
            raise mistake(f"{word!r} is not a {noun}", remedy)
        return word

    return AfterValidator(check)


def _some(values: tuple[Value, ...]) -> tuple[Value, ...]:
    if not values:
        raise mistake("is empty", "name at least one")
    return values


def _distinct(values: tuple[Value, ...]) -> tuple[Value, ...]:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise mistake(f"{value!s} is listed twice", "keep one of them")
    return values


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Percent = Annotated[StrictInt, Field(ge=1, le=99)]
Count = Annotated[StrictInt, Field(ge=1)]
Code = Annotated[
    str,
    _written_as(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        "code",
        "use letters, digits, dots and dashes only, never a name",
    ),
]
Currency = Annotated[
    str, _written_as("[A-Z]{3}", "currency", "write its three capital letters, such as CNY")
]


class Form(BaseModel):
    """A table of the file; a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TargetsForm(Form):
    """One line of `[targets]`."""

    reply: Duration
    solution: Duration
    progress: Duration | None = None

    @model_validator(mode="after")
    def _reply_comes_first(self) -> Self:
        remedy = "shorten the one or lengthen the other"
        if self.reply > self.solution:
            raise mistake("reply is longer than solution", remedy)
        if self.progress is not None and self.progress > self.solution:
            raise mistake("progress is longer than solution", remedy)
        return self


class ClocksForm(Form):
    """The table `[clocks]`."""

    critical_percent: Percent
    warning_percent: Percent
    revision: Duration
    remedy: Duration
    delay: Duration
    longest_hold: Duration


class ConsentForm(Form):
    """The table `[consent]`."""

    target: Duration
    reminders_after: tuple[Duration, ...]
    refusals_before_escalation: Count

    @model_validator(mode="after")
    def _reminders_in_order(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.reminders_after)):
            raise mistake("reminders_after does not ascend", "put the earlier reminder first")
        if any(reminder >= self.target for reminder in self.reminders_after):
            remedy = "remind earlier, or give the customer longer"
            raise mistake("a reminder comes when the target is over", remedy)
        return self


class PromisesForm(Form):
    """The table `[promises]`."""

    renewal: Duration
    broken_before_escalation: Count


class EscalationForm(Form):
    """The table `[escalation]`."""

    serious: Severity
    contacts_before_raise: Annotated[StrictInt, Field(ge=2)]


class CallbackForm(Form):
    """The table `[callback]`."""

    target: Duration
    attempts: Count
    cycles: Count


class WindowsForm(Form):
    """The table `[windows]`."""

    reopening: Duration
    survey: Duration
    survey_change: Duration

    @model_validator(mode="after")
    def _fit_into_each_other(self) -> Self:
        # A low score reopens the case, and the run of a case ends with its reopening window.
        if self.reopening < self.survey:
            raise mistake(
                "survey is longer than reopening", "shorten the one or lengthen the other"
            )
        if self.survey_change > self.survey:
            raise mistake("survey_change is longer than survey", "shorten it")
        return self


class LimitForm(Form):
    """One amount of `agent_limits`."""

    currency: Currency
    minor: Count


def _one_per_currency(limits: tuple[LimitForm, ...]) -> tuple[LimitForm, ...]:
    _distinct(tuple(limit.currency for limit in limits))
    return limits


class AuthorityForm(Form):
    """The table `[authority]`."""

    agent_limits: Annotated[tuple[LimitForm, ...], AfterValidator(_one_per_currency)]
    agent_remedies: Annotated[tuple[RemedyKind, ...], AfterValidator(_distinct)]
    approval: Duration


class GivingUpForm(Form):
    """The table `[giving_up]`."""

    delivery_after: Duration
    evidence_after: Duration


class RefusalsForm(Form):
    """The table `[refusals]`."""

    stored_per_actor: Count
    stored: Count


class RotaForm(Form):
    """The table `[rota]`."""

    agents: Annotated[tuple[Code, ...], AfterValidator(_some), AfterValidator(_distinct)]


class PolicyForm(Form):
    """The whole file."""

    targets: Annotated[dict[Category, TargetsForm], BeforeValidator(_complete(Category))]
    clocks: ClocksForm
    consent: ConsentForm
    promises: PromisesForm
    escalation: EscalationForm
    callback: CallbackForm
    checks: Annotated[dict[Department, Duration], BeforeValidator(_complete(Department))]
    windows: WindowsForm
    authority: AuthorityForm
    giving_up: GivingUpForm
    refusals: RefusalsForm
    rota: RotaForm

    def policy(self) -> Policy:
        """Return the policy as it travels."""
        limits = tuple(Money(**limit.model_dump()) for limit in self.authority.agent_limits)
        return Policy(
            targets={word: Targets(**each.model_dump()) for word, each in self.targets.items()},
            **self.clocks.model_dump(),
            **self.escalation.model_dump(),
            consent=Consent(**self.consent.model_dump()),
            promises=Promises(**self.promises.model_dump()),
            callback=Callback(**self.callback.model_dump()),
            checks=self.checks,
            windows=Windows(**self.windows.model_dump()),
            authority=Authority(
                agent_limits=limits,
                agent_remedies=self.authority.agent_remedies,
                approval=self.authority.approval,
            ),
            delivery_gives_up_after=self.giving_up.delivery_after,
            evidence_gives_up_after=self.giving_up.evidence_after,
            refusals_stored_per_actor=self.refusals.stored_per_actor,
            refusals_stored=self.refusals.stored,
            rota=self.rota.agents,
        )
