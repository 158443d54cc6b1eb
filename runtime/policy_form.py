"""The form of config/policy.toml, with every rule that a policy must obey to make sense.

These rules are kept apart from the policy that travels (schemas.policy): one that is tightened
here refuses a new file, while policies pinned in old cycles can still be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, model_validator

from runtime.calendar_form import Hours
from runtime.forms import (
    Count,
    Currency,
    Duration,
    Form,
    Percent,
    complete,
    distinct,
    mistake,
)
from runtime.ladder_form import (
    CalendarName,
    CalendarsForm,
    LaddersForm,
    RotaForm,
    check_reachable,
)
from schemas.calendars import Calendar
from schemas.money import Money
from schemas.policy import Authority, Callback, Consent, Policy, Promises, Targets, Windows
from schemas.vocabulary import Category, Department, RemedyKind, Severity


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
    notices_in: CalendarName | None = None


class CallbackForm(Form):
    """The table `[callback]`."""

    target: Duration
    attempts: Count
    cycles: Count
    hours: Hours = ()
    wait: Duration = timedelta()

    @model_validator(mode="after")
    def _leaves_time_to_call(self) -> Self:
        if self.wait >= self.target:
            raise mistake("wait is not shorter than target", "let calls begin before the deadline")
        return self

    def callback(self) -> Callback:
        """Return how the customer is followed up, as it travels."""
        return Callback(
            target=self.target,
            attempts=self.attempts,
            cycles=self.cycles,
            hours=self.hours,
            wait=self.wait,
        )


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
    distinct(tuple(limit.currency for limit in limits))
    return limits


MOST_PIECES = 10
"""Pieces that an agent gives alone in one case, where the file does not say."""


class AuthorityForm(Form):
    """The table `[authority]`."""

    agent_limits: Annotated[tuple[LimitForm, ...], AfterValidator(_one_per_currency)]
    agent_remedies: Annotated[tuple[RemedyKind, ...], AfterValidator(distinct)]
    approval: Duration
    most_pieces: Count = MOST_PIECES


class RemediesForm(Form):
    """The table `[remedies]`."""

    withdrawal_takes_back: StrictBool = False


class GivingUpForm(Form):
    """The table `[giving_up]`."""

    delivery_after: Duration
    evidence_after: Duration


class RefusalsForm(Form):
    """The table `[refusals]`."""

    stored_per_actor: Count
    stored: Count


class PolicyForm(Form):
    """The whole file."""

    targets: Annotated[dict[Category, TargetsForm], BeforeValidator(complete(Category))]
    clocks: ClocksForm
    consent: ConsentForm
    promises: PromisesForm
    escalation: EscalationForm
    callback: CallbackForm
    checks: Annotated[dict[Department, Duration], BeforeValidator(complete(Department))]
    needed: dict[Category, Annotated[tuple[Department, ...], AfterValidator(distinct)]] = Field(
        default_factory=dict
    )
    remedies: RemediesForm = RemediesForm()
    windows: WindowsForm
    authority: AuthorityForm
    giving_up: GivingUpForm
    refusals: RefusalsForm
    rota: RotaForm
    ladders: Annotated[LaddersForm, AfterValidator(check_reachable)] = LaddersForm()
    calendars: CalendarsForm = CalendarsForm()

    def named(self) -> Sequence[str]:
        """Return the names of the calendars that must travel with the policy."""
        named = (self.escalation.notices_in, *self.calendars.named(), *self.rota.named())
        return sorted({name for name in named if name is not None})

    def policy(self, calendars: tuple[Calendar, ...] = ()) -> Policy:
        """Return the policy as it travels, with the calendars that it names."""
        limits = tuple(Money(**limit.model_dump()) for limit in self.authority.agent_limits)
        return Policy(
            targets={word: Targets(**each.model_dump()) for word, each in self.targets.items()},
            **self.clocks.model_dump(),
            **self.escalation.model_dump(),
            consent=Consent(**self.consent.model_dump()),
            promises=Promises(**self.promises.model_dump()),
            callback=self.callback.callback(),
            checks=self.checks,
            needed=self.needed,
            **self.remedies.model_dump(),
            windows=Windows(**self.windows.model_dump()),
            authority=Authority(
                agent_limits=limits,
                agent_remedies=self.authority.agent_remedies,
                approval=self.authority.approval,
                most_pieces=self.authority.most_pieces,
                # No business chooses that one person alone may pay and report it.
                witnessed=True,
            ),
            delivery_gives_up_after=self.giving_up.delivery_after,
            evidence_gives_up_after=self.giving_up.evidence_after,
            refusals_stored_per_actor=self.refusals.stored_per_actor,
            refusals_stored=self.refusals.stored,
            rota=self.rota.agents,
            calendars=calendars,
            clock_calendars=self.calendars.by_kind(),
            check_calendars=self.calendars.checks,
            ladders=self.ladders.by_kind(),
            duty=self.rota.duty(),
            closes_when_told=True,
        )
