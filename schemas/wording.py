"""How moments, amounts and options are put into words for customers, per language."""

from __future__ import annotations

from pydantic import Field

from schemas.base import Wire
from schemas.vocabulary import Language, Party, RemedyKind

MONTHS = 12


class Wording(Wire, extra="forbid"):
    """The whole of config/templates/LANGUAGE/words.toml; names with $ are filled in."""

    greeting: str
    greeting_unnamed: str
    moment: str
    months: tuple[str, ...] = Field(min_length=MONTHS, max_length=MONTHS)
    option: str
    between_steps: str
    step_with_item: str
    step_with_amount: str
    zones: dict[str, str]
    remedies: dict[RemedyKind, str]
    reasons: dict[Party, str]


class Substitute(Wire, extra="forbid"):
    """Another language used for want of templates, only where words.toml says so."""

    fallback: Language
