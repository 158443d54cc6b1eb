"""What can be wrong with the data files that people edit, and with what is to be told to customers.

DomainError
├── DataInvalid          a data file says what cannot be
├── LanguageMissing      there are no templates in a language
├── FactMissing          a message needs a fact that was not given
├── ZoneUnknown          no such time zone
├── MomentWithoutZone    a moment that cannot be placed in any zone
├── CalendarYearUnknown  a year of which nobody has said when people work
└── RuleUnknown          no such rule of a platform or authority

The docstring of each class is its message; it holds keys and codes, never personal data.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import RedressError
from schemas.vocabulary import Language, Purpose


class DomainError(RedressError, ValueError):
    """A rule cannot be applied to what it was given."""

    code = "domain_error"


@dataclass(eq=False)
class DataInvalid(DomainError):
    """{key}: {what}; {remedy}."""

    code = "data_invalid"
    key: str
    what: str
    remedy: str


@dataclass(eq=False)
class LanguageMissing(DomainError):
    """No templates in {language}; add them, or name a fallback in its words.toml."""

    code = "language_missing"
    language: Language


@dataclass(eq=False)
class FactMissing(DomainError):
    """The message {purpose} needs {fact}, which was not given."""

    code = "fact_missing"
    purpose: Purpose
    fact: str


@dataclass(eq=False)
class ZoneUnknown(DomainError):
    """There is no time zone {zone!r}; use an IANA name such as Asia/Shanghai."""

    code = "zone_unknown"
    zone: str


@dataclass(eq=False)
class MomentWithoutZone(DomainError):
    """The moment {moment} has no zone and cannot be shown in another; give it in UTC."""

    code = "moment_without_zone"
    moment: str


@dataclass(eq=False)
class CalendarYearUnknown(DomainError):
    """The calendar {calendar} does not know the year {year}, and days are never guessed.

    Add the year with `redress calendar build`, once its days are officially announced.
    """

    code = "calendar_year_unknown"
    calendar: str
    year: int


@dataclass(eq=False)
class RuleUnknown(DomainError):
    """There is no rule {rule!r} by which an answer is due; write one of these: {known}.

    Or give the date that the platform or authority has set.
    """

    code = "rule_unknown"
    rule: str
    known: str
