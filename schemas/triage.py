"""Triage (H20): what it says about a complaint, and the rules it follows."""

from __future__ import annotations

from pydantic import Field

from schemas.base import Wire
from schemas.lexicon import Folding, Negation
from schemas.vocabulary import Category, Channel, Severity


class TriageReason(Wire):
    """Points that a word gave, quoted as the rules write it, never as the customer wrote it.

    A reason argues for a category or for a severity, not both.
    """

    word: str
    points: int
    category: Category | None = None
    severity: Severity | None = None


class Triage(Wire):
    """A first judgement; unless it is `certain`, the owner decides.

    `confidence` is in whole percent and concerns the category. `rule_version` names the rules.
    """

    category: Category
    severity: Severity
    confidence: int
    certain: bool
    rule_version: str
    reasons: tuple[TriageReason, ...] = ()


class WordGroup(Wire, extra="forbid"):
    """Words that argue for the same with the same strength.

    Each word found counts `points` for the category, together `at_most` so many; the group counts
    `severity_points` once. A group without both hides words: "shipped fast" then says nothing.
    """

    name: str = Field(min_length=1)
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    category: Category | None = None
    points: int = Field(default=0, ge=0)
    at_most: int | None = Field(default=None, gt=0)
    severity: Severity | None = None
    severity_points: int = Field(default=0, ge=0)
    may_be_negated: bool = False


class NeededPoints(Wire, extra="forbid"):
    """How many points a severity needs; points for critical count for major too."""

    minor: int = Field(gt=0)
    major: int = Field(gt=0)
    critical: int = Field(gt=0)


class TriageRules(Wire, extra="forbid"):
    """The whole of config/triage.toml, with `version` as the hash of its content.

    Two rules are the same when their versions are, so that they can be compiled once.
    """

    version: str
    read_characters: int = Field(gt=0)
    doubt: int = Field(gt=0)
    certain_from_percent: int = Field(gt=0, le=100)
    needed_points: NeededPoints
    at_least: dict[Channel, Severity]
    folding: Folding
    negation: Negation
    groups: tuple[WordGroup, ...]

    def __hash__(self) -> int:
        """Hash by version, which stands for the content."""
        return hash(self.version)
