"""Words that are not used towards customers (H17)."""

from __future__ import annotations

from pydantic import Field

from schemas.base import Wire
from schemas.lexicon import Folding
from schemas.vocabulary import Language


class PhraseList(Wire, extra="forbid"):
    """Phrases in both languages; Chinese in either script."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class PhraseKind(PhraseList, extra="forbid"):
    """Phrases that offend in the same way, and what to write instead, in every language.

    A kind that does not block is only pointed out. Any word of `excused_by` in the same message
    excuses the whole kind.
    """

    name: str = Field(min_length=1)
    blocks: bool
    excused_by: tuple[str, ...] = ()
    advice: dict[Language, str]


class Phrases(Wire, extra="forbid"):
    """The whole of config/phrases.toml, with `version` as the hash of its content.

    `allowed` wording hides the phrases inside it.
    """

    version: str
    allowed: PhraseList = PhraseList()
    kinds: tuple[PhraseKind, ...]
    folding: Folding

    def __hash__(self) -> int:
        """Hash by version, which stands for the content."""
        return hash(self.version)


class Hit(Wire):
    """A phrase in a text, quoted as config/phrases.toml writes it."""

    phrase: str
    kind: str
    blocks: bool
